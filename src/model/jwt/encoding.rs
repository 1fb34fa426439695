//! Base64 as tokens have it, and as they should not (RFC 7515 §2, RFC 4648).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::model::defect::{Defect, Part};
use crate::model::visible::{code_point, visible};

/// What could be decoded.
#[derive(Debug, Default)]
pub(super) struct Bytes {
    pub(super) bytes: Vec<u8>,
    /// Whether something was passed over or is lost: more than another alphabet or padding.
    pub(super) is_mended: bool,
}

/// Decodes a part. Clean base64url takes the quick way.
pub(super) fn decode(part: &str, which: Part, defects: &mut Vec<Defect>) -> Bytes {
    match URL_SAFE_NO_PAD.decode(part) {
        Ok(bytes) => Bytes {
            bytes,
            is_mended: false,
        },
        Err(_) => leniently(part, which, defects),
    }
}

/// The length in bytes, without keeping them: a signature is not to be held.
pub(super) fn decoded_len(part: &str, which: Part, defects: &mut Vec<Defect>) -> Option<usize> {
    let mut buffer = [0; 1024];
    if part.len() <= 1024
        && let Ok(len) = URL_SAFE_NO_PAD.decode_slice(part, &mut buffer)
    {
        return Some(len);
    }
    let decoded = decode(part, which, defects);
    (!decoded.bytes.is_empty() || part.is_empty()).then_some(decoded.bytes.len())
}

fn leniently(part: &str, which: Part, defects: &mut Vec<Defect>) -> Bytes {
    let found = Findings::of(part);
    let mut out = Bytes {
        bytes: Vec::with_capacity(part.len() / 4 * 3 + 3),
        is_mended: found.is_mended(),
    };
    let mut bits = Bits::default();
    for byte in part.bytes() {
        if let Some(value) = value_of(byte) {
            bits.push(value, &mut out.bytes);
        } else if byte == b'=' {
            // Inside, one piece of base64 ends and the next begins.
            bits.finish();
        }
    }
    let last = bits.finish();
    found.tell(part, which, last, defects);
    out.is_mended |= last == Last::Lost;
    out
}

/// The 6 bits of a character, of either alphabet.
pub(super) const fn value_of(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'-' | b'+' => 62,
        b'_' | b'/' => 63,
        _ => return None,
    })
}

/// Bits on their way to bytes.
#[derive(Default)]
struct Bits {
    held: u32,
    count: u32,
}

/// What stands at the end of a piece of base64.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Clean,
    /// Bits that belong to no byte and are not 0.
    Bits,
    /// One character more than makes bytes.
    Lost,
}

impl Bits {
    fn push(&mut self, value: u8, out: &mut Vec<u8>) {
        self.held = (self.held << 6) | u32::from(value);
        self.count += 6;
        if self.count >= 8 {
            self.count -= 8;
            out.push(u8::try_from((self.held >> self.count) & 0xff).unwrap_or_default());
        }
    }

    fn finish(&mut self) -> Last {
        let left = self.held & ((1 << self.count) - 1);
        let last = match self.count {
            6 => Last::Lost,
            _ if left != 0 => Last::Bits,
            _ => Last::Clean,
        };
        *self = Self::default();
        last
    }
}

/// The kinds of characters that do not belong in base64.
#[derive(Clone, Copy)]
enum Stray {
    LineBreak,
    Space,
    Quote,
    Percent,
    Other,
}

impl Stray {
    const ALL: [Self; 5] = [Self::LineBreak, Self::Space, Self::Quote, Self::Percent, Self::Other];

    const fn of(c: char) -> Self {
        match c {
            '\r' | '\n' => Self::LineBreak,
            ' ' | '\t' => Self::Space,
            '"' | '\'' | '`' | '“' | '”' | '‘' | '’' => Self::Quote,
            '%' => Self::Percent,
            _ => Self::Other,
        }
    }

