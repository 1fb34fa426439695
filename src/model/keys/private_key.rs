//! Private keys, read from what people have: PEM (RFC 5958, RFC 8017 §A.1.2, RFC 5915) and JWK (RFC 7518 §6, RFC 8037 §2).

use aws_lc_rs::rsa::{KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use zeroize::Zeroizing;

use super::curve::Curve;
use super::pem;

/// A private key that is ready to sign.
pub(super) enum PrivateKey {
    Rsa(RsaKeyPair),
    Ec(Curve, EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Hmac(Zeroizing<Vec<u8>>),
}

const WANTED: &str =
    "An RSA key of 2048 bits or more, an EC key on P-256, P-384, P-521 or secp256k1, or an Ed25519 key is wanted";

impl PrivateKey {
    pub(super) fn generate_p256() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .expect("making a P-256 key fails only without memory or randomness");
        Self::Ec(Curve::P256, pair)
    }

    pub(super) fn from_pem(text: &str) -> Result<Self, String> {
        let blocks = pem::blocks(text);
        let Some(block) = blocks.iter().find(|block| block.label.ends_with("PRIVATE KEY")) else {
            return Err(match blocks.first().map(|block| block.label.as_str()) {
                Some("CERTIFICATE") => {
                    "This is a certificate: it holds the public half only. Give the private key".to_owned()
                }
                Some(label) if label.ends_with("PUBLIC KEY") => {
                    "This is a public key: signing needs the private one".to_owned()
                }
                _ => "There is no private key as PEM in it (RFC 7468 §10)".to_owned(),
            });
        };
        if block.is_encrypted {
            return Err(
                "The private key is protected by a password. Remove it first: openssl pkey -in key.pem -out plain.pem"
                    .to_owned(),
            );
        }
        let Some(der) = &block.der else {
            return Err("The private key is cut off or damaged: its base64 cannot be read".to_owned());
        };
        if block.label == "OPENSSH PRIVATE KEY" {
            return Err(
                "This key is in OpenSSH's own form. Turn it into PEM first: ssh-keygen -p -m PKCS8 -f key".to_owned(),
            );
        }
        Self::from_der(der)
    }

    /// PKCS#8, PKCS#1 or SEC 1: the label is not trusted, because people change it by hand.
    fn from_der(der: &[u8]) -> Result<Self, String> {
        let rsa = match RsaKeyPair::from_pkcs8(der).or_else(|_| RsaKeyPair::from_der(der)) {
            Ok(pair) => return Ok(Self::Rsa(pair)),
            Err(error) => error,
        };
        for curve in Curve::ALL {
            if let Ok(pair) = EcdsaKeyPair::from_private_key_der(curve.signing(), der) {
                return Ok(Self::Ec(curve, pair));
            }
        }
        if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
            return Ok(Self::Ed25519(pair));
        }
        Err(if rsa.to_string() == "TooSmall" {
            "The RSA key is shorter than 2048 bits: servers refuse it (RFC 7518 §3.3). Make a longer one".to_owned()
        } else {
            format!("The private key cannot be used. {WANTED}")
        })
    }

    pub(super) fn from_jwk(jwk: &Value) -> Result<Self, String> {
        match jwk.get("kty").and_then(Value::as_str) {
            Some("RSA") => rsa_from_jwk(jwk),
            Some("EC") => ec_from_jwk(jwk),
            Some("OKP") => okp_from_jwk(jwk),
            Some("oct") => {
                let key = bytes(jwk, "k")?;
                Ok(Self::Hmac(key))
            }
            Some(_) => Err(format!("The JWK's kty is not known here (RFC 7518 §6.1). {WANTED}")),
            None => Err("The JWK has no kty (RFC 7517 §4.1)".to_owned()),
        }
    }

    /// The members that a JWK of the public half must have, in the order of RFC 7638 §3.3. `None` for a secret.
    pub(super) fn public_members(&self) -> Option<Vec<(&'static str, String)>> {
        Some(match self {
            Self::Rsa(pair) => {
                let public = pair.public_key();
                vec![
                    (
                        "e",
                        URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
                    ),
                    ("kty", "RSA".to_owned()),
                    (
                        "n",
                        URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
                    ),
                ]
            }
            Self::Ec(curve, pair) => {
                // Uncompressed (SEC 1 §2.3.3): 4, then both coordinates.
                let (x, y) = pair.public_key().as_ref()[1..].split_at(curve.field_len());
                vec![
                    ("crv", curve.as_str().to_owned()),
                    ("kty", "EC".to_owned()),
                    ("x", URL_SAFE_NO_PAD.encode(x)),
                    ("y", URL_SAFE_NO_PAD.encode(y)),
                ]
            }
            Self::Ed25519(pair) => vec![
                ("crv", "Ed25519".to_owned()),
                ("kty", "OKP".to_owned()),
                ("x", URL_SAFE_NO_PAD.encode(pair.public_key())),
            ],
            Self::Hmac(_) => return None,
        })
    }
}

