//! The numbers that make up a public key, wherever they are written: a JWK (RFC 7518 §6, RFC 8037 §2),
//! `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7) or `RSAPublicKey` (RFC 8017 §A.1.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::curve::Curve;
use super::der::{Element, INTEGER, OBJECT_IDENTIFIER, SEQUENCE, write};
use super::key::KeyProblem;

/// A public key by its numbers. Two are equal when the keys are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Modulus and exponent, big-endian, without zeros in front.
    Rsa { n: Vec<u8>, e: Vec<u8> },
    /// A point as SEC 1 §2.3.3 writes it.
    Ec(Curve, Vec<u8>),
    /// RFC 8032 §5.1.5.
    Ed25519(Vec<u8>),
}

impl Numbers {
    /// Those of a JWK.
    pub(super) fn of_jwk(jwk: &Value) -> Result<Self, KeyProblem> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let broken = |what: &str| KeyProblem::Broken(what.to_owned());
        let kty = text("kty").ok_or_else(|| broken("kty is missing (RFC 7517 §4.1)"))?;
        match (kty, text("crv")) {
            ("RSA", _) => {
                let n = without_zeros(&part(jwk, "n")?).to_vec();
                let e = without_zeros(&part(jwk, "e")?).to_vec();
                Ok(Self::Rsa { n, e })
            }
            ("EC" | "OKP", None) => Err(broken("crv is missing (RFC 7518 §6.2.1.1)")),
            ("EC", Some(crv)) => {
                let curve = Curve::find(crv).ok_or(KeyProblem::Unsupported)?;
                let x = coordinate(jwk, "x", curve.field_len())?;
                let y = coordinate(jwk, "y", curve.field_len())?;
                Ok(Self::Ec(curve, [&[4], x.as_slice(), &y].concat()))
            }
            ("OKP", Some("Ed25519")) => Ok(Self::Ed25519(coordinate(jwk, "x", 32)?)),
            ("oct", _) => Err(KeyProblem::Symmetric),
            _ => Err(KeyProblem::Unsupported),
        }
    }

    /// Those of a PEM block with this label: `RSA PUBLIC KEY`, or anything else for `SubjectPublicKeyInfo`.
    pub(super) fn of_der(label: &str, der: &[u8]) -> Result<Self, KeyProblem> {
        let broken = || KeyProblem::Broken("it is no public key (RFC 5280 §4.1.2.7)".to_owned());
        if label == "RSA PUBLIC KEY" {
            return rsa(der).ok_or_else(broken);
        }
        // Some tools write RSAPublicKey under the other label.
        spki(der).or_else(|| rsa(der).map(Ok)).ok_or_else(broken)?
    }

    /// `RSAPublicKey` (RFC 8017 §A.1.1), where it is an RSA key.
    pub(super) fn pkcs1(&self) -> Option<Vec<u8>> {
        let Self::Rsa { n, e } = self else { return None };
        let integer = |number: &[u8]| {
            let sign = number.first().is_none_or(|first| *first >= 0x80);
            write(INTEGER, &[&[0][..usize::from(sign)], number].concat())
        };
        Some(write(SEQUENCE, &[integer(n), integer(e)].concat()))
    }

    /// `kty` (RFC 7518 §6.1).
    pub(super) const fn kty(&self) -> &'static str {
        match self {
            Self::Rsa { .. } => "RSA",
            Self::Ec(..) => "EC",
            Self::Ed25519(_) => "OKP",
        }
    }

    /// The curve, or the length of the modulus.
    pub(super) fn size(&self) -> String {
        match self {
            Self::Rsa { n, .. } => format!("{} bits", bit_len(n)),
            Self::Ec(curve, _) => curve.as_str().to_owned(),
            Self::Ed25519(_) => "Ed25519".to_owned(),
        }
    }
}

/// id-RSASSA-PSS (RFC 4055 §3.1).
const PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];

/// Whether this `SubjectPublicKeyInfo` is that of a key for RSASSA-PSS alone (RFC 4055 §1.2).
pub(super) fn is_pss(der: &[u8]) -> bool {
    let name = || {
        let (outer, _) = Element::read(der)?;
        let (algorithm, _) = Element::read(outer.of(SEQUENCE)?)?;
        let (name, _) = Element::read(algorithm.of(SEQUENCE)?)?;
        name.of(OBJECT_IDENTIFIER)
    };
    name() == Some(PSS)
}

