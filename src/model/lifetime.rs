//! How long a token lives, and how a person reads that.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Where a token's end is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiresFrom {
    /// `expires_in` of the token response (RFC 6749 §5.1).
    ExpiresIn,
    /// The claim `exp` (RFC 7519 §4.1.4).
    Exp,
    /// Both, and they agree.
    Both,
    /// The profile, which has it from the provider's documentation. Only for refresh tokens.
    Documented,
    /// Nobody said.
    Unknown,
}

impl ExpiresFrom {
    /// Every source.
    pub const ALL: [Self; 5] = [Self::ExpiresIn, Self::Exp, Self::Both, Self::Documented, Self::Unknown];

    /// The word, as JSON output has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExpiresIn => "expires_in",
            Self::Exp => "exp",
            Self::Both => "both",
            Self::Documented => "documented",
            Self::Unknown => "unknown",
        }
    }
}

/// Whole seconds by which `expires_in` and `exp` may differ before it is worth a word: rounding, and the way of the answer.
const TOLERANCE_S: i64 = 5;

/// A token's life, in the server's time: [`ServerTime`] turns the local clock into that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifetime {
    /// When it began: `iat`, else `nbf`, else when the answer came.
    pub starts_at: Timestamp,
    /// When it ends. Where two sources differ, the earlier one.
    pub expires_at: Option<Timestamp>,
    /// Where that is known from.
    pub from: ExpiresFrom,
    /// Seconds that `exp` lies after `expires_in` (negative: before), when that is more than rounding.
    pub disagreement_s: Option<i64>,
}

impl Lifetime {
    /// The lifetime of a token that was received at `received_at` (server time), from what the response and the claims say.
    pub fn new(
        received_at: Timestamp,
        expires_in_s: Option<i64>,
        starts_at: Option<Timestamp>,
        exp: Option<Timestamp>,
    ) -> Self {
        let promised = expires_in_s.and_then(|s| received_at.checked_add(SignedDuration::from_secs(s)).ok());
        let (expires_at, from, disagreement_s) = match (promised, exp) {
            (Some(promised), Some(exp)) => {
                let after_s = exp.duration_since(promised).as_secs();
                if after_s.abs() <= TOLERANCE_S {
                    (Some(exp), ExpiresFrom::Both, None)
                } else if after_s < 0 {
                    (Some(exp), ExpiresFrom::Exp, Some(after_s))
                } else {
                    (Some(promised), ExpiresFrom::ExpiresIn, Some(after_s))
                }
            }
            (Some(promised), None) => (Some(promised), ExpiresFrom::ExpiresIn, None),
            (None, Some(exp)) => (Some(exp), ExpiresFrom::Exp, None),
            (None, None) => (None, ExpiresFrom::Unknown, None),
        };
        Self {
            starts_at: starts_at.unwrap_or(received_at),
            expires_at,
            from,
            disagreement_s,
        }
    }

    /// The same with an end that is only documented, `seconds` after the beginning; unless the end is known.
    #[must_use]
    pub fn or_documented(self, seconds: Option<u32>) -> Self {
        let documented = seconds.and_then(|s| self.starts_at.checked_add(SignedDuration::from_secs(s.into())).ok());
        match (self.expires_at, documented) {
            (None, Some(end)) => Self {
                expires_at: Some(end),
                from: ExpiresFrom::Documented,
                ..self
            },
            _ => self,
        }
    }

    /// [`Self::disagreement_s`], unless `expires_in_s` is as long as the token lives by its own times: then it was not made when
    /// it came, or the clocks differ, and neither of the two is wrong about its length.
    pub fn contradiction_s(&self, expires_in_s: i64) -> Option<i64> {
        let after_s = self.disagreement_s?;
        let ends_at = self.expires_at?;
        // The later of the two ends is left out of `expires_at`.
        let exp = ends_at.checked_add(SignedDuration::from_secs(after_s.max(0))).ok()?;
        let own_s = exp.duration_since(self.starts_at).as_secs();
        (own_s.saturating_sub(expires_in_s).saturating_abs() > TOLERANCE_S).then_some(after_s)
    }

