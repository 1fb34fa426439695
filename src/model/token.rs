//! Tokens, and the set of them that one login or refresh gives.

use std::fmt;

use aws_lc_rs::digest;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::defect::Defect;
use super::jwt::{self, Decoded};
use super::lifetime::Lifetime;
use super::profile::Profile;
use super::response::TokenResponse;
use super::secret::Secret;

/// Which of the three tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// For the API (RFC 6749 §1.4).
    Access,
    /// For the app itself: who signed in (OpenID Connect Core §2).
    Id,
    /// For new tokens (RFC 6749 §1.5).
    Refresh,
}

impl TokenKind {
    /// All three, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Access, Self::Id, Self::Refresh];

    /// The word, as commands have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Id => "id",
            Self::Refresh => "refresh",
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Access => "Access token",
            Self::Id => "ID token",
            Self::Refresh => "Refresh token",
        }
    }
}

/// The first 16 hex digits of a token's SHA-256: shows rotation and reuse without the token.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of a token.
    pub fn of(token: &str) -> Self {
        let digest = digest::digest(&digest::SHA256, token.as_bytes());
        let first = digest.as_ref().first_chunk::<8>().expect("SHA-256 has 32 bytes");
        Self(format!("{:016x}", u64::from_be_bytes(*first)))
    }

    /// The 16 hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Two groups of four, for where there is little room: `9f3c 11ab`.
    pub fn short(&self) -> String {
        let digits: Vec<char> = self.0.chars().collect();
        let group = |range: std::ops::Range<usize>| digits.get(range).map(String::from_iter).unwrap_or_default();
        format!("{} {}", group(0..4), group(4..8))
    }
}

impl fmt::Display for Fingerprint {
    /// With its algorithm, as JSON output has it: `sha256:9f3c…`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One token: its text, and what can be read from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The text.
    pub value: Secret,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// It, decoded.
    pub decoded: Decoded,
    /// How long it lives.
    pub lifetime: Lifetime,
}

impl Token {
    /// Reads a token that was received at `received_at` (server time).
    pub fn new(value: Secret, received_at: Timestamp, expires_in_s: Option<i64>) -> Self {
        Self {
            fingerprint: Fingerprint::of(value.expose()),
            ..Self::unnamed(value, received_at, expires_in_s)
        }
    }

    /// The same with an empty fingerprint: for one of a stream of tokens, where nobody looks at it and hashing would cost
    /// as much as reading.
    pub(super) fn unnamed(value: Secret, received_at: Timestamp, expires_in_s: Option<i64>) -> Self {
        let decoded = jwt::decode(value.expose());
        let time = |name: &str| {
            let member = decoded.payload.member(name)?;
            super::claims::time_value(&member.as_i64().map_or_else(|| member.value(), Value::from))
        };
        let starts_at = time("iat").or_else(|| time("nbf"));
        let lifetime = Lifetime::new(received_at, expires_in_s, starts_at, time("exp"));
        Self {
            fingerprint: Fingerprint::default(),
            decoded,
            lifetime,
            value,
        }
    }
}

/// What one login or one refresh gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenSet {
    /// The access token; none only where the response type asked for an ID token alone.
    pub access: Option<Token>,
    /// The ID token; after a refresh without a new one, the one from before.
    pub id: Option<Token>,
    /// The refresh token; after a refresh without a new one, the one from before (RFC 6749 §6).
    pub refresh: Option<Token>,
    /// Whether the refresh token is another one than before. At a login: whether there is one.
    pub refresh_rotated: bool,
    /// `token_type` as it was written, where it was (RFC 6749 §7.1).
    pub token_type: Option<String>,
    /// The scope: as granted, else as asked for (RFC 6749 §5.1).
    pub scope: Vec<String>,
    /// The scope that the login was given: a refresh may ask for less, and for all of it again (RFC 6749 §6).
    pub granted_scope: Vec<String>,
    /// When it came, in server time.
    pub received_at: Timestamp,
    /// What was wrong with the token response.
    pub defects: Vec<Defect>,
}

