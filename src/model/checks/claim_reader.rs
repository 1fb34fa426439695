//! The claims that rules are about, picked out of a payload in one pass and read only when asked for.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::model::jwt::DecodedPart;
use crate::model::members::Member;

/// A claim that a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    Iss,
    Sub,
    Aud,
    Exp,
    Nbf,
    Iat,
    Jti,
    Nonce,
    Azp,
    AtHash,
    CHash,
    SHash,
    AuthTime,
    Acr,
    Amr,
    Scope,
    /// What Entra ID and Okta have in the place of `scope`.
    Scp,
    ClientId,
    /// Entra ID says in its access tokens whether an app acts for itself.
    Idtyp,
    /// Entra ID names the client of an access token so in version 1.
    Appid,
    /// Entra ID says in its access tokens how the client proved who it is.
    Azpacr,
    /// Auth0 names the grant of an access token so.
    Gty,
    /// Okta names the client of an access token so.
    Cid,
    /// Entra ID's tenant.
    Tid,
    /// What Kubernetes binds the token of a service account to.
    Kubernetes,
    /// Amazon Cognito says so what a token is for.
    TokenUse,
    /// Keycloak says so what a token is for.
    Typ,
}

const COUNT: usize = Claim::Typ as usize + 1;

impl Claim {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "iss" => Self::Iss,
            "sub" => Self::Sub,
            "aud" => Self::Aud,
            "exp" => Self::Exp,
            "nbf" => Self::Nbf,
            "iat" => Self::Iat,
            "jti" => Self::Jti,
            "nonce" => Self::Nonce,
            "azp" => Self::Azp,
            "at_hash" => Self::AtHash,
            "c_hash" => Self::CHash,
            "s_hash" => Self::SHash,
            "auth_time" => Self::AuthTime,
            "acr" => Self::Acr,
            "amr" => Self::Amr,
            "scope" => Self::Scope,
            "scp" => Self::Scp,
            "idtyp" => Self::Idtyp,
            "appid" => Self::Appid,
            "azpacr" => Self::Azpacr,
            "gty" => Self::Gty,
            "cid" => Self::Cid,
            "tid" => Self::Tid,
            "kubernetes.io" => Self::Kubernetes,
            "client_id" => Self::ClientId,
            "token_use" => Self::TokenUse,
            "typ" => Self::Typ,
            _ => return None,
        })
    }
}

/// Names that promise a secret in a token that everybody can read.
const TELLING: [&str; 15] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "client_secret",
    "private_key",
    "api_key",
    "apikey",
    "access_token",
    "idp_access_token",
    "id_token",
    "refresh_token",
    "credit_card",
    "ssn",
    "pin",
];

/// The claims of one payload. Where a name stands twice the last one counts, as for most readers.
pub(super) struct Claims<'a> {
    raw: [Option<&'a str>; COUNT],
    /// A claim whose name promises a secret.
    pub(super) telling: Option<&'static str>,
}

impl<'a> Claims<'a> {
    pub(super) fn of(payload: &'a DecodedPart) -> Self {
        Self::of_members(&payload.members)
    }

    /// Those of a list of members.
    pub(super) fn of_members(members: &'a [Member]) -> Self {
        let (mut raw, mut telling) = ([None; COUNT], None);
        for member in members {
            let name: &str = &member.name;
            if let Some(claim) = Claim::of(name) {
                raw[claim as usize] = Some(&*member.raw);
            } else if telling.is_none() {
                telling = TELLING.into_iter().find(|telling| telling.eq_ignore_ascii_case(name));
            }
        }
        Self { raw, telling }
    }

    /// Its JSON text.
    pub(super) const fn raw(&self, claim: Claim) -> Option<&'a str> {
        self.raw[claim as usize]
    }

    pub(super) const fn has(&self, claim: Claim) -> bool {
        self.raw[claim as usize].is_some()
    }

    /// It, where it is a text.
    pub(super) fn text(&self, claim: Claim) -> Option<Cow<'a, str>> {
        text(self.raw(claim)?)
    }

    /// It, whatever it is.
    pub(super) fn value(&self, claim: Claim) -> Option<Value> {
        serde_json::from_str(self.raw(claim)?).ok()
    }

    /// It as a time.
    pub(super) fn time(&self, claim: Claim) -> Time {
        self.raw(claim).map_or(Time::Absent, Time::read)
    }
}

