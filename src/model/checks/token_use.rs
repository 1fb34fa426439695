//! What a token is for, told from the token itself.

use serde::{Deserialize, Serialize};

use super::claim_reader::{Claim, Claims};
use super::common::is_google;
use crate::model::jwt::Decoded;

/// What a token is for: decides which rules apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenUse {
    /// For the app: who signed in (OpenID Connect Core §2).
    Id,
    /// For the API (RFC 6749 §1.4, RFC 9068).
    Access,
    /// Nothing tells: only what holds for every JWT is judged.
    Any,
}

/// What a token seems to be for, and how one sees that.
pub fn guess_use(decoded: &Decoded) -> (TokenUse, &'static str) {
    let typ = decoded.header.get_str("typ");
    guess(typ.as_deref(), &Claims::of(&decoded.payload))
}

/// `typ` without what may stand before it (RFC 7515 §4.1.9).
pub(super) fn bare(typ: &str) -> &str {
    match typ.split_at_checked("application/".len()) {
        Some((before, rest)) if before.eq_ignore_ascii_case("application/") => rest,
        _ => typ,
    }
}

pub(super) fn guess(typ: Option<&str>, claims: &Claims<'_>) -> (TokenUse, &'static str) {
    if let Some(typ) = typ.map(bare) {
        if typ.eq_ignore_ascii_case("at+jwt") {
            return (TokenUse::Access, "typ is at+jwt");
        }
        // `x-at+jwt` and what vendors call theirs.
        let before = typ.len().checked_sub("at+jwt".len());
        let is_kind_of_access = before
            .and_then(|before| typ.split_at_checked(before))
            .is_some_and(|(before, end)| {
                end.eq_ignore_ascii_case("at+jwt") && before.ends_with(|c: char| !c.is_alphanumeric())
            });
        if is_kind_of_access {
            return (TokenUse::Access, "typ names an access token");
        }
        // logout+jwt, dpop+jwt and their like: neither of the two.
        if typ.len() > 4
            && typ
                .get(typ.len() - 4..)
                .is_some_and(|end| end.eq_ignore_ascii_case("+jwt"))
        {
            return (TokenUse::Any, "typ names another kind of token");
        }
    }
    let says = |claim, word: &str| {
        let text = claims.text(claim);
        text.is_some_and(|text| text.eq_ignore_ascii_case(word))
    };
    if says(Claim::TokenUse, "id") || says(Claim::Typ, "ID") {
        return (TokenUse::Id, "its own claim calls it an ID token");
    }
    if says(Claim::TokenUse, "access") || says(Claim::Typ, "Bearer") || says(Claim::Typ, "DPoP") {
        return (TokenUse::Access, "its own claim calls it an access token");
    }
    if claims.has(Claim::TokenUse) || claims.has(Claim::Typ) {
        return (TokenUse::Any, "its own claim names another kind of token");
    }
    for (claim, why) in [
        (Claim::AtHash, "it has at_hash"),
        (Claim::CHash, "it has c_hash"),
        (Claim::SHash, "it has s_hash"),
    ] {
        if claims.has(claim) {
            return (TokenUse::Id, why);
        }
    }
    for (claim, why) in [
        (Claim::Scope, "it has a scope"),
        (Claim::Scp, "it has scp"),
        (Claim::ClientId, "it has client_id"),
        (Claim::Idtyp, "it has idtyp, as access tokens of Entra ID do"),
        (Claim::Appid, "it has appid, as access tokens of Entra ID do"),
        (Claim::Azpacr, "it has azpacr, as access tokens of Entra ID do"),
        (Claim::Gty, "it has gty, as access tokens of Auth0 do"),
        (Claim::Cid, "it has cid, as access tokens of Okta do"),
    ] {
        if claims.has(claim) {
            return (TokenUse::Access, why);
        }
    }
    if claims.has(Claim::Nonce) {
        return (TokenUse::Id, "it has nonce");
    }
    if claims.has(Claim::Sub)
        && let Some(why) = claims.text(Claim::Iss).and_then(|iss| made_by(&iss, claims))
    {
        return (TokenUse::Id, why);
    }
    (TokenUse::Any, "nothing in it tells what it is for")
}

/// Entra ID, and its clouds for governments and for China.
const ENTRA: [&str; 4] = [
    "https://login.microsoftonline.com/",
    "https://login.microsoftonline.us/",
    "https://login.partner.microsoftonline.cn/",
    "https://login.chinacloudapi.cn/",
];

