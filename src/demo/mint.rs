//! Making tokens: which claims go in, after the ones that ERP.net's documentation prints.

use aws_lc_rs::error::Unspecified;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::grant::Grant;
use super::sign;
use super::state::Inner;
use super::tenant::DATABASE;
use super::user::UserFacts;

/// `aud` of every access token.
pub(super) const AUDIENCE: &str = "DomainApi";

/// An access token and what must be remembered of it.
pub(super) struct AccessToken {
    pub(super) token: String,
    pub(super) jti: String,
    pub(super) expires_at: Timestamp,
    pub(super) expires_in_s: u64,
}

/// What an ID token is bound to by a hash.
#[derive(Clone, Copy, Default)]
pub(super) struct Bound<'a> {
    /// The access token beside it (`at_hash`).
    pub(super) access_token: Option<&'a str>,
    /// The code beside it (`c_hash`).
    pub(super) code: Option<&'a str>,
}

impl Inner {
    /// An ID token, RS256 (OpenID Connect Core §2, §3.3.2.11).
    pub(super) fn id_token(&self, grant: &Grant, bound: Bound<'_>) -> Result<String, Unspecified> {
        let now = self.clock.now();
        let mut claims = json!({
            "nbf": now.as_second(),
            "exp": after(now, self.lifetimes().id_token_s).as_second(),
            "iss": self.issuer,
            "aud": grant.client.client_id,
        });
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                claims[name] = value;
            }
        };
        let hash = |text: &str| Value::from(sign::half_hash(text));
        add("nonce", grant.nonce.as_deref().map(Value::from));
        add("iat", Some(now.as_second().into()));
        add("at_hash", bound.access_token.map(hash));
        add("c_hash", bound.code.map(hash));
        add("s_hash", grant.state.as_deref().map(hash));
        add("sid", Some(grant.sid.as_str().into()));
        add("sub", Some(grant.subject().into()));
        add("auth_time", Some(grant.auth_time.as_second().into()));
        add("idp", Some("local".into()));
        add("amr", Some(json!(["pwd"])));
        self.key.rs256("JWT", &claims)
    }

    /// An access token; `renewed` when it comes from a refresh.
    pub(super) fn access_token(&self, grant: &Grant, renewed: bool) -> Result<AccessToken, Unspecified> {
        let now = self.clock.now();
        let expires_in_s = self.lifetimes().erp_net.access_token_s;
        let expires_at = after(now, expires_in_s);
        let jti = self.ids.short();
        let token = match (grant.client.client_secret, grant.user) {
            (Some(secret), _) if renewed && grant.client.renews_with_hs256 => {
                let claims = self.renewed_claims(grant, now, expires_at, &jti);
                sign::hs256(secret.as_bytes(), &json!({"alg": "HS256"}), &claims)
            }
            (_, Some(user)) => {
                let claims = self.usual_claims(grant, user, now, expires_at, &jti);
                self.key.rs256("at+jwt", &claims)?
            }
            (_, None) => {
                let claims = self.service_claims(grant, now, expires_at, &jti);
                self.key.rs256("at+jwt", &claims)?
            }
        };
        Ok(AccessToken {
            token,
            jti,
            expires_at,
            expires_in_s,
        })
    }

    /// The claims of the access token that a login gives. As in the documentation two booleans are
    /// texts, and there is no `iat`.
    fn usual_claims(&self, grant: &Grant, user: &UserFacts, now: Timestamp, expires_at: Timestamp, jti: &str) -> Value {
        let scope: Vec<_> = grant.scopes.iter().map(|scope| scope.name).collect();
        json!({
            "nbf": now.as_second(),
            "exp": expires_at.as_second(),
            "iss": self.issuer,
            "aud": AUDIENCE,
            "client_id": grant.client.client_id,
            "sub": user.user_name,
            "auth_time": grant.auth_time.as_second(),
            "idp": "local",
            "id": user.id,
            "name": user.name,
            "email": user.email,
            "user_type": "InternalUser",
            "is_admin": user.is_admin.to_string(),
            "email_verified": "false",
            "db": DATABASE,
            "locale": user.locale,
            "jti": jti,
            "sid": grant.sid,
            "scope": scope,
            "amr": ["pwd"],
        })
    }

    /// The claims of a client that acts for itself: nobody signed in (RFC 9068 §2.2).
    fn service_claims(&self, grant: &Grant, now: Timestamp, expires_at: Timestamp, jti: &str) -> Value {
        let scope: Vec<_> = grant.scopes.iter().map(|scope| scope.name).collect();
        json!({
            "nbf": now.as_second(),
            "exp": expires_at.as_second(),
            "iss": self.issuer,
            "aud": AUDIENCE,
            "client_id": grant.client.client_id,
            "sub": grant.subject(),
            "db": DATABASE,
            "iat": now.as_second(),
            "jti": jti,
            "scope": scope,
        })
    }

    /// The claims of ERP.net's renewed access token: no `iat`, no `sub`, an array as `aud`, and `update` beside
    /// `DomainApi` whether it was asked for or not, as the documentation prints it.
    fn renewed_claims(&self, grant: &Grant, now: Timestamp, expires_at: Timestamp, jti: &str) -> Value {
        let scope = if grant.has(AUDIENCE) {
            vec![AUDIENCE, "update"]
        } else {
            grant.scopes.iter().map(|scope| scope.name).collect()
        };
        json!({
            "nbf": now.as_second(),
            "exp": expires_at.as_second(),
            "iss": self.issuer,
            "aud": [AUDIENCE, "update"],
            "client_id": grant.client.client_id,
            "client_db": DATABASE,
            "jti": jti,
            "scope": scope,
        })
    }
}

/// The instant this many seconds later; the end of time when there is none.
pub(super) fn after(now: Timestamp, seconds: u64) -> Timestamp {
    let by = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
