//! Whether the ID token keeps what the authorization request asked for.

use jiff::Timestamp;

use super::{Check, Outcome, check};
use crate::model::Profile;
use crate::model::claims::time_value;
use crate::model::token::Token;

const SPEC: &str = "OIDC Core §3.1.3.7";

/// How far two clocks may be apart, in seconds.
const TOLERANCE_S: i64 = 60;

/// `auth_time` against `max_age`, and `acr` against `acr_values`, where the profile asks for them. `now` is in server
/// time.
pub fn wish_checks(profile: &Profile, id_token: &Token, now: Timestamp) -> Vec<Check> {
    let mut checks = Vec::new();
    let claims = &id_token.decoded.payload;
    if let Some(max_age_s) = profile.max_age_s {
        let signed_in = claims.get("auth_time").and_then(|value| time_value(&value));
        checks.push(match signed_in {
            None => check(
                "id_token.auth_time",
                Outcome::Fail,
                "auth_time is missing, and max_age asks for it",
                SPEC,
            ),
            Some(at) => {
                let age_s = now.duration_since(at).as_secs();
                if age_s <= i64::from(max_age_s) + TOLERANCE_S {
                    check("id_token.auth_time", Outcome::Pass, format!("{age_s} s ago"), SPEC)
                } else {
                    let message = format!("the person signed in {age_s} s ago, and max_age allows {max_age_s} s");
                    check("id_token.auth_time", Outcome::Fail, message, SPEC)
                }
            }
        });
    }
    let mut wanted = profile.acr_values.split_whitespace().peekable();
    if wanted.peek().is_some() {
        // A wish that need not be granted (OIDC Core §3.1.2.1).
        let acr = claims.get_str("acr");
        checks.push(match acr {
            Some(acr) if wanted.any(|value| value == acr) => check("id_token.acr", Outcome::Pass, "as asked for", SPEC),
            Some(acr) => {
                let message = format!("acr is {acr:?}, and {:?} was asked for", profile.acr_values);
                check("id_token.acr", Outcome::Warn, message, SPEC)
            }
            None => check(
                "id_token.acr",
                Outcome::Warn,
                "acr is missing: whether the wish was granted is unknown",
                SPEC,
            ),
        });
    }
    checks
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::model::Secret;

    fn outcomes(claims: &str, max_age_s: Option<u32>, acr_values: &str) -> Vec<Outcome> {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let text = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
        let now = Timestamp::from_second(1_000_000).unwrap();
        let token = Token::new(Secret::new(text), now, None);
        let profile = Profile {
            max_age_s,
            acr_values: acr_values.to_owned(),
            ..Profile::default()
        };
        let checks = wish_checks(&profile, &token, now);
        checks.into_iter().map(|check| check.outcome).collect()
    }

    #[test]
    fn what_was_asked_for_is_held_against_what_came() {
        use Outcome::{Fail, Pass, Warn};
        assert_eq!(outcomes("{}", None, ""), []);
        assert_eq!(outcomes(r#"{"auth_time":999990}"#, Some(30), ""), [Pass]);
        assert_eq!(outcomes(r#"{"auth_time":999000}"#, Some(30), ""), [Fail]);
        assert_eq!(outcomes(r#"{"auth_time":0}"#, Some(30), ""), [Fail]);
        assert_eq!(outcomes("{}", Some(30), ""), [Fail]);
        assert_eq!(outcomes(r#"{"acr":"b"}"#, None, "a b"), [Pass]);
        assert_eq!(outcomes(r#"{"acr":"c"}"#, None, "a b"), [Warn]);
        assert_eq!(outcomes("{}", None, "a"), [Warn]);
    }
}
