//! Proof Key for Code Exchange, the server's side (RFC 7636).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What the authorization request committed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Challenge {
    value: String,
    method: Method,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    S256,
    Plain,
}

impl Challenge {
    /// Reads `code_challenge` and `code_challenge_method` (RFC 7636 §4.3); the error is a sentence for the client.
    pub(super) fn parse(value: Option<&str>, method: Option<&str>) -> Result<Option<Self>, String> {
        let Some(value) = value else {
            return match method {
                None => Ok(None),
                Some(_) => Err("code_challenge_method came without a code_challenge".to_owned()),
            };
        };
        let method = match method {
            Some("S256") => Method::S256,
            Some("plain") | None => Method::Plain,
            Some(_) => {
                return Err("The code_challenge_method is not supported: use S256".to_owned());
            }
        };
        if !is_well_formed(value) {
            return Err("The code_challenge must be 43 to 128 unreserved characters".to_owned());
        }
        Ok(Some(Self {
            value: value.to_owned(),
            method,
        }))
    }

    /// Whether `verifier` is what the challenge was made from (RFC 7636 §4.6).
    pub(super) fn accepts(&self, verifier: &str) -> bool {
        let transformed = match self.method {
            Method::S256 => URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())),
            Method::Plain => verifier.to_owned(),
        };
        is_well_formed(verifier) && verify_slices_are_equal(transformed.as_bytes(), self.value.as_bytes()).is_ok()
    }
}

/// 43 to 128 characters of `[A-Za-z0-9-._~]` (RFC 7636 §4.1).
fn is_well_formed(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_rfcs_own_example_is_accepted_and_another_verifier_is_not() {
        let challenge = Challenge::parse(Some(CHALLENGE), Some("S256"));
        let challenge = challenge.expect("well formed").expect("sent");
        assert!(challenge.accepts(VERIFIER));
        assert!(!challenge.accepts(CHALLENGE));
        assert!(!challenge.accepts(""));
    }

    #[test]
    fn the_method_is_plain_when_left_out() {
        let challenge = Challenge::parse(Some(VERIFIER), None);
        assert!(challenge.expect("well formed").expect("sent").accepts(VERIFIER));
    }

    #[test]
    fn a_malformed_or_unknown_challenge_is_refused() {
        assert!(Challenge::parse(Some("short"), Some("S256")).is_err());
        assert!(Challenge::parse(Some(CHALLENGE), Some("S512")).is_err());
        assert!(Challenge::parse(None, Some("S256")).is_err());
        assert_eq!(Challenge::parse(None, None), Ok(None));
    }
}