fn rsa_from_jwk(jwk: &Value) -> Result<PrivateKey, String> {
    let n = public_integer(jwk, "n")?;
    let e = public_integer(jwk, "e")?;
    let d = private(jwk, "d")?;
    if ["p", "q", "dp", "dq", "qi"].iter().any(|name| jwk.get(name).is_none()) {
        return Err("The RSA JWK lacks p, q, dp, dq or qi (RFC 7518 §6.3.2): export it with all of them".to_owned());
    }
    if n.len() < 256 {
        return Err("The RSA key is shorter than 2048 bits: servers refuse it (RFC 7518 §3.3)".to_owned());
    }
    let components = KeyPairComponents {
        public_key: PublicKeyComponents { n, e },
        d,
        p: bytes(jwk, "p")?,
        q: bytes(jwk, "q")?,
        dP: bytes(jwk, "dp")?,
        dQ: bytes(jwk, "dq")?,
        qInv: bytes(jwk, "qi")?,
    };
    RsaKeyPair::from_components(&components)
        .map(PrivateKey::Rsa)
        .map_err(|_| "The numbers of the RSA JWK do not fit together (RFC 7518 §6.3)".to_owned())
}

fn ec_from_jwk(jwk: &Value) -> Result<PrivateKey, String> {
    let crv = jwk.get("crv").and_then(Value::as_str).unwrap_or_default();
    let Some(curve) = Curve::find(crv) else {
        return Err(format!(
            "The JWK's crv cannot be used for signing here (RFC 7518 §6.2.1.1). {WANTED}"
        ));
    };
    let d = private(jwk, "d")?;
    let mut point = vec![4];
    for name in ["x", "y"] {
        let coordinate = bytes(jwk, name)?;
        // Some writers drop leading zeros, against RFC 7518 §6.2.1.2.
        point.extend(std::iter::repeat_n(
            0,
            curve.field_len().saturating_sub(coordinate.len()),
        ));
        point.extend_from_slice(&coordinate);
    }
    let mut number = Zeroizing::new(vec![0; curve.field_len().saturating_sub(d.len())]);
    number.extend_from_slice(&d);
    EcdsaKeyPair::from_private_key_and_public_key(curve.signing(), &number, &point)
        .map(|pair| PrivateKey::Ec(curve, pair))
        .map_err(|_| format!("The JWK is no key on {crv}: x, y and d do not fit together (RFC 7518 §6.2)"))
}

fn okp_from_jwk(jwk: &Value) -> Result<PrivateKey, String> {
    if jwk.get("crv").and_then(Value::as_str) != Some("Ed25519") {
        return Err(format!(
            "The JWK's crv cannot be used for signing here (RFC 8037 §2). {WANTED}"
        ));
    }
    let d = private(jwk, "d")?;
    let x = bytes(jwk, "x")?;
    Ed25519KeyPair::from_seed_and_public_key(&d, &x)
        .map(PrivateKey::Ed25519)
        .map_err(|_| "The JWK is no Ed25519 key: x and d do not fit together (RFC 8037 §2)".to_owned())
}

fn private(jwk: &Value, name: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    if jwk.get(name).is_none() {
        return Err(format!(
            "This JWK is a public key: it has no {name}. Signing needs the private one"
        ));
    }
    bytes(jwk, name)
}

/// Without the zeros in front that some writers leave there, against RFC 7518 §2.
fn public_integer(jwk: &Value, name: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    let mut number = bytes(jwk, name)?;
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.drain(..zeros);
    Ok(number)
}

fn bytes(jwk: &Value, name: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    let text = jwk
        .get(name)
        .and_then(Value::as_str)
        .ok_or_else(|| format!("The JWK has no text {name} (RFC 7518 §6)"))?;
    URL_SAFE_NO_PAD
        .decode(text.trim_end_matches('='))
        .ok()
        .filter(|bytes| !bytes.is_empty())
        .map(Zeroizing::new)
        .ok_or_else(|| format!("The JWK's {name} is not base64url (RFC 7518 §2)"))
}
