//! What is odd about a header or a signature, whatever key there is.

use super::header::Header;
use super::{Finding, Signature};
use crate::model::body::cut;
use crate::model::keys::KeySet;
use crate::model::keys::jwa::SigningAlgorithm;

/// What the header brings, and what its `kid` looks like where none of `keys` has it.
pub(super) fn of_header(header: &Header, keys: Option<&KeySet>, verdict: &mut Signature) {
    for (name, is_there, what) in [
        ("jwk", header.jwk.is_some(), "a key"),
        ("x5c", header.x5c.is_some(), "a certificate"),
        ("jku", header.has_jku, "an address of keys"),
        ("x5u", header.has_x5u, "an address of a certificate"),
    ] {
        if is_there {
            verdict.findings.push(Finding::new(
                &format!("embedded_{name}"),
                format!(
                    "The header brings {what} itself ({name}): whoever forges a token can do that too. It is neither \
                     trusted nor followed"
                ),
                "RFC 8725 §3.10",
            ));
        }
    }
    for (name, wanted) in &header.wrong_types {
        verdict.findings.push(Finding::new(
            "header_type",
            format!("{name} of the header is not {wanted}: readers may take it for something else"),
            "RFC 7515 §4.1",
        ));
    }
    let is_known = |kid: &str| {
        let mut keys = keys.iter().flat_map(|set| &set.keys);
        keys.any(|key| key.kid.as_deref() == Some(kid))
    };
    if let Some(kid) = verdict.kid.as_deref()
        && !is_known(kid)
        && let Some(what) = injection(kid)
    {
        verdict.findings.push(Finding::new(
            "kid_injection",
            format!(
                "kid looks like {what}: {:?}. Somebody may be trying whether the server takes it as that",
                cut(kid)
            ),
            "RFC 8725 §3.10",
        ));
    }
}

/// What a `kid` looks like that is no mere name.
fn injection(kid: &str) -> Option<&'static str> {
    // None of the marks below is made of these alone, and nearly every kid is.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=' | b'+');
    if kid.bytes().all(is_plain) {
        return None;
    }
    let has = |marks: &[&str]| marks.iter().any(|mark| kid.contains(mark));
    let starts = |marks: &[&str]| marks.iter().any(|mark| kid.starts_with(mark));
    // A slash alone may be standard base64.
    let roots = [
        "/dev/", "/etc/", "/proc/", "/var/", "/tmp/", "/home/", "/root/", "\\\\", "file:",
    ];
    if has(&["../", "..\\"]) || starts(&roots) || kid.as_bytes().get(1..3) == Some(b":\\") {
        Some("a path")
    } else if has(&["'", "\""]) || contains_ignoring_case(kid, "union select") {
        Some("SQL")
    } else if has(&["$(", "`", "|", "&&", "\n"]) {
        Some("a shell command")
    } else if kid.contains('\0') {
        Some("a cut text")
    } else {
        None
    }
}

fn contains_ignoring_case(text: &str, word: &str) -> bool {
    let mut windows = text.as_bytes().windows(word.len());
    windows.any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

/// A JWT's payload is always encoded.
pub(super) fn unencoded_jwt() -> Finding {
    let message = "b64 is false: the claims are not encoded, and a JWT must not be written so";
    Finding::new("b64_jwt", message, "RFC 7797 §7")
}

/// `alg` is some spelling of none.
pub(super) fn none(alg: &str, has_no_signature: bool) -> Finding {
    let message = match (alg, has_no_signature) {
        ("none", true) => "alg is none: the token is not signed".to_owned(),
        ("none", false) => "alg is none, and there is a signature all the same: nothing checks it".to_owned(),
        (other, _) => format!(
            "alg is {:?}, a spelling of none by which some servers are tricked",
            cut(other)
        ),
    };
    Finding::new("none", message, "RFC 8725 §3.2")
}

/// What no signature of this algorithm can be.
pub(super) fn of_signature(alg: SigningAlgorithm, signature: &[u8]) -> Option<Finding> {
    if signature.is_empty() {
        let message = format!("There is no signature, and alg is {alg}");
        return Some(Finding::new("no_signature", message, "RFC 7515 §5.2"));
    }
    let len = alg.ecdsa_signature_len()?;
    if signature.len() == len {
        let (r, s) = signature.split_at(len / 2);
        let is_zero = |number: &[u8]| number.iter().all(|byte| *byte == 0);
        return (is_zero(r) || is_zero(s)).then(|| {
            Finding::new(
                "ecdsa_zero",
                "r or s of the signature is zero: some verifiers took that as a signature of anything (CVE-2022-21449)",
                "CVE-2022-21449",
            )
        });
    }
    let message = if signature.first() == Some(&0x30) {
        format!("The signature is ASN.1, where {alg} has r and s one after the other, {len} bytes")
    } else {
        format!("The signature has {} bytes, where {alg} has {len}", signature.len())
    };
    Some(Finding::new("ecdsa_length", message, "RFC 7518 §3.4"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kid_that_is_no_mere_name_says_what_it_looks_like() {
        for (kid, what) in [
            ("../../dev/null", Some("a path")),
            ("/dev/null", Some("a path")),
            ("C:\\keys", Some("a path")),
            ("/etc/passwd", Some("a path")),
            ("/9j4AAQSkZJRg+AB/dev=", None),
            ("x' UNION SELECT 'key", Some("SQL")),
            ("1 union SELECT 2", Some("SQL")),
            ("key|id", Some("a shell command")),
            ("a\0b", Some("a cut text")),
            ("BDlhjb8s8E2Jmmqh6P9qdA", None),
            ("ab--cd_1.2=", None),
            ("https://vault.example/keys/name/0123", None),
            ("", None),
        ] {
            assert_eq!(injection(kid), what, "{kid}");
        }
    }
}