/// A JSON text without its quotes; borrowed unless something is escaped in it.
pub(super) fn text(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str(raw).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

/// The texts of a JSON list; `None` where it is none, or holds something else.
pub(super) fn texts(raw: &str) -> Option<Vec<Cow<'_, str>>> {
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

    let list: Vec<Text<'_>> = serde_json::from_str(raw).ok()?;
    Some(list.into_iter().map(|text| text.0).collect())
}

/// A time claim as it was written (RFC 7519 §2: a number of seconds since 1970).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    Absent,
    At(Timestamp),
    /// Far beyond any date in seconds: this one, in milliseconds.
    Milliseconds(Timestamp),
    /// The same in microseconds.
    Microseconds(Timestamp),
    /// Later than the year 9999.
    Never,
    /// A text.
    Text,
    /// Nothing that is a time.
    Wrong,
}

/// What is above is no time in seconds before the year 9999, and one in milliseconds after 1985.
const FIRST_MS: i64 = 500_000_000_000;
/// What is above is no time in milliseconds before the year 5000.
const FIRST_US: i64 = 100_000_000_000_000;
const LAST_US: i64 = 100_000_000_000_000_000;

impl Time {
    fn read(raw: &str) -> Self {
        if let Ok(whole) = raw.parse::<i64>() {
            return Self::whole(whole);
        }
        if raw.starts_with('"') {
            return Self::Text;
        }
        match raw.parse::<f64>() {
            #[expect(clippy::cast_possible_truncation, reason = "bounded: the digits fit")]
            Ok(s) if s.is_finite() && s.abs() < 1e17 => {
                if s.abs() >= FIRST_MS as f64 {
                    return Self::whole(s as i64);
                }
                Timestamp::from_millisecond((s * 1000.0) as i64).map_or(Self::Wrong, Self::At)
            }
            _ => Self::Wrong,
        }
    }

    fn whole(number: i64) -> Self {
        if let Ok(at) = Timestamp::from_second(number) {
            return Self::At(at);
        }
        let read = match number {
            FIRST_MS..FIRST_US => Timestamp::from_millisecond(number).map(Self::Milliseconds),
            FIRST_US..LAST_US => Timestamp::from_microsecond(number).map(Self::Microseconds),
            number if number > 0 => return Self::Never,
            _ => return Self::Wrong,
        };
        read.unwrap_or(Self::Never)
    }

    pub(super) const fn at(self) -> Option<Timestamp> {
        match self {
            Self::At(at) => Some(at),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::members::read_members;

    fn payload(json: &str) -> DecodedPart {
        DecodedPart {
            members: read_members(json).0,
            is_object: true,
            ..DecodedPart::default()
        }
    }

    #[test]
    fn the_last_of_two_equal_names_counts_and_texts_lose_their_escapes() {
        let payload = payload(r#"{"sub":"a","iss":"b\u0041\"","sub":"c","Password":"x"}"#);
        let claims = Claims::of(&payload);
        assert_eq!(claims.text(Claim::Sub).as_deref(), Some("c"));
        assert_eq!(claims.text(Claim::Iss).as_deref(), Some("bA\""));
        assert_eq!(claims.telling, Some("password"));
        assert!(!claims.has(Claim::Aud));
    }

    #[test]
    fn times_are_read_with_the_unit_that_they_must_have_been_meant_in() {
        let at = |s: i64| Timestamp::from_second(s).unwrap();
        for (raw, time) in [
            ("1655058024", Time::At(at(1_655_058_024))),
            ("1.655058024e9", Time::At(at(1_655_058_024))),
            ("-5", Time::At(at(-5))),
            ("1655058024000", Time::Milliseconds(at(1_655_058_024))),
            ("1655058024000000", Time::Microseconds(at(1_655_058_024))),
            ("1.655058024e12", Time::Milliseconds(at(1_655_058_024))),
            ("253402300799", Time::Never),
            ("9223372036854775807", Time::Never),
            ("\"1655058024\"", Time::Text),
            ("null", Time::Wrong),
            ("1e300", Time::Wrong),
            ("-9223372036854775808", Time::Wrong),
            ("99999999999999999999999", Time::Wrong),
            ("{}", Time::Wrong),
        ] {
            assert_eq!(Time::read(raw), time, "{raw}");
        }
    }
}
