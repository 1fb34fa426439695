//! An HMAC made with a public key: the attack on servers that take the key of RS256 as the secret of HS256
//! (RFC 8725 §2.1).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::model::keys::Key;

/// Every text that an attacker may take a public key as, each with what it is. Made once for each key.
pub(super) fn forms(key: &Key) -> &[(&'static str, Vec<u8>)] {
    key.forms.get_or_init(|| made_of(key).into())
}

fn made_of(key: &Key) -> Vec<(&'static str, Vec<u8>)> {
    let mut forms = key.written.clone();
    let der = |label: &'static str, name: &'static str, der: &[u8], forms: &mut Vec<(&'static str, Vec<u8>)>| {
        forms.extend(pem(label, der).map(|text| (name, text.into_bytes())));
        forms.push(("DER", der.to_vec()));
        forms.push(("base64 of DER", STANDARD.encode(der).into_bytes()));
        forms.push(("base64url of DER", URL_SAFE_NO_PAD.encode(der).into_bytes()));
    };
    if let Some(public) = &key.public {
        if let Some(spki) = public.spki() {
            der("PUBLIC KEY", "PEM", &spki, &mut forms);
        }
        if let Some(pkcs1) = public.pkcs1() {
            der("RSA PUBLIC KEY", "PEM of PKCS#1", pkcs1, &mut forms);
        }
        forms.extend(public.bare_forms());
    }
    let certificate = key.written.iter().find(|(what, _)| *what == "the certificate as DER");
    if let Some((_, bytes)) = certificate {
        der("CERTIFICATE", "PEM of the certificate", bytes, &mut forms);
    }
    forms
}

/// With lines of 64 characters (RFC 7468 §2) or one line, with both line ends, with and without the last one.
fn pem(label: &str, der: &[u8]) -> [String; 5] {
    let base64 = STANDARD.encode(der);
    let lines = |end: &str| {
        let mut body = String::new();
        for (place, c) in base64.chars().enumerate() {
            if place > 0 && place % 64 == 0 {
                body.push_str(end);
            }
            body.push(c);
        }
        format!("-----BEGIN {label}-----{end}{body}{end}-----END {label}-----")
    };
    let (unix, windows) = (lines("\n"), lines("\r\n"));
    [
        format!("{unix}\n"),
        format!("{windows}\r\n"),
        format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n"),
        unix,
        windows,
    ]
}
