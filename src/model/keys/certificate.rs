//! What is read of an X.509 certificate (RFC 5280 §4.1): its public key, whose it is, and when it is valid. Nothing is
//! verified: who gives a certificate to check signatures with, trusts it already.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::der::{Element, OBJECT_IDENTIFIER, SEQUENCE, SET};
use crate::model::body::cut;

const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const BMP_STRING: u8 = 0x1e;

/// Most attributes of a name that are shown.
const MAX_ATTRIBUTES: usize = 12;

/// A certificate, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// Whose key it certifies: `CN=idp.example, O=Example` (RFC 5280 §4.1.2.6).
    pub subject: String,
    /// Who certifies it (RFC 5280 §4.1.2.4).
    pub issuer: String,
    /// Since when it is valid (RFC 5280 §4.1.2.5).
    pub not_before: Option<Timestamp>,
    /// Until when it is valid, the last second included.
    pub not_after: Option<Timestamp>,
}

/// The parts of a certificate, as DER.
pub(super) struct Parts<'a> {
    /// `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7).
    pub(super) public_key_info: &'a [u8],
    pub(super) issuer: &'a [u8],
    pub(super) subject: &'a [u8],
    validity: &'a [u8],
}

impl<'a> Parts<'a> {
    pub(super) fn read(certificate: &'a [u8]) -> Option<Self> {
        let (outer, _) = Element::read(certificate)?;
        let (to_be_signed, _) = Element::read(outer.of(SEQUENCE)?)?;
        let mut rest = to_be_signed.of(SEQUENCE)?;
        let (first, behind) = Element::read(rest)?;
        if first.tag == VERSION {
            rest = behind;
        }
        let mut next = || {
            let (element, behind) = Element::read(rest)?;
            rest = behind;
            Some(element)
        };
        let (_serial_number, _signature_algorithm) = (next()?, next()?);
        let (issuer, validity, subject, info) = (next()?, next()?, next()?, next()?);
        Some(Self {
            public_key_info: info.of(SEQUENCE).map(|_| info.whole)?,
            issuer: issuer.of(SEQUENCE)?,
            subject: subject.of(SEQUENCE)?,
            validity: validity.of(SEQUENCE)?,
        })
    }

    pub(super) fn certificate(&self) -> Certificate {
        let (not_before, behind) = time(self.validity);
        Certificate {
            subject: name(self.subject),
            issuer: name(self.issuer),
            not_before,
            not_after: time(behind).0,
        }
    }
}

/// A time (RFC 5280 §4.1.2.5.1), and what is behind it.
fn time(der: &[u8]) -> (Option<Timestamp>, &[u8]) {
    let Some((element, behind)) = Element::read(der) else {
        return (None, &[]);
    };
    let text = std::str::from_utf8(element.content).unwrap_or_default();
    let text = match element.tag {
        // Years below 50 are of this century.
        UTC_TIME if text.as_bytes().first().is_some_and(|decade| *decade < b'5') => format!("20{text}"),
        UTC_TIME => format!("19{text}"),
        GENERALIZED_TIME => text.to_owned(),
        _ => return (None, behind),
    };
    let parsed = DateTime::strptime("%Y%m%d%H%M%SZ", &text).ok();
    let time = parsed.and_then(|time| time.to_zoned(TimeZone::UTC).ok());
    (time.map(|time| time.timestamp()), behind)
}

/// A name (RFC 5280 §4.1.2.4) as RFC 4514 writes it, its first attribute in front; attributes without a short name are
/// left out.
fn name(mut der: &[u8]) -> String {
    let mut attributes = Vec::new();
    while let Some((set, behind)) = Element::read(der) {
        der = behind;
        attributes.extend(set.of(SET).and_then(attribute));
        if attributes.len() == MAX_ATTRIBUTES {
            break;
        }
    }
    cut(&attributes.join(", "))
}

fn attribute(set: &[u8]) -> Option<String> {
    let (pair, _) = Element::read(set)?;
    let (oid, behind) = Element::read(pair.of(SEQUENCE)?)?;
    let label = match oid.of(OBJECT_IDENTIFIER)? {
        [0x55, 0x04, 0x03] => "CN",
        [0x55, 0x04, 0x06] => "C",
        [0x55, 0x04, 0x07] => "L",
        [0x55, 0x04, 0x08] => "ST",
        [0x55, 0x04, 0x0a] => "O",
        [0x55, 0x04, 0x0b] => "OU",
        _ => return None,
    };
    let (value, _) = Element::read(behind)?;
    let text = if value.tag == BMP_STRING {
        let units: Vec<u16> = value
            .content
            .chunks_exact(2)
            .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    } else {
        String::from_utf8_lossy(value.content).into_owned()
    };
    Some(format!("{label}={text}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::keys::pem;

    fn der(text: &str) -> Vec<u8> {
        pem::blocks(text).remove(0).der.unwrap().to_vec()
    }

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
            let certificate = der(certificate);
            assert_eq!(Parts::read(&certificate).unwrap().public_key_info, der(key));
        }
    }

    #[test]
    fn whose_it_is_and_when_it_is_valid_is_told() {
        let der = der(include_str!("../../../tests/keys/rsa-certificate.pem"));
        let certificate = Parts::read(&der).unwrap().certificate();
        assert!(certificate.subject.starts_with("CN="), "{certificate:?}");
        assert!(certificate.not_before.unwrap() < certificate.not_after.unwrap());
    }

    #[test]
    fn both_forms_of_a_time_are_read() {
        let at = |tag: u8, text: &str| {
            let der = super::super::der::write(tag, text.as_bytes());
            time(&der).0.map(|time| time.to_string())
        };
        assert_eq!(at(UTC_TIME, "491231235959Z").as_deref(), Some("2049-12-31T23:59:59Z"));
        assert_eq!(at(UTC_TIME, "500101000000Z").as_deref(), Some("1950-01-01T00:00:00Z"));
        assert_eq!(
            at(GENERALIZED_TIME, "20510101000000Z").as_deref(),
            Some("2051-01-01T00:00:00Z")
        );
        assert_eq!(at(UTC_TIME, "tomorrow"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(
            bytes in proptest::collection::vec(prop_oneof![Just(0x30_u8), Just(0x84), any::<u8>()], 0..80),
        ) {
            let _ = Parts::read(&bytes).map(|parts| parts.certificate());
        }

        #[test]
        fn a_certificate_with_any_byte_changed_is_read_without_a_panic(at in 0_usize..700, to in any::<u8>()) {
            let mut certificate = der(include_str!("../../../tests/keys/rsa-certificate.pem"));
            if let Some(byte) = certificate.get_mut(at) {
                *byte = to;
            }
            let _ = Parts::read(&certificate).map(|parts| parts.certificate());
        }
    }
}
