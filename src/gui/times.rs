//! Times as a person reads them: by the local clock and as UTC.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Writes times in one time zone. It is passed in, so that a picture is the same everywhere.
#[derive(Clone, Debug)]
pub struct Times {
    zone: TimeZone,
}

impl Times {
    /// Times as they are in `zone`.
    pub fn new(zone: TimeZone) -> Self {
        Self { zone }
    }

    /// `14:53:20` when that is today, else `2026-11-20 14:53:20`.
    pub fn local(&self, time: Timestamp, now: Timestamp) -> String {
        let time = time.to_zoned(self.zone.clone());
        if time.date() == now.to_zoned(self.zone.clone()).date() {
            time.strftime("%H:%M:%S").to_string()
        } else {
            time.strftime("%Y-%m-%d %H:%M:%S").to_string()
        }
    }

    /// The same in fewer letters: `14:53` when that is today, else `2026-11-20`.
    pub fn short(&self, time: Timestamp, now: Timestamp) -> String {
        let time = time.to_zoned(self.zone.clone());
        if time.date() == now.to_zoned(self.zone.clone()).date() {
            time.strftime("%H:%M").to_string()
        } else {
            time.strftime("%Y-%m-%d").to_string()
        }
    }

    /// The same in UTC, with that word behind it.
    pub fn utc(&self, time: Timestamp, now: Timestamp) -> String {
        let time = time.to_zoned(TimeZone::UTC);
        if time.date() == now.to_zoned(TimeZone::UTC).date() {
            time.strftime("%H:%M:%S UTC").to_string()
        } else {
            time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
        }
    }

    /// Everything: local date, time and zone, and UTC.
    pub fn full(&self, time: Timestamp) -> String {
        let local = time.to_zoned(self.zone.clone());
        format!(
            "{} local\n{} UTC\n{} seconds since 1970",
            local.strftime("%Y-%m-%d %H:%M:%S %:z"),
            time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S"),
            time.as_second()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn today_needs_no_date() {
        let times = Times::new(TimeZone::fixed(jiff::tz::offset(2)));
        let now = at("2026-11-20T12:00:00Z");
        assert_eq!(times.local(at("2026-11-20T12:53:20Z"), now), "14:53:20");
        assert_eq!(times.utc(at("2026-11-20T12:53:20Z"), now), "12:53:20 UTC");
        assert_eq!(times.short(at("2026-11-20T12:53:20Z"), now), "14:53");
        assert_eq!(times.short(at("2026-11-20T23:00:00Z"), now), "2026-11-21");
        assert_eq!(times.local(at("2026-11-20T23:00:00Z"), now), "2026-11-21 01:00:00");
        assert_eq!(times.utc(at("2026-11-20T23:00:00Z"), now), "23:00:00 UTC");
    }

    #[test]
    fn the_whole_time_names_both_clocks() {
        let times = Times::new(TimeZone::fixed(jiff::tz::offset(2)));
        assert_eq!(
            times.full(at("2026-11-20T12:53:20Z")),
            "2026-11-20 14:53:20 +02:00 local\n2026-11-20 12:53:20 UTC\n1795179200 seconds since 1970"
        );
    }
}
