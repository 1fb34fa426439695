//! Keys to decrypt with, from what people have: PEM (RFC 5958, RFC 8017 §A.1.2, RFC 5915), JWK and JWK Set (RFC 7517), or
//! a secret.

use aws_lc_rs::agreement::PrivateKey;
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPairComponents, PrivateDecryptingKey, PublicKeyComponents};
use aws_lc_rs::signature::{Ed25519KeyPair, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use zeroize::Zeroizing;

use super::ecdh::Curve;
use super::key::{DecryptionKey, Material};
use crate::model::keys::{SecretForm, pem};
use crate::model::secret::Secret;

/// Most keys of a set that are read.
const MAX_KEYS: usize = 100;

const WANTED: &str = "An RSA key of 2048 bits or more, an EC key on P-256, P-384 or P-521, or an X25519 key is wanted";

impl DecryptionKey {
    /// Reads a private key as a person has it: PEM (one or several), a JWK, or a JWK Set, whose unusable keys are kept to
    /// be named in the list of tried ones. The error is a sentence that holds nothing of the key.
    pub fn parse(text: &Secret) -> Result<Vec<Self>, String> {
        // Exposed to be read as a key.
        let text = text.expose().trim();
        if text.is_empty() {
            Err("There is no key. Paste a private key as PEM or JWK, or a secret".to_owned())
        } else if text.starts_with('{') {
            from_jwk(text)
        } else {
            from_pem(text)
        }
    }

    /// A secret that both sides hold: the key itself for `dir`, A*KW and A*GCMKW, the password for PBES2. With
    /// [`SecretForm::Auto`] there is a key for each way that it can be read.
    pub fn from_secret(secret: &Secret, form: SecretForm) -> Result<Vec<Self>, String> {
        if secret.is_empty() {
            return Err("The secret is empty: there is nothing to decrypt with".to_owned());
        }
        let key = |(form, bytes)| Self::plain(Material::Secret(bytes)).called(format!("secret as {}", as_word(form)));
        let keys: Vec<Self> = form.keys(secret).into_iter().map(key).collect();
        if keys.is_empty() {
            return Err(format!(
                "The secret is not {}: choose text where it is meant as it stands (RFC 4648)",
                as_word(form)
            ));
        }
        Ok(keys)
    }
}

const fn as_word(form: SecretForm) -> &'static str {
    match form {
        SecretForm::Auto | SecretForm::Text => "text",
        SecretForm::Base64 => "base64",
        SecretForm::Hex => "hexadecimal",
    }
}

fn from_pem(text: &str) -> Result<Vec<DecryptionKey>, String> {
    let blocks = pem::blocks(text);
    let private: Vec<_> = blocks
        .iter()
        .filter(|block| block.label.ends_with("PRIVATE KEY"))
        .take(MAX_KEYS)
        .collect();
    if private.is_empty() {
        return Err(match blocks.first().map(|block| block.label.as_str()) {
            Some("CERTIFICATE") => "This is a certificate: it holds the public half only. Give the private key",
            Some(label) if label.ends_with("PUBLIC KEY") => "This is a public key: decrypting needs the private one",
            _ => "There is no private key as PEM in it (RFC 7468 §10). A secret is given as such",
        }
        .to_owned());
    }
    let mut keys = Vec::new();
    for block in private {
        if block.is_encrypted {
            return Err(
                "The private key is protected by a password. Remove it first: openssl pkey -in key.pem -out plain.pem"
                    .to_owned(),
            );
        }
        let damaged = "The private key is cut off or damaged: its base64 cannot be read";
        let der = block.der.as_ref().ok_or(damaged)?;
        if block.label == "OPENSSH PRIVATE KEY" {
            return Err(
                "This key is in OpenSSH's own form. Turn it into PEM first: ssh-keygen -p -m PKCS8 -f key".to_owned(),
            );
        }
        keys.push(DecryptionKey::plain(from_der(der)?));
    }
    Ok(keys)
}

/// PKCS#8, PKCS#1 or SEC 1: the label is not trusted, because people change it by hand.
fn from_der(der: &[u8]) -> Result<Material, String> {
    if let Ok(key) = PrivateDecryptingKey::from_pkcs8(der) {
        return Ok(Material::Rsa(key));
    }
    let rsa = match RsaKeyPair::from_der(der).or_else(|_| RsaKeyPair::from_pkcs8(der)) {
        Ok(pair) => return rsa_material(&pair),
        Err(error) => error,
    };
    for curve in Curve::WITH_POINTS {
        if let Ok(key) = PrivateKey::from_private_key_der(curve.algorithm(), der) {
            return Ok(Material::Agreement(curve, key));
        }
    }
    if let Some(number) = x25519_number(der) {
        return agreement_material(Curve::X25519, number);
    }
    Err(if rsa.to_string() == "TooSmall" {
        "The RSA key is shorter than 2048 bits: no token may be encrypted for it (RFC 7518 §4.2)".to_owned()
    } else if Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).is_ok() {
        "This is an Ed25519 key: it signs and cannot decrypt (RFC 8037 §3)".to_owned()
    } else {
        format!("The private key cannot be used. {WANTED}")
    })
}

/// The number in a PKCS#8 of X25519 (RFC 8410 §7): with the attributes and the public key that version 2 may have, they
/// stand behind it.
fn x25519_number(der: &[u8]) -> Option<&[u8]> {
    // SEQUENCE, version, the algorithm 1.3.101.110, and 32 bytes in an OCTET STRING inside another.
    const ALGORITHM: [u8; 7] = [0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e];
    const NUMBER: [u8; 4] = [0x04, 0x22, 0x04, 0x20];
    let rest = match der {
        [0x30, len, 0x02, 0x01, 0x00 | 0x01, rest @ ..] if usize::from(*len) == rest.len() + 3 => rest,
        _ => return None,
    };
    rest.strip_prefix(&ALGORITHM)?.strip_prefix(&NUMBER)?.get(..32)
}

