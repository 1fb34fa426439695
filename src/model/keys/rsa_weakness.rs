//! RSA keys by which anybody can sign: what their numbers give away without factoring them.

use std::sync::LazyLock;

use super::finding::Finding;
use super::numbers::bit_len;

/// Small prime factors are looked for below this.
const SMALL: u32 = 1000;

/// The largest prime of the ROCA fingerprint.
const ROCA_PRIMES: std::ops::RangeInclusive<u32> = 3..=167;

/// Bits of the longest public exponent that verifiers take: aws-lc, `OpenSSL` for long keys, and others.
const EXPONENT_BITS: usize = 33;

/// Primes whose product fits a word, so that a long number is divided once for all of them.
struct Group {
    product: u64,
    primes: Vec<u32>,
}

static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
    let mut groups: Vec<Group> = Vec::new();
    for prime in (3..SMALL).step_by(2).filter(|n| is_prime(*n)) {
        match groups.last_mut() {
            Some(group) if u32::try_from(group.product * u64::from(prime)).is_ok() => {
                group.product *= u64::from(prime);
                group.primes.push(prime);
            }
            _ => groups.push(Group {
                product: prime.into(),
                primes: vec![prime],
            }),
        }
    }
    groups
});

fn is_prime(n: u32) -> bool {
    n > 1 && (2..n).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d))
}

/// What makes a signature by this key worth nothing. The numbers are big-endian; the modulus' length is judged elsewhere.
/// The modulus itself is looked into only where `has_length`.
pub(super) fn weaknesses(n: &[u8], e: &[u8], has_length: bool) -> Vec<Finding> {
    let mut found: Vec<Finding> = exponent(e).into_iter().collect();
    if !has_length {
        return found;
    }
    if n.last().is_none_or(|last| last % 2 == 0) {
        found.push(Finding::new(
            "rsa_even_modulus",
            "has an even modulus: it is no product of two large primes, and anybody can work out the private key",
            "RFC 8017 §3.1",
        ));
        return found;
    }
    let residues = residues(n);
    if let Some((prime, _)) = residues.iter().find(|(_, residue)| *residue == 0) {
        found.push(Finding::new(
            "rsa_small_factor",
            format!("has a modulus that {prime} divides: it was made badly or damaged, and can be factored"),
            "RFC 8017 §3.1",
        ));
        return found;
    }
    let powers = [(2, "square"), (3, "cube"), (5, "5th power"), (7, "7th power")];
    if let Some((_, name)) = powers.into_iter().find(|(power, _)| is_power(&residues, *power)) {
        found.push(Finding::new(
            "rsa_perfect_power",
            format!("has a modulus that is the {name} of a number: anybody can take the root"),
            "RFC 8017 §3.1",
        ));
    }
    if is_roca(&residues) {
        found.push(Finding::new(
            "rsa_roca",
            "has the fingerprint of ROCA (CVE-2017-15361): its private key can be worked out",
            "CVE-2017-15361",
        ));
    }
    found
}

fn exponent(e: &[u8]) -> Option<Finding> {
    let (code, message) = match e {
        [] | [1] => (
            "rsa_exponent_one",
            "has the public exponent 1 or 0: any text signs itself".to_owned(),
        ),
        [.., last] if last % 2 == 0 => (
            "rsa_exponent_even",
            "has an even public exponent: no private key belongs to that".to_owned(),
        ),
        _ if bit_len(e) > EXPONENT_BITS => (
            "rsa_exponent_huge",
            format!(
                "has a public exponent of {} bits: over {EXPONENT_BITS} it only costs those who verify",
                bit_len(e)
            ),
        ),
        _ => return None,
    };
    Some(Finding::new(code, message, "RFC 8017 §3.1"))
}

/// The remainder of a number for each small odd prime.
fn residues(n: &[u8]) -> Vec<(u32, u32)> {
    // From the left, so that the first word may be short.
    let words: Vec<u64> = n
        .rchunks(4)
        .rev()
        .map(|chunk| chunk.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte)))
        .collect();
    let mut residues = Vec::new();
    for Group { product, primes } in GROUPS.iter() {
        let rest = words.iter().fold(0, |rest, word| ((rest << 32) | word) % product);
        for prime in primes {
            let residue = u32::try_from(rest % u64::from(*prime)).unwrap_or_default();
            residues.push((*prime, residue));
        }
    }
    residues
}

/// Whether a number is a `power`th power of another: then its remainder is one for every prime. Another number passes with
/// a chance below 2^-60.
fn is_power(residues: &[(u32, u32)], power: u32) -> bool {
    residues
        .iter()
        .filter(|(prime, _)| prime % power == 1)
        .all(|(prime, residue)| pow(*residue, (prime - 1) / power, *prime) == 1)
}

