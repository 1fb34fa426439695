//! Tokens of parts with dots between them (RFC 7515 §7.1, RFC 7516 §7.1).

use super::part::{self, Read};
use super::{Decoded, DecodedPart, Encrypted, Form, PartKind, encoding, is_unencoded};
use crate::model::defect::{Defect, Part};

/// Decodes a token in parts. `None` when it is opaque: dots by chance are no defect.
pub(super) fn decode(token: &str) -> Option<Decoded> {
    let count = memchr::memchr_iter(b'.', token.as_bytes()).count() + 1;
    let (header, rest) = token.split_once('.').unwrap_or((token, ""));
    // One word alone is a header only if it says so.
    if count == 1 && !header.starts_with("eyJ") {
        return None;
    }
    let mut defects = Vec::new();
    let read = part::decode(header, Part::Header, &mut defects);
    let mut decoded = Decoded::new(Form::Damaged);
    let is_header = looks_like_header(header) || read.part.is_object;
    match count {
        3 => {
            // From the end it is not far.
            let (payload, signature) = rest.rsplit_once('.')?;
            return jws(header, read, payload, signature, defects);
        }
        // The header of an encrypted token has no use for b64.
        4.. if read.part.is_object && is_unencoded(&read.part) && read.part.member("enc").is_none() => {
            let (payload, signature) = rest.rsplit_once('.')?;
            let message =
                "The payload has dots in it: where it is not encoded it must be detached then (RFC 7797 §5.2)";
            let dot = payload.find('.').unwrap_or_default();
            defects.push(Defect::new(Part::Payload, "dots_in_payload", message).at(dot));
            decoded = jws(header, read, payload, signature, defects)?;
            decoded.form = Form::Damaged;
            return Some(decoded);
        }
        5 if is_header && may_be_encrypted(&read, rest) => {
            decoded.encrypted = Some(Box::new(encrypted(rest, &mut defects)));
            let names_enc = read.part.member("enc").is_some();
            if read.part.is_object && read.is_sound && names_enc {
                decoded.form = Form::Jwe;
            } else if read.part.is_object && !names_enc {
                let message = "There are five parts, and the header names no enc, as that of an encrypted token must (RFC 7516 §4.1.2)";
                defects.push(Defect::new(Part::Header, "no_enc", message));
            }
        }
        // JSON in base64, and nothing that a JWT's header has.
        1 if read.part.is_object
            && !["alg", "enc", "typ", "kid"]
                .iter()
                .any(|name| read.part.member(name).is_some()) =>
        {
            return None;
        }
        _ if is_header => {
            let message = format!(
                "{count} {} where a signed JWT has three and an encrypted one five (RFC 7515 §3.1, RFC 7516 §3.1)",
                if count == 1 { "part" } else { "parts" }
            );
            if count > 1 {
                let payload = rest.split('.').next().unwrap_or_default();
                decoded.payload = part::decode(payload, Part::Payload, &mut defects).part;
            }
            // Where one is missing, or where the first begins that is too many.
            let last = if read.part.member("enc").is_some() { 4 } else { 2 };
            let at = token.match_indices('.').nth(last).map_or(token.len(), |(dot, _)| dot);
            defects.push(Defect::new(Part::Token, "wrong_part_count", message).at(at));
        }
        _ => return None,
    }
    note_header(&read.part, &mut defects);
    decoded.header = read.part;
    decoded.defects = defects;
    Some(decoded)
}

/// Five parts alone make nothing encrypted: documents shorten tokens with dots. The header says `enc` (RFC 7516 §4.1.2),
/// or it cannot be read and no payload follows.
fn may_be_encrypted(header: &Read, rest: &str) -> bool {
    header.part.member("enc").is_some() || !header.part.is_object && !looks_like_header(rest)
}

/// A header that is something else than an object is told: its bytes may be in order.
fn note_header(header: &DecodedPart, defects: &mut Vec<Defect>) {
    if matches!(header.kind, PartKind::Missing | PartKind::BrokenJson | PartKind::Object) {
        return;
    }
    let message = format!(
        "The header is {} where a JSON object is wanted (RFC 7515 §4)",
        header.kind.words()
    );
    defects.push(Defect::new(Part::Header, "header_not_object", message));
}

fn jws(text: &str, header: Read, payload: &str, signature: &str, mut defects: Vec<Defect>) -> Option<Decoded> {
    let payload = if header.part.is_object && is_unencoded(&header.part) {
        unencoded(&header, payload, &mut defects)
    } else {
        part::decode(payload, Part::Payload, &mut defects)
    };
    let is_jws =
        header.part.is_object || payload.part.is_object || looks_like_header(text) || !payload.part.members.is_empty();
    if !is_jws {
        return None;
    }
    let is_sound = header.part.is_object && header.is_sound && payload.is_sound;
    note_header(&header.part, &mut defects);
    let signature_len = encoding::decoded_len(signature, Part::Signature, &mut defects);
    Some(Decoded {
        header: header.part,
        payload: payload.part,
        signature_len,
        defects,
        ..Decoded::new(if is_sound { Form::Jws } else { Form::Damaged })
    })
}

/// A payload that is the text itself (RFC 7797 §3). Any text will do.
pub(super) fn unencoded(header: &Read, payload: &str, defects: &mut Vec<Defect>) -> Read {
    let crit = header.part.member("crit");
    let is_critical = crit.is_some_and(|crit| crit.value().as_array().is_some_and(|crit| crit.contains(&"b64".into())));
    if !is_critical {
        let message =
            "b64 is false and crit does not name it: a reader that does not know it misreads the payload (RFC 7797 §6)";
        defects.push(Defect::new(Part::Header, "b64_not_critical", message));
    }
    let mut read = part::decode("", Part::Payload, defects);
    if !payload.is_empty() {
        let mut faults = Vec::new();
        read.part = part::of_bytes(payload.as_bytes().to_vec(), Part::Payload, &mut faults);
        defects.extend(faults);
    }
    read
}

fn encrypted(rest: &str, defects: &mut Vec<Defect>) -> Encrypted {
    let mut parts = rest.split('.');
    let mut len = |which| part_len(parts.next(), which, defects);
    Encrypted {
        encrypted_key_len: len(Part::EncryptedKey),
        iv_len: len(Part::Iv),
        ciphertext_len: len(Part::Ciphertext),
        tag_len: len(Part::Tag),
    }
}

/// The length of one part of an encrypted token. Every algorithm that there is has a vector and a tag (RFC 7518 §5.1).
pub(super) fn part_len(part: Option<&str>, which: Part, defects: &mut Vec<Defect>) -> Option<usize> {
    let part = part?;
    if part.is_empty() && matches!(which, Part::Iv | Part::Tag) {
        let message = format!(
            "The {} is empty, and every content encryption needs one (RFC 7518 §5.1)",
            which.words()
        );
        defects.push(Defect::new(which, "empty_part", message));
    }
    encoding::decoded_len(part, which, defects)
}

/// Base64url of a text that starts with `{"` starts with `eyJ`; one flipped bit further on still leaves `ey`, and `{` with a
/// line break behind it is `ewo` or `ew0`. A byte order mark before it is `77u_`.
pub(super) fn looks_like_header(part: &str) -> bool {
    let part = part.strip_prefix("77u_").unwrap_or(part);
    part.starts_with("ey") || part.starts_with("ewo") || part.starts_with("ew0")
}
