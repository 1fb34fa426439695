//! When to ask for the tokens of a device code, and what the answers mean (RFC 8628 §3.5).

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::device::DeviceAuthorization;
use super::response::TokenError;

/// What `slow_down` adds for good (RFC 8628 §3.5), in seconds.
const SLOW_DOWN_S: u64 = 5;
/// Longest wait between two tries while the server cannot be reached, in seconds.
const MAX_WAIT_S: u64 = 300;

/// Why polling came to its end without a token (RFC 8628 §3.5).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// `access_denied`.
    #[error("The request was declined in the browser. Start again and allow it there")]
    AccessDenied,
    /// `expired_token`, or the time of the code is over here.
    #[error("The code was not entered in time. Start again to get a new one")]
    ExpiredToken,
    /// Any other error of RFC 6749 §5.2.
    #[error("The provider refused: {}", words(.0))]
    Refused(TokenError),
}

fn words(error: &TokenError) -> String {
    match &error.error_description {
        Some(description) => format!("{} ({description})", error.error),
        None => error.error.clone(),
    }
}

/// When to ask next (RFC 8628 §3.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polling {
    interval_s: u64,
    failures: u32,
    gives_up_at: Timestamp,
}

impl Polling {
    /// The schedule for an answer that came at `now`.
    pub fn new(answer: &DeviceAuthorization, now: Timestamp) -> Self {
        let lives = SignedDuration::from_secs(answer.expires_in_s.max(0));
        Self {
            interval_s: u64::try_from(answer.interval_s).unwrap_or(0).max(1),
            failures: 0,
            gives_up_at: now.checked_add(lives).unwrap_or(now),
        }
    }

    /// When both codes are over.
    pub const fn gives_up_at(&self) -> Timestamp {
        self.gives_up_at
    }

    /// How long to wait before the next try, the first one included. An error when the codes will be over by then.
    pub fn next_wait(&self, now: Timestamp) -> Result<Duration, DeviceError> {
        let wait_s = self
            .interval_s
            .saturating_mul(1_u64.checked_shl(self.failures).unwrap_or(u64::MAX))
            .min(MAX_WAIT_S.max(self.interval_s));
        let left = self.gives_up_at.duration_since(now);
        if left.as_secs() <= 0 {
            return Err(DeviceError::ExpiredToken);
        }
        // One last try just before the end is worth more than a full wait behind it.
        let left_s = left.as_secs().unsigned_abs();
        Ok(Duration::from_secs(wait_s.min(left_s.max(1))))
    }

    /// What an error of the token endpoint means. `Ok`: go on polling, with [`Self::next_wait`] as it is now.
    pub fn heard(&mut self, error: &TokenError) -> Result<(), DeviceError> {
        self.failures = 0;
        match error.error.as_str() {
            "authorization_pending" => Ok(()),
            "slow_down" => {
                self.interval_s = self.interval_s.saturating_add(SLOW_DOWN_S);
                Ok(())
            }
            "access_denied" => Err(DeviceError::AccessDenied),
            "expired_token" => Err(DeviceError::ExpiredToken),
            _ => Err(DeviceError::Refused(error.clone())),
        }
    }

    /// The server could not be reached, or answered with a 5xx: the wait doubles until it is heard again.
    pub const fn connection_failed(&mut self) {
        self.failures = self.failures.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answer() -> DeviceAuthorization {
        DeviceAuthorization {
            expires_in_s: 1800,
            interval_s: 5,
            ..DeviceAuthorization::default()
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    fn error(word: &str) -> TokenError {
        TokenError {
            error: word.to_owned(),
            error_description: None,
        }
    }

    #[test]
    fn slow_down_adds_five_seconds_for_good() {
        let mut polling = Polling::new(&answer(), at(0));
        let wait = |polling: &Polling| polling.next_wait(at(0)).unwrap().as_secs();
        assert_eq!(wait(&polling), 5);
        for seconds in [10, 15] {
            polling.heard(&error("slow_down")).unwrap();
            assert_eq!(wait(&polling), seconds);
        }
        polling.heard(&error("authorization_pending")).unwrap();
        assert_eq!(wait(&polling), 15);
    }

    #[test]
    fn an_unreachable_server_doubles_the_wait_until_it_answers() {
        let mut polling = Polling::new(&answer(), at(0));
        let wait = |polling: &Polling| polling.next_wait(at(0)).unwrap().as_secs();
        for seconds in [10, 20, 40] {
            polling.connection_failed();
            assert_eq!(wait(&polling), seconds);
        }
        (0..100).for_each(|_| polling.connection_failed());
        assert_eq!(wait(&polling), MAX_WAIT_S);
        polling.heard(&error("authorization_pending")).unwrap();
        assert_eq!(wait(&polling), 5);
    }

    #[test]
    fn it_gives_up_when_the_code_is_over_with_one_last_try_before() {
        let polling = Polling::new(&answer(), at(0));
        assert_eq!(polling.gives_up_at(), at(1800));
        assert_eq!(polling.next_wait(at(1797)).unwrap().as_secs(), 3);
        assert_eq!(polling.next_wait(at(1800)), Err(DeviceError::ExpiredToken));
    }

    #[test]
    fn each_error_of_rfc_8628_3_5_has_its_meaning() {
        let mut polling = Polling::new(&answer(), at(0));
        assert_eq!(polling.heard(&error("access_denied")), Err(DeviceError::AccessDenied));
        assert_eq!(polling.heard(&error("expired_token")), Err(DeviceError::ExpiredToken));
        let other = polling.heard(&error("invalid_client")).unwrap_err();
        assert_eq!(other.to_string(), "The provider refused: invalid_client");
    }

    proptest! {
        #[test]
        fn any_times_give_a_wait_between_a_second_and_the_end(
            expires_in in any::<i64>(), interval in any::<i64>(), failures in 0_u32..80, slow_downs in 0_u32..80,
        ) {
            let answer = DeviceAuthorization { expires_in_s: expires_in, interval_s: interval, ..answer() };
            let mut polling = Polling::new(&answer, at(0));
            for _ in 0..slow_downs {
                prop_assert!(polling.heard(&error("slow_down")).is_ok());
            }
            for _ in 0..failures {
                polling.connection_failed();
            }
            if let Ok(wait) = polling.next_wait(at(0)) {
                prop_assert!(wait.as_secs() >= 1);
                prop_assert!(i64::try_from(wait.as_secs()).unwrap() <= answer.expires_in_s);
            }
        }
    }
}
