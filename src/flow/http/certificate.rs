//! Who issued a certificate to whom (RFC 5280 §4.1): the little that a sentence about it needs.

/// The names on a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    /// The name of who issued it.
    pub(super) issuer: Option<String>,
    /// Whether that is the holder itself.
    pub(super) is_self_issued: bool,
}

impl Names {
    /// Reads a certificate's DER; none when that breaks off before the names.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let (certificate, _) = value(der, SEQUENCE)?;
        let (body, _) = value(certificate, SEQUENCE)?;
        // The version has a default and may be missing.
        let rest = value(body, VERSION).map_or(body, |(_, rest)| rest);
        let (_, rest) = value(rest, INTEGER)?;
        let (_, rest) = value(rest, SEQUENCE)?;
        let (issuer, rest) = value(rest, SEQUENCE)?;
        let (_, rest) = value(rest, SEQUENCE)?;
        let (subject, _) = value(rest, SEQUENCE)?;
        Some(Self {
            issuer: name(issuer, COMMON_NAME).or_else(|| name(issuer, ORGANIZATION)),
            is_self_issued: issuer == subject,
        })
    }
}

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const VERSION: u8 = 0xa0;
const INTEGER: u8 = 0x02;
const OBJECT_IDENTIFIER: u8 = 0x06;
/// 2.5.4.3.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
/// 2.5.4.10.
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];

/// The text of one attribute of a distinguished name.
fn name(mut names: &[u8], attribute: &[u8]) -> Option<String> {
    while let Some((set, rest)) = value(names, SET) {
        names = rest;
        let (pair, _) = value(set, SEQUENCE)?;
        let (identifier, text) = value(pair, OBJECT_IDENTIFIER)?;
        if identifier == attribute {
            let (text, _) = value(text, *text.first()?)?;
            let shown: String = String::from_utf8_lossy(text)
                .chars()
                .filter(|c| !c.is_control())
                .take(80)
                .collect();
            return Some(format!("“{shown}”"));
        }
    }
    None
}

/// The value at the start of `der`, when it has this tag, and what comes behind it.
fn value(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = der.split_first()?;
    let (&length, rest) = rest.split_first()?;
    let (length, rest) = if length < 0x80 {
        (usize::from(length), rest)
    } else {
        let (bytes, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
        if bytes.len() > 4 {
            return None;
        }
        (bytes.iter().fold(0, |sum, b| sum << 8 | usize::from(*b)), rest)
    };
    (first == tag).then_some(())?;
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

    use super::*;

    #[test]
    fn the_issuer_is_named_and_a_self_signed_certificate_known() {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Test authority");
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let leaf = leaf.signed_by(&KeyPair::generate().unwrap(), &authority).unwrap();
        for (der, is_self_issued) in [(authority.der(), true), (leaf.der(), false)] {
            assert_eq!(
                Names::read(der),
                Some(Names {
                    issuer: Some("“Test authority”".to_owned()),
                    is_self_issued
                })
            );
            assert_eq!(Names::read(&der[..20]), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(der in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Names::read(&der);
        }
    }
}
