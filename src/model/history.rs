//! History: what happened to a profile, a row an event. It holds claims and fingerprints and can never be replayed.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::jwt::{DecodedPart, Nested};
use super::lenient_json::unescape;
use super::lifetime::ExpiresFrom;
use super::members::{Member, Reading, to_json};
use super::redact::strip_signatures;
use super::slug::Slug;
use super::token::{Fingerprint, Token, TokenSet};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryKind {
    /// A login gave tokens.
    Login,
    /// A login failed or was refused.
    LoginFailed,
    /// A refresh gave tokens.
    Refresh,
    /// A refresh failed.
    RefreshFailed,
    /// The API was called.
    ApiCall,
    /// The provider was asked who the person is (OpenID Connect Core §5.3).
    Userinfo,
    /// The provider was asked about a token (RFC 7662).
    Introspection,
    /// A token was revoked (RFC 7009).
    Revocation,
    /// The browser was sent to log out (OpenID Connect RP-Initiated Logout).
    Logout,
}

impl HistoryKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Login,
        Self::LoginFailed,
        Self::Refresh,
        Self::RefreshFailed,
        Self::ApiCall,
        Self::Userinfo,
        Self::Introspection,
        Self::Revocation,
        Self::Logout,
    ];

    /// The word, as the database and JSON output have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::LoginFailed => "login_failed",
            Self::Refresh => "refresh",
            Self::RefreshFailed => "refresh_failed",
            Self::ApiCall => "api_call",
            Self::Userinfo => "userinfo",
            Self::Introspection => "introspection",
            Self::Revocation => "revocation",
            Self::Logout => "logout",
        }
    }

    /// The kind with this word.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether it went wrong.
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::LoginFailed | Self::RefreshFailed)
    }
}

/// One row of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Its number in the database; 0 until it is stored. Later rows have higher ones.
    pub id: i64,
    /// The profile it belongs to.
    pub profile: Slug,
    /// When, by the local clock.
    pub at: Timestamp,
    /// What happened.
    pub kind: HistoryKind,
    /// The token set that it gave or was about.
    pub generation: Option<u32>,
    /// Milliseconds that the request took, when there was one.
    pub latency_ms: Option<f64>,
    /// The HTTP status, when there was one.
    pub http_status: Option<u16>,
    /// The error's word, when it went wrong: `invalid_grant`, `timeout`, …
    pub error: Option<String>,
    /// One short line for people.
    pub note: String,
    /// The access token, without the token.
    pub access: Option<TokenRecord>,
    /// The ID token, without the token.
    pub id_token: Option<TokenRecord>,
    /// The refresh token, without the token.
    pub refresh: Option<TokenRecord>,
    /// Whether the refresh token became another one; `None` where that does not apply.
    pub refresh_rotated: Option<bool>,
    /// The scopes that were granted.
    pub scope: Vec<String>,
}

/// What may be remembered of a token: never its signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRecord {
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// Its header as JSON text, when it is a JWT.
    pub header: Option<String>,
    /// Its claims as JSON text with numbers as they came, when it is a JWT.
    pub claims: Option<String>,
    /// The names of the claims that had to be mended or stood behind a break, each once: nothing of them is to be
    /// believed. Empty for what was kept before this was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mended: Vec<String>,
    /// When it began, in server time.
    pub starts_at: Timestamp,
    /// When it ends, in server time.
    pub expires_at: Option<Timestamp>,
    /// Where that is known from.
    pub expires_from: ExpiresFrom,
}

/// A part as JSON, without what would let one replay a token inside it.
fn without_tokens(part: &DecodedPart, nested: &[Nested]) -> String {
    let redacted = strip_signatures(to_json(&part.members).get());
    // What the decoder found and the text does not show, in escapes for one.
    let shows = |text: &str| nested.iter().any(|nested| holds_signature(text, nested));
    if nested.is_empty() || !shows(&unescape(&redacted)) {
        return redacted;
    }
    let members: Vec<Member> = part
        .members
        .iter()
        .map(|member| {
            let raw = strip_signatures(&member.raw);
            let raw = if shows(&unescape(&raw)) {
                REDACTED.to_owned()
            } else {
                raw
            };
            Member::new(strip_signatures(&member.name), raw)
        })
        .collect();
    to_json(&members).get().to_owned()
}

