//! Claims that are times, and the ways in which they are written.

use jiff::Timestamp;
use serde_json::Value;

/// Claims that are times. By the specifications all are seconds since 1970 (`NumericDate`, RFC 7519 §2); vendors write
/// some of them in milliseconds or as text. Sorted, for the search.
const TIMES: &[&str] = &[
    "auth_time",
    "client_id_issued_at",
    "client_secret_expires_at",
    "created_at",
    "exp",
    "expires_at",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/authenticationinstant",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/expiration",
    "http://schemas.microsoft.com/ws/2012/01/passwordexpirationtime",
    "iat",
    "issued_at",
    "last_login",
    "last_modified_date",
    "last_password_reset",
    "mfa_auth_time",
    "nbf",
    "oi_crt_dt",
    "oi_exp_dt",
    "orig_iat",
    "original_session_exp",
    "password_last_changed",
    "pi.pa.rat",
    "pwd_exp",
    "rat",
    "session_exp",
    "session_expiry",
    "toe",
    "updated_at",
    "warnafter",
    "xms_tcdt",
];

/// Those that a specification defines as `NumericDate`: written otherwise, they break it.
const NUMERIC_DATES: &[&str] = &["exp", "nbf", "iat", "auth_time", "updated_at", "toe"];

/// Below this, `pwd_exp` is no time but the seconds that are left: no password ends before 2001.
const LONGEST_COUNTDOWN_S: f64 = 1e9;

/// The last moment of the year 9999 and the second after it, which frameworks write for "never": a bit later than a
/// [`Timestamp`] can hold.
const END_OF_TIME_S: i64 = 253_402_300_800;

/// How a time was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeUnit {
    /// Seconds since 1970, as RFC 7519 §2 wants it.
    Seconds,
    /// Milliseconds since 1970, where seconds belong.
    Milliseconds,
    /// A date in words, as `2022-06-12T18:20:24Z` (RFC 3339).
    Iso,
}

/// A time as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeReading {
    /// The time that is meant.
    pub at: Timestamp,
    /// How it was written.
    pub unit: TimeUnit,
    /// Whether a number stood in quotes.
    pub is_text: bool,
}

impl TimeReading {
    /// Whether it is as RFC 7519 §2 wants it: a number of seconds.
    pub fn is_numeric_date(&self) -> bool {
        self.unit == TimeUnit::Seconds && !self.is_text
    }

    /// What is odd about how it was written, where something is.
    pub const fn remark(&self) -> Option<&'static str> {
        match (self.unit, self.is_text) {
            (TimeUnit::Seconds, false) => None,
            (TimeUnit::Seconds, true) => Some("seconds in quotes: a number belongs here (RFC 7519 §2)"),
            (TimeUnit::Milliseconds, _) => Some("milliseconds: seconds belong here (RFC 7519 §2)"),
            (TimeUnit::Iso, _) => Some("a date in words: seconds since 1970 belong here (RFC 7519 §2)"),
        }
    }
}

/// Whether a specification defines this claim as a number of seconds since 1970 (`NumericDate`, RFC 7519 §2).
pub fn is_numeric_date(name: &str) -> bool {
    NUMERIC_DATES.contains(&name)
}

/// What is odd about how a time claim was written, where a specification says how to write it.
pub(super) fn time_remark(name: &str, value: &Value) -> Option<&'static str> {
    is_numeric_date(name).then(|| time_reading(name, value)?.remark())?
}

/// The time that a claim means, if it is one that holds a time: [`time_reading`] says how it was written.
pub fn time_of(name: &str, value: &Value) -> Option<Timestamp> {
    Some(time_reading(name, value)?.at)
}

/// The time that a claim means and how it was written, if it is one that holds a time. It is for showing: what counts for
/// verdicts is [`time_value`].
pub fn time_reading(name: &str, value: &Value) -> Option<TimeReading> {
    TIMES.binary_search(&name).ok()?;
    if name == "pwd_exp" && number_of(value).is_some_and(|s| s < LONGEST_COUNTDOWN_S) {
        return None;
    }
    read(value)
}

/// A `NumericDate` as a time: whole or broken seconds since 1970 (RFC 7519 §2). The end of the year 9999, which stands for
/// "never", is the last time that there is.
pub fn time_value(value: &Value) -> Option<Timestamp> {
    if let Some(s) = value.as_i64() {
        return from_seconds(s);
    }
    let s = value.as_f64().filter(|s| s.is_finite() && s.abs() < 1e12)?;
    #[expect(clippy::cast_possible_truncation, reason = "bounded above: the milliseconds fit")]
    Timestamp::from_millisecond((s * 1000.0) as i64).ok()
}

fn from_seconds(s: i64) -> Option<Timestamp> {
    match Timestamp::from_second(s) {
        Ok(time) => Some(time),
        Err(_) if (0..=END_OF_TIME_S).contains(&s) => Some(Timestamp::MAX),
        Err(_) => None,
    }
}

/// The number in a value, in quotes or not.
pub(super) fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) if text.len() <= 24 => text.parse().ok(),
        _ => value.as_f64(),
    }
}

