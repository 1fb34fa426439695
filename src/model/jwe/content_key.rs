//! The key of the content, recovered from what the recipient was sent (RFC 7516 §5.2, steps 6 to 10).

use std::fmt;
use std::num::NonZeroU32;

use aws_lc_rs::key_wrap::{AES_128, AES_256, AesKek, KeyWrap as _};
use aws_lc_rs::pbkdf2;
use aws_lc_rs::rsa::{OaepPrivateDecryptingKey, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};
use zeroize::Zeroizing;

use super::algorithm::{KeyLength, KeyManagement};
use super::content::open_gcm;
use super::header::{Extra, Parameters};
use super::key::Material;

/// Why a key did not give the content's key, or the content.
pub(super) enum Refusal {
    /// It was not tried, for this reason. Nothing of it depends on a secret.
    Because(String),
    /// It was tried. One sentence for padding, length and tag alike: whoever guesses must not learn which (RFC 7516
    /// §11.5).
    DoesNotOpen,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Because(why) => f.write_str(why),
            Self::DoesNotOpen => f.write_str("The key does not open it"),
        }
    }
}

/// How much is done for one token, however many recipients and keys there are.
pub(super) struct Work {
    rounds_left: u32,
    private_left: u32,
    bytes_left: usize,
    is_fresh: bool,
}

/// Bytes of content that are decrypted or authenticated to find out which key it is.
const CONTENT_BYTES: usize = 256 * 1024 * 1024;

impl Work {
    pub(super) const fn new() -> Self {
        Self {
            rounds_left: 4_000_000,
            private_left: 256,
            bytes_left: CONTENT_BYTES,
            is_fresh: true,
        }
    }

    /// For one try of a content of so many bytes. The first one is free: who has one key opens any length.
    pub(super) fn spend_bytes(&mut self, len: usize) -> Result<(), Refusal> {
        let left = self.bytes_left.checked_sub(len);
        self.bytes_left = left.unwrap_or_default();
        if std::mem::take(&mut self.is_fresh) || left.is_some() {
            return Ok(());
        }
        Err(enough("tries of so long a content"))
    }

    fn spend_rounds(&mut self, rounds: u32) -> Result<(), Refusal> {
        let left = self.rounds_left.checked_sub(rounds);
        self.rounds_left = left.ok_or_else(|| enough("rounds of PBKDF2"))?;
        Ok(())
    }

    fn spend_private(&mut self) -> Result<(), Refusal> {
        let left = self.private_left.checked_sub(1);
        self.private_left = left.ok_or_else(|| enough("uses of private keys"))?;
        Ok(())
    }
}

fn enough(what: &str) -> Refusal {
    Refusal::Because(format!(
        "Not tried: the token asks for too many {what}. Give fewer keys to try it with"
    ))
}

/// The key of the content by `material`, which fits `alg` in kind and length.
pub(super) fn recover(
    material: &Material,
    parameters: &Parameters,
    encrypted_key: &[u8],
    work: &mut Work,
) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let opened = match (parameters.alg, material, &parameters.extra) {
        (KeyManagement::RsaPkcs1, Material::Rsa(key), _) => {
            must_be_as_long(key, encrypted_key)?;
            work.spend_private()?;
            open_pkcs1(key, encrypted_key)
        }
        (KeyManagement::RsaOaep(hash), Material::Rsa(key), _) => {
            must_be_as_long(key, encrypted_key)?;
            work.spend_private()?;
            OaepPrivateDecryptingKey::new(key.clone()).ok().and_then(|key| {
                let mut output = Zeroizing::new(vec![0; key.min_output_size()]);
                let len = key.decrypt(hash.oaep(), encrypted_key, &mut output, None).ok()?.len();
                output.truncate(len);
                Some(output)
            })
        }
        (KeyManagement::Dir, Material::Secret(secret), _) => Some(secret.clone()),
        (KeyManagement::AesKw(length), Material::Secret(secret), _) => unwrap_aes(length, secret, encrypted_key),
        (KeyManagement::AesGcmKw(length), Material::Secret(secret), Extra::Sealed { iv, tag }) => {
            open_gcm(length, secret, iv, &[], encrypted_key, tag)
        }
        (KeyManagement::EcdhEs(None), Material::Agreement(_, own), Extra::Agreement(agreement)) => {
            work.spend_private()?;
            agreement.derive(own, &parameters.enc_name, parameters.enc.key_len())
        }
        (KeyManagement::EcdhEs(Some(length)), Material::Agreement(_, own), Extra::Agreement(agreement)) => {
            work.spend_private()?;
            agreement
                .derive(own, &parameters.alg_name, length.bytes())
                .and_then(|key| unwrap_aes(length, &key, encrypted_key))
        }
        (KeyManagement::Pbes2(hash, length), Material::Secret(password), Extra::Password { salt, rounds }) => {
            work.spend_rounds(*rounds)?;
            let rounds = NonZeroU32::new(*rounds).unwrap_or(NonZeroU32::MIN);
            // RFC 7518 §4.8.1.1: the algorithm, a zero, the salt.
            let salt = [parameters.alg_name.as_bytes(), &[0], salt].concat();
            let mut key = Zeroizing::new(vec![0; length.bytes()]);
            pbkdf2::derive(hash.pbkdf2(), rounds, &salt, password, &mut key);
            unwrap_aes(length, &key, encrypted_key)
        }
        _ => None,
    };
    opened
        .filter(|key| key.len() == parameters.enc.key_len())
        .ok_or(Refusal::DoesNotOpen)
}

fn must_be_as_long(key: &PrivateDecryptingKey, encrypted_key: &[u8]) -> Result<(), Refusal> {
    if key.key_size_bytes() == encrypted_key.len() {
        return Ok(());
    }
    Err(Refusal::Because(format!(
        "The encrypted key has {} bytes where this key makes {}",
        encrypted_key.len(),
        key.key_size_bytes()
    )))
}

fn open_pkcs1(key: &PrivateDecryptingKey, encrypted_key: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let key = Pkcs1PrivateDecryptingKey::new(key.clone()).ok()?;
    let mut output = Zeroizing::new(vec![0; key.min_output_size()]);
    let len = key.decrypt(encrypted_key, &mut output).ok()?.len();
    output.truncate(len);
    Some(output)
}

/// AES Key Wrap (RFC 3394).
fn unwrap_aes(length: KeyLength, key: &[u8], wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut output = Zeroizing::new(vec![0; wrapped.len()]);
    let len = match length {
        KeyLength::Bits128 => AesKek::new(&AES_128, key)
            .ok()?
            .unwrap(wrapped, &mut output)
            .ok()?
            .len(),
        KeyLength::Bits256 => AesKek::new(&AES_256, key)
            .ok()?
            .unwrap(wrapped, &mut output)
            .ok()?
            .len(),
        KeyLength::Bits192 => {
            let kek = <aes_kw::KwAes192 as aes_kw::KeyInit>::new_from_slice(key).ok()?;
            kek.unwrap_key(wrapped, &mut output).ok()?.len()
        }
    };
    output.truncate(len);
    Some(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_much_content_is_tried_for_one_token_and_no_more() {
        let mut work = Work::new();
        assert!(work.spend_bytes(usize::MAX).is_ok(), "the first try is free");
        let refused = work.spend_bytes(1).unwrap_err().to_string();
        assert!(refused.contains("too many tries of so long a content"), "{refused}");
        let mut work = Work::new();
        let tries = (0..1000).take_while(|_| work.spend_bytes(1024 * 1024).is_ok());
        assert_eq!(tries.count(), 256);
    }
}
