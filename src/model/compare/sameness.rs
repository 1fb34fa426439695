//! Whether two JSON texts are the same value, digit by digit.

use serde_json::Value;

/// Whether two JSON texts mean the same: space, escapes and the order of names do not count. Numbers with more digits
/// than a double can hold are compared as they were written.
pub(super) fn is_same(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    if without_space(a).eq(without_space(b)) {
        return true;
    }
    if has_long_number(a) || has_long_number(b) {
        return false;
    }
    // What cannot be read (nested too deep) is told apart by its text alone.
    match (serde_json::from_str::<Value>(a), serde_json::from_str::<Value>(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

/// The bytes of a JSON text that mean something.
pub(super) fn without_space(json: &str) -> impl Iterator<Item = u8> {
    let (mut in_text, mut is_escaped) = (false, false);
    json.bytes().filter(move |&b| {
        if in_text {
            match b {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            return true;
        }
        in_text = b == b'"';
        !matches!(b, b' ' | b'\t' | b'\n' | b'\r')
    })
}

/// As many digits survive in a double.
const SAFE_DIGITS: usize = 15;

fn has_long_number(json: &str) -> bool {
    let (mut in_text, mut is_escaped, mut digits) = (false, false, 0);
    for b in json.bytes() {
        if in_text {
            match b {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match b {
            b'"' => in_text = true,
            b'0'..=b'9' => {
                digits += 1;
                if digits > SAFE_DIGITS {
                    return true;
                }
            }
            b'.' => {}
            _ => digits = 0,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_escapes_and_order_do_not_count_and_digits_do() {
        for (a, b, same) in [
            (r#"{"a":1,"b":2}"#, r#"{ "b": 2, "a": 1 }"#, true),
            (r#""\u0041""#, r#""A""#, true),
            (r#"" ""#, r#""""#, false),
            ("12345678901234567890123", "12345678901234567890124", false),
            ("12345678901234567890123", " 12345678901234567890123", true),
            (r#"["a","b"]"#, r#"["b","a"]"#, false),
            ("1", "\"1\"", false),
            ("true", "true ", true),
        ] {
            assert_eq!(is_same(a, b), same, "{a} {b}");
            assert_eq!(is_same(b, a), same, "{b} {a}");
        }
    }

    #[test]
    fn what_is_nested_too_deep_is_compared_by_its_text() {
        let deep = |inner: &str| format!("{}{inner}{}", "[".repeat(5000), "]".repeat(5000));
        assert!(is_same(&deep("1"), &deep(" 1")));
        assert!(!is_same(&deep("1"), &deep("2")));
    }
}