/// `None` where it is none at all.
fn spki(der: &[u8]) -> Option<Result<Numbers, KeyProblem>> {
    // rsaEncryption (RFC 8017 §A.1), id-ecPublicKey (RFC 5480 §2.1.1), id-Ed25519 (RFC 8410 §3).
    const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
    const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
    let (outer, _) = Element::read(der)?;
    let (algorithm, behind) = Element::read(outer.of(SEQUENCE)?)?;
    let (name, parameters) = Element::read(algorithm.of(SEQUENCE)?)?;
    let key = Element::read(behind)?.0.bits()?;
    match name.of(OBJECT_IDENTIFIER)? {
        RSA | PSS => rsa(key).map(Ok),
        EC => {
            let oid = Element::read(parameters).and_then(|(oid, _)| oid.of(OBJECT_IDENTIFIER));
            let curve = oid.and_then(Curve::of_oid).ok_or(KeyProblem::Unsupported);
            Some(curve.map(|curve| Numbers::Ec(curve, key.to_vec())))
        }
        ED25519 => Some(if key.len() == 32 {
            Ok(Numbers::Ed25519(key.to_vec()))
        } else {
            Err(KeyProblem::Broken(
                "an Ed25519 key has 32 bytes (RFC 8410 §4)".to_owned(),
            ))
        }),
        _ => Some(Err(KeyProblem::Unsupported)),
    }
}

fn rsa(der: &[u8]) -> Option<Numbers> {
    let (outer, _) = Element::read(der)?;
    let (modulus, behind) = Element::read(outer.of(SEQUENCE)?)?;
    let (exponent, _) = Element::read(behind)?;
    Some(Numbers::Rsa {
        n: without_zeros(modulus.of(INTEGER)?).to_vec(),
        e: without_zeros(exponent.of(INTEGER)?).to_vec(),
    })
}

/// A coordinate has the full length of its curve (RFC 7518 §6.2.1.2).
fn coordinate(jwk: &Value, name: &str, len: usize) -> Result<Vec<u8>, KeyProblem> {
    let bytes = part(jwk, name)?;
    if bytes.len() == len {
        return Ok(bytes);
    }
    Err(KeyProblem::Broken(format!(
        "{name} has {} bytes and not {len} (RFC 7518 §6.2.1.2)",
        bytes.len()
    )))
}

fn part(jwk: &Value, name: &str) -> Result<Vec<u8>, KeyProblem> {
    let text = jwk.get(name).and_then(Value::as_str);
    let text = text.ok_or_else(|| KeyProblem::Broken(format!("{name} is missing (RFC 7518 §6)")))?;
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| KeyProblem::Broken(format!("{name} is not base64url (RFC 7515 §2)")))
}

pub(super) fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

/// Length of a big-endian number in bits.
pub(super) fn bit_len(number: &[u8]) -> usize {
    let number = without_zeros(number);
    let unused = number.first().map_or(0, |first| first.leading_zeros() as usize);
    number.len() * 8 - unused
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::keys::pem;

    #[test]
    fn a_key_is_the_same_in_every_form_that_it_is_written_in() {
        for (text, kty, size) in [
            (include_str!("../../../tests/keys/rsa-public.pem"), "RSA", "2048 bits"),
            (
                include_str!("../../../tests/keys/rsa-1024-public.pem"),
                "RSA",
                "1024 bits",
            ),
            (include_str!("../../../tests/keys/ec-p256-public.pem"), "EC", "P-256"),
            (include_str!("../../../tests/keys/ec-p384-public.pem"), "EC", "P-384"),
            (include_str!("../../../tests/keys/ed25519-public.pem"), "OKP", "Ed25519"),
        ] {
            let block = pem::blocks(text).remove(0);
            let numbers = Numbers::of_der(&block.label, &block.der.unwrap()).unwrap();
            assert_eq!((numbers.kty(), numbers.size().as_str()), (kty, size));
            if let Some(pkcs1) = numbers.pkcs1() {
                assert_eq!(Numbers::of_der("RSA PUBLIC KEY", &pkcs1), Ok(numbers.clone()));
                // Under the wrong label.
                assert_eq!(Numbers::of_der("PUBLIC KEY", &pkcs1), Ok(numbers));
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(
            bytes in proptest::collection::vec(prop_oneof![Just(0x30_u8), Just(0x84), any::<u8>()], 0..80),
        ) {
            let _ = Numbers::of_der("PUBLIC KEY", &bytes);
            let _ = Numbers::of_der("RSA PUBLIC KEY", &bytes);
        }
    }
}
