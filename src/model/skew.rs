//! How far the local clock is from the server's: a server that judges times by its own clock answers 401 when the
//! difference is too large.

use jiff::Timestamp;

use super::checks::{Check, Outcome, begins_at, check, issued_at};
use super::lifetime::{ServerTime, span};
use super::token::Token;

/// Seconds from which a difference is worth a word. Below it, it may be the way of the answer.
const NOTABLE_S: f64 = 5.0;

/// The difference in seconds (the server ahead of this machine: positive), where it is worth a word.
pub fn notable(skew_s: Option<f64>) -> Option<f64> {
    skew_s.filter(|skew_s| skew_s.abs() > NOTABLE_S)
}

/// `Your clock is 312 s behind the server's`.
pub fn skew_words(skew_s: f64) -> String {
    let side = if skew_s > 0.0 { "behind" } else { "ahead of" };
    format!("Your clock is {:.0} s {side} the server's", skew_s.abs())
}

/// Whether the clocks agree within a few seconds (RFC 7519 §4.1.4: a leeway is for small differences).
pub fn clock_check(server_time: ServerTime) -> Check {
    let (id, spec) = ("clock.skew", "RFC 7519 §4.1.4");
    if server_time.skew_s.is_none() {
        return check(id, Outcome::Skip, "the server sent no Date", spec);
    }
    notable(server_time.skew_s).map_or_else(
        || check(id, Outcome::Pass, "your clock and the server's agree", spec),
        |skew_s| {
            let message = format!("{}: a 401 may come from that. Set it by NTP", skew_words(skew_s));
            check(id, Outcome::Warn, message, spec)
        },
    )
}

/// Seconds by which `iat` of a new token may differ from the moment when it came.
const NEW_S: i64 = 60;
/// The same where `nbf` is the same as `iat`: providers put both back by some minutes for readers whose clocks are behind
/// (Entra ID by five).
const PUT_BACK_S: i64 = 600;

/// `iat` of a token that has just been issued against the moment `received_at` when it came: by the server's clock where
/// that `is_server_time`, else by this machine's.
pub fn issued_check(token: &Token, received_at: Timestamp, is_server_time: bool) -> Check {
    let (id, spec) = ("clock.iat", "RFC 7519 §4.1.6");
    let Some(iat) = issued_at(token) else {
        return check(id, Outcome::Skip, "there is no iat to compare the clock with", spec);
    };
    let late_s = received_at.duration_since(iat).as_secs();
    if late_s.abs() <= NEW_S {
        return check(id, Outcome::Pass, "the token was made when it came", spec);
    }
    if (0..=PUT_BACK_S).contains(&late_s) && begins_at(token) == Some(iat) {
        let message = format!(
            "iat and nbf lie {} before the token came: put back for readers whose clocks are behind",
            span(late_s)
        );
        return check(id, Outcome::Pass, message, spec);
    }
    let (length, side) = (span(late_s), if late_s > 0 { "before" } else { "after" });
    let why = if is_server_time {
        "the machine that signs has another clock than the one that answers, or the token is not new"
    } else {
        "your clock and the server's disagree, or the token is not new"
    };
    let message = format!("iat lies {length} {side} the token came: {why}");
    check(id, Outcome::Warn, message, spec)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::model::Secret;

    #[test]
    fn a_new_token_was_made_when_it_came() {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let received_at = Timestamp::from_second(1000).unwrap();
        for (claims, found, says) in [
            (r#"{"iat":990}"#, Outcome::Pass, "made when it came"),
            (r#"{"iat":400}"#, Outcome::Warn, "10 min before"),
            (r#"{"iat":400,"nbf":400}"#, Outcome::Pass, "put back"),
            (r#"{"iat":399,"nbf":399}"#, Outcome::Warn, "10 min before"),
            (r#"{"iat":1600,"nbf":1600}"#, Outcome::Warn, "10 min after"),
            ("{}", Outcome::Skip, "no iat"),
        ] {
            let text = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
            let token = Token::new(Secret::new(text), received_at, None);
            let check = issued_check(&token, received_at, true);
            assert_eq!(check.outcome, found, "{claims}");
            assert!(check.message.contains(says), "{}", check.message);
        }
    }

    fn server(skew_s: f64) -> ServerTime {
        ServerTime { skew_s: Some(skew_s) }
    }

    #[test]
    fn a_clock_that_is_off_is_said_with_its_side() {
        let check = clock_check(server(311.6));
        assert_eq!(
            (check.outcome, &*check.message),
            (
                Outcome::Warn,
                "Your clock is 312 s behind the server's: a 401 may come from that. Set it by NTP"
            )
        );
        assert_eq!(skew_words(-7.2), "Your clock is 7 s ahead of the server's");
    }

    #[test]
    fn a_clock_within_a_few_seconds_agrees_and_one_that_is_not_told_is_skipped() {
        assert_eq!(clock_check(server(-4.9)).outcome, Outcome::Pass);
        assert_eq!(clock_check(ServerTime::default()).outcome, Outcome::Skip);
    }
}
