//! The names of signature algorithms (RFC 7518 §3.1, RFC 8037 §3.1, RFC 8812 §3.2), and how strong they are.

use serde::{Deserialize, Serialize};

/// An algorithm that a JWT can be signed with here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RS384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RS512,
    /// RSASSA-PSS with SHA-256.
    PS256,
    /// RSASSA-PSS with SHA-384.
    PS384,
    /// RSASSA-PSS with SHA-512.
    PS512,
    /// ECDSA with P-256 and SHA-256.
    ES256,
    /// ECDSA with P-384 and SHA-384.
    ES384,
    /// ECDSA with P-521 and SHA-512.
    ES512,
    /// ECDSA with secp256k1 and SHA-256 (RFC 8812 §3.2).
    ES256K,
    /// Ed25519, by its name in RFC 8037.
    EdDSA,
    /// Ed25519, by its name in RFC 9864.
    Ed25519,
    /// HMAC with SHA-256.
    HS256,
    /// HMAC with SHA-384.
    HS384,
    /// HMAC with SHA-512.
    HS512,
}

impl SigningAlgorithm {
    /// Every algorithm, in the order a list shows them.
    pub const ALL: [Self; 15] = [
        Self::RS256,
        Self::RS384,
        Self::RS512,
        Self::PS256,
        Self::PS384,
        Self::PS512,
        Self::ES256,
        Self::ES384,
        Self::ES512,
        Self::ES256K,
        Self::EdDSA,
        Self::Ed25519,
        Self::HS256,
        Self::HS384,
        Self::HS512,
    ];

    /// The value of `alg`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RS256 => "RS256",
            Self::RS384 => "RS384",
            Self::RS512 => "RS512",
            Self::PS256 => "PS256",
            Self::PS384 => "PS384",
            Self::PS512 => "PS512",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::ES512 => "ES512",
            Self::ES256K => "ES256K",
            Self::EdDSA => "EdDSA",
            Self::Ed25519 => "Ed25519",
            Self::HS256 => "HS256",
            Self::HS384 => "HS384",
            Self::HS512 => "HS512",
        }
    }

    /// The algorithm with this `alg`, letter by letter.
    pub fn find(alg: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.as_str() == alg)
    }

    /// Whether it is the same algorithm as the one with this `alg`: Ed25519 has two names (RFC 9864 §2.2).
    pub fn is_called(self, alg: &str) -> bool {
        self.as_str() == alg || (matches!(self, Self::EdDSA | Self::Ed25519) && matches!(alg, "EdDSA" | "Ed25519"))
    }

    /// The keys that it needs, for people: `RSA`, `EC P-256`.
    pub const fn key_kind(self) -> &'static str {
        match self {
            Self::RS256 | Self::RS384 | Self::RS512 | Self::PS256 | Self::PS384 | Self::PS512 => "RSA",
            Self::ES256 => "EC P-256",
            Self::ES384 => "EC P-384",
            Self::ES512 => "EC P-521",
            Self::ES256K => "EC secp256k1",
            Self::EdDSA | Self::Ed25519 => "OKP Ed25519",
            Self::HS256 | Self::HS384 | Self::HS512 => "oct",
        }
    }

    /// Bytes of an ECDSA signature: `r` and `s`, each as long as the curve's order (RFC 7518 §3.4, RFC 8812 §3.2).
    pub const fn ecdsa_signature_len(self) -> Option<usize> {
        match self {
            Self::ES256 | Self::ES256K => Some(64),
            Self::ES384 => Some(96),
            Self::ES512 => Some(132),
            _ => None,
        }
    }

    /// Bytes that the secret of an HMAC must have at least (RFC 7518 §3.2).
    pub const fn secret_len(self) -> Option<usize> {
        match self {
            Self::HS256 => Some(32),
            Self::HS384 => Some(48),
            Self::HS512 => Some(64),
            _ => None,
        }
    }

    /// Whether both sides hold the same secret: no proof towards anybody else.
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::HS256 | Self::HS384 | Self::HS512)
    }
}

impl std::fmt::Display for SigningAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_algorithm_is_found_by_its_name_alone() {
        for algorithm in SigningAlgorithm::ALL {
            assert_eq!(SigningAlgorithm::find(algorithm.as_str()), Some(algorithm));
            assert_eq!(serde_json::to_value(algorithm).unwrap(), algorithm.as_str());
        }
        assert_eq!(SigningAlgorithm::find("none"), None);
        assert_eq!(SigningAlgorithm::find("rs256"), None);
    }
}
