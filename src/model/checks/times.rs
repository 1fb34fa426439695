//! The time claims (RFC 7519 §4.1.4 to §4.1.6), at a given moment of the server's time.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};

use super::claim_reader::{Claim, Claims, Time};
use super::token_use::TokenUse;
use super::{Check, Outcome, check};
use crate::model::lifetime::{exact_span, push_relative, relative};

/// Longest life of a token that needs no word.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// The same where readers warn long before.
const LONGEST_WITH_WARNING: SignedDuration = SignedDuration::from_hours(366 * 24);

/// What times are judged by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// The server's time.
    pub(super) now: Timestamp,
    /// Seconds by which clocks may differ.
    pub(super) tolerance_s: u32,
    /// Whether that holds for `exp` too.
    pub(super) forgives_end: bool,
    /// What the token is for.
    pub(super) token_use: TokenUse,
}

/// The time claims, into `checks`.
pub(super) fn judge(claims: &Claims<'_>, moment: Moment, checks: &mut Vec<Check>) {
    let (exp, iat, nbf) = (
        claims.time(Claim::Exp),
        claims.time(Claim::Iat),
        claims.time(Claim::Nbf),
    );
    checks.push(ends(exp, moment));
    checks.extend(begins("jwt.nbf", "nbf", nbf, moment, "RFC 7519 §4.1.5"));
    checks.extend(begins("jwt.iat", "iat", iat, moment, "RFC 7519 §4.1.6"));
    checks.extend(lives(claims, [exp, iat, nbf], moment));
}

fn ends(exp: Time, moment: Moment) -> Check {
    let (id, spec) = ("jwt.exp", "RFC 7519 §4.1.4");
    match exp {
        Time::Absent => check(id, Outcome::Warn, "exp is missing: it never ends", spec),
        Time::Never => check(id, Outcome::Warn, "exp lies beyond the year 9999: it never ends", spec),
        Time::At(exp) if exp > moment.now => check(id, Outcome::Pass, with_relative("expires ", exp, moment.now), spec),
        Time::At(exp) => {
            let mut message = with_relative("expired ", exp, moment.now);
            let is_forgivable = moment.now.duration_since(exp) < SignedDuration::from_secs(moment.tolerance_s.into());
            if is_forgivable {
                message.push_str(": a reader that forgives small differences still takes it");
            }
            let is_forgiven = is_forgivable && moment.forgives_end;
            check(
                id,
                if is_forgiven { Outcome::Warn } else { Outcome::Fail },
                message,
                spec,
            )
        }
        odd => check(id, Outcome::Fail, oddity("exp", odd, moment.now), spec),
    }
}

fn with_relative(words: &str, time: Timestamp, now: Timestamp) -> String {
    let mut message = String::with_capacity(32);
    message.push_str(words);
    push_relative(&mut message, time, now);
    message
}

fn begins(id: &'static str, name: &str, time: Time, moment: Moment, spec: &'static str) -> Option<Check> {
    let tolerance = SignedDuration::from_secs(moment.tolerance_s.into());
    Some(match time {
        Time::Absent => return None,
        Time::At(at) if at.duration_since(moment.now) > tolerance => {
            let words = relative(at, moment.now);
            let message = format!("{name} lies in the future: {words}. Check both clocks");
            check(id, Outcome::Fail, message, spec)
        }
        Time::At(at) => {
            let mut message = relative(at, moment.now);
            if at.duration_since(moment.now).as_secs() > 0 {
                let tolerance_s = moment.tolerance_s;
                write!(message, ", within the {tolerance_s} s that clocks may differ").expect("a String takes all");
            }
            check(id, Outcome::Pass, message, spec)
        }
        odd => check(id, Outcome::Fail, oddity(name, odd, moment.now), spec),
    })
}

fn oddity(name: &str, time: Time, now: Timestamp) -> String {
    match time {
        Time::Milliseconds(at) => format!(
            "{name} is in milliseconds (read so, {}): it must be in seconds, and readers take it for a time in the far future",
            relative(at, now)
        ),
        Time::Microseconds(at) => format!(
            "{name} is in microseconds (read so, {}): it must be in seconds, and readers take it for a time in the far future",
            relative(at, now)
        ),
        Time::Text => format!("{name} is a text and not a number: it must be a time in seconds"),
        Time::Never => format!("{name} lies beyond the year 9999"),
        Time::Absent | Time::At(_) | Time::Wrong => format!("{name} is not a time in seconds"),
    }
}

