//! Base64url exactly as RFC 7515 §2 has it: no padding, no line ends, no bits that mean nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Digit values; 64 is none.
const DIGITS: [u8; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut digits = [64_u8; 256];
    let mut value = 0;
    while value < 64 {
        #[expect(clippy::cast_possible_truncation, reason = "below 64")]
        let digit = value as u8;
        digits[alphabet[value] as usize] = digit;
        value += 1;
    }
    digits
};

/// The bytes of `text`; the error says what is wrong with `name` and where.
pub(super) fn decode(name: &str, text: &str) -> Result<Vec<u8>, String> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| complaint(name, text))
}

/// Whether it could be decoded, without doing that.
pub(super) fn check(name: &str, text: &str) -> Result<(), String> {
    let bytes = text.as_bytes();
    // Comparisons without a table and without a way out in the middle: the compiler takes many bytes at once.
    let stray = |byte: u8| {
        let letter = u8::from((byte | 0x20).wrapping_sub(b'a') < 26);
        let digit = u8::from(byte.wrapping_sub(b'0') < 10);
        1 ^ (letter | digit | u8::from(byte == b'-') | u8::from(byte == b'_'))
    };
    let wrong = bytes.iter().fold(0, |all, byte| all | stray(*byte)) != 0;
    let last = bytes.last().map_or(0, |byte| DIGITS[usize::from(*byte)]);
    let is_whole = match bytes.len() % 4 {
        0 => true,
        2 => last.trailing_zeros() >= 4,
        3 => last.trailing_zeros() >= 2,
        _ => false,
    };
    if wrong || !is_whole {
        Err(complaint(name, text))
    } else {
        Ok(())
    }
}

fn complaint(name: &str, text: &str) -> String {
    let stray = text.char_indices().find(|(_, c)| !is_digit(*c));
    match stray {
        Some((offset, '=')) => format!("The {name} has = padding at byte {offset} (RFC 7515 §2)"),
        Some((offset, c)) => format!("{c:?} at byte {offset} of the {name} is not base64url (RFC 7515 §2)"),
        None if text.len() % 4 == 1 => format!(
            "The {name} is {} characters long: no text encodes to that, so a character was lost or added (RFC 4648 §5)",
            text.len()
        ),
        None => format!("The last character of the {name} has bits that mean nothing (RFC 4648 §3.5)"),
    }
}

fn is_digit(c: char) -> bool {
    u8::try_from(c).is_ok_and(|byte| DIGITS[usize::from(byte)] < 64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_fault_is_named_with_its_place() {
        for (text, why) in [
            ("AA==", "The header has = padding at byte 2"),
            ("A+AA", "'+' at byte 1 of the header"),
            ("A\nAA", "'\\n' at byte 1"),
            ("ÄAAA", "'Ä' at byte 0"),
            ("AAAAA", "5 characters long"),
            ("AB", "bits that mean nothing"),
        ] {
            assert!(decode("header", text).unwrap_err().contains(why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn checking_and_decoding_agree(text in "[A-Za-z0-9_=+/-]{0,12}|\\PC{0,6}|[AQgw_]{0,9}") {
            prop_assert_eq!(check("x", &text).err(), decode("x", &text).err());
        }
    }
}
