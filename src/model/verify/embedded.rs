//! A key that the token brings itself: never trusted, but it is said when the signature fits it (RFC 8725 §3.10).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::header::Header;
use super::{Finding, Made, Signature, hmac};
use crate::model::keys::{Key, KeySet, SecretForm};

/// Longest key in a header that is read.
const MAX_LEN: usize = 64 * 1024;

/// Looks whether a signature that no trusted key made was made with what the header brings.
pub(super) fn look(made: &Made<'_>, header: &Header, verdict: &mut Signature) {
    let jwk = header.jwk.as_deref().filter(|jwk| jwk.len() <= MAX_LEN);
    let certificate = header
        .x5c
        .as_deref()
        .filter(|x5c| x5c.len() <= MAX_LEN)
        .and_then(certified);
    let keys = [jwk.map(KeySet::embedded), certificate];
    for key in keys.into_iter().flatten() {
        let fits = match (&key.secret, &key.public) {
            (Some(secret), _) if made.alg.is_symmetric() => SecretForm::Base64
                .keys(secret)
                .iter()
                .any(|(_, key)| made.budget.may_try_secret(made.input.len()) && hmac::fits(made, key)),
            (None, Some(key)) => {
                made.budget.may_try(made.input.len()) && key.fits(made.alg, made.input, made.signature) == Some(true)
            }
            _ => false,
        };
        if !fits {
            continue;
        }
        let message = "It is signed with the key that it brings itself: that proves nothing";
        verdict
            .findings
            .push(Finding::new("signed_with_embedded_key", message, "RFC 8725 §3.10"));
        verdict.reason.push_str(". ");
        verdict.reason.push_str(message);
        return;
    }
}

/// The key of the first certificate.
fn certified(x5c: &str) -> Option<Key> {
    let list: Value = serde_json::from_str(x5c).ok()?;
    let der = STANDARD.decode(list.get(0)?.as_str()?).ok()?;
    KeySet::of_certificate(&der)
}
