//! Identifiers that serve as tokens.

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::shapes::{Fact, Subject};

/// 100-nanosecond steps from the beginning of the Gregorian calendar, 15 October 1582, to that of Unix (RFC 9562 §5.1).
const GREGORIAN_TO_UNIX: i128 = 0x01B2_1DD2_1381_4000;

/// A UUID (RFC 9562 §4).
pub(super) struct Uuid {
    /// Its 32 hex digits.
    pub(super) digits: Zeroizing<String>,
    id: u128,
    /// `None` where its variant is not that of RFC 9562.
    version: Option<u128>,
}

impl Uuid {
    /// Reads one in its usual writing, in braces or as a URN. 32 hex digits without dashes are a hash as likely.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.strip_prefix("urn:uuid:").unwrap_or(text);
        let text = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(text);
        let has_dashes = |text: &str| {
            text.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            })
        };
        if text.len() != 36 || !has_dashes(text) {
            return None;
        }
        let digits = Zeroizing::new(text.replace('-', ""));
        let id = u128::from_str_radix(&digits, 16).ok()?;
        let version = ((id >> 62) & 0b11 == 0b10).then_some((id >> 76) & 0xf);
        Some(Self { digits, id, version })
    }

    /// How many bits its format leaves open; of version 7 those that are no time (RFC 9562 §5.7).
    pub(super) const fn unfixed_bits(&self) -> u32 {
        match self.version {
            None => 128,
            Some(7) => 74,
            Some(_) => 122,
        }
    }

    /// Why it can be worked out, where its version says so.
    pub(super) const fn predictable(&self) -> Option<&'static str> {
        match self.version {
            Some(1) => Some(
                "A UUID of version 1 is the time and the machine at which it was made (RFC 9562 §5.1): who knows one can work \
                 out others",
            ),
            Some(2) => Some(
                "A UUID of version 2 is made of a time, a machine and an account (RFC 9562 §5.2): who knows one can work out \
                 others",
            ),
            Some(3 | 5) => Some(
                "A UUID of version 3 or 5 is the hash of a name (RFC 9562 §5.3, §5.5): who knows the name can work it out",
            ),
            Some(6) => Some(
                "A UUID of version 6 is the time and the machine at which it was made (RFC 9562 §5.6): who knows one can work \
                 out others",
            ),
            _ => None,
        }
    }
}

/// What a UUID says.
pub(super) fn uuid(subject: &Subject<'_>) -> Option<Vec<Fact>> {
    let uuid = Uuid::read(subject.text)?;
    let id = uuid.id;
    let Some(version) = uuid.version else {
        let none = "none: the variant is not that of RFC 9562";
        return Some(vec![Fact::new("version", none)]);
    };
    let mut facts = vec![Fact::new("version", version.to_string())];
    let gregorian = match version {
        1 => Some((((id >> 64) & 0xfff) << 48) | (((id >> 80) & 0xffff) << 32) | (id >> 96)),
        6 => Some(((id >> 80) << 12) | ((id >> 64) & 0xfff)),
        _ => None,
    };
    if let Some(steps) = gregorian {
        let since_1970 = i128::try_from(steps).ok()? - GREGORIAN_TO_UNIX;
        facts.extend(time((since_1970).div_euclid(10_000)));
        let mac: Vec<String> = (0..6).map(|i| format!("{:02x}", (id >> (40 - 8 * i)) & 0xff)).collect();
        facts.push(Fact::new("node (often a MAC address)", mac.join(":")));
    } else if version == 7 {
        facts.extend(time(i128::try_from(id >> 80).ok()?));
    }
    if matches!(version, 4 | 7) {
        let bits = if version == 4 { 122 } else { 74 };
        facts.push(Fact::new(
            "random bits",
            format!("{bits} at most (RFC 9562 §8 warns to use one as a secret)"),
        ));
    }
    Some(facts)
}

fn time(unix_ms: i128) -> Option<Fact> {
    let at = Timestamp::from_millisecond(i64::try_from(unix_ms).ok()?).ok()?;
    Some(Fact::new("time", at.to_string()))
}

/// 26 characters of Crockford's base32, the first ten of which are a time.
pub(super) fn ulid(subject: &Subject<'_>) -> Option<Vec<Fact>> {
    const DIGITS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let text = subject.text;
    if text.len() != 26 || text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let value = text.chars().try_fold(0_u128, |value, c| {
        let digit = u128::try_from(DIGITS.find(c)?).ok()?;
        value.checked_mul(32)?.checked_add(digit)
    })?;
    let at = Timestamp::from_millisecond(i64::try_from(value >> 80).ok()?).ok()?;
    let year = at.strftime("%Y").to_string().parse::<i32>().ok()?;
    // Any 26 capitals would be one else.
    (2000..2100).contains(&year).then(|| {
        vec![
            Fact::new("time", at.to_string()),
            Fact::new("random bits", "80 at most"),
        ]
    })
}

/// 64 hex digits, and the version of the format behind a dash: a reference token, code or refresh token.
pub(super) fn identity_server(subject: &Subject<'_>) -> Option<Vec<Fact>> {
    let handle = subject.text.strip_suffix("-1")?;
    let is_handle = handle.len() == 64 && handle.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'A'..=b'F'));
    is_handle.then(|| vec![Fact::new("format version", "1")])
}

#[cfg(test)]
mod tests {
    use super::super::shapes::facts;

    #[test]
    fn uuids_say_their_version_and_time() {
        // RFC 9562 appendix A.
        for (token, version, time) in [
            (
                "C232AB00-9414-11EC-B3C8-9F6BDECED846",
                "1",
                Some("2022-02-22T19:22:22Z"),
            ),
            (
                "1EC9414C-232A-6B00-B3C8-9F6BDECED846",
                "6",
                Some("2022-02-22T19:22:22Z"),
            ),
            (
                "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
                "7",
                Some("2022-02-22T19:22:22Z"),
            ),
            ("919108f7-52d1-4320-9bac-f847db4148a8", "4", None),
        ] {
            let found = facts(token);
            assert_eq!(found[0].0, "UUID");
            assert_eq!(found[0].1[0], ("version", version.to_owned()));
            let told = found[0]
                .1
                .iter()
                .find(|fact| fact.0 == "time")
                .map(|fact| fact.1.as_str());
            assert_eq!(told, time, "{token}");
        }
        let mac = &facts("C232AB00-9414-11EC-B3C8-9F6BDECED846")[0].1[2];
        assert_eq!(mac.1, "9f:6b:de:ce:d8:46");
    }

    #[test]
    fn a_ulid_says_its_time() {
        let found = facts("01ARZ3NDEKTSV4RRFFQ69G5FAV");
        assert_eq!(
            (found[0].0, found[0].1[0].1.as_str()),
            ("ULID", "2016-07-30T23:54:10.259Z")
        );
        assert!(facts("ZZZZZZZZZZZZZZZZZZZZZZZZZZ").is_empty());
    }

    #[test]
    fn a_handle_is_known_by_its_version() {
        assert_eq!(facts(&format!("{}-1", "0A".repeat(32)))[0].0, "IdentityServer handle");
    }
}