/// Primes of the faulty library are powers of 65537 for every small prime, and so are their products
/// (Nemec et al., “The Return of Coppersmith's Attack”, §2.3). Another number passes with a chance of about 2^-27.
fn is_roca(residues: &[(u32, u32)]) -> bool {
    residues
        .iter()
        .filter(|(prime, _)| ROCA_PRIMES.contains(prime))
        .all(|(prime, residue)| {
            let step = 65_537 % prime;
            let mut power = 1;
            for _ in 0..*prime {
                if power == *residue {
                    return true;
                }
                power = power * step % prime;
            }
            false
        })
}

/// Every factor is below 1000.
fn pow(base: u32, mut exponent: u32, prime: u32) -> u32 {
    let (mut base, mut result) = (base % prime, 1);
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = result * base % prime;
        }
        base = base * base % prime;
        exponent /= 2;
    }
    result
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::keys::numbers::Numbers;
    use crate::model::keys::pem;

    fn codes(n: &[u8], e: &[u8]) -> Vec<String> {
        weaknesses(n, e, true).into_iter().map(|finding| finding.code).collect()
    }

    fn good() -> (Vec<u8>, Vec<u8>) {
        let block = pem::blocks(include_str!("../../../tests/keys/rsa-public.pem")).remove(0);
        match Numbers::of_der(&block.label, &block.der.unwrap()).unwrap() {
            Numbers::Rsa { n, e } => (n, e),
            other => panic!("{other:?}"),
        }
    }

    /// The schoolbook product, big-endian.
    fn product(a: &[u8], b: &[u8]) -> Vec<u8> {
        let mut digits = vec![0_u32; a.len() + b.len()];
        for (i, x) in a.iter().rev().enumerate() {
            let mut carry = 0;
            for (j, y) in b.iter().rev().enumerate() {
                let sum = digits[i + j] + u32::from(*x) * u32::from(*y) + carry;
                digits[i + j] = sum & 0xff;
                carry = sum >> 8;
            }
            digits[i + b.len()] += carry;
        }
        digits.iter().rev().map(|digit| u8::try_from(*digit).unwrap()).collect()
    }

    #[test]
    fn a_good_key_has_none() {
        let (n, e) = good();
        assert_eq!(codes(&n, &e), <[String; 0]>::default());
        assert_eq!(codes(&n, &[3]), <[String; 0]>::default());
    }

    #[test]
    fn an_exponent_that_proves_nothing_is_named() {
        let (n, _) = good();
        assert_eq!(codes(&n, &[1]), ["rsa_exponent_one"]);
        assert_eq!(codes(&n, &[]), ["rsa_exponent_one"]);
        assert_eq!(codes(&n, &[1, 0, 0]), ["rsa_exponent_even"]);
        assert_eq!(codes(&n, &[3, 0, 0, 0, 1]), ["rsa_exponent_huge"]);
        assert!(codes(&n, &[1, 0, 0, 0, 1]).is_empty());
    }

    #[test]
    fn a_modulus_that_can_be_factored_is_named() {
        let (n, e) = good();
        let even = [&n[..n.len() - 1], &[n[n.len() - 1] - 1]].concat();
        assert_eq!(codes(&even, &e), ["rsa_even_modulus"]);
        assert_eq!(codes(&[], &e), ["rsa_even_modulus"]);
        assert_eq!(codes(&product(&n, &[3]), &e), ["rsa_small_factor"]);
        assert_eq!(codes(&product(&n, &997_u16.to_be_bytes()), &e), ["rsa_small_factor"]);
        let square = product(&n, &n);
        assert!(weaknesses(&square, &e, true)[0].message.contains("is the square of"));
        assert!(weaknesses(&square, &e, false).is_empty());
        assert_eq!(codes(&square, &e), ["rsa_perfect_power"]);
        assert_eq!(codes(&product(&square, &n), &e), ["rsa_perfect_power"]);
    }

    #[test]
    fn a_key_of_the_faulty_library_is_known_by_its_fingerprint() {
        let jwk = include_str!("../../../tests/keys/rsa-roca.jwk.json");
        let Ok(Numbers::Rsa { n, e }) = Numbers::of_jwk(&serde_json::from_str(jwk).unwrap()) else {
            panic!("no RSA key");
        };
        assert_eq!(codes(&n, &e), ["rsa_roca"]);
    }

    proptest! {
        #[test]
        fn a_remainder_is_that_of_the_whole_number(n in any::<u128>()) {
            for (prime, residue) in residues(&n.to_be_bytes()[1..]) {
                let n = n & (u128::MAX >> 8);
                prop_assert_eq!(u128::from(residue), n % u128::from(prime));
            }
        }
    }
}
