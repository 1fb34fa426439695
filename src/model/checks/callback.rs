//! The answer at the redirect URI.

use super::{Check, Outcome, check};
use crate::model::body::cut;
use crate::model::callback::{Callback, CallbackError, Carrier};
use crate::model::response_type::{ResponseMode, ResponseType};

/// How an answer came, against what was asked for. Its `state` has been held against the one that was sent before: nothing
/// else of it would be believed.
pub fn callback_checks(callback: &Callback, asked: ResponseType, mode: Option<ResponseMode>) -> Vec<Check> {
    let mut checks = vec![check(
        "callback.state",
        Outcome::Pass,
        "is the one that was sent",
        "RFC 6749 §10.12",
    )];
    checks.extend(repeated_parameters_check(&callback.repeated));
    checks.extend(callback.carrier.map(|carrier| mode_check(carrier, asked, mode)));
    checks.extend(token_in_query_check(callback));
    checks
}

/// An answer that was not believed for want of the right `state`. Nothing where it was refused for something else.
pub fn unproven_state_check(error: &CallbackError) -> Option<Check> {
    let message = match error {
        CallbackError::MissingState(_) => "an answer came without the state that was sent: it was not believed",
        CallbackError::WrongState => "an answer came with another state than was sent: it was not believed",
        _ => return None,
    };
    Some(check("callback.state", Outcome::Fail, message, "RFC 6749 §10.12"))
}

fn mode_check(carrier: Carrier, asked: ResponseType, mode: Option<ResponseMode>) -> Check {
    let (id, spec) = ("callback.response_mode", "OAuth 2.0 Multiple Response Types §2.1");
    // Without a wish a code comes in the query and tokens in the fragment.
    let usual = if asked.has_id_token() || asked.has_token() {
        Carrier::Fragment
    } else {
        Carrier::Query
    };
    let wanted = match mode {
        None | Some(ResponseMode::Jwt) => usual,
        Some(ResponseMode::Query | ResponseMode::QueryJwt) => Carrier::Query,
        Some(ResponseMode::Fragment | ResponseMode::FragmentJwt) => Carrier::Fragment,
        Some(ResponseMode::FormPost | ResponseMode::FormPostJwt) => Carrier::FormPost,
    };
    if carrier == wanted {
        return check(id, Outcome::Pass, carrier.words(), spec);
    }
    let whose = if mode.is_some() {
        "that was asked for"
    } else {
        "that goes with this response type"
    };
    let message = format!("came {}, and not {}, {whose}", carrier.words(), wanted.words());
    check(id, Outcome::Warn, message, spec)
}

fn token_in_query_check(callback: &Callback) -> Option<Check> {
    if callback.carrier != Some(Carrier::Query) {
        return None;
    }
    let what = match (&callback.refresh_token, &callback.access_token, &callback.id_token) {
        (Some(_), ..) => "a refresh token",
        (None, Some(_), _) => "an access token",
        (None, None, Some(_)) => "an ID token",
        (None, None, None) => return None,
    };
    let message = format!("{what} came in the query: it stands in histories and logs now");
    Some(check(
        "callback.token_in_query",
        Outcome::Fail,
        message,
        "OAuth 2.0 Multiple Response Types §5",
    ))
}

/// Parameters of the callback that came more than once.
pub fn repeated_parameters_check(names: &[String]) -> Option<Check> {
    (!names.is_empty()).then(|| {
        check(
            "callback.repeated",
            Outcome::Warn,
            format!("{} came more than once", cut(&names.join(", "))),
            "RFC 6749 §3.1",
        )
    })
}