fn rsa_material(pair: &RsaKeyPair) -> Result<Material, String> {
    let failed = || "The RSA key cannot be used for decryption".to_owned();
    let der = pair.as_der().map_err(|_| failed())?;
    PrivateDecryptingKey::from_pkcs8(der.as_ref())
        .map(Material::Rsa)
        .map_err(|_| failed())
}

fn agreement_material(curve: Curve, number: &[u8]) -> Result<Material, String> {
    PrivateKey::from_private_key(curve.algorithm(), number)
        .map(|key| Material::Agreement(curve, key))
        .map_err(|_| format!("The key is no private key on {} (RFC 7518 §6.2.2)", curve.as_str()))
}

fn from_jwk(text: &str) -> Result<Vec<DecryptionKey>, String> {
    // serde's message is left out: it may quote the key.
    let document: Value = serde_json::from_str(text)
        .map_err(|_| "The key is not JSON: a JWK is an object with kty (RFC 7517 §4)".to_owned())?;
    let Some(keys) = document.get("keys") else {
        return Ok(vec![DecryptionKey::of_jwk(&document, Ok(jwk_material(&document)?))]);
    };
    let list = keys.as_array().ok_or("“keys” is not a list (RFC 7517 §5.1)")?;
    let read = |jwk| DecryptionKey::of_jwk(jwk, jwk_material(jwk));
    let keys: Vec<_> = list.iter().take(MAX_KEYS).map(read).collect();
    if keys.iter().all(|key| key.problem().is_some()) {
        let why = keys.first().and_then(DecryptionKey::problem);
        let why = why.unwrap_or("It is empty");
        return Err(format!("The key set has no key that can decrypt (RFC 7517 §5). {why}"));
    }
    Ok(keys)
}

fn jwk_material(jwk: &Value) -> Result<Material, String> {
    let crv = jwk.get("crv").and_then(Value::as_str).unwrap_or_default();
    match jwk.get("kty").and_then(Value::as_str) {
        Some("RSA") => rsa_from_jwk(jwk),
        Some(kty @ ("EC" | "OKP")) => match Curve::find(kty, crv) {
            Some(curve) => agreement_from_jwk(jwk, curve),
            None if crv.starts_with("Ed") => {
                Err("The JWK's crv is for signatures: it cannot decrypt (RFC 8037 §3)".to_owned())
            }
            None => Err(format!("The JWK's crv cannot be used for decryption here. {WANTED}")),
        },
        Some("oct") => bytes(jwk, "k").map(Material::Secret),
        Some(_) => Err(format!("The JWK's kty is not known here (RFC 7518 §6.1). {WANTED}")),
        None => Err("The JWK has no kty (RFC 7517 §4.1)".to_owned()),
    }
}

fn rsa_from_jwk(jwk: &Value) -> Result<Material, String> {
    let d = private(jwk, "d")?;
    if ["p", "q", "dp", "dq", "qi"].iter().any(|name| jwk.get(name).is_none()) {
        return Err("The RSA JWK lacks p, q, dp, dq or qi (RFC 7518 §6.3.2): export it with all of them".to_owned());
    }
    // Some writers leave zeros in front, against RFC 7518 §2.
    let integer = |name: &str| {
        let mut number = bytes(jwk, name)?;
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        number.drain(..zeros);
        Ok::<_, String>(number)
    };
    let n = integer("n")?;
    if n.len() < 256 {
        let message = "The RSA key is shorter than 2048 bits: no token may be encrypted for it (RFC 7518 §4.2)";
        return Err(message.to_owned());
    }
    let components = KeyPairComponents {
        public_key: PublicKeyComponents { n, e: integer("e")? },
        d,
        p: bytes(jwk, "p")?,
        q: bytes(jwk, "q")?,
        dP: bytes(jwk, "dp")?,
        dQ: bytes(jwk, "dq")?,
        qInv: bytes(jwk, "qi")?,
    };
    let pair = RsaKeyPair::from_components(&components)
        .map_err(|_| "The numbers of the RSA JWK do not fit together (RFC 7518 §6.3)".to_owned())?;
    rsa_material(&pair)
}

fn agreement_from_jwk(jwk: &Value, curve: Curve) -> Result<Material, String> {
    let d = private(jwk, "d")?;
    let mut number = Zeroizing::new(vec![0; curve.field_len().saturating_sub(d.len())]);
    number.extend_from_slice(&d);
    let no_fit = || {
        format!(
            "The JWK is no key on {}: x, y and d do not fit together (RFC 7518 §6.2, RFC 8037 §2)",
            curve.as_str()
        )
    };
    let key = PrivateKey::from_private_key(curve.algorithm(), &number).map_err(|_| no_fit())?;
    let public = key.compute_public_key().map_err(|_| no_fit())?;
    if curve.public_bytes(jwk).as_deref() != Some(public.as_ref()) {
        return Err(no_fit());
    }
    Ok(Material::Agreement(curve, key))
}

fn private(jwk: &Value, name: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    if jwk.get(name).is_none() {
        return Err(format!(
            "This JWK is a public key: it has no {name}. Decrypting needs the private one"
        ));
    }
    bytes(jwk, name)
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
