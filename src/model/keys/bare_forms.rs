//! A public key without a container: its bare numbers, the smallest JWK (RFC 7638 §3), and the line that SSH has.
//!
//! Nobody verifies with these; attackers take them as secrets.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::numbers::Numbers;

/// Each with what it is.
pub(super) fn bare_forms(numbers: &Numbers) -> Vec<(&'static str, Vec<u8>)> {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let mut forms = Vec::new();
    let mut number = |name: (&'static str, &'static str), bytes: &[u8]| {
        forms.push((name.0, bytes.to_vec()));
        forms.push((name.1, text(bytes).into_bytes()));
    };
    // As RFC 7638 orders the members, and as people do.
    let (jwks, ssh) = match numbers {
        Numbers::Rsa { n, e } => {
            number(("the bytes of n", "n"), n);
            let (n_text, e_text) = (text(n), text(e));
            let jwks = [
                format!(r#"{{"e":"{e_text}","kty":"RSA","n":"{n_text}"}}"#),
                format!(r#"{{"kty":"RSA","n":"{n_text}","e":"{e_text}"}}"#),
            ];
            (jwks, Some(("ssh-rsa", [integer(e), integer(n)].concat())))
        }
        Numbers::Ec(curve, point) => {
            forms.push(("the point", point.clone()));
            let (x, y) = match point.split_first() {
                Some((4, both)) => both.split_at(both.len() / 2),
                // A compressed one has no y to write.
                _ => return forms,
            };
            let mut number = |name: (&'static str, &'static str), bytes: &[u8]| {
                forms.push((name.0, bytes.to_vec()));
                forms.push((name.1, text(bytes).into_bytes()));
            };
            number(("the bytes of x", "x"), x);
            number(("the bytes of y", "y"), y);
            let (crv, x, y) = (curve.as_str(), text(x), text(y));
            let jwks = [
                format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#),
                format!(r#"{{"kty":"EC","crv":"{crv}","x":"{x}","y":"{y}"}}"#),
            ];
            (jwks, None)
        }
        Numbers::Ed25519(x) => {
            number(("the bytes of x", "x"), x);
            let x_text = text(x);
            let jwks = [
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x_text}"}}"#),
                format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x_text}"}}"#),
            ];
            (jwks, Some(("ssh-ed25519", field(x))))
        }
    };
    forms.extend(
        jwks.into_iter()
            .map(|jwk| ("the JWK, as short as it can be", jwk.into_bytes())),
    );
    if let Some((name, fields)) = ssh {
        let blob = [field(name.as_bytes()), fields].concat();
        let line = format!("{name} {}", STANDARD.encode(blob));
        forms.push(("the line of SSH", format!("{line}\n").into_bytes()));
        forms.push(("the line of SSH", line.into_bytes()));
    }
    forms
}

/// A text of SSH (RFC 4251 §5): its length in four bytes, then itself.
fn field(bytes: &[u8]) -> Vec<u8> {
    let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    [&len.to_be_bytes(), bytes].concat()
}

/// A positive number of SSH (RFC 4251 §5).
fn integer(number: &[u8]) -> Vec<u8> {
    let sign = number.first().is_some_and(|first| *first >= 0x80);
    field(&[&[0][..usize::from(sign)], number].concat())
}