/// The answer of a provider that promises `iss` must hold it: without it nobody can tell which provider answered. A wrong
/// one has ended the login before (RFC 9207 §2.4). Nothing where it is neither promised nor there.
pub fn issuer_in_answer_check(iss: Option<&str>, expected: Option<&str>, is_promised: bool) -> Option<Check> {
    let (outcome, message) = match (iss, expected) {
        (None, _) if !is_promised => return None,
        (None, _) => (
            Outcome::Fail,
            "the answer has no iss, and the provider says that each one has: who answered cannot be told",
        ),
        (Some(_), None) => (Outcome::Skip, "the profile names no issuer"),
        (Some(_), Some(_)) => (Outcome::Pass, "matches the profile"),
    };
    Some(check("callback.iss", outcome, message, "RFC 9207 §2.4"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(checks: &[Check], id: &str) -> Option<Outcome> {
        checks.iter().find(|check| check.id == id).map(|check| check.outcome)
    }

    fn came(parameters: &str, carrier: Option<Carrier>) -> Callback {
        Callback {
            carrier,
            ..Callback::parse(parameters)
        }
    }

    #[test]
    fn an_answer_comes_the_way_that_was_asked_for() {
        use Outcome::{Pass, Warn};
        for (carrier, asked, mode, found) in [
            (Some(Carrier::Query), ResponseType::Code, None, Some(Pass)),
            (Some(Carrier::Fragment), ResponseType::Code, None, Some(Warn)),
            (Some(Carrier::Fragment), ResponseType::CodeIdToken, None, Some(Pass)),
            (Some(Carrier::Query), ResponseType::CodeIdToken, None, Some(Warn)),
            (
                Some(Carrier::FormPost),
                ResponseType::Code,
                Some(ResponseMode::FormPost),
                Some(Pass),
            ),
            (
                Some(Carrier::Query),
                ResponseType::Code,
                Some(ResponseMode::FormPostJwt),
                Some(Warn),
            ),
            (
                Some(Carrier::Query),
                ResponseType::Code,
                Some(ResponseMode::Jwt),
                Some(Pass),
            ),
            (None, ResponseType::Code, None, None),
        ] {
            let checks = callback_checks(&came("code=c&state=s", carrier), asked, mode);
            assert_eq!(
                outcome(&checks, "callback.response_mode"),
                found,
                "{carrier:?} {asked:?} {mode:?}"
            );
            assert_eq!(outcome(&checks, "callback.state"), Some(Pass));
        }
    }

    #[test]
    fn an_answer_that_was_not_believed_broke_a_rule_where_that_was_for_its_state() {
        for (error, is_told) in [
            (CallbackError::MissingState(None), true),
            (CallbackError::WrongState, true),
            (CallbackError::NoCode, false),
        ] {
            let told = unproven_state_check(&error);
            assert_eq!(
                told.map(|check| check.outcome),
                is_told.then_some(Outcome::Fail),
                "{error:?}"
            );
        }
    }

    #[test]
    fn a_token_in_a_query_is_a_leak() {
        for (parameters, carrier, found) in [
            ("code=c&access_token=t", Carrier::Query, Some(Outcome::Fail)),
            ("code=c&id_token=t", Carrier::Query, Some(Outcome::Fail)),
            ("code=c&refresh_token=t", Carrier::Query, Some(Outcome::Fail)),
            ("code=c&id_token=t", Carrier::Fragment, None),
            ("code=c", Carrier::Query, None),
        ] {
            let checks = callback_checks(&came(parameters, Some(carrier)), ResponseType::Code, None);
            assert_eq!(outcome(&checks, "callback.token_in_query"), found, "{parameters}");
        }
    }

    #[test]
    fn what_came_twice_is_named() {
        let checks = callback_checks(&Callback::parse("code=a&code=b"), ResponseType::Code, None);
        assert_eq!(outcome(&checks, "callback.repeated"), Some(Outcome::Warn));
        let checks = callback_checks(&Callback::parse("code=a"), ResponseType::Code, None);
        assert_eq!(outcome(&checks, "callback.repeated"), None);
    }

    #[test]
    fn iss_is_looked_at_where_it_is_promised_or_there() {
        use Outcome::{Fail, Pass, Skip};
        for (iss, expected, is_promised, found) in [
            (None, Some("https://a"), true, Some(Fail)),
            (None, Some("https://a"), false, None),
            (Some("https://a"), Some("https://a"), false, Some(Pass)),
            (Some("https://a"), None, true, Some(Skip)),
        ] {
            let check = issuer_in_answer_check(iss, expected, is_promised);
            assert_eq!(check.map(|check| check.outcome), found, "{iss:?} {is_promised}");
        }
    }
}
