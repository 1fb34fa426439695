//! Fernet tokens: encrypted, with the time of their making in clear.

use jiff::Timestamp;

use super::shapes::{Fact, Subject};

/// Version 0x80, 8 bytes of time, 16 of vector, blocks of 16, and 32 of HMAC.
pub(super) fn read(subject: &Subject<'_>) -> Option<Vec<Fact>> {
    const AROUND: usize = 1 + 8 + 16 + 32;
    let (&version, rest) = subject.bytes.split_first()?;
    let content = subject.bytes.len().checked_sub(AROUND)?;
    if version != 0x80 || content == 0 || !content.is_multiple_of(16) {
        return None;
    }
    let seconds = u64::from_be_bytes(*rest.first_chunk::<8>()?);
    let at = Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
    Some(vec![
        Fact::new("made at", at.to_string()),
        Fact::new("encrypted content", format!("{content} bytes")),
    ])
}

#[cfg(test)]
mod tests {
    use super::super::shapes::facts;

    #[test]
    fn the_time_of_its_making_is_told() {
        // The specification's own example.
        let token =
            "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
        let found = facts(token);
        assert_eq!(
            (found[0].0, found[0].1[0].1.as_str()),
            ("Fernet", "1985-10-26T08:20:00Z")
        );
    }
}
