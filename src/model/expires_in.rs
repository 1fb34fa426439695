//! How long an access token lives by `expires_in`, where milliseconds may have been sent for seconds.

use super::body::{self, MILLISECONDS, YEAR_S};
use super::claims::time_value;
use super::defect::{Defect, Part};
use super::jwt;
use super::secret::Secret;

const DAY_S: i64 = 86_400;
/// From here on a whole number of thousands may be milliseconds, in seconds: few access tokens live a week.
const DOUBTFUL_S: i64 = 7 * DAY_S;
/// A minute in milliseconds: whoever sets a lifetime sets whole ones.
const MINUTE_MS: i64 = 60_000;
/// By how many seconds a token's own lifetime may differ from what `expires_in` says.
const SLACK_S: i64 = 120;

/// The `expires_in` of this token, in seconds, where this number was written. Where it may be milliseconds, the token's own
/// times decide. Where they do not, one above a year is milliseconds; any other stays, and both readings are told where
/// either could be meant. `rule` is the section that says what it is.
pub(super) fn of(token: Option<&Secret>, given: Option<i64>, rule: &str, defects: &mut Vec<Defect>) -> Option<i64> {
    let given = given?;
    let is_over_a_year = given > YEAR_S;
    let may_be_divided = is_over_a_year || (given >= DOUBTFUL_S && given % 1000 == 0);
    if !may_be_divided {
        return Some(given);
    }
    let divided = given / 1000;
    let lives = token.and_then(own_lifetime_s);
    let fits = |reading: i64| lives.is_some_and(|lives| (lives - reading).abs() <= SLACK_S);
    if fits(given) {
        return Some(given);
    }
    if fits(divided) {
        let message = format!(
            "expires_in is {given}: read as milliseconds, as exp of the token has it, where seconds are wanted ({rule})"
        );
        defects.push(Defect::new(Part::Response, MILLISECONDS, message));
        return Some(divided);
    }
    if is_over_a_year {
        defects.push(body::divided("expires_in", given, rule));
        return Some(divided);
    }
    // Thirty days are 43 minutes and 12 seconds in the other unit, which nobody sets.
    if token.is_none() || given % MINUTE_MS != 0 || given % DAY_S == 0 {
        return Some(given);
    }
    let message = format!(
        "expires_in is {given}: {}, or {} in milliseconds? It is in seconds ({rule})",
        span(given),
        span(divided)
    );
    defects.push(Defect::new(Part::Response, "perhaps_milliseconds", message));
    Some(given)
}

/// From `iat`, else `nbf`, to `exp`.
fn own_lifetime_s(token: &Secret) -> Option<i64> {
    // Exposed to be decoded.
    let decoded = jwt::decode(token.expose());
    let payload = decoded.believed();
    let time = |name: &str| time_value(&payload.get(name)?);
    let starts_at = time("iat").or_else(|| time("nbf"))?;
    Some(time("exp")?.duration_since(starts_at).as_secs())
}

/// A span in the largest unit that it fills, rounded down.
fn span(seconds: i64) -> String {
    let (count, unit) = match seconds {
        s if s >= 86_400 => (s / 86_400, "day"),
        s if s >= 3600 => (s / 3600, "hour"),
        s => (s / 60, "minute"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "RFC 6749 §5.1";

    fn read(token: &str, seconds: i64) -> (Option<i64>, Vec<Defect>) {
        let mut defects = Vec::new();
        let read = of(Some(&Secret::new(token)), Some(seconds), RULE, &mut defects);
        (read, defects)
    }

    fn jwt_that_lives(seconds: i64) -> String {
        let key = crate::model::keys::signing::SigningKey::generate_es256();
        let claims = serde_json::json!({"nbf": 1_700_000_000, "exp": 1_700_000_000 + seconds});
        let token = key.sign(key.default_algorithm(), &[], &claims).unwrap();
        token.expose().to_owned()
    }

    #[test]
    fn a_long_whole_number_of_thousands_is_told_with_both_readings() {
        let (read_as, defects) = read("opaque", 3_600_000);
        assert_eq!(read_as, Some(3_600_000));
        assert_eq!(
            defects[0].message,
            "expires_in is 3600000: 41 days, or 1 hour in milliseconds? It is in seconds (RFC 6749 §5.1)"
        );
        for clean in [604_799, 604_801, 86_400, 3600] {
            assert_eq!(read("opaque", clean), (Some(clean), Vec::new()));
        }
    }

    #[test]
    fn whole_days_are_seconds_and_so_is_what_would_be_no_whole_minutes() {
        for days in [10, 30, 60, 90, 180, 250, 365] {
            let seconds = days * DAY_S;
            assert_eq!(read("opaque", seconds), (Some(seconds), Vec::new()), "{days}");
        }
        // A thousand hours and a bit are no minutes in the other unit.
        assert_eq!(read("opaque", 3_601_000), (Some(3_601_000), Vec::new()));
        for minutes in [15, 30, 60, 480] {
            let (read_as, defects) = read("opaque", minutes * MINUTE_MS);
            assert_eq!(read_as, Some(minutes * MINUTE_MS));
            assert_eq!(defects[0].code, "perhaps_milliseconds", "{minutes}");
        }
    }

    #[test]
    fn the_tokens_own_times_decide() {
        let (read_as, defects) = read(&jwt_that_lives(3600), 3_600_000);
        assert_eq!((read_as, defects[0].code.as_str()), (Some(3600), MILLISECONDS));
        let month = 30 * 86_400;
        assert_eq!(read(&jwt_that_lives(month), month), (Some(month), Vec::new()));
        let (read_as, defects) = read(&jwt_that_lives(7200), 3_600_000);
        assert_eq!(
            (read_as, defects[0].code.as_str()),
            (Some(3_600_000), "perhaps_milliseconds")
        );
    }

    #[test]
    fn what_is_over_a_year_is_milliseconds_unless_the_token_says_that_it_lives_so_long() {
        let ten_years = 10 * 366 * DAY_S;
        assert_eq!(
            read(&jwt_that_lives(ten_years), ten_years),
            (Some(ten_years), Vec::new())
        );
        for (token, given) in [
            ("opaque".to_owned(), 86_400_000),
            (jwt_that_lives(86_400), 86_400_000),
            // It fits neither.
            (jwt_that_lives(3600), 86_400_000),
            ("opaque".to_owned(), 86_400_999),
        ] {
            let (read_as, defects) = read(&token, given);
            assert_eq!((read_as, defects.len()), (Some(86_400), 1));
            assert_eq!(defects[0].code, MILLISECONDS);
        }
        let mut defects = Vec::new();
        assert_eq!(of(None, Some(86_400_000), RULE, &mut defects), Some(86_400));
        assert_eq!(defects[0].code, MILLISECONDS);
    }
}