impl TokenSet {
    /// The set that a token response gives, on top of the one before. `None` when it has neither access nor ID token. The profile
    /// says what was asked for, and how long refresh tokens live where the response does not.
    pub fn from_response(
        response: &TokenResponse,
        profile: &Profile,
        before: Option<&Self>,
        received_at: Timestamp,
    ) -> Option<Self> {
        if response.access_token.is_none() && response.id_token.is_none() {
            return None;
        }
        let read = |secret: &Option<Secret>, expires_in_s| {
            secret.clone().map(|value| Token::new(value, received_at, expires_in_s))
        };
        let refresh_before = before.and_then(|set| set.refresh.clone());
        let mut new_refresh = read(&response.refresh_token, response.refresh_expires_in_s);
        if let Some(token) = &mut new_refresh {
            let documented_s = profile.refresh_token_lifetime_s;
            token.lifetime = token.lifetime.clone().or_documented(documented_s);
        }
        let refresh_rotated = new_refresh
            .as_ref()
            .is_some_and(|new| refresh_before.as_ref().map(|old| &old.fingerprint) != Some(&new.fingerprint));
        let scope: Vec<String> = response.scope.clone().unwrap_or_else(|| match before {
            // As asked for (RFC 6749 §5.1), and that is all that was granted where nothing was asked for (§6).
            Some(set) if profile.refresh_scopes().next().is_none() => set.granted_scope.clone(),
            Some(_) => profile.refresh_scopes().map(str::to_owned).collect(),
            None => profile.scopes().map(str::to_owned).collect(),
        });
        Some(Self {
            access: read(&response.access_token, response.expires_in_s),
            id: read(&response.id_token, None).or_else(|| before.and_then(|set| set.id.clone())),
            refresh: new_refresh.or(refresh_before),
            refresh_rotated,
            token_type: response.token_type.clone(),
            granted_scope: before.map_or_else(|| scope.clone(), |set| set.granted_scope.clone()),
            scope,
            received_at,
            defects: response.defects.clone(),
        })
    }

    /// Whether the access token works only with the key that it is bound to (RFC 9449 §5).
    pub fn is_bound(&self) -> bool {
        self.token_type
            .as_deref()
            .is_some_and(|text| text.eq_ignore_ascii_case("DPoP"))
    }

    /// The token of a kind.
    pub fn get(&self, kind: TokenKind) -> Option<&Token> {
        match kind {
            TokenKind::Access => self.access.as_ref(),
            TokenKind::Id => self.id.as_ref(),
            TokenKind::Refresh => self.refresh.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::response::RawResponse;

    fn set(body: &str, before: Option<&TokenSet>) -> Option<TokenSet> {
        let response = TokenResponse::parse(RawResponse {
            status: 200,
            content_type: Some("application/json"),
            body: body.as_bytes(),
        });
        let profile = Profile {
            scope: "a b".to_owned(),
            ..Profile::default()
        };
        TokenSet::from_response(&response, &profile, before, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_fingerprint_is_the_first_16_digits_of_sha_256() {
        let fingerprint = Fingerprint::of("abc");
        assert_eq!(fingerprint.to_string(), "sha256:ba7816bf8f01cfea");
        assert_eq!(fingerprint.short(), "ba78 16bf");
    }

    #[test]
    fn a_refresh_without_a_new_refresh_token_keeps_the_old_one() {
        let first = set(
            r#"{"access_token":"1","refresh_token":"r","id_token":"i","scope":"a"}"#,
            None,
        )
        .unwrap();
        assert!(first.refresh_rotated);
        let second = set(r#"{"access_token":"2"}"#, Some(&first)).unwrap();
        assert_eq!(second.refresh, first.refresh);
        assert_eq!((second.id.is_some(), second.refresh_rotated), (true, false));
        assert_eq!(second.scope, ["a"]);
        let same = set(r#"{"access_token":"3","refresh_token":"r"}"#, Some(&second)).unwrap();
        assert!(!same.refresh_rotated);
        let rotated = set(r#"{"access_token":"4","refresh_token":"r2"}"#, Some(&same)).unwrap();
        assert!(rotated.refresh_rotated);
    }

    #[test]
    fn a_narrower_refresh_leaves_what_the_login_was_given() {
        let first = set(r#"{"access_token":"1","scope":"a b"}"#, None).unwrap();
        let narrower = set(r#"{"access_token":"2","scope":"a"}"#, Some(&first)).unwrap();
        assert_eq!((narrower.scope.len(), narrower.granted_scope.len()), (1, 2));
        // RFC 6749 §6: a refresh that asks for nothing asks for all of it.
        let whole = set(r#"{"access_token":"3"}"#, Some(&narrower)).unwrap();
        assert_eq!(whole.scope, ["a", "b"]);
    }

    #[test]
    fn a_scope_that_was_not_told_is_the_one_asked_for() {
        assert_eq!(set(r#"{"access_token":"1"}"#, None).unwrap().scope, ["a", "b"]);
        assert!(set(r#"{"refresh_token":"1"}"#, None).is_none());
    }

    #[test]
    fn after_a_refresh_that_asked_for_less_it_is_that() {
        let first = set(r#"{"access_token":"1"}"#, None).unwrap();
        let profile = Profile {
            scope: "a b".to_owned(),
            refresh_scope: "a".to_owned(),
            ..Profile::default()
        };
        let second = |scope: Option<&str>| {
            let response = TokenResponse {
                access_token: Some(Secret::new("2")),
                scope: scope.map(|scope| vec![scope.to_owned()]),
                ..TokenResponse::default()
            };
            let set = TokenSet::from_response(&response, &profile, Some(&first), Timestamp::UNIX_EPOCH);
            set.unwrap().scope
        };
        assert_eq!(second(None), ["a"]);
        assert_eq!(second(Some("b")), ["b"]);
    }
}