    fn words(self, first: char) -> String {
        match self {
            Self::LineBreak => "A line break".to_owned(),
            Self::Space => "White space".to_owned(),
            Self::Quote => "A quotation mark".to_owned(),
            Self::Percent => "A percent sign, perhaps of an encoding that was not undone,".to_owned(),
            Self::Other if visible(first.encode_utf8(&mut [0; 4])).starts_with('⟨') => code_point(u32::from(first)),
            Self::Other => format!("“{first}”"),
        }
    }
}

/// What a part has beside clean base64url.
#[derive(Default)]
struct Findings {
    /// Of each kind: the first one's place, the first one, how many.
    strays: [Option<(usize, char, usize)>; 5],
    url: Option<usize>,
    standard: Option<usize>,
    inner_padding: Option<usize>,
    padding: Option<usize>,
    padding_len: usize,
    len: usize,
    /// Characters since the last inner padding.
    last_len: usize,
}

impl Findings {
    fn of(part: &str) -> Self {
        let mut found = Self::default();
        for (at, c) in part.char_indices() {
            match c {
                'A'..='Z' | 'a'..='z' | '0'..='9' | '-' | '_' | '+' | '/' => {
                    match c {
                        '-' | '_' => found.url = found.url.or(Some(at)),
                        '+' | '/' => found.standard = found.standard.or(Some(at)),
                        _ => {}
                    }
                    if let Some(padding) = found.padding.take() {
                        found.inner_padding = found.inner_padding.or(Some(padding));
                        (found.padding_len, found.last_len) = (0, 0);
                    }
                    found.len += 1;
                    found.last_len += 1;
                }
                '=' => {
                    found.padding = found.padding.or(Some(at));
                    found.padding_len += 1;
                }
                _ => {
                    let stray = &mut found.strays[Stray::of(c) as usize];
                    stray.get_or_insert((at, c, 0)).2 += 1;
                }
            }
        }
        found
    }

    fn is_mended(&self) -> bool {
        self.inner_padding.is_some() || self.strays.iter().any(Option::is_some)
    }

    fn tell(&self, part: &str, which: Part, last: Last, defects: &mut Vec<Defect>) {
        let name = which.words();
        let mut tell = |code: &str, offset: usize, message: String| {
            defects.push(Defect::new(which, code, message).at(offset));
        };
        for kind in Stray::ALL {
            if let Some((at, c, count)) = self.strays[kind as usize] {
                let what = kind.words(c);
                let more = more(count - 1);
                let message =
                    format!("{what} at byte {at} of the {name}{more} is not base64url: passed over (RFC 7515 §2)");
                tell("invalid_base64", at, message);
            }
        }
        match (self.standard, self.url) {
            (Some(standard), Some(_)) => tell(
                "mixed_alphabet",
                standard,
                format!("The {name} mixes base64 (+ /) with base64url (- _), from byte {standard} on (RFC 7515 §2)"),
            ),
            (Some(standard), None) => tell(
                "standard_base64",
                standard,
                format!("The {name} is base64 with + or /, where a token has base64url with - and _ (RFC 7515 §2)"),
            ),
            (None, _) => {}
        }
        if let Some(at) = self.inner_padding {
            let message = format!("The {name} has = in its middle, at byte {at}: read as two pieces (RFC 4648 §3.2)");
            tell("inner_padding", at, message);
        }
        if last == Last::Lost {
            let message = format!(
                "The {name} is {} characters long, 1 more than a multiple of 4: no text encodes to that, so a character \
                 was lost or added (RFC 4648 §5)",
                self.len
            );
            tell("invalid_length", part.len(), message);
        }
        if let Some(at) = self.padding {
            let message = format!("The {name} has = padding, which a JWT must not have (RFC 7515 §2)");
            tell("padded_base64", at, message);
            let wanted = (4 - self.last_len % 4) % 4;
            if self.padding_len != wanted && last != Last::Lost {
                let message = format!(
                    "The {name} has {} times = where {wanted} would fill it up (RFC 4648 §3.2)",
                    self.padding_len
                );
                tell("wrong_padding", at, message);
            }
        }
        if last == Last::Bits {
            let message = format!("The last character of the {name} has bits that mean nothing (RFC 4648 §3.5)");
            tell("trailing_bits", part.len().saturating_sub(1), message);
        }
    }
}