/// From `iat`, else `nbf`, to `exp`. Nothing where one of them has been called wrong already.
fn lives(claims: &Claims<'_>, [exp, iat, nbf]: [Time; 3], moment: Moment) -> Option<Check> {
    // Only the one for bearer access tokens names a length, and that one is shorter: an hour or less.
    let spec = if moment.token_use == TokenUse::Access {
        "RFC 6750 §5.3"
    } else {
        "RFC 7519 §4.1.4"
    };
    let id = "jwt.lifetime";
    if exp == Time::Absent {
        return Some(check(
            id,
            Outcome::Skip,
            "exp is missing: how long it lives is not known",
            spec,
        ));
    }
    let exp = exp.at()?;
    if nbf.at().is_some_and(|nbf| nbf >= exp) {
        let message = "exp does not lie after nbf: it was over before it began";
        return Some(check(id, Outcome::Fail, message, "RFC 7519 §4.1.5"));
    }
    let (name, begins) = match (iat, nbf) {
        (Time::At(iat), _) => ("iat", iat),
        (Time::Absent, Time::At(nbf)) => ("nbf", nbf),
        (Time::Absent, Time::Absent) => {
            let message = "iat and nbf are missing: how long it lives is not known";
            return Some(check(id, Outcome::Skip, message, spec));
        }
        _ => return None,
    };
    let lives = exp.duration_since(begins);
    let lives_s = lives.as_secs();
    Some(if !lives.is_positive() {
        let message = format!("exp does not lie after {name}: it was over before it began");
        check(id, Outcome::Fail, message, "RFC 7519 §4.1.4")
    } else if lives <= LONGEST {
        check(id, Outcome::Pass, format!("lives {}", exact_span(lives_s)), spec)
    } else if lives <= LONGEST_WITH_WARNING && is_warned_of(claims) {
        let message = format!(
            "lives {}, on purpose: Kubernetes warns of its use from warnafter on",
            exact_span(lives_s)
        );
        check(id, Outcome::Pass, message, spec)
    } else {
        let message = format!("lives {}: longer than a day", exact_span(lives_s));
        check(id, Outcome::Warn, message, spec)
    })
}

