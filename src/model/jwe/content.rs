//! The encrypted content, and how it is opened (RFC 7518 §5).

use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, AES_192, AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use zeroize::Zeroizing;

use super::algorithm::{ContentEncryption, KeyLength};
use super::decrypted::DecryptProblem;

/// What is encrypted, and what belongs to it.
pub(super) struct Content {
    /// What is authenticated and not encrypted (RFC 7516 §5.1, step 14).
    pub(super) aad: Vec<u8>,
    pub(super) iv: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

impl Content {
    /// The bytes that each try costs.
    pub(super) fn len(&self) -> usize {
        self.aad.len().saturating_add(self.ciphertext.len())
    }

    /// Whether the lengths are those that `enc` has.
    pub(super) fn check(&self, enc: ContentEncryption) -> Result<(), DecryptProblem> {
        let wrong = |what: &str, has: usize, wants: usize| {
            let message = format!("The {what} has {has} bytes where {wants} are wanted (RFC 7518 §5)");
            Err(DecryptProblem::malformed(message))
        };
        if self.iv.len() != enc.iv_len() {
            return wrong("initialization vector", self.iv.len(), enc.iv_len());
        }
        if self.tag.len() != enc.tag_len() {
            return wrong("authentication tag", self.tag.len(), enc.tag_len());
        }
        let is_cbc = matches!(enc, ContentEncryption::CbcHmac(_));
        if is_cbc && (self.ciphertext.is_empty() || !self.ciphertext.len().is_multiple_of(16)) {
            return Err(DecryptProblem::malformed(format!(
                "The ciphertext has {} bytes where AES-CBC makes a multiple of 16: it is cut off (RFC 7518 §5.2)",
                self.ciphertext.len()
            )));
        }
        Ok(())
    }

    /// Opens the content. `None` when the key is not the one, or a byte was changed: which of them, nobody is told.
    pub(super) fn open(&self, enc: ContentEncryption, key: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        if key.len() != enc.key_len() {
            return None;
        }
        match enc {
            ContentEncryption::Gcm(length) => open_gcm(length, key, &self.iv, &self.aad, &self.ciphertext, &self.tag),
            ContentEncryption::CbcHmac(length) => self.open_cbc(length, key),
        }
    }

    fn open_cbc(&self, length: KeyLength, key: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (mac_key, cipher_key) = key.split_at_checked(length.bytes())?;
        let aad_bits = u64::try_from(self.aad.len()).ok()?.checked_mul(8)?;
        let mut mac = hmac::Context::with_key(&hmac::Key::new(ContentEncryption::hmac(length), mac_key));
        mac.update(&self.aad);
        mac.update(&self.iv);
        mac.update(&self.ciphertext);
        mac.update(&aad_bits.to_be_bytes());
        let computed = mac.sign();
        // First of all, so that padding is looked at only in what is authentic (RFC 7518 §5.2.2.2).
        verify_slices_are_equal(computed.as_ref().get(..length.bytes())?, &self.tag).ok()?;
        let cipher = match length {
            KeyLength::Bits128 => &AES_128,
            KeyLength::Bits192 => &AES_192,
            KeyLength::Bits256 => &AES_256,
        };
        let key = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(cipher, cipher_key).ok()?).ok()?;
        let iv = FixedLength::<16>::try_from(self.iv.as_slice()).ok()?;
        let mut buffer = Zeroizing::new(self.ciphertext.clone());
        let plain_len = key.decrypt(&mut buffer, DecryptionContext::Iv128(iv)).ok()?.len();
        buffer.truncate(plain_len);
        Some(buffer)
    }
}

/// AES in Galois/Counter mode (RFC 7518 §5.3): for contents, and for wrapped keys (§4.7).
pub(super) fn open_gcm(
    length: KeyLength,
    key: &[u8],
    iv: &[u8],
    aad: &[u8],
    ciphertext: &[u8],
    tag: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let key = LessSafeKey::new(UnboundKey::new(gcm(length), key).ok()?);
    let nonce = Nonce::try_assume_unique_for_key(iv).ok()?;
    let mut plaintext = Zeroizing::new(vec![0; ciphertext.len()]);
    key.open_separate_gather(nonce, Aad::from(aad), ciphertext, tag, &mut plaintext)
        .ok()?;
    Some(plaintext)
}

pub(super) const fn gcm(length: KeyLength) -> &'static Algorithm {
    match length {
        KeyLength::Bits128 => &AES_128_GCM,
        KeyLength::Bits192 => &AES_192_GCM,
        KeyLength::Bits256 => &AES_256_GCM,
    }
}
