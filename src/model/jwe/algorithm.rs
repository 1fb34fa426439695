//! The names of key management and content encryption (RFC 7518 §4.1 and §5.1).

use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512, OaepAlgorithm,
};
use aws_lc_rs::{hmac, pbkdf2};

/// The length of an AES key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyLength {
    Bits128,
    Bits192,
    Bits256,
}

impl KeyLength {
    pub(super) const fn bytes(self) -> usize {
        match self {
            Self::Bits128 => 16,
            Self::Bits192 => 24,
            Self::Bits256 => 32,
        }
    }
}

/// A hash by its length in bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(super) const fn oaep(self) -> &'static OaepAlgorithm {
        match self {
            Self::Sha1 => &OAEP_SHA1_MGF1SHA1,
            Self::Sha256 => &OAEP_SHA256_MGF1SHA256,
            Self::Sha384 => &OAEP_SHA384_MGF1SHA384,
            Self::Sha512 => &OAEP_SHA512_MGF1SHA512,
        }
    }

    pub(super) const fn pbkdf2(self) -> pbkdf2::Algorithm {
        match self {
            Self::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Self::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Self::Sha384 => pbkdf2::PBKDF2_HMAC_SHA384,
            Self::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        }
    }
}

/// `alg`: how the key of the content is reached (RFC 7518 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyManagement {
    /// RFC 7518 §4.2.
    RsaPkcs1,
    /// RFC 7518 §4.3.
    RsaOaep(Hash),
    /// RFC 7518 §4.4.
    AesKw(KeyLength),
    /// RFC 7518 §4.5.
    Dir,
    /// RFC 7518 §4.6: the agreed key is the content's, or wraps it.
    EcdhEs(Option<KeyLength>),
    /// RFC 7518 §4.7.
    AesGcmKw(KeyLength),
    /// RFC 7518 §4.8.
    Pbes2(Hash, KeyLength),
}

impl KeyManagement {
    pub(super) fn find(alg: &str) -> Option<Self> {
        use KeyLength::{Bits128, Bits192, Bits256};
        Some(match alg {
            "RSA1_5" => Self::RsaPkcs1,
            "RSA-OAEP" => Self::RsaOaep(Hash::Sha1),
            "RSA-OAEP-256" => Self::RsaOaep(Hash::Sha256),
            "RSA-OAEP-384" => Self::RsaOaep(Hash::Sha384),
            "RSA-OAEP-512" => Self::RsaOaep(Hash::Sha512),
            "A128KW" => Self::AesKw(Bits128),
            "A192KW" => Self::AesKw(Bits192),
            "A256KW" => Self::AesKw(Bits256),
            "dir" => Self::Dir,
            "ECDH-ES" => Self::EcdhEs(None),
            "ECDH-ES+A128KW" => Self::EcdhEs(Some(Bits128)),
            "ECDH-ES+A192KW" => Self::EcdhEs(Some(Bits192)),
            "ECDH-ES+A256KW" => Self::EcdhEs(Some(Bits256)),
            "A128GCMKW" => Self::AesGcmKw(Bits128),
            "A192GCMKW" => Self::AesGcmKw(Bits192),
            "A256GCMKW" => Self::AesGcmKw(Bits256),
            "PBES2-HS256+A128KW" => Self::Pbes2(Hash::Sha256, Bits128),
            "PBES2-HS384+A192KW" => Self::Pbes2(Hash::Sha384, Bits192),
            "PBES2-HS512+A256KW" => Self::Pbes2(Hash::Sha512, Bits256),
            _ => return None,
        })
    }

    /// What `key_ops` of a key must name, one of these (RFC 7517 §4.3).
    pub(super) const fn key_ops(self) -> &'static [&'static str] {
        match self {
            Self::Dir => &["decrypt"],
            Self::EcdhEs(_) => &["deriveKey", "deriveBits"],
            Self::Pbes2(..) => &["unwrapKey", "decrypt", "deriveKey", "deriveBits"],
            _ => &["unwrapKey", "decrypt"],
        }
    }
}

/// `enc`: how the content is encrypted (RFC 7518 §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ContentEncryption {
    /// RFC 7518 §5.2: a key for AES-CBC of this length, and one for HMAC of the same.
    CbcHmac(KeyLength),
    /// RFC 7518 §5.3.
    Gcm(KeyLength),
}

impl ContentEncryption {
    pub(super) fn find(enc: &str) -> Option<Self> {
        use KeyLength::{Bits128, Bits192, Bits256};
        Some(match enc {
            "A128CBC-HS256" => Self::CbcHmac(Bits128),
            "A192CBC-HS384" => Self::CbcHmac(Bits192),
            "A256CBC-HS512" => Self::CbcHmac(Bits256),
            "A128GCM" => Self::Gcm(Bits128),
            "A192GCM" => Self::Gcm(Bits192),
            "A256GCM" => Self::Gcm(Bits256),
            _ => return None,
        })
    }

    /// Bytes of the key of the content.
    pub(super) const fn key_len(self) -> usize {
        match self {
            Self::CbcHmac(length) => 2 * length.bytes(),
            Self::Gcm(length) => length.bytes(),
        }
    }

    /// Bytes of the initialization vector.
    pub(super) const fn iv_len(self) -> usize {
        match self {
            Self::CbcHmac(_) => 16,
            Self::Gcm(_) => 12,
        }
    }

    /// Bytes of the authentication tag.
    pub(super) const fn tag_len(self) -> usize {
        match self {
            Self::CbcHmac(length) => length.bytes(),
            Self::Gcm(_) => 16,
        }
    }

    /// The HMAC of the CBC kinds, whose first half is the tag (RFC 7518 §5.2.2.1).
    pub(super) const fn hmac(length: KeyLength) -> hmac::Algorithm {
        match length {
            KeyLength::Bits128 => hmac::HMAC_SHA256,
            KeyLength::Bits192 => hmac::HMAC_SHA384,
            KeyLength::Bits256 => hmac::HMAC_SHA512,
        }
    }
}
