//! A public key, read once, and ready to check signatures with.

use std::fmt;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::signature::{
    ED25519, ParsedPublicKey, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    VerificationAlgorithm,
};

use super::bare_forms::bare_forms;
use super::curve::Curve;
use super::jwa::SigningAlgorithm;
use super::numbers::{Numbers, bit_len};

/// A key in the form in which a verification costs least. Cloning it copies no key.
#[derive(Clone)]
pub(in crate::model) struct PublicKey(Arc<Parsed>);

enum Parsed {
    Rsa {
        pkcs1: Vec<u8>,
        is_short: bool,
        /// One for each algorithm, made when it is first wanted: the library binds a key to its algorithm.
        keys: Box<[OnceLock<Option<ParsedPublicKey>>; 6]>,
    },
    Ec(Curve, ParsedPublicKey),
    Ed25519(ParsedPublicKey),
}

impl PublicKey {
    /// `None` where the numbers are no key: a point off its curve, or an exponent that nobody takes.
    pub(super) fn new(numbers: &Numbers) -> Option<Self> {
        let parsed = match numbers {
            Numbers::Rsa { n, .. } => {
                let pkcs1 = numbers.pkcs1()?;
                ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &pkcs1).ok()?;
                Parsed::Rsa {
                    pkcs1,
                    is_short: bit_len(n) < 2048,
                    keys: Box::default(),
                }
            }
            Numbers::Ec(curve, point) => Parsed::Ec(*curve, ParsedPublicKey::new(curve.verification(), point).ok()?),
            Numbers::Ed25519(x) => Parsed::Ed25519(ParsedPublicKey::new(&ED25519, x).ok()?),
        };
        Some(Self(Arc::new(parsed)))
    }

    /// Whether it is of the kind that `alg` signs with (RFC 7518 §3.1).
    pub(in crate::model) fn is_for(&self, alg: SigningAlgorithm) -> bool {
        match &*self.0 {
            Parsed::Rsa { .. } => rsa(alg, false).is_some(),
            Parsed::Ec(curve, _) => curve.algorithm() == alg,
            Parsed::Ed25519(_) => matches!(alg, SigningAlgorithm::EdDSA | SigningAlgorithm::Ed25519),
        }
    }

    /// Whether `signature` over `message` was made with its private half; `None` where that cannot be tried.
    pub(in crate::model) fn fits(&self, alg: SigningAlgorithm, message: &[u8], signature: &[u8]) -> Option<bool> {
        let key = match &*self.0 {
            Parsed::Rsa { pkcs1, is_short, keys } => {
                let (place, algorithm) = rsa(alg, *is_short)?;
                keys[place]
                    .get_or_init(|| ParsedPublicKey::new(algorithm, pkcs1).ok())
                    .as_ref()?
            }
            Parsed::Ec(curve, key) => (curve.algorithm() == alg).then_some(key)?,
            Parsed::Ed25519(key) => self.is_for(alg).then_some(key)?,
        };
        Some(key.verify_sig(message, signature).is_ok())
    }

    /// `SubjectPublicKeyInfo` as DER (RFC 5280 §4.1.2.7).
    pub(in crate::model) fn spki(&self) -> Option<Vec<u8>> {
        let der = match &*self.0 {
            Parsed::Rsa { pkcs1, .. } => ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pkcs1).ok()?.as_der(),
            Parsed::Ec(_, key) | Parsed::Ed25519(key) => key.as_der(),
        };
        Some(der.ok()?.as_ref().to_vec())
    }

    /// What an attacker may take it as without any container: its numbers, the smallest JWK, the line of SSH.
    pub(in crate::model) fn bare_forms(&self) -> Vec<(&'static str, Vec<u8>)> {
        let numbers = match self.pkcs1() {
            Some(pkcs1) => Numbers::of_der("RSA PUBLIC KEY", pkcs1).ok(),
            None => self.spki().and_then(|spki| Numbers::of_der("PUBLIC KEY", &spki).ok()),
        };
        numbers.map(|numbers| bare_forms(&numbers)).unwrap_or_default()
    }

    /// `RSAPublicKey` as DER (RFC 8017 §A.1.1), of an RSA key.
    pub(in crate::model) fn pkcs1(&self) -> Option<&[u8]> {
        match &*self.0 {
            Parsed::Rsa { pkcs1, .. } => Some(pkcs1),
            Parsed::Ec(..) | Parsed::Ed25519(_) => None,
        }
    }
}

/// The algorithm with its place among those of a key. Short keys are tried only to say that a signature fits them, where
/// the library can.
fn rsa(alg: SigningAlgorithm, is_short: bool) -> Option<(usize, &'static dyn VerificationAlgorithm)> {
    Some(match (alg, is_short) {
        (SigningAlgorithm::RS256, false) => (0, &RSA_PKCS1_2048_8192_SHA256),
        (SigningAlgorithm::RS384, false) => (1, &RSA_PKCS1_2048_8192_SHA384),
        (SigningAlgorithm::RS512, false) => (2, &RSA_PKCS1_2048_8192_SHA512),
        (SigningAlgorithm::PS256, false) => (3, &RSA_PSS_2048_8192_SHA256),
        (SigningAlgorithm::PS384, false) => (4, &RSA_PSS_2048_8192_SHA384),
        (SigningAlgorithm::PS512, false) => (5, &RSA_PSS_2048_8192_SHA512),
        (SigningAlgorithm::RS256, true) => (0, &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY),
        (SigningAlgorithm::RS512, true) => (2, &RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY),
        _ => return None,
    })
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &*self.0 {
            Parsed::Rsa { .. } => "PublicKey(RSA)",
            Parsed::Ec(curve, _) => curve.as_str(),
            Parsed::Ed25519(_) => "PublicKey(Ed25519)",
        })
    }
}
