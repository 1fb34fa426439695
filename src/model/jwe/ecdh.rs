//! Elliptic curve Diffie-Hellman with an ephemeral key (RFC 7518 §4.6, RFC 8037 §3.2).

use aws_lc_rs::agreement::{
    Algorithm, ECDH_P256, ECDH_P384, ECDH_P521, ParsedPublicKey, PrivateKey, UnparsedPublicKey, X25519, agree,
};
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use zeroize::Zeroizing;

use super::header::Header;
use crate::model::body::cut;

/// A curve that keys can be agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
    P521,
    X25519,
}

impl Curve {
    /// Those of NIST, whose points have two coordinates.
    pub(super) const WITH_POINTS: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    pub(super) fn find(kty: &str, crv: &str) -> Option<Self> {
        match (kty, crv) {
            ("EC", "P-256") => Some(Self::P256),
            ("EC", "P-384") => Some(Self::P384),
            ("EC", "P-521") => Some(Self::P521),
            ("OKP", "X25519") => Some(Self::X25519),
            _ => None,
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::X25519 => "X25519",
        }
    }

    pub(super) const fn algorithm(self) -> &'static Algorithm {
        match self {
            Self::P256 => &ECDH_P256,
            Self::P384 => &ECDH_P384,
            Self::P521 => &ECDH_P521,
            Self::X25519 => &X25519,
        }
    }

    /// Bytes of a coordinate, and of a private key (RFC 7518 §6.2.1.2, RFC 7748 §5).
    pub(super) const fn field_len(self) -> usize {
        match self {
            Self::P256 | Self::X25519 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The public key of a JWK on this curve, as bytes. Some writers drop zeros in front, against RFC 7518 §6.2.1.2.
    pub(super) fn public_bytes(self, jwk: &Value) -> Option<Vec<u8>> {
        if self == Self::X25519 {
            return coordinate(jwk, "x").filter(|x| x.len() == self.field_len());
        }
        // Uncompressed (SEC 1 §2.3.3): 4, then both coordinates.
        let mut point = vec![4];
        for name in ["x", "y"] {
            let value = coordinate(jwk, name)?;
            let missing = self.field_len().checked_sub(value.len())?;
            point.extend(std::iter::repeat_n(0, missing));
            point.extend_from_slice(&value);
        }
        Some(point)
    }
}

fn coordinate(jwk: &Value, name: &str) -> Option<Vec<u8>> {
    let text = jwk.get(name)?.as_str()?;
    URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| !bytes.is_empty())
}

/// What the header says of the agreement.
pub(super) struct Agreement {
    pub(super) curve: Curve,
    /// The sender's ephemeral key.
    public: ParsedPublicKey,
    pub(super) has_private_half: bool,
    apu: Vec<u8>,
    apv: Vec<u8>,
}

impl Agreement {
    /// Reads `epk`, `apu` and `apv` (RFC 7518 §4.6.1). A point that is not on its curve is refused before any private key
    /// comes near it: that would give the key away.
    pub(super) fn read(header: &Header<'_>) -> Result<Self, String> {
        let epk = header
            .get("epk")
            .filter(|epk| epk.is_object())
            .ok_or("The header has no epk: the sender's ephemeral key is missing (RFC 7518 §4.6.1.1)")?;
        let member = |name: &str| epk.get(name).and_then(Value::as_str).unwrap_or_default();
        let (kty, crv) = (member("kty"), member("crv"));
        let curve = Curve::find(kty, crv).ok_or_else(|| {
            let (kty, crv) = (cut(kty), cut(crv));
            format!(
                "epk has kty {kty:?} and crv {crv:?}: a curve that is not known here (RFC 7518 §4.6, RFC 8037 §3.2)"
            )
        })?;
        let bytes = curve.public_bytes(epk).ok_or_else(|| {
            format!(
                "epk has no coordinates of {} bytes for {} (RFC 7518 §6.2.1)",
                curve.field_len(),
                curve.as_str()
            )
        })?;
        let unparsed = UnparsedPublicKey::new(curve.algorithm(), bytes);
        let public = ParsedPublicKey::try_from(unparsed).map_err(|_| {
            format!(
                "epk is no point on {}: an invalid curve attack looks like this (RFC 7518 §6.2.1, RFC 8725 §3.4)",
                curve.as_str()
            )
        })?;
        Ok(Self {
            curve,
            public,
            has_private_half: epk.get("d").is_some(),
            apu: header.bytes("apu")?.unwrap_or_default(),
            apv: header.bytes("apv")?.unwrap_or_default(),
        })
    }

    /// The agreed key of `len` bytes for `algorithm_id`: `enc` where it is the content's, `alg` where it wraps one (RFC
    /// 7518 §4.6.2). `None` when the two keys give nothing, as with a point of small order.
    pub(super) fn derive(&self, own: &PrivateKey, algorithm_id: &str, len: usize) -> Option<Zeroizing<Vec<u8>>> {
        let info = self.other_info(algorithm_id, len)?;
        let algorithm = get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256)?;
        agree(own, self.public.clone(), (), |shared| {
            // RFC 7748 §6.1: X25519 with a point of small order gives zeros.
            if shared.iter().fold(0, |sum, byte| sum | byte) == 0 {
                return Err(());
            }
            let mut key = Zeroizing::new(vec![0; len]);
            sskdf_digest(algorithm, shared, &info, &mut key).map_err(|_| ())?;
            Ok(key)
        })
        .ok()
    }

    fn other_info(&self, algorithm_id: &str, len: usize) -> Option<Vec<u8>> {
        let mut info = Vec::new();
        for part in [algorithm_id.as_bytes(), &self.apu, &self.apv] {
            info.extend_from_slice(&u32::try_from(part.len()).ok()?.to_be_bytes());
            info.extend_from_slice(part);
        }
        info.extend_from_slice(&u32::try_from(len * 8).ok()?.to_be_bytes());
        Some(info)
    }
}