fn read(value: &Value) -> Option<TimeReading> {
    let reading = |at, unit, is_text| TimeReading { at, unit, is_text };
    if let Value::String(text) = value {
        let text = text.trim();
        if text.len() <= 20
            && let Ok(number) = text.parse::<i64>()
        {
            let read = read(&Value::from(number))?;
            return Some(reading(read.at, read.unit, true));
        }
        return Some(reading(iso(text)?, TimeUnit::Iso, true));
    }
    if let Some(at) = time_value(value) {
        return Some(reading(at, TimeUnit::Seconds, false));
    }
    // What is too much for seconds may be milliseconds: those of 1978 and later are.
    let at = Timestamp::from_millisecond(value.as_i64()?).ok()?;
    Some(reading(at, TimeUnit::Milliseconds, false))
}

/// Longest date that is tried: a hostile one has a megabyte.
const LONGEST_DATE: usize = 40;

/// A date in words, by UTC where it does not say another zone.
fn iso(text: &str) -> Option<Timestamp> {
    if text.len() > LONGEST_DATE {
        return None;
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    // Salesforce writes +0000, and some leave the zone out.
    if let Ok(at) = Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text) {
        return Some(at);
    }
    let date: jiff::civil::DateTime = text.parse().ok()?;
    Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}

/// A length of time in its two largest units: `1 h 0 min`, `4 d 2 h`, `48 s`.
pub(in crate::model) fn two_units(s: i64) -> String {
    let s = s.unsigned_abs();
    let (days, hours, minutes, seconds) = (s / 86_400, s % 86_400 / 3600, s % 3600 / 60, s % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {seconds} s"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_claims_that_are_times_are_sorted_and_stand_in_the_glossary() {
        assert!(TIMES.is_sorted());
        for name in TIMES {
            let is_inner = ["warnafter", "password_last_changed", "session_exp", "session_expiry"].contains(name)
                || name.starts_with("client_");
            assert!(is_inner || super::super::meaning(name).is_some(), "{name}");
        }
    }

    #[test]
    fn times_are_read_whole_and_broken_and_nonsense_is_none() {
        let exp = time_of("exp", &json!(1_655_058_024)).unwrap();
        assert_eq!(exp.to_string(), "2022-06-12T18:20:24Z");
        let broken = time_of("exp", &json!(1_655_058_024.5)).unwrap();
        assert_eq!(broken.as_millisecond() % 1000, 500);
        for nonsense in [json!("soon"), json!(1e300), json!(i64::MAX), json!(["1"]), json!(null)] {
            assert_eq!(time_of("exp", &nonsense), None);
        }
        assert_eq!(time_of("sub", &json!(1)), None);
    }

    #[test]
    fn a_time_is_read_as_what_it_means_and_says_how_it_was_written() {
        for (name, value, at, unit, is_text) in [
            (
                "exp",
                json!(1_655_058_024),
                "2022-06-12T18:20:24Z",
                TimeUnit::Seconds,
                false,
            ),
            (
                "exp",
                json!(1_655_058_024_000_i64),
                "2022-06-12T18:20:24Z",
                TimeUnit::Milliseconds,
                false,
            ),
            (
                "issued_at",
                json!("1655058024000"),
                "2022-06-12T18:20:24Z",
                TimeUnit::Milliseconds,
                true,
            ),
            (
                "orig_iat",
                json!("1655058024"),
                "2022-06-12T18:20:24Z",
                TimeUnit::Seconds,
                true,
            ),
            (
                "updated_at",
                json!("2022-06-12T18:20:24.000Z"),
                "2022-06-12T18:20:24Z",
                TimeUnit::Iso,
                true,
            ),
            (
                "updated_at",
                json!("2022-06-12T18:20:24"),
                "2022-06-12T18:20:24Z",
                TimeUnit::Iso,
                true,
            ),
            (
                "last_modified_date",
                json!("2022-06-12T20:20:24.000+0200"),
                "2022-06-12T18:20:24Z",
                TimeUnit::Iso,
                true,
            ),
            (
                "xms_tcdt",
                json!(1_655_058_024),
                "2022-06-12T18:20:24Z",
                TimeUnit::Seconds,
                false,
            ),
            (
                "rat",
                json!(1_655_058_024),
                "2022-06-12T18:20:24Z",
                TimeUnit::Seconds,
                false,
            ),
            (
                "pwd_exp",
                json!("1655058024"),
                "2022-06-12T18:20:24Z",
                TimeUnit::Seconds,
                true,
            ),
        ] {
            let reading = time_reading(name, &value).unwrap_or_else(|| panic!("{name}: {value}"));
            assert_eq!(
                (reading.at.to_string().as_str(), reading.unit, reading.is_text),
                (at, unit, is_text),
                "{name}: {value}"
            );
            assert_eq!(reading.remark().is_none(), reading.is_numeric_date());
        }
    }

    #[test]
    fn seconds_that_are_left_until_a_password_ends_are_no_time() {
        assert_eq!(time_reading("pwd_exp", &json!("600")), None);
        assert_eq!(time_reading("pwd_exp", &json!(86400)), None);
    }

    #[test]
    fn the_end_of_the_year_9999_is_a_time_and_not_milliseconds() {
        for never in [253_402_300_799_i64, 253_402_300_800] {
            let reading = time_reading("exp", &json!(never)).unwrap();
            assert_eq!((reading.at, reading.unit), (Timestamp::MAX, TimeUnit::Seconds));
        }
    }
}
