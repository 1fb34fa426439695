//! The public key in an X.509 certificate (RFC 5280 §4.1). Nothing else is read of it, and nothing is verified: who gives a
//! certificate to check signatures with, trusts it already.

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

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(
            bytes in proptest::collection::vec(prop_oneof![Just(0x30_u8), Just(0x84), any::<u8>()], 0..80),
        ) {
            let _ = public_key_info(&bytes);
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