/// What stands for a claim that would give a token away.
const REDACTED: &str = "\"[redacted]\"";
/// Fewer letters may stand there by chance.
const MIN_SIGNATURE: usize = 8;

/// The claims that [`without_tokens`] keeps and that were not read as they were written.
fn mended(part: &DecodedPart, nested: &[Nested]) -> Vec<String> {
    if part.members.iter().all(|member| member.reading == Reading::Clean) {
        return Vec::new();
    }
    // Of a name that stands twice the last value is kept.
    let places = part.members.iter().enumerate();
    let last: HashMap<&str, usize> = places.map(|(index, member)| (member.name.as_str(), index)).collect();
    let kept = part.members.iter().enumerate().filter(|(index, member)| {
        let holds = || nested.iter().any(|nested| holds_signature(&member.name, nested));
        member.reading != Reading::Clean && last[member.name.as_str()] == *index && !holds()
    });
    kept.map(|(_, member)| strip_signatures(&member.name)).collect()
}

fn holds_signature(text: &str, nested: &Nested) -> bool {
    let token = nested.token.expose();
    let signature = token.rsplit('.').next().unwrap_or_default();
    text.contains(token)
        || signature.len() >= MIN_SIGNATURE && signature.len() < token.len() && text.contains(signature)
}

impl TokenRecord {
    /// What may be remembered of `token`.
    pub fn of(token: &Token) -> Self {
        // Header and payload of a token with fewer parts, or without a signature, are all of it: whoever has them has the
        // token.
        let value = token.value.expose().trim();
        let last = value.rsplit('.').next().unwrap_or_default();
        let leaves_something_out = value.matches('.').count() >= 2 && !last.trim_matches('=').is_empty();
        let json = |part: &DecodedPart| {
            (leaves_something_out && !part.members.is_empty()).then(|| without_tokens(part, &token.decoded.nested))
        };
        Self {
            fingerprint: token.fingerprint.clone(),
            header: json(&token.decoded.header),
            claims: json(&token.decoded.payload),
            mended: if leaves_something_out {
                mended(&token.decoded.payload, &token.decoded.nested)
            } else {
                Vec::new()
            },
            starts_at: token.lifetime.starts_at,
            expires_at: token.lifetime.expires_at,
            expires_from: token.lifetime.from,
        }
    }

    /// Seconds from beginning to end.
    pub fn lifetime_s(&self) -> Option<i64> {
        Some(self.expires_at?.duration_since(self.starts_at).as_secs())
    }
}

impl HistoryEntry {
    /// A row without tokens.
    pub fn new(profile: Slug, at: Timestamp, kind: HistoryKind) -> Self {
        Self {
            id: 0,
            profile,
            at,
            kind,
            generation: None,
            latency_ms: None,
            http_status: None,
            error: None,
            note: String::new(),
            access: None,
            id_token: None,
            refresh: None,
            refresh_rotated: None,
            scope: Vec::new(),
        }
    }