/// “, and 3 more”.
pub(super) fn more(count: usize) -> String {
    if count == 0 {
        String::new()
    } else {
        format!(", and {count} more,")
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    fn read(part: &str) -> (Vec<u8>, Vec<(String, usize)>) {
        let mut defects = Vec::new();
        let decoded = decode(part, Part::Payload, &mut defects);
        let told = defects.into_iter().map(|d| (d.code, d.offset.unwrap())).collect();
        (decoded.bytes, told)
    }

    #[test]
    fn each_kind_of_damage_is_read_and_named() {
        for (part, bytes, codes) in [
            ("aGk_", "hi?", vec![]),
            ("aGk/", "hi?", vec![("standard_base64", 3)]),
            ("aGk/aGk_", "hi?hi?", vec![("mixed_alphabet", 3)]),
            ("aGk=", "hi", vec![("padded_base64", 3)]),
            ("aGk==", "hi", vec![("padded_base64", 3), ("wrong_padding", 3)]),
            ("YQ==YWI", "aab", vec![("inner_padding", 2)]),
            ("aGl", "hi", vec![("trailing_bits", 2)]),
            ("aGk_a", "hi?", vec![("invalid_length", 5)]),
            (
                "aG\r\n\tk_\"",
                "hi?",
                vec![("invalid_base64", 2), ("invalid_base64", 4), ("invalid_base64", 7)],
            ),
            ("aG*k%é_", "hi?", vec![("invalid_base64", 4), ("invalid_base64", 2)]),
            ("", "", vec![]),
            ("*", "", vec![("invalid_base64", 0)]),
            ("=", "", vec![("padded_base64", 0), ("wrong_padding", 0)]),
        ] {
            let (read, told) = read(part);
            assert_eq!(String::from_utf8_lossy(&read), bytes, "{part}");
            let told: Vec<_> = told.iter().map(|(code, at)| (code.as_str(), *at)).collect();
            assert_eq!(told, codes, "{part}");
        }
        let mut defects = Vec::new();
        decode("a*b*c*d", Part::Header, &mut defects);
        assert!(
            defects[0].message.contains("“*” at byte 1 of the header, and 2 more,"),
            "{defects:?}"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_come_back_from_either_alphabet(bytes in any::<Vec<u8>>()) {
            prop_assert_eq!(&read(&URL_SAFE_NO_PAD.encode(&bytes)), &(bytes.clone(), vec![]));
            let (back, told) = read(&STANDARD.encode(&bytes));
            prop_assert_eq!(back, bytes);
            let fine = ["standard_base64", "padded_base64"];
            prop_assert!(told.iter().all(|(code, _)| fine.contains(&code.as_str())), "{told:?}");
        }

        #[test]
        fn what_is_strewn_in_takes_nothing_away(bytes in any::<Vec<u8>>(), strewn in "[ \r\n\"*é%]", at in 0_usize..50) {
            let mut part = URL_SAFE_NO_PAD.encode(&bytes);
            part.insert_str(at.min(part.len()), &strewn);
            prop_assert_eq!(read(&part).0, bytes);
        }

        #[test]
        fn any_text_is_decoded(part in "[a-zA-Z0-9+/=_ -]*.*") {
            let mut defects = Vec::new();
            let len = decode(&part, Part::Payload, &mut defects).bytes.len();
            prop_assert!(len <= part.len());
            let _ = decoded_len(&part, Part::Signature, &mut defects);
        }
    }
}
