//! How far the clocks were apart when a request failed: a server that judges times by its own clock answers 401, and
//! does not say why.

use jiff::{SignedDuration, Timestamp};

use super::failure::Failure;
use crate::flow::Transcript;
use crate::model::exchange::{Exchange, Purpose};
use crate::model::lifetime::ServerTime;
use crate::model::skew::{notable, skew_words};

/// The same failure with the difference of the clocks that the last answer showed. After a 401 its hint names it where it
/// is more than a few seconds.
pub(super) fn with_clock_skew(mut failure: Failure, transcript: &Transcript) -> Failure {
    let answered = transcript.exchanges().iter().rev();
    let mut answered = answered.filter(|exchange| exchange.purpose != Purpose::Jwks);
    let skew_s = answered
        .find_map(server_time)
        .and_then(|server_time| server_time.skew_s);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "two clocks are not that far apart; else it is cut"
    )]
    let whole = skew_s.map(|skew_s| skew_s.round() as i64);
    failure.clock_skew_s = whole;
    if let Some(skew_s) = notable(skew_s).filter(|_| failure.http_status == Some(401)) {
        let words = format!("{}: set it by NTP, that may be the cause", skew_words(skew_s));
        failure.hint = match failure.hint.as_str() {
            "" => words,
            hint => format!("{words}. {hint}"),
        };
    }
    failure
}

/// The server's clock by the `Date` header of an answer (RFC 9110 §6.6.1).
fn server_time(exchange: &Exchange) -> Option<ServerTime> {
    let headers = &exchange.response.as_ref()?.headers;
    let (_, date) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("date"))?;
    let date = Timestamp::try_from(httpdate::parse_http_date(date).ok()?).ok()?;
    let took = SignedDuration::try_from_secs_f64(exchange.total_ms / 1000.0).ok()?;
    let received_at = exchange.sent_at.checked_add(took).ok()?;
    Some(ServerTime::measure(date, exchange.sent_at, received_at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::exchange::ExchangeResponse;

    fn transcript(date: &str) -> Transcript {
        let mut transcript = Transcript::default();
        transcript.record(Exchange {
            purpose: Purpose::Password,
            sent_at: "2026-11-20T12:00:00Z".parse().unwrap(),
            method: "POST".to_owned(),
            url: "https://idp.example/auth/login".to_owned(),
            request_headers: Vec::new(),
            request_body: String::new(),
            response: Some(ExchangeResponse {
                status: 401,
                version: "HTTP/1.1".to_owned(),
                headers: vec![("date".to_owned(), date.to_owned())],
                body: String::new(),
                body_len: 0,
            }),
            failure: None,
            first_byte_ms: 900.0,
            total_ms: 1000.0,
        });
        transcript
    }

    fn refused(http_status: u16) -> Failure {
        Failure {
            http_status: Some(http_status),
            ..Failure::provider("invalid_client", "Refused", "Check the client")
        }
    }

    #[test]
    fn after_a_401_the_hint_names_a_clock_that_is_off() {
        // Half a second of way is taken into account, and half of the header's whole second.
        let failure = with_clock_skew(refused(401), &transcript("Fri, 20 Nov 2026 12:05:12 GMT"));
        assert_eq!(failure.clock_skew_s, Some(312));
        assert_eq!(
            failure.hint,
            "Your clock is 312 s behind the server's: set it by NTP, that may be the cause. Check the client"
        );
    }

    #[test]
    fn other_answers_and_good_clocks_leave_the_hint_as_it_is() {
        let far = with_clock_skew(refused(400), &transcript("Fri, 20 Nov 2026 12:05:12 GMT"));
        assert_eq!((far.clock_skew_s, far.hint.as_str()), (Some(312), "Check the client"));
        let near = with_clock_skew(refused(401), &transcript("Fri, 20 Nov 2026 12:00:02 GMT"));
        assert_eq!((near.clock_skew_s, near.hint.as_str()), (Some(2), "Check the client"));
        let unknown = with_clock_skew(refused(401), &Transcript::default());
        assert_eq!(
            (unknown.clock_skew_s, unknown.hint.as_str()),
            (None, "Check the client")
        );
    }
}