/// Why what this issuer made is an ID token, where no claim of an access token is there.
fn made_by(iss: &str, claims: &Claims<'_>) -> Option<&'static str> {
    // Entra ID puts azpacr into the access tokens of its version 2, and into no ID token.
    if iss.ends_with("/v2.0") && ENTRA.iter().any(|cloud| iss.starts_with(cloud)) {
        return Some("Entra ID made it, and no claim of its access tokens is there");
    }
    // The access tokens that go with them are opaque.
    if !claims.has(Claim::Aud) {
        None
    } else if is_google(iss) {
        Some("Google made it, and its access tokens are no JWTs")
    } else if iss.starts_with("https://securetoken.google.com/") {
        Some("Firebase made it, and it issues ID tokens alone")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::model::jwt::decode;
    use crate::model::seeds;

    #[test]
    fn what_a_token_is_for_is_told_from_it() {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        for (header, payload, token_use) in [
            (r#"{"typ":"at+jwt"}"#, r#"{"nonce":"n"}"#, TokenUse::Access),
            (r#"{"typ":"application/AT+JWT"}"#, "{}", TokenUse::Access),
            (r#"{"typ":"logout+jwt"}"#, r#"{"nonce":"n"}"#, TokenUse::Any),
            (r#"{"typ":"JWT"}"#, r#"{"nonce":"n"}"#, TokenUse::Id),
            ("{}", r#"{"at_hash":"h","scope":"a"}"#, TokenUse::Id),
            ("{}", r#"{"nonce":"n","scp":["a"]}"#, TokenUse::Access),
            ("{}", r#"{"token_use":"id","client_id":"a"}"#, TokenUse::Id),
            ("{}", r#"{"token_use":"access","nonce":"n"}"#, TokenUse::Access),
            ("{}", r#"{"typ":"ID"}"#, TokenUse::Id),
            (r#"{"typ":"okta-internal-at+jwt"}"#, "{}", TokenUse::Access),
            (r#"{"typ":"cat+jwt"}"#, "{}", TokenUse::Any),
            ("{}", r#"{"typ":"DPoP"}"#, TokenUse::Access),
            ("{}", r#"{"nonce":"n","cid":"a"}"#, TokenUse::Access),
            ("{}", r#"{"idtyp":"app"}"#, TokenUse::Access),
            ("{}", r#"{"gty":"client-credentials"}"#, TokenUse::Access),
            (
                "{}",
                r#"{"iss":"https://login.microsoftonline.com/t/v2.0","sub":"s"}"#,
                TokenUse::Id,
            ),
            (
                "{}",
                r#"{"iss":"https://login.microsoftonline.com/t/v2.0","sub":"s","azpacr":"1"}"#,
                TokenUse::Access,
            ),
            (
                "{}",
                r#"{"iss":"https://login.microsoftonline.us/t/v2.0","sub":"s"}"#,
                TokenUse::Id,
            ),
            (
                "{}",
                r#"{"iss":"https://login.partner.microsoftonline.cn/t/v2.0","sub":"s"}"#,
                TokenUse::Id,
            ),
            (
                "{}",
                r#"{"iss":"https://login.chinacloudapi.cn/t/v2.0","sub":"s","azpacr":"1"}"#,
                TokenUse::Access,
            ),
            (
                "{}",
                r#"{"iss":"accounts.google.com","sub":"s","aud":"a"}"#,
                TokenUse::Id,
            ),
            (
                "{}",
                r#"{"iss":"https://accounts.google.com","sub":"s","aud":"a"}"#,
                TokenUse::Id,
            ),
            (
                "{}",
                r#"{"iss":"https://securetoken.google.com/p","sub":"s","aud":"p"}"#,
                TokenUse::Id,
            ),
            (
                "{}",
                r#"{"iss":"https://accounts.google.com","sub":"s","aud":"a","scope":"x"}"#,
                TokenUse::Access,
            ),
            ("{}", r#"{"iss":"accounts.google.com","sub":"s"}"#, TokenUse::Any),
            (
                "{}",
                r#"{"iss":"https://accounts.google.com.evil","sub":"s","aud":"a"}"#,
                TokenUse::Any,
            ),
            ("{}", r#"{"typ":"Refresh","nonce":"n"}"#, TokenUse::Any),
            (r#"{"typ":"ä+jwt"}"#, r#"{"sub":"a"}"#, TokenUse::Any),
            (r#"{"typ":7}"#, r#"{"sub":"a"}"#, TokenUse::Any),
        ] {
            let token = format!("{}.{}.c2ln", part(header), part(payload));
            assert_eq!(guess_use(&decode(&token)).0, token_use, "{header} {payload}");
        }
        assert_eq!(guess_use(&decode(seeds::ID_TOKEN)), (TokenUse::Id, "it has at_hash"));
        assert_eq!(guess_use(&decode(seeds::RENEWED_ACCESS_TOKEN)).0, TokenUse::Access);
        assert_eq!(guess_use(&decode("opaque")).0, TokenUse::Any);
    }
}