    /// The same with what may be remembered of a token set.
    #[must_use]
    pub fn with_tokens(mut self, generation: u32, tokens: &TokenSet) -> Self {
        self.generation = Some(generation);
        self.access = tokens.access.as_ref().map(TokenRecord::of);
        self.id_token = tokens.id.as_ref().map(TokenRecord::of);
        self.refresh = tokens.refresh.as_ref().map(TokenRecord::of);
        self.refresh_rotated = tokens.refresh.is_some().then_some(tokens.refresh_rotated);
        self.scope.clone_from(&tokens.scope);
        self
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::model::jwt::Form;
    use crate::model::{Secret, seeds};

    #[test]
    fn an_opaque_token_that_is_json_in_base64_is_not_kept() {
        let token = Token::new(Secret::new("eyJpdiI6IjEifQ"), Timestamp::UNIX_EPOCH, None);
        assert_eq!(token.decoded.form, Form::Opaque);
        let record = TokenRecord::of(&token);
        assert_eq!((record.header, record.claims), (None, None));
        // A header alone is all of such a token too.
        let header = Token::new(Secret::new("eyJhbGciOiJub25lIn0"), Timestamp::UNIX_EPOCH, None);
        assert!(!header.decoded.header.members.is_empty());
        assert_eq!(TokenRecord::of(&header).header, None);
    }

    #[test]
    fn a_record_keeps_claims_and_no_signature() {
        let token = Token::new(Secret::new(seeds::ID_TOKEN), Timestamp::UNIX_EPOCH, None);
        let record = TokenRecord::of(&token);
        let json = serde_json::to_string(&record).unwrap();
        let signature = seeds::ID_TOKEN.rsplit_once('.').unwrap().1;
        assert!(!json.contains(signature) && !json.contains(&seeds::ID_TOKEN[..60]));
        assert!(record.claims.unwrap().contains("\"exp\":1655058024"));
    }

    #[test]
    fn claims_that_were_mended_or_read_behind_a_break_are_named_once() {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let record = |claims: &str| {
            let token = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
            TokenRecord::of(&Token::new(Secret::new(token), Timestamp::UNIX_EPOCH, None))
        };
        for (claims, mended) in [
            (r#"{"a":1,"b":2}"#, vec![]),
            (r#"{"a":1,"b":NaN,"c":3}"#, vec!["b"]),
            (r#"{"a":1,$$,"b":2,"c":3}"#, vec!["b", "c"]),
            (r#"{"a":NaN,"a":NaN}"#, vec!["a"]),
            (r#"{"a":NaN,"a":1}"#, vec![]),
        ] {
            assert_eq!(record(claims).mended, mended, "{claims}");
        }
        let kept = serde_json::to_string(&record(r#"{"a":1}"#)).unwrap();
        assert!(!kept.contains("mended"), "{kept}");
        assert_eq!(serde_json::from_str::<TokenRecord>(&kept).unwrap().mended, [""; 0]);
        // Neither does a name give a token away.
        let signed = format!("{}.{}.SIGNATURE", part("{\n\"alg\":\"HS256\"}"), part(r#"{"sub":"a"}"#));
        let named = record(&format!("{{\"a\":1,\"{signed}\":NaN}}")).mended;
        assert!(named.iter().all(|name| !name.contains("SIGNATURE")), "{named:?}");
        let unsigned = format!("{}.{}.", part(r#"{"alg":"none"}"#), part(r#"{"sub":NaN}"#));
        let unsigned = Token::new(Secret::new(unsigned), Timestamp::UNIX_EPOCH, None);
        assert_eq!(TokenRecord::of(&unsigned).mended, [""; 0]);
    }

    #[test]
    fn an_unsigned_token_and_one_inside_a_claim_are_not_kept_whole() {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let record = |token: &str| TokenRecord::of(&Token::new(Secret::new(token), Timestamp::UNIX_EPOCH, None));
        let unsigned = format!("{}.{}.", part(r#"{"alg":"none"}"#), part(r#"{"sub":"a"}"#));
        assert_eq!((record(&unsigned).header, record(&unsigned).claims), (None, None));
        let (header, payload) = (part("{\n\"alg\":\"HS256\"}"), part(r#"{"sub":"a"}"#));
        let signed = format!("{header}.{payload}.SIGNATURE");
        for claim in [
            format!("\"{signed}\""),
            format!("\"{}\"", signed.replace('.', "\\u002e")),
            format!("\"{}\"", signed.replace("SIGN", "\\u0053IGN")),
            format!("[{{\"x\":\"a {signed}.\"}}]"),
            format!("{{\"payload\":\"{payload}\",\"protected\":\"{header}\",\"signature\":\"SIGNATURE\"}}"),
            format!("\"{{\\\"payload\\\":\\\"{payload}\\\",\\\"signature\\\":\\\"SIGNATURE\\\"}}\""),
            format!("\"{unsigned}\""),
        ] {
            let outer = format!(
                "{}.{}.c2ln",
                part(r#"{"alg":"ES256"}"#),
                part(&format!("{{\"vp\":{claim}}}"))
            );
            let claims = record(&outer).claims.unwrap();
            let shown = unescape(&claims).into_owned();
            assert!(!shown.contains("SIGNATURE") && !shown.contains(&unsigned), "{claims}");
        }
    }
}