    /// Seconds from beginning to end.
    pub fn lifetime_s(&self) -> Option<i64> {
        let lives = self.expires_at?.duration_since(self.starts_at);
        Some(lives.round(jiff::Unit::Second).unwrap_or(lives).as_secs())
    }

    /// What is left at `now` (server time); negative once it is over.
    pub fn remaining(&self, now: Timestamp) -> Option<SignedDuration> {
        Some(self.expires_at?.duration_since(now))
    }

    /// The part that is left at `now`, from 1 (new) to 0 (over).
    pub fn fraction_left(&self, now: Timestamp) -> Option<f32> {
        let whole = self.expires_at?.duration_since(self.starts_at).as_secs_f32();
        let left = self.remaining(now)?.as_secs_f32();
        Some(if whole > 0.0 {
            (left / whole).clamp(0.0, 1.0)
        } else {
            0.0
        })
    }

    /// Whether it is over at `now` (server time). Unknown ends are never over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.remaining(now).is_some_and(|left| !left.is_positive())
    }
}

/// The server's clock as far as it is known: the local one, corrected by the skew that answers showed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ServerTime {
    /// Seconds that the server is ahead; negative: behind. `None` until an answer had a `Date`.
    pub skew_s: Option<f64>,
}

/// A `Date` header has whole seconds and the way takes time: below this a difference says nothing, in seconds.
const SKEW_NOISE_S: f64 = 1.0;

impl ServerTime {
    /// From one answer: its `Date` (a whole second, so half a second is added) against the middle of the exchange.
    pub fn measure(date: Timestamp, sent_at: Timestamp, received_at: Timestamp) -> Self {
        let middle = sent_at.as_millisecond().midpoint(received_at.as_millisecond());
        let skew_ms = date.as_millisecond() + 500 - middle;
        Self {
            skew_s: Some(skew_ms as f64 / 1000.0),
        }
    }

