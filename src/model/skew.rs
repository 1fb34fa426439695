//! How far the local clock is from the server's: a server that judges times by its own clock answers 401 when the
//! difference is too large.

use super::checks::{Check, Outcome, check};
use super::lifetime::ServerTime;

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

/// A warning where the clocks differ by more than a few seconds (RFC 7519 §4.1.4: a leeway is for small differences).
pub fn clock_check(server_time: ServerTime) -> Option<Check> {
    let skew_s = notable(server_time.skew_s)?;
    let message = format!("{}: a 401 may come from that. Set it by NTP", skew_words(skew_s));
    Some(check("clock.skew", Outcome::Warn, message, "RFC 7519 §4.1.4"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(skew_s: f64) -> ServerTime {
        ServerTime { skew_s: Some(skew_s) }
    }

    #[test]
    fn a_clock_that_is_off_is_said_with_its_side() {
        let check = clock_check(server(311.6)).unwrap();
        assert_eq!(
            (check.outcome, check.message.as_str()),
            (
                Outcome::Warn,
                "Your clock is 312 s behind the server's: a 401 may come from that. Set it by NTP"
            )
        );
        assert_eq!(skew_words(-7.2), "Your clock is 7 s ahead of the server's");
    }

    #[test]
    fn a_clock_within_a_few_seconds_needs_no_word() {
        assert_eq!(clock_check(server(-4.9)), None);
        assert_eq!(clock_check(ServerTime::default()), None);
    }
}
