//! What can be said of a token that only its server can read: its length, its characters, how hard it is to guess, and
//! whose shape it has.
//!
//! [`Opaque::of`] looks at one. The shapes stand in two tables: `prefixes` for tokens that say themselves whose they are,
//! and `shapes` for those that are told by how they are built; each has its reader in a file of its name.

mod alphabet;
mod biscuit;
mod documents;
mod fernet;
mod ids;
mod macaroon;
mod paseto;
mod prefixes;
mod shapes;

pub use alphabet::Alphabet;
pub use shapes::{Fact, Shape};

/// An opaque token, looked at from outside. It holds no piece of it in clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opaque {
    /// Its length in characters.
    pub length: usize,
    /// The smallest alphabet that all its characters are of.
    pub alphabet: Alphabet,
    /// How hard it is to guess, in bits: Shannon's entropy of its characters times its length, at most
    /// [`capacity_bits`](Self::capacity_bits). An estimate of one sample, too low for short tokens.
    pub entropy_bits: u32,
    /// The most that a text of this length and alphabet can hold, in bits. In a UUID what its format fixes is not counted
    /// (RFC 9562 §4), and neither is the time of version 7: a random one, of version 4, holds 122 bits.
    pub capacity_bits: u32,
    /// Why it can be worked out however long it is, in one sentence; `None` for most.
    pub predictable: Option<&'static str>,
    /// The shapes that it has, the surest first.
    pub shapes: Vec<Shape>,
}

/// What a token needs so that nobody guesses it (RFC 6749 §10.10).
const NEEDED_BITS: u32 = 128;
/// A random token of 128 bits is never estimated below this.
const REPETITIVE_BITS: u32 = 64;

impl Opaque {
    /// Looks at a token.
    pub fn of(token: &str) -> Self {
        let alphabet = Alphabet::of(token);
        // In a UUID dashes, version and variant say nothing.
        let uuid = ids::Uuid::read(token);
        let (capacity_bits, entropy_bits) = match &uuid {
            Some(uuid) => (uuid.unfixed_bits(), alphabet::entropy_bits(&uuid.digits)),
            None => (alphabet.capacity_bits(token), alphabet::entropy_bits(token)),
        };
        Self {
            length: token.chars().count(),
            alphabet,
            entropy_bits: entropy_bits.min(capacity_bits),
            capacity_bits,
            predictable: uuid.and_then(|uuid| uuid.predictable()),
            shapes: shapes::of(token),
        }
    }

    /// Why it may be guessed, in one sentence; `None` where it looks long and mixed enough.
    pub fn weakness(&self) -> Option<String> {
        const RULE: &str = "RFC 6749 §10.10, RFC 6819 §5.1.4.2.2";
        if self.shapes.iter().any(|shape| shape.carries_proof) {
            // What protects it is a signature, not that it cannot be guessed.
            return None;
        }
        if let Some(predictable) = self.predictable {
            return Some(format!("{predictable} ({RULE})"));
        }
        if self.capacity_bits < NEEDED_BITS && self.shapes.iter().any(|shape| shape.name == "UUID") {
            return Some(format!(
                "A UUID of this version holds {} bits at most, and {NEEDED_BITS} are needed so that nobody guesses it ({RULE}, RFC 9562 §8)",
                self.capacity_bits
            ));
        }
        if self.capacity_bits < NEEDED_BITS {
            return Some(format!(
                "{} characters of this alphabet hold {} bits at most, and {NEEDED_BITS} are needed so that nobody guesses it ({RULE})",
                self.length, self.capacity_bits
            ));
        }
        (self.entropy_bits < REPETITIVE_BITS).then(|| {
            format!(
                "Its characters repeat: they look like {} bits, and {NEEDED_BITS} are needed so that nobody guesses it ({RULE})",
                self.entropy_bits
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(token: &str) -> Vec<&'static str> {
        Opaque::of(token).shapes.iter().map(|shape| shape.name).collect()
    }

    #[test]
    fn a_random_token_is_strong_and_a_short_or_dull_one_is_not() {
        let strong = Opaque::of("6-Cv7vQ5ouhYzs0AWg6tsG-YK7O5xP_kb5Qb8wEJMnw");
        assert_eq!(
            (strong.length, strong.alphabet, strong.capacity_bits),
            (43, Alphabet::Base64Url, 258)
        );
        assert!((180..=258).contains(&strong.entropy_bits), "{strong:?}");
        assert_eq!((strong.weakness(), strong.shapes.len()), (None, 0));
        let short = Opaque::of("4711").weakness().unwrap();
        assert!(
            short.contains("13 bits at most") && short.contains("RFC 6749 §10.10"),
            "{short}"
        );
        let dull = Opaque::of(&"ab".repeat(25)).weakness().unwrap();
        assert!(dull.contains("repeat"), "{dull}");
        // RFC 9562 §8 warns to use one as a secret.
        let random = Opaque::of("919108f7-52d1-4320-9bac-f847db4148a8");
        assert_eq!(random.capacity_bits, 122);
        assert!((80..=122).contains(&random.entropy_bits), "{random:?}");
        assert!(random.weakness().unwrap().contains("122 bits at most"));
        let of_time = Opaque::of("C232AB00-9414-11EC-B3C8-9F6BDECED846").weakness().unwrap();
        assert!(
            of_time.contains("version 1") && of_time.contains("RFC 9562 §5.1"),
            "{of_time}"
        );
        let dull = Opaque::of("00000000-0000-4000-8000-000000000000");
        assert!(dull.entropy_bits < 30, "{dull:?}");
        // 128 random bits in 22 characters: the estimate alone would call it weak.
        assert_eq!(Opaque::of("Ks7dPq2LzX9vBn4mTr8wYc").weakness(), None);
    }

    #[test]
    fn an_opaque_token_prints_nothing_of_itself() {
        let token = "v4.public.eyJzdWIiOiJhZG1pbiIsImV4cCI6IjIwMjIifQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let printed = format!("{:?}", Opaque::of(token));
        assert!(
            printed.contains("PASETO") && !printed.contains("admin") && !printed.contains("eyJ"),
            "{printed}"
        );
    }

    #[test]
    fn known_tokens_are_told_by_their_beginning() {
        let body = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
        for (prefix, name) in [
            ("ghp_", "GitHub personal access token"),
            ("github_pat_", "GitHub fine-grained personal access token"),
            ("glpat-", "GitLab personal access token"),
            ("ya29.", "Google access token"),
            ("1//0g", "Google refresh token"),
            ("xoxb-", "Slack bot token"),
            ("hvs.", "HashiCorp Vault service token"),
            ("sk_live_", "Stripe secret key, live"),
            ("npm_", "npm access token"),
        ] {
            assert_eq!(names(&format!("{prefix}{body}")), [name]);
            assert!(names(prefix).is_empty(), "{prefix} alone is no token");
        }
        assert_eq!(names("AKIAIOSFODNN7EXAMPLE"), ["AWS access key id"]);
    }

    proptest! {
        #[test]
        fn any_text_can_be_looked_at(token in ".*") {
            let opaque = Opaque::of(&token);
            prop_assert!(opaque.entropy_bits <= opaque.capacity_bits);
            let _ = opaque.weakness();
        }
    }
}
