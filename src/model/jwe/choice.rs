//! Which of the given keys may open a token, and in which order they are tried (RFC 7516 §5.2, RFC 7517 §4).

use super::algorithm::KeyManagement;
use super::header::{Extra, Header, Parameters};
use super::key::{DecryptionKey, Material};
use crate::model::body::cut;
use crate::model::keys::Finding;

/// The choice for one recipient.
pub(super) struct Choice<'a> {
    kid: Option<&'a str>,
    parameters: &'a Parameters,
    keys: &'a [DecryptionKey],
    /// Whether one of the keys has the `kid` that the token names.
    is_named: bool,
}

impl<'a> Choice<'a> {
    pub(super) fn new(header: &Header<'a>, parameters: &'a Parameters, keys: &'a [DecryptionKey]) -> Self {
        let kid = header.kid();
        Self {
            kid,
            parameters,
            keys,
            is_named: kid.is_some() && keys.iter().any(|key| key.kid() == kid),
        }
    }

    /// The keys with the `kid` that the token names, then the others in their order.
    pub(super) fn order(&self) -> impl Iterator<Item = &'a DecryptionKey> {
        let (kid, keys, is_named) = (self.kid, self.keys, self.is_named);
        let has_it = move |key: &&DecryptionKey| is_named && key.kid() == kid;
        keys.iter()
            .filter(move |key| has_it(key))
            .chain(keys.iter().filter(move |key| !has_it(key)))
    }

    /// The key itself, or why it is not tried.
    pub(super) fn check(&self, key: &'a DecryptionKey) -> Result<&'a Material, String> {
        let material = key.material()?;
        let alg_name = cut(&self.parameters.alg_name);
        if let Some(key_use) = key.key_use.as_deref().filter(|key_use| *key_use != "enc") {
            let key_use = cut(key_use);
            return Err(format!(
                "Its use is {key_use}: it is not for encryption (RFC 7517 §4.2)"
            ));
        }
        let wanted = self.parameters.alg.key_ops();
        if let Some(ops) = &key.key_ops
            && !ops.iter().any(|op| wanted.contains(&op.as_str()))
        {
            return Err(format!("Its key_ops have no {} (RFC 7517 §4.3)", wanted.join(" or ")));
        }
        if let Some(alg) = key.alg.as_deref()
            && alg != self.parameters.alg_name
            && !(self.parameters.alg == KeyManagement::Dir && alg == self.parameters.enc_name)
        {
            return Err(format!(
                "Its alg is {}, the token's {alg_name} (RFC 7517 §4.4)",
                cut(alg)
            ));
        }
        if self.is_named && key.kid().is_some() && key.kid() != self.kid {
            return Err("Its kid is another than the token's, which one of the keys has (RFC 7516 §4.1.6)".to_owned());
        }
        self.check_kind(material, &alg_name)?;
        Ok(material)
    }

    fn check_kind(&self, material: &Material, alg: &str) -> Result<(), String> {
        match (self.parameters.alg, material) {
            (KeyManagement::RsaPkcs1 | KeyManagement::RsaOaep(_), Material::Rsa(_))
            | (KeyManagement::Pbes2(..), Material::Secret(_)) => Ok(()),
            (KeyManagement::RsaPkcs1 | KeyManagement::RsaOaep(_), _) => {
                Err(format!("{alg} needs an RSA key (RFC 7518 §4.2)"))
            }
            (KeyManagement::EcdhEs(_), Material::Agreement(curve, _)) => match &self.parameters.extra {
                Extra::Agreement(agreement) if agreement.curve != *curve => Err(format!(
                    "It is on {}, and epk on {}: both must be on one curve (RFC 7518 §4.6.1.1)",
                    curve.as_str(),
                    agreement.curve.as_str()
                )),
                _ => Ok(()),
            },
            (KeyManagement::EcdhEs(_), _) => Err(format!("{alg} needs an EC or X25519 key (RFC 7518 §4.6)")),
            (KeyManagement::AesKw(length) | KeyManagement::AesGcmKw(length), Material::Secret(secret)) => {
                must_be_long(secret.len(), length.bytes(), alg)
            }
            (KeyManagement::Dir, Material::Secret(secret)) => must_be_long(
                secret.len(),
                self.parameters.enc.key_len(),
                &cut(&self.parameters.enc_name),
            ),
            (_, _) => Err(format!("{alg} needs a secret, not a private key (RFC 7518 §4)")),
        }
    }

    /// What is to be said of the key that opened the token.
    pub(super) fn finding(&self, key: &DecryptionKey) -> Option<Finding> {
        let (theirs, ours) = (self.kid?, key.kid()?);
        (theirs != ours).then(|| {
            let message = format!(
                "The token names the key {}, and it opened with {}",
                cut(theirs),
                cut(ours)
            );
            Finding::new("other_kid", message, "RFC 7516 §4.1.6")
        })
    }
}

fn must_be_long(has: usize, wanted: usize, whose: &str) -> Result<(), String> {
    if has == wanted {
        return Ok(());
    }
    Err(format!(
        "It has {has} bytes where {whose} needs {wanted} (RFC 7518 §4, §5)"
    ))
}
