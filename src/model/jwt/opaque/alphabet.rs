//! The characters of a token, and how much they may say.

/// The smallest alphabet that all characters of a token are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alphabet {
    /// 0 to 9.
    Digits,
    /// 0 to 9 and a to f, of one case or both.
    Hex,
    /// Letters and digits.
    Alphanumeric,
    /// Those, `-` and `_` (RFC 4648 §5).
    Base64Url,
    /// Letters, digits, `+`, `/` and `=` at the end (RFC 4648 §4).
    Base64,
    /// Printable ASCII.
    Printable,
    /// Anything.
    Other,
}

impl Alphabet {
    /// The alphabet of a text.
    pub fn of(text: &str) -> Self {
        let unpadded = text.trim_end_matches('=');
        let all = |text: &str, fits: fn(u8) -> bool| text.bytes().all(fits);
        if all(text, |b| b.is_ascii_digit()) {
            Self::Digits
        } else if all(text, |b| b.is_ascii_hexdigit()) {
            Self::Hex
        } else if all(text, |b| b.is_ascii_alphanumeric()) {
            Self::Alphanumeric
        } else if all(unpadded, |b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            Self::Base64Url
        } else if all(unpadded, |b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')) {
            Self::Base64
        } else if all(text, |b| matches!(b, b' '..=b'~')) {
            Self::Printable
        } else {
            Self::Other
        }
    }

    /// What people call it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Hex => "hex",
            Self::Alphanumeric => "letters and digits",
            Self::Base64Url => "base64url",
            Self::Base64 => "base64",
            Self::Printable => "printable ASCII",
            Self::Other => "any characters",
        }
    }

    /// How many characters it has; of other text its bytes are counted.
    const fn size(self) -> f64 {
        match self {
            Self::Digits => 10.0,
            Self::Hex => 16.0,
            Self::Alphanumeric => 62.0,
            Self::Base64Url | Self::Base64 => 64.0,
            Self::Printable => 95.0,
            Self::Other => 256.0,
        }
    }

    /// The most that `text` can hold, in bits.
    pub(super) fn capacity_bits(self, text: &str) -> u32 {
        whole(self.size().log2() * text.trim_end_matches('=').len() as f64)
    }
}

/// Shannon's entropy of the bytes of `text`, times their number, in bits.
pub(super) fn entropy_bits(text: &str) -> u32 {
    let mut counts = [0_usize; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let len = text.len() as f64;
    let bits: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| *count as f64)
        .map(|count| count * (len / count).log2())
        .sum();
    whole(bits)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "never negative, and a cast of floats stops at the ends"
)]
fn whole(bits: f64) -> u32 {
    bits as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_alphabet_is_told() {
        for (text, alphabet) in [
            ("4711", Alphabet::Digits),
            ("00ffAA", Alphabet::Hex),
            ("00ffXY", Alphabet::Alphanumeric),
            ("a-b_c", Alphabet::Base64Url),
            ("a+b/c==", Alphabet::Base64),
            ("a.b:c", Alphabet::Printable),
            ("é", Alphabet::Other),
        ] {
            assert_eq!(Alphabet::of(text), alphabet, "{text}");
        }
    }

    #[test]
    fn entropy_counts_how_mixed_a_text_is() {
        assert_eq!(
            (entropy_bits("aaaa"), entropy_bits("abab"), entropy_bits("abcd")),
            (0, 4, 8)
        );
        assert_eq!(entropy_bits(""), 0);
    }
}
