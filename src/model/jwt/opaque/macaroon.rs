//! Macaroons in their binary formats, version 1 and 2: location, identifier and caveats are in clear.

use super::shapes::{Fact, Subject};

/// More caveats than this are counted only.
const MAX_FACTS: usize = 100;

/// What it says in clear.
pub(super) fn read(subject: &Subject<'_>) -> Option<Vec<Fact>> {
    let mut facts = match subject.bytes.first()? {
        2 => version_2(&subject.bytes)?,
        b'0'..=b'9' | b'a'..=b'f' => version_1(&subject.bytes)?,
        _ => return None,
    };
    if facts.len() > MAX_FACTS {
        let more = facts.len() - MAX_FACTS;
        facts.truncate(MAX_FACTS);
        facts.push(Fact::new("and more", more.to_string()));
    }
    Some(facts)
}

/// Packets: four hex digits of length, a name, a space, a value and a line break.
fn version_1(mut bytes: &[u8]) -> Option<Vec<Fact>> {
    let mut facts = vec![Fact::new("version", "1")];
    let mut is_signed = false;
    while !bytes.is_empty() {
        let digits = std::str::from_utf8(bytes.get(..4)?).ok()?;
        let len = usize::from_str_radix(digits, 16).ok()?;
        let packet = bytes.get(4..len)?.strip_suffix(b"\n")?;
        let space = packet.iter().position(|byte| *byte == b' ')?;
        let (name, value) = (&packet[..space], &packet[space + 1..]);
        let name = match name {
            b"location" => "location",
            b"identifier" => "identifier",
            b"cid" => "caveat",
            b"cl" => "caveat's location",
            // Keys of third parties, and the signature.
            b"vid" => "",
            b"signature" => {
                is_signed = true;
                ""
            }
            _ => return None,
        };
        if !name.is_empty() {
            facts.push(Fact::new(name, text_of(value)));
        }
        bytes = &bytes[len..];
    }
    is_signed.then_some(facts)
}

/// Fields of a type, a length and a value, in sections that end with a 0.
fn version_2(bytes: &[u8]) -> Option<Vec<Fact>> {
    let mut facts = vec![Fact::new("version", "2")];
    let mut rest = bytes.get(1..)?;
    let mut is_caveat = false;
    loop {
        let kind = varint(&mut rest)?;
        if kind == 0 {
            if is_caveat && rest.first() == Some(&0) {
                rest = &rest[1..];
                // The signature alone is left.
                return (varint(&mut rest)? == 6).then_some(facts);
            }
            is_caveat = true;
            if rest.first() == Some(&0) {
                rest = &rest[1..];
                return (varint(&mut rest)? == 6).then_some(facts);
            }
            continue;
        }
        let len = usize::try_from(varint(&mut rest)?).ok()?;
        let value = rest.get(..len)?;
        rest = &rest[len..];
        match (kind, is_caveat) {
            (1, false) => facts.push(Fact::new("location", text_of(value))),
            (1, true) => facts.push(Fact::new("caveat's location", text_of(value))),
            (2, false) => facts.push(Fact::new("identifier", text_of(value))),
            (2, true) => facts.push(Fact::new("caveat", text_of(value))),
            (4, true) => {}
            _ => return None,
        }
    }
}

/// A number in groups of 7 bits, the lowest first.
pub(super) fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..63).step_by(7) {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn text_of(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("{} bytes", value.len()),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::super::shapes::facts;

    fn told(bytes: &[u8]) -> Vec<(&'static str, String)> {
        let found = facts(&URL_SAFE_NO_PAD.encode(bytes));
        assert_eq!(found[0].0, "Macaroon");
        found[0].1.clone()
    }

    fn wanted(version: &str) -> Vec<(&'static str, String)> {
        [
            ("version", version),
            ("location", "http://example.org/"),
            ("identifier", "keyid"),
            ("caveat", "account = 3735928559"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec()
    }

    #[test]
    fn version_1_shows_its_caveats() {
        let packet = |name: &str, value: &[u8]| {
            let len = 4 + name.len() + 1 + value.len() + 1;
            [format!("{len:04x}{name} ").as_bytes(), value, b"\n"].concat()
        };
        let bytes = [
            packet("location", b"http://example.org/"),
            packet("identifier", b"keyid"),
            packet("cid", b"account = 3735928559"),
            packet("signature", &[9; 32]),
        ]
        .concat();
        assert_eq!(told(&bytes), wanted("1"));
    }

    #[test]
    fn version_2_shows_its_caveats() {
        let field = |kind: u8, value: &[u8]| [&[kind, u8::try_from(value.len()).unwrap()], value].concat();
        let bytes = [
            vec![2],
            field(1, b"http://example.org/"),
            field(2, b"keyid"),
            vec![0],
            field(2, b"account = 3735928559"),
            vec![0, 0],
            field(6, &[9; 32]),
        ]
        .concat();
        assert_eq!(told(&bytes), wanted("2"));
    }
}