/// Whether it is the token of a service account whose life Kubernetes has stretched to a year, so that a program that never
/// reads its file again goes on working: such a token names the moment from which on its use is logged.
fn is_warned_of(claims: &Claims<'_>) -> bool {
    let is_account = claims
        .text(Claim::Sub)
        .is_some_and(|sub| sub.starts_with("system:serviceaccount:"));
    let bound = claims.value(Claim::Kubernetes).filter(|_| is_account);
    bound.is_some_and(|bound| bound.get("warnafter").is_some_and(serde_json::Value::is_number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::jwt::DecodedPart;
    use crate::model::members::read_members;

    fn judged(claims: &str, token_use: TokenUse) -> Vec<Check> {
        let payload = DecodedPart {
            members: read_members(claims).0,
            ..DecodedPart::default()
        };
        let moment = Moment {
            now: Timestamp::from_second(1_000_000_000).unwrap(),
            tolerance_s: 60,
            forgives_end: false,
            token_use,
        };
        let mut checks = Vec::new();
        judge(&Claims::of(&payload), moment, &mut checks);
        checks
    }

    #[track_caller]
    fn has(claims: &str, token_use: TokenUse, id: &str, outcome: Option<Outcome>, says: &str) {
        let checks = judged(claims, token_use);
        let check = checks.iter().find(|check| check.id == id);
        assert_eq!(check.map(|check| check.outcome), outcome, "{claims} {id}");
        if let Some(check) = check {
            assert!(check.message.contains(says), "{claims}: {}", check.message);
        }
    }

    #[test]
    fn the_end_is_judged_to_the_second_and_odd_ones_are_named() {
        use Outcome::{Fail, Pass, Warn};
        for (claims, outcome, says) in [
            ("{}", Warn, "never ends"),
            (r#"{"exp":1000000001}"#, Pass, "expires in 1 s"),
            (r#"{"exp":1000000000}"#, Fail, "expired now"),
            (r#"{"exp":999999990}"#, Fail, "forgives"),
            (r#"{"exp":999990000}"#, Fail, "expired 2 h"),
            (r#"{"exp":1000000600000}"#, Fail, "milliseconds (read so, in 10 min"),
            (r#"{"exp":1000000600000000}"#, Fail, "microseconds"),
            (r#"{"exp":"1000000600"}"#, Fail, "a text"),
            (r#"{"exp":null}"#, Fail, "not a time in seconds"),
            (r#"{"exp":253402300799}"#, Warn, "9999"),
        ] {
            has(claims, TokenUse::Any, "jwt.exp", Some(outcome), says);
        }
    }

    #[test]
    fn an_end_is_forgiven_only_where_somebody_asks_for_that() {
        let payload = DecodedPart {
            members: read_members(r#"{"exp":999999990}"#).0,
            ..DecodedPart::default()
        };
        for (forgives_end, tolerance_s, outcome) in [
            (false, 60, Outcome::Fail),
            (true, 60, Outcome::Warn),
            (true, 10, Outcome::Fail),
        ] {
            let moment = Moment {
                now: Timestamp::from_second(1_000_000_000).unwrap(),
                tolerance_s,
                forgives_end,
                token_use: TokenUse::Any,
            };
            let mut checks = Vec::new();
            judge(&Claims::of(&payload), moment, &mut checks);
            assert_eq!(checks[0].outcome, outcome, "{forgives_end} {tolerance_s}");
        }
    }

    #[test]
    fn a_beginning_may_lie_in_the_future_by_the_tolerance() {
        use Outcome::{Fail, Pass};
        for (name, id) in [("nbf", "jwt.nbf"), ("iat", "jwt.iat")] {
            for (time, outcome, says) in [
                ("999999000", Pass, "ago"),
                ("1000000029", Pass, "in 29 s, within the 60 s that clocks may differ"),
                ("1000000060", Pass, "in 1 min, within"),
                ("1000000000", Pass, "now"),
                ("1000000061", Fail, "in the future"),
                ("1000000000000", Fail, "milliseconds"),
                ("\"soon\"", Fail, "a text"),
                ("[]", Fail, "not a time"),
            ] {
                has(
                    &format!("{{\"{name}\":{time}}}"),
                    TokenUse::Any,
                    id,
                    Some(outcome),
                    says,
                );
            }
            has("{}", TokenUse::Any, id, None, "");
        }
    }

    #[test]
    fn a_lifetime_is_measured_from_iat_or_nbf_and_must_be_sensible() {
        use Outcome::{Fail, Pass, Skip, Warn};
        for (claims, token_use, outcome, says) in [
            (r#"{"iat":1000,"exp":4600}"#, TokenUse::Id, Some(Pass), "lives 1 h"),
            (
                r#"{"iat":1000,"exp":5799}"#,
                TokenUse::Id,
                Some(Pass),
                "lives 1 h 19 min (4799 s)",
            ),
            (
                r#"{"iat":0,"exp":86401}"#,
                TokenUse::Id,
                Some(Warn),
                "longer than a day",
            ),
            (
                r#"{"iat":0,"exp":86400.5}"#,
                TokenUse::Id,
                Some(Warn),
                "longer than a day",
            ),
            (r#"{"iat":1000,"exp":1000.5}"#, TokenUse::Id, Some(Pass), "lives"),
            (r#"{"nbf":0,"exp":86400}"#, TokenUse::Access, Some(Pass), "lives"),
            (
                r#"{"nbf":0,"exp":86401}"#,
                TokenUse::Any,
                Some(Warn),
                "longer than a day",
            ),
            (r#"{"iat":1000,"exp":1000}"#, TokenUse::Any, Some(Fail), "after iat"),
            (r#"{"nbf":1000,"exp":900}"#, TokenUse::Any, Some(Fail), "after nbf"),
            (
                r#"{"iat":100,"nbf":1000,"exp":900}"#,
                TokenUse::Any,
                Some(Fail),
                "after nbf",
            ),
            (r#"{"exp":1000}"#, TokenUse::Any, Some(Skip), "iat and nbf"),
            ("{}", TokenUse::Any, Some(Skip), "exp is missing"),
            (r#"{"iat":"x","exp":1000}"#, TokenUse::Any, None, ""),
        ] {
            has(claims, token_use, "jwt.lifetime", outcome, says);
        }
    }

    #[test]
    fn a_year_is_no_surprise_for_a_service_account_whose_use_is_warned_of() {
        use Outcome::{Pass, Warn};
        for (sub, bound, exp, outcome, says) in [
            (
                "system:serviceaccount:a:b",
                r#"{"warnafter":3607}"#,
                31_536_000,
                Pass,
                "lives 365 d, on purpose",
            ),
            (
                "system:serviceaccount:a:b",
                r#"{"namespace":"a"}"#,
                31_536_000,
                Warn,
                "longer",
            ),
            (
                "system:serviceaccount:a:b",
                r#"{"warnafter":3607}"#,
                315_360_000,
                Warn,
                "longer",
            ),
            ("somebody", r#"{"warnafter":3607}"#, 31_536_000, Warn, "longer"),
        ] {
            let claims = format!(r#"{{"iat":0,"exp":{exp},"sub":"{sub}","kubernetes.io":{bound}}}"#);
            has(&claims, TokenUse::Any, "jwt.lifetime", Some(outcome), says);
        }
    }
}
