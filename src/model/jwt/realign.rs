//! Base64 that lost or gained a character in its middle.
//!
//! Behind that place every byte is shifted, and what was text is noise until another character is lost. Reading in the
//! other alignment from there on gives the text back. Where that is, is found by what it costs: bytes that are no text, and
//! characters that are passed over.

use super::encoding::value_of;

/// What passing over one character costs, in bytes that are no text. Noise has two such bytes in four characters.
const SKIP_COST: u32 = 3;
/// Larger parts are not searched: 4 bytes of memory for each character.
const MAX_LEN: usize = 4 << 20;

/// `part` read in the alignments in which it is text, with U+FFFD at each place where a character is missing or too many.
/// `None` when it is best as it stands.
pub(super) fn realigned(part: &str) -> Option<String> {
    let values: Vec<u8> = part.bytes().filter_map(value_of).collect();
    if values.len() < 8 || values.len() > MAX_LEN {
        return None;
    }
    let is_skipped = cheapest(&values);
    let mut bytes = Vec::with_capacity(values.len());
    let (mut at, mut was_skipped, mut is_as_it_stands) = (0, false, true);
    while at < values.len() {
        if is_skipped[at] {
            at += 1;
            was_skipped = true;
            continue;
        }
        if was_skipped {
            bytes.extend("\u{fffd}".bytes());
            is_as_it_stands = false;
            was_skipped = false;
        }
        bytes.extend(bytes_of(&values[at..]));
        at += 4;
    }
    (!is_as_it_stands).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// Which characters are passed over on the cheapest way from the last to the first.
fn cheapest(values: &[u8]) -> Vec<bool> {
    // From here to the end.
    let mut costs = vec![0_u32; values.len() + 4];
    let mut is_skipped = vec![false; values.len() + 4];
    for at in (0..values.len()).rev() {
        let bad = bytes_of(&values[at..]).filter(|byte| !is_text(*byte)).count();
        let read = costs[at + 4.min(values.len() - at)].saturating_add(u32::try_from(bad).unwrap_or(3));
        let skip = costs[at + 1].saturating_add(SKIP_COST);
        is_skipped[at] = skip < read;
        costs[at] = skip.min(read);
    }
    is_skipped
}

/// The bytes of up to four characters.
fn bytes_of(values: &[u8]) -> impl Iterator<Item = u8> {
    let four: [u32; 4] = std::array::from_fn(|i| values.get(i).map_or(0, |value| u32::from(*value)));
    let bits = four.iter().fold(0, |bits, value| (bits << 6) | value);
    let len = (values.len().min(4) * 6) / 8;
    bits.to_be_bytes().into_iter().skip(1).take(len)
}

/// What compact JSON in ASCII is made of.
const fn is_text(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t')
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str =
        r#"{"iss":"https://issuer.example","sub":"somebody","aud":"an-api","exp":1655058024,"jti":"one"}"#;

    #[test]
    fn clean_text_stays_as_it_is() {
        assert_eq!(realigned(&URL_SAFE_NO_PAD.encode(TEXT)), None);
        assert_eq!(realigned(&URL_SAFE_NO_PAD.encode("{\"name\":\"Grüße\"}")), None);
    }

    proptest! {
        #[test]
        fn behind_a_lost_or_added_character_the_text_goes_on(at in 8_usize..60, adds in any::<bool>()) {
            let mut part = URL_SAFE_NO_PAD.encode(TEXT);
            if adds {
                part.insert(at, 'A');
            } else {
                part.remove(at);
            }
            let text = realigned(&part).expect("a shift is found");
            prop_assert!(text.ends_with(&TEXT[TEXT.len() - 30..]), "{text}");
        }

        #[test]
        fn any_part_is_realigned(part in "[A-Za-z0-9_-]{0,200}") {
            let _ = realigned(&part);
        }
    }
}
