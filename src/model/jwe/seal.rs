//! Encryption, for tests alone: Tokenscope opens tokens, it makes none.

use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, AES_192, AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::OaepPublicEncryptingKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::algorithm::{ContentEncryption, Hash, KeyLength};
use super::content::gcm;
use super::key::{DecryptionKey, Material};

/// A token in the compact serialization, whose content's key is `content_key`.
pub(super) fn seal(header: &Value, content_key: &[u8], encrypted_key: &[u8], plaintext: &[u8]) -> String {
    let enc = ContentEncryption::find(header["enc"].as_str().unwrap()).unwrap();
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    let iv = vec![7; enc.iv_len()];
    let mut content = plaintext.to_vec();
    let tag = match enc {
        ContentEncryption::Gcm(length) => {
            let key = LessSafeKey::new(UnboundKey::new(gcm(length), content_key).unwrap());
            let nonce = Nonce::try_assume_unique_for_key(&iv).unwrap();
            let tag = key.seal_in_place_separate_tag(nonce, Aad::from(header.as_bytes()), &mut content);
            tag.unwrap().as_ref().to_vec()
        }
        ContentEncryption::CbcHmac(length) => {
            let (mac_key, key) = content_key.split_at(length.bytes());
            let cipher = match length {
                KeyLength::Bits128 => &AES_128,
                KeyLength::Bits192 => &AES_192,
                KeyLength::Bits256 => &AES_256,
            };
            let key = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(cipher, key).unwrap()).unwrap();
            let context = EncryptionContext::Iv128(FixedLength::<16>::try_from(iv.as_slice()).unwrap());
            key.less_safe_encrypt(&mut content, context).unwrap();
            let aad_bits = u64::try_from(header.len() * 8).unwrap();
            let input = [header.as_bytes(), &iv, &content, &aad_bits.to_be_bytes()].concat();
            let mac = hmac::sign(&hmac::Key::new(ContentEncryption::hmac(length), mac_key), &input);
            mac.as_ref()[..length.bytes()].to_vec()
        }
    };
    let [key, iv, content, tag] = [encrypted_key, &iv, &content, &tag].map(|part| URL_SAFE_NO_PAD.encode(part));
    format!("{header}.{key}.{iv}.{content}.{tag}")
}

/// A content's key, encrypted for the public half of an RSA key.
pub(super) fn wrap_oaep(key: &DecryptionKey, hash: Hash, content_key: &[u8]) -> Vec<u8> {
    let Ok(Material::Rsa(key)) = key.material() else {
        panic!("this is no RSA key");
    };
    let public = OaepPublicEncryptingKey::new(key.public_key()).unwrap();
    let mut output = vec![0; public.ciphertext_size()];
    public
        .encrypt(hash.oaep(), content_key, &mut output, None)
        .unwrap()
        .to_vec()
}
