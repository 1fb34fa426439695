//! Tokens of Entra ID for Microsoft Graph: `nonce` of their header stands for its SHA-256 in what is signed.
//!
//! By RFC 7515 such a signature is wrong, and it is no forgery: Microsoft wants nobody but Graph to check it (Microsoft
//! identity platform, Access tokens). That it fits once the nonce is hashed is worth knowing, and never makes it valid.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::header::Nonce;
use super::{KeyMaterial, Made, Signature, SignatureStatus, public};

/// Looks whether a signature that does not fit is one over the header with its nonce hashed.
pub(super) fn look(made: &Made<'_>, nonce: &Nonce, material: &KeyMaterial, verdict: &mut Signature) {
    if verdict.status != SignatureStatus::Invalid {
        return;
    }
    let Some(dot) = made.input.iter().position(|byte| *byte == b'.') else {
        return;
    };
    let header = URL_SAFE_NO_PAD.encode(nonce.hashed_header());
    let input = [header.as_bytes(), &made.input[dot..]].concat();
    let made = Made { input: &input, ..*made };
    let mut hashed = Signature {
        kid: verdict.kid.clone(),
        ..Signature::default()
    };
    public::judge(&made, material, &mut hashed);
    if hashed.status != SignatureStatus::Valid {
        return;
    }
    let message = "The signature fits once nonce of the header is replaced by its SHA-256: Entra ID signs what is for \
                   Microsoft Graph so, and only Graph is to check it";
    verdict.status = SignatureStatus::Unverified;
    verdict.reason = format!("Not valid as it stands, and no forgery ({}). {message}", hashed.reason);
    verdict.tried = hashed.tried;
    verdict.lacks_key = false;
}

impl Nonce {
    /// The header's JSON with the nonce's SHA-256 in its place, in base64url.
    fn hashed_header(&self) -> String {
        let hash = digest::digest(&digest::SHA256, self.value.as_bytes());
        let hashed = format!("\"{}\"", URL_SAFE_NO_PAD.encode(hash));
        let mut header = self.header.clone();
        header.replace_range(self.range.clone(), &hashed);
        header
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::verify;
    use super::*;
    use crate::model::jwt;
    use crate::model::keys::KeySet;
    use crate::model::keys::signing::SigningKey;

    fn part(json: &str) -> String {
        URL_SAFE_NO_PAD.encode(json)
    }

    /// A token that is signed with another nonce than it shows, and the keys to check it with.
    fn token(shown: &str, signed: &str) -> (String, KeyMaterial) {
        let key = SigningKey::generate_es256().with_kid("k1");
        let payload = part(r#"{"aud":"00000003-0000-0000-c000-000000000000","sub":"s"}"#);
        let header = |nonce: &str| {
            part(&format!(
                r#"{{"typ":"JWT","nonce":"{nonce}","alg":"ES256","kid":"k1"}}"#
            ))
        };
        let signature = key
            .sign_bytes(
                key.default_algorithm(),
                format!("{}.{payload}", header(signed)).as_bytes(),
            )
            .unwrap();
        let set = json!({"keys": [key.registration_jwk().unwrap()]}).to_string();
        let material = KeyMaterial {
            keys: Some(KeySet::parse(set.as_bytes())),
            ..KeyMaterial::default()
        };
        let signature = URL_SAFE_NO_PAD.encode(signature);
        (format!("{}.{payload}.{signature}", header(shown)), material)
    }

    fn hash(nonce: &str) -> String {
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, nonce.as_bytes()))
    }

    #[test]
    fn a_token_for_microsoft_graph_is_no_forgery_and_not_valid_either() {
        let (token, material) = token("n-1", &hash("n-1"));
        let verdict = verify(&token, &jwt::decode(&token), &material);
        assert_eq!(verdict.status, SignatureStatus::Unverified, "{verdict:?}");
        assert!(
            verdict.reason.contains("SHA-256") && verdict.reason.contains("k1"),
            "{}",
            verdict.reason
        );
    }

    #[test]
    fn any_other_nonce_is_a_forgery_and_one_that_is_signed_as_it_stands_is_valid() {
        for (shown, signed, status) in [
            ("n-1", hash("n-2"), SignatureStatus::Invalid),
            ("n-1", "n-2".to_owned(), SignatureStatus::Invalid),
            ("n-1", "n-1".to_owned(), SignatureStatus::Valid),
        ] {
            let (token, material) = token(shown, &signed);
            let verdict = verify(&token, &jwt::decode(&token), &material);
            assert_eq!(verdict.status, status, "{signed}");
        }
    }
}
