//! Proof Key for Code Exchange (RFC 7636), and the other values that are new for each login.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::clock::Random;
use super::secret::Secret;

/// A code verifier, and the challenge that is sent ahead of it. The method is always `S256`.
#[derive(Clone, Debug)]
pub struct Pkce {
    /// `code_verifier` (RFC 7636 §4.1): 43 characters from 32 random bytes.
    pub code_verifier: Secret,
    /// `code_challenge` (RFC 7636 §4.2).
    pub code_challenge: String,
}

impl Pkce {
    /// A new pair.
    pub fn new(random: &dyn Random) -> Self {
        Self::from_verifier(random_text(random))
    }

    fn from_verifier(code_verifier: String) -> Self {
        Self {
            code_challenge: s256(&code_verifier),
            code_verifier: Secret::new(code_verifier),
        }
    }
}

/// `BASE64URL(SHA256(verifier))`: the `S256` transformation of RFC 7636 §4.2.
pub fn s256(code_verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, code_verifier.as_bytes()))
}

/// 43 URL-safe characters with 256 bits of randomness: for `code_verifier`, `state` and `nonce`.
/// All 32 bytes are encoded as they are, so no character is likelier than another.
pub fn random_text(random: &dyn Random) -> String {
    let mut bytes = [0_u8; 32];
    random.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::CountingRandom;

    #[test]
    fn the_example_of_rfc_7636_appendix_b() {
        let pkce = Pkce::from_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        assert_eq!(pkce.code_challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn two_logins_share_nothing() {
        let random = CountingRandom::default();
        let (first, second) = (Pkce::new(&random), Pkce::new(&random));
        assert_eq!(first.code_verifier.expose().len(), 43);
        assert_ne!(first.code_verifier, second.code_verifier);
        assert_ne!(first.code_challenge, second.code_challenge);
    }
}
