//! The public key in an X.509 certificate (RFC 5280 §4.1), and of what kind a public key is. Nothing else is read of it, and
//! nothing is verified: who gives a certificate to check signatures with, trusts it already.

use super::key::bit_len;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;

/// `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7) of a certificate, both as DER.
pub(super) fn public_key_info(certificate: &[u8]) -> Option<&[u8]> {
    let (outer, _) = Element::read(certificate)?;
    let (to_be_signed, _) = Element::read(outer.of(SEQUENCE)?)?;
    let mut rest = to_be_signed.of(SEQUENCE)?;
    let (first, behind) = Element::read(rest)?;
    if first.tag == VERSION {
        rest = behind;
    }
    // Serial number, signature algorithm, issuer, validity, subject.
    for _ in 0..5 {
        rest = Element::read(rest)?.1;
    }
    let (info, _) = Element::read(rest)?;
    info.of(SEQUENCE).map(|_| info.whole)
}

/// Of what kind a public key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyKind {
    /// RSA, with its length in bits.
    Rsa(usize),
    /// EC, with its curve where it has a known name (RFC 5480 §2.1.1.1).
    Ec(Option<&'static str>),
    /// RFC 8410 §3.
    Ed25519,
}

/// Of what kind the key is in the DER of a PEM block with this label.
pub(super) fn key_kind(label: &str, der: &[u8]) -> Option<KeyKind> {
    // rsaEncryption (RFC 8017 §A.1), id-ecPublicKey with its curves (RFC 5480 §2.1.1), id-Ed25519 (RFC 8410 §3).
    const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
    const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
    if label == "RSA PUBLIC KEY" {
        return rsa(der);
    }
    let (outer, _) = Element::read(der)?;
    let (algorithm, behind) = Element::read(outer.of(SEQUENCE)?)?;
    let (name, parameters) = Element::read(algorithm.of(SEQUENCE)?)?;
    match name.of(OBJECT_IDENTIFIER)? {
        // The first byte says how many bits of the last are not used: none.
        RSA => rsa(Element::read(behind)?.0.of(BIT_STRING)?.get(1..)?),
        EC => Some(KeyKind::Ec(
            match Element::read(parameters)?.0.of(OBJECT_IDENTIFIER)? {
                [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07] => Some("P-256"),
                [0x2b, 0x81, 0x04, 0x00, 0x22] => Some("P-384"),
                [0x2b, 0x81, 0x04, 0x00, 0x23] => Some("P-521"),
                [0x2b, 0x81, 0x04, 0x00, 0x0a] => Some("secp256k1"),
                _ => None,
            },
        )),
        ED25519 => Some(KeyKind::Ed25519),
        _ => None,
    }
}

/// `RSAPublicKey` (RFC 8017 §A.1.1): the modulus comes first.
fn rsa(der: &[u8]) -> Option<KeyKind> {
    let (outer, _) = Element::read(der)?;
    let (modulus, _) = Element::read(outer.of(SEQUENCE)?)?;
    Some(KeyKind::Rsa(bit_len(modulus.of(INTEGER)?)))
}

/// One element of DER (X.690 §8.1).
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// The first element, and what is behind it.
    fn read(der: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (&tag, rest) = der.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (len, head) = if first < 0x80 {
            (usize::from(first), 2)
        } else {
            let count = usize::from(first & 0x7f);
            // Four bytes are four gigabytes: no certificate is larger. 0 is the indefinite form, which is not DER.
            if !(1..=4).contains(&count) {
                return None;
            }
            let len = rest
                .get(..count)?
                .iter()
                .fold(0, |len, byte| (len << 8) | usize::from(*byte));
            (len, 2 + count)
        };
        let end = head.checked_add(len)?;
        let element = Self {
            tag,
            content: der.get(head..end)?,
            whole: &der[..end],
        };
        Some((element, &der[end..]))
    }

    fn of(&self, tag: u8) -> Option<&'a [u8]> {
        (self.tag == tag).then_some(self.content)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::keys::pem;

    #[test]
    fn the_public_key_of_a_certificate_is_the_one_that_was_certified() {
        for (certificate, key) in [
            (
                include_str!("../../../tests/keys/rsa-certificate.pem"),
                include_str!("../../../tests/keys/rsa-public.pem"),
            ),
            (
                include_str!("../../../tests/keys/ec-p256-certificate.pem"),
                include_str!("../../../tests/keys/ec-p256-public.pem"),
            ),
            (
                include_str!("../../../tests/keys/ed25519-certificate.pem"),
                include_str!("../../../tests/keys/ed25519-public.pem"),
            ),
        ] {
            let certificate = pem::blocks(certificate).remove(0).der.unwrap();
            let key = pem::blocks(key).remove(0).der.unwrap();
            assert_eq!(public_key_info(&certificate), Some(key.as_slice()));
        }
    }

    #[test]
    fn the_kind_of_a_key_is_told_with_its_curve_or_length() {
        for (text, kind) in [
            (include_str!("../../../tests/keys/rsa-public.pem"), KeyKind::Rsa(2048)),
            (
                include_str!("../../../tests/keys/rsa-1024-public.pem"),
                KeyKind::Rsa(1024),
            ),
            (
                include_str!("../../../tests/keys/ec-p256-public.pem"),
                KeyKind::Ec(Some("P-256")),
            ),
            (
                include_str!("../../../tests/keys/ec-p384-public.pem"),
                KeyKind::Ec(Some("P-384")),
            ),
            (include_str!("../../../tests/keys/ed25519-public.pem"), KeyKind::Ed25519),
        ] {
            let block = pem::blocks(text).remove(0);
            assert_eq!(key_kind(&block.label, &block.der.unwrap()), Some(kind));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(
            bytes in proptest::collection::vec(prop_oneof![Just(0x30_u8), Just(0x84), any::<u8>()], 0..80),
        ) {
            let _ = public_key_info(&bytes);
            let _ = key_kind("PUBLIC KEY", &bytes);
        }

        #[test]
        fn a_certificate_with_any_byte_changed_is_read_without_a_panic(at in 0_usize..700, to in any::<u8>()) {
            let mut certificate = pem::blocks(include_str!("../../../tests/keys/rsa-certificate.pem")).remove(0).der.unwrap();
            if let Some(byte) = certificate.get_mut(at) {
                *byte = to;
            }
            let _ = public_key_info(&certificate);
        }
    }
}
