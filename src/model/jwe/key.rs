//! A key that a person gives to open tokens with, and what it says of itself.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::agreement::PrivateKey;
use aws_lc_rs::rsa::PrivateDecryptingKey;
use serde_json::Value;
use zeroize::Zeroizing;

use super::ecdh::Curve;
use crate::model::body::cut;

/// The key itself.
pub(super) enum Material {
    Rsa(PrivateDecryptingKey),
    Agreement(Curve, PrivateKey),
    Secret(Zeroizing<Vec<u8>>),
}

impl Material {
    fn describe(&self) -> String {
        match self {
            Self::Rsa(key) => format!("RSA key of {} bits", key.key_size_bits()),
            Self::Agreement(curve, _) => format!("key on {}", curve.as_str()),
            Self::Secret(_) => "secret".to_owned(),
        }
    }
}

/// A private key or a secret, with what its JWK says of it. Cloning it copies no key; it never prints itself.
#[derive(Clone)]
pub struct DecryptionKey {
    material: Result<Arc<Material>, String>,
    name: String,
    kid: Option<String>,
    pub(super) alg: Option<String>,
    pub(super) key_use: Option<String>,
    pub(super) key_ops: Option<Vec<String>>,
}

impl DecryptionKey {
    /// A key of which nothing else is known.
    pub(super) fn plain(material: Material) -> Self {
        Self {
            name: material.describe(),
            material: Ok(Arc::new(material)),
            kid: None,
            alg: None,
            key_use: None,
            key_ops: None,
        }
    }

    /// The same under this name.
    pub(super) fn called(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The key of a JWK, with what it says of itself; `material` may be why it cannot be used.
    pub(super) fn of_jwk(jwk: &Value, material: Result<Material, String>) -> Self {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str).map(str::to_owned);
        let kid = text("kid");
        let what = match &material {
            Ok(material) => material.describe(),
            Err(_) => format!("{} key", cut(text("kty").as_deref().unwrap_or("unknown"))),
        };
        let name = match &kid {
            Some(kid) => format!("{what}, kid {}", cut(kid)),
            None => what,
        };
        let key_ops = jwk.get("key_ops").and_then(Value::as_array).map(|ops| {
            let ops = ops.iter().filter_map(Value::as_str);
            ops.map(str::to_owned).collect()
        });
        Self {
            material: material.map(Arc::new),
            name,
            kid,
            alg: text("alg"),
            key_use: text("use"),
            key_ops,
        }
    }

    /// The key in words, like `RSA key of 2048 bits, kid frodo`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `kid` of its JWK (RFC 7517 §4.5).
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Why it can open nothing, if so: a public key in a set, say.
    pub fn problem(&self) -> Option<&str> {
        self.material.as_ref().err().map(String::as_str)
    }

    pub(super) fn material(&self) -> Result<&Material, String> {
        self.material.as_deref().map_err(Clone::clone)
    }
}

impl fmt::Debug for DecryptionKey {
    /// Its name, never the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DecryptionKey").field(&self.name).finish()
    }
}