    /// What the server's clock shows when the local one shows `local`. Differences that may be rounding are not applied.
    pub fn at(self, local: Timestamp) -> Timestamp {
        match self.skew_s {
            Some(skew_s) if skew_s.abs() > SKEW_NOISE_S => SignedDuration::try_from_secs_f64(skew_s)
                .ok()
                .and_then(|skew| local.checked_add(skew).ok())
                .unwrap_or(local),
            _ => local,
        }
    }
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A running countdown: `0:48`, `42:10`, `23:59:59`, `29 d 23 h`. Never below zero. A begun second counts as whole, so
/// that a new one-hour token shows `1:00:00` and zero shows when it is over.
pub fn countdown(left: SignedDuration) -> String {
    let s = whole_seconds_up(left).max(0);
    if s >= DAY {
        format!("{} d {} h", s / DAY, s % DAY / HOUR)
    } else if s >= HOUR {
        format!("{}:{:02}:{:02}", s / HOUR, s % HOUR / MINUTE, s % MINUTE)
    } else {
        format!("{}:{:02}", s / MINUTE, s % MINUTE)
    }
}

/// The same in one unit where there is little room: `0:48`, `42:10`, `23 h`, `29 d`.
pub fn countdown_short(left: SignedDuration) -> String {
    let s = whole_seconds_up(left).max(0);
    if s >= HOUR { span(s) } else { countdown(left) }
}

fn whole_seconds_up(d: SignedDuration) -> i64 {
    d.as_secs() + i64::from(d.subsec_nanos() > 0)
}

/// A length of time in its largest unit, rounded down: `48 s`, `15 min`, `23 h`, `30 d`.
pub fn span(s: i64) -> String {
    let mut words = String::with_capacity(16);
    push_span(&mut words, s);
    words
}

/// The same in its two largest units, and in seconds too where those are not all of it: `1 h`, `1 h 20 min`,
/// `1 h 19 min (4799 s)`.
pub fn exact_span(s: i64) -> String {
    let s = s.saturating_abs();
    let ((unit, name), (lesser, lesser_name)) = match s {
        s if s >= DAY => ((DAY, "d"), (HOUR, "h")),
        s if s >= HOUR => ((HOUR, "h"), (MINUTE, "min")),
        s if s >= MINUTE => ((MINUTE, "min"), (1, "s")),
        s => return format!("{s} s"),
    };
    let (count, rest) = (s / unit, s % unit);
    let mut words = format!("{count} {name}");
    if rest >= lesser {
        words.push(' ');
        push_number(&mut words, rest / lesser);
        words.push(' ');
        words.push_str(lesser_name);
    }
    if rest % lesser > 0 {
        words.push_str(" (");
        push_number(&mut words, s);
        words.push_str(" s)");
    }
    words
}

fn push_span(words: &mut String, s: i64) {
    let (count, unit) = match s.abs() {
        s if s >= DAY => (s / DAY, " d"),
        s if s >= HOUR => (s / HOUR, " h"),
        s if s >= MINUTE => (s / MINUTE, " min"),
        s => (s, " s"),
    };
    push_number(words, count);
    words.push_str(unit);
}

/// A number that is not negative: `fmt` would cost more than all the rest of a line of `inspect --lines` that needs it.
fn push_number(words: &mut String, number: i64) {
    if number >= 10 {
        push_number(words, number / 10);
    }
    let digit = u8::try_from(number % 10).unwrap_or_default();
    words.push(char::from(b'0' + digit));
}

/// A time seen from `now`: `in 42 min`, `18 min ago`, `now`.
pub fn relative(time: Timestamp, now: Timestamp) -> String {
    let mut words = String::with_capacity(16);
    push_relative(&mut words, time, now);
    words
}

/// The same behind what `words` holds.
pub fn push_relative(words: &mut String, time: Timestamp, now: Timestamp) {
    let (before, after, s) = match time.duration_since(now).as_secs() {
        0 => return words.push_str("now"),
        s if s > 0 => ("in ", "", s),
        s => ("", " ago", s),
    };
    words.push_str(before);
    push_span(words, s);
    words.push_str(after);
}

/// How long the words of [`relative`] stay as they are at `now`. For a time to come, a second at the most.
pub fn relative_stays(time: Timestamp, now: Timestamp) -> SignedDuration {
    let age = now.duration_since(time);
    let s = age.as_secs().max(0);
    let unit = match s {
        s if s >= DAY => DAY,
        s if s >= HOUR => HOUR,
        s if s >= MINUTE => MINUTE,
        _ => 1,
    };
    let end = SignedDuration::from_secs((s / unit + 1) * unit);
    end.saturating_sub(age).min(SignedDuration::from_secs(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> Timestamp {
        Timestamp::from_second(1_655_057_724 + s).unwrap()
    }

    fn secs(s: i64) -> SignedDuration {
        SignedDuration::from_secs(s)
    }

    #[test]
    fn the_words_for_an_age_stay_until_their_unit_is_full() {
        let stays = |ms: i64| relative_stays(at(0), at(0) + SignedDuration::from_millis(ms)).as_millis();
        let hours = 3_600_000;
        for (age, ms) in [
            (0, 1000),
            (300, 700),
            (59_300, 700),
            (60_000, 60_000),
            (90_000, 30_000),
            (hours, hours),
            (25 * hours, 23 * hours),
        ] {
            assert_eq!(stays(age), i128::from(ms), "{age}");
        }
        // The other clock may be ahead.
        assert_eq!(stays(-5000), 1000);
    }

    #[test]
    fn where_both_agree_the_claim_counts() {
        let life = Lifetime::new(at(1), Some(3600), Some(at(0)), Some(at(3600)));
        assert_eq!((life.from, life.expires_at), (ExpiresFrom::Both, Some(at(3600))));
        assert_eq!((life.lifetime_s(), life.disagreement_s), (Some(3600), None));
    }

    #[test]
    fn where_they_differ_the_earlier_counts_and_the_difference_is_told() {
        let life = Lifetime::new(at(0), Some(3600), Some(at(0)), Some(at(300)));
        assert_eq!((life.from, life.expires_at), (ExpiresFrom::Exp, Some(at(300))));
        assert_eq!(life.disagreement_s, Some(-3300));
        let life = Lifetime::new(at(0), Some(300), Some(at(0)), Some(at(3600)));
        assert_eq!((life.from, life.expires_at), (ExpiresFrom::ExpiresIn, Some(at(300))));
        assert_eq!(life.disagreement_s, Some(3300));
    }

    #[test]
    fn an_opaque_token_lives_by_expires_in_and_an_unknown_one_never_ends() {
        let life = Lifetime::new(at(0), Some(900), None, None);
        assert_eq!((life.from, life.lifetime_s()), (ExpiresFrom::ExpiresIn, Some(900)));
        assert!(!life.is_expired(at(899)) && life.is_expired(at(900)));
        assert_eq!(life.fraction_left(at(450)), Some(0.5));
        let life = Lifetime::new(at(0), None, None, None);
        assert_eq!((life.from, life.remaining(at(9))), (ExpiresFrom::Unknown, None));
        assert!(!life.is_expired(at(1_000_000)));
    }

    #[test]
    fn a_documented_lifetime_fills_in_only_where_nobody_said() {
        let life = Lifetime::new(at(0), None, None, None).or_documented(Some(86_400));
        assert_eq!((life.from, life.lifetime_s()), (ExpiresFrom::Documented, Some(86_400)));
        let life = Lifetime::new(at(0), Some(60), None, None).or_documented(Some(86_400));
        assert_eq!((life.from, life.lifetime_s()), (ExpiresFrom::ExpiresIn, Some(60)));
    }

    #[test]
    fn an_absurd_expires_in_is_as_good_as_none() {
        let life = Lifetime::new(at(0), Some(i64::MAX), None, None);
        assert_eq!(life.from, ExpiresFrom::Unknown);
    }

    #[test]
    fn countdowns_read_as_drawn() {
        for (s, long, short) in [
            (-5, "0:00", "0:00"),
            (48, "0:48", "0:48"),
            (2530, "42:10", "42:10"),
            (3600, "1:00:00", "1 h"),
            (86_399, "23:59:59", "23 h"),
            (29 * DAY + 23 * HOUR + 59, "29 d 23 h", "29 d"),
        ] {
            assert_eq!(
                (countdown(secs(s)).as_str(), countdown_short(secs(s)).as_str()),
                (long, short)
            );
        }
        assert_eq!(countdown(SignedDuration::from_millis(59_001)), "1:00");
        assert_eq!(countdown(SignedDuration::from_millis(-1)), "0:00");
    }

    #[test]
    fn an_exact_span_loses_no_second() {
        for (s, words) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (90, "1 min 30 s"),
            (3600, "1 h"),
            (4800, "1 h 20 min"),
            (4799, "1 h 19 min (4799 s)"),
            (3601, "1 h (3601 s)"),
            (DAY, "1 d"),
            (DAY + 1, "1 d (86401 s)"),
            (30 * DAY + 2 * HOUR, "30 d 2 h"),
        ] {
            assert_eq!(exact_span(s), words);
        }
    }

    #[test]
    fn the_two_ends_contradict_each_other_unless_expires_in_is_the_tokens_own_length() {
        for (received, expires_in_s, iat, exp, found) in [
            (0, 3600, Some(0), 3600, None),
            (0, 3600, Some(0), 300, Some(-3300)),
            (0, 300, Some(0), 3600, Some(3300)),
            (0, 3600, None, 300, Some(-3300)),
            // What is left of a token that was put back by five minutes.
            (300, 3600, Some(0), 3900, None),
            // Made ten minutes ago, or by another clock.
            (600, 3600, Some(0), 3600, None),
        ] {
            let life = Lifetime::new(at(received), Some(expires_in_s), iat.map(at), Some(at(exp)));
            assert_eq!(life.contradiction_s(expires_in_s), found, "{expires_in_s} {exp}");
        }
    }

    #[test]
    fn relative_times_read_both_ways() {
        assert_eq!(relative(at(2530), at(0)), "in 42 min");
        assert_eq!(relative(at(0), at(1080)), "18 min ago");
        assert_eq!(relative(at(0), at(0)), "now");
    }

    #[test]
    fn skew_is_measured_from_the_middle_and_noise_is_not_applied() {
        let ahead = ServerTime::measure(at(100), at(0), at(1));
        assert_eq!(ahead.skew_s, Some(100.0));
        assert_eq!(ahead.at(at(0)), at(100));
        let same = ServerTime::measure(at(0), at(0), at(0));
        assert_eq!(same.skew_s, Some(0.5));
        assert_eq!(same.at(at(7)), at(7));
    }
}
