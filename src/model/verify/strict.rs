//! Reads a JWS strictly from its text (RFC 7515 §5.2, §7): what had to be mended is none.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::base64url;
use super::header::{Header, strict_text};
use super::header_memo::HeaderMemo;
use crate::model::members::{Member, read_members};

/// Most signatures of one token that are judged.
pub(super) const MAX_SIGNATURES: usize = 50;

/// One signature with what it was made over.
pub(super) struct Signed<'a> {
    pub(super) header: Arc<Header>,
    /// What it was made over.
    pub(super) input: Input<'a>,
    pub(super) signature: Vec<u8>,
    /// Whether the token has no payload of its own.
    pub(super) is_detached: bool,
}

/// The signing input (RFC 7515 §5.1), put together only when it is wanted: many signatures share one payload.
pub(super) enum Input<'a> {
    /// It stands in the token as it is.
    Whole(&'a [u8]),
    /// The protected header, and the payload as it is signed.
    Parts(String, Rc<[u8]>),
    /// The payload is detached and was not given.
    Missing,
}

impl Input<'_> {
    /// The bytes that were signed.
    pub(super) fn bytes(&self) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Whole(bytes) => Some(Cow::Borrowed(bytes)),
            Self::Parts(protected, payload) => Some(Cow::Owned([protected.as_bytes(), b".", payload].concat())),
            Self::Missing => None,
        }
    }
}

/// Why a token is not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is not what a JWS must be.
    Defective(String),
    /// It is more than is judged here.
    TooMuch(String),
}

impl From<String> for Unread {
    fn from(why: String) -> Self {
        Self::Defective(why)
    }
}

impl From<&str> for Unread {
    fn from(why: &str) -> Self {
        Self::Defective(why.to_owned())
    }
}

/// The signatures of a token, at least one. `detached` is the payload where the token has none (RFC 7515 appendix F).
pub(super) fn read<'a>(token: &'a str, detached: Option<&[u8]>, memo: &HeaderMemo) -> Result<Vec<Signed<'a>>, Unread> {
    if token.trim_start().starts_with('{') {
        return read_json(token, detached);
    }
    let mut dots = memchr::memchr_iter(b'.', token.as_bytes());
    let (Some(first), Some(second), None) = (dots.next(), dots.next(), dots.next()) else {
        let count = token.split('.').count();
        return Err(format!("The token has {count} parts where a signed one has three (RFC 7515 §7.1)").into());
    };
    let (protected, payload, signature) = (&token[..first], &token[first + 1..second], &token[second + 1..]);
    let header = memo.header(protected, |protected| {
        let json = text_of("header", protected)?;
        Header::read(Some(&json), None)
    })?;
    let signature = base64url::decode("signature", signature)?;
    if header.b64 && header.broken.is_none() {
        base64url::check("payload", payload)?;
    }
    if !header.b64 && payload.contains(|c: char| !matches!(c, ' '..='~')) {
        let why =
            "The payload is not encoded (b64), and has characters that the compact form cannot hold (RFC 7797 §5.2)";
        return Err(why.into());
    }
    let input = match detached.filter(|_| payload.is_empty()) {
        Some(detached) => Input::Parts(protected.to_owned(), as_signed(detached, header.b64)),
        None => Input::Whole(&token.as_bytes()[..protected.len() + 1 + payload.len()]),
    };
    Ok(vec![Signed {
        header,
        input,
        signature,
        is_detached: payload.is_empty(),
    }])
}

/// The flattened and the general JSON serialization (RFC 7515 §7.2).
fn read_json<'a>(token: &str, detached: Option<&[u8]>) -> Result<Vec<Signed<'a>>, Unread> {
    let members = object("token", token)?;
    let payload = string(&members, "payload")?;
    let signatures: Vec<Vec<Member>> = match raw(&members, "signatures") {
        Some(_)
            if ["signature", "protected", "header"]
                .iter()
                .any(|name| raw(&members, name).is_some()) =>
        {
            return Err("The token is of the general and of the flattened form at once (RFC 7515 §7.2.2)".into());
        }
        Some(list) => {
            let list: Vec<&RawValue> =
                serde_json::from_str(list).map_err(|_| "signatures is not a list (RFC 7515 §7.2.1)".to_owned())?;
            if list.is_empty() {
                return Err("The token has 0 signatures (RFC 7515 §7.2.1)".into());
            }
            if list.len() > MAX_SIGNATURES {
                let why = format!(
                    "The token has {} signatures, and {MAX_SIGNATURES} are judged at most",
                    list.len()
                );
                return Err(Unread::TooMuch(why));
            }
            let signature = |raw: &&RawValue| object("signature", raw.get());
            list.iter().map(signature).collect::<Result<_, _>>()?
        }
        None => vec![members],
    };
    let mut shared = Payload {
        own: payload.map(|payload| Rc::from(payload.into_bytes())),
        detached,
        is_checked: false,
        given: None,
    };
    let signed: Vec<Signed<'a>> = signatures
        .iter()
        .map(|members| one_of_json(members, &mut shared))
        .collect::<Result<_, _>>()?;
    if signed.windows(2).any(|pair| pair[0].header.b64 != pair[1].header.b64) {
        return Err("b64 is not the same for each signature (RFC 7797 §3)".into());
    }
    Ok(signed)
}

/// The payload that all signatures share.
struct Payload<'d> {
    own: Option<Rc<[u8]>>,
    detached: Option<&'d [u8]>,
    is_checked: bool,
    /// The detached one as it is signed, with whether it is encoded.
    given: Option<(bool, Rc<[u8]>)>,
}

impl Payload<'_> {
    fn input<'a>(&mut self, protected: String, header: &Header) -> Result<Input<'a>, String> {
        if let Some(own) = &self.own {
            if header.b64 && header.broken.is_none() && !self.is_checked {
                base64url::check("payload", std::str::from_utf8(own).unwrap_or_default())?;
                self.is_checked = true;
            }
            // What stands there is signed, encoded or not (RFC 7797 §3).
            return Ok(Input::Parts(protected, Rc::clone(own)));
        }
        let Some(detached) = self.detached else {
            return Ok(Input::Missing);
        };
        let given = match &self.given {
            Some((b64, given)) if *b64 == header.b64 => Rc::clone(given),
            _ => as_signed(detached, header.b64),
        };
        self.given = Some((header.b64, Rc::clone(&given)));
        Ok(Input::Parts(protected, given))
    }
}

fn one_of_json<'a>(members: &[Member], payload: &mut Payload<'_>) -> Result<Signed<'a>, String> {
    let protected = string(members, "protected")?.unwrap_or_default();
    let json = match protected.as_str() {
        "" => None,
        encoded => Some(text_of("header", encoded)?),
    };
    let header = Header::read(json.as_deref(), raw(members, "header"))?;
    let signature =
        string(members, "signature")?.ok_or("The token has no text signature (RFC 7515 §7.2.1)".to_owned())?;
    let signature = base64url::decode("signature", &signature)?;
    Ok(Signed {
        input: payload.input(protected, &header)?,
        header: Arc::new(header),
        signature,
        is_detached: payload.own.is_none(),
    })
}

/// A payload as it stands in the signing input.
fn as_signed(payload: &[u8], b64: bool) -> Rc<[u8]> {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    if b64 {
        Rc::from(URL_SAFE_NO_PAD.encode(payload).into_bytes())
    } else {
        Rc::from(payload)
    }
}

fn text_of(name: &str, encoded: &str) -> Result<String, String> {
    String::from_utf8(base64url::decode(name, encoded)?).map_err(|_| format!("The {name} is not UTF-8 (RFC 7515 §5.2)"))
}

/// The members of one JSON object without duplicate names.
fn object(name: &str, json: &str) -> Result<Vec<Member>, String> {
    let (members, result) = read_members(json);
    result.map_err(|_| format!("The {name} is not one JSON object (RFC 7515 §7.2)"))?;
    strict_text(name, json)?;
    let mut names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(format!("A name stands twice in the {name} (RFC 7515 §4)"));
    }
    Ok(members)
}

fn raw<'m>(members: &'m [Member], name: &str) -> Option<&'m str> {
    let member = members.iter().find(|member| member.name == name)?;
    Some(&member.raw)
}

fn string(members: &[Member], name: &str) -> Result<Option<String>, String> {
    raw(members, name)
        .map(serde_json::from_str)
        .transpose()
        .map_err(|_| format!("{name} is not a text (RFC 7515 §7.2.1)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(token: &str) -> String {
        match read(token, None, &HeaderMemo::default()) {
            Err(Unread::Defective(why) | Unread::TooMuch(why)) => why,
            Ok(_) => panic!("{token} was read"),
        }
    }

    #[test]
    fn what_is_not_exactly_a_jws_is_refused_with_the_reason() {
        let header = "eyJhbGciOiJIUzI1NiJ9";
        for (token, why) in [
            (format!("{header}.e30"), "2 parts"),
            (format!("{header}.e30.AA.AA"), "4 parts"),
            (String::new(), "1 parts"),
            (format!(" {header}.e30.AA"), "' ' at byte 0 of the header"),
            (format!("{header}.e30.AA\n"), "'\\n' at byte 2 of the signature"),
            (format!("{header}=.e30.AA"), "= padding"),
            (format!("{header}.e31.AA"), "bits that mean nothing"),
            (format!("{header}.e30.A"), "1 characters long"),
            ("gICA.e30.AA".to_owned(), "not UTF-8"),
            ("e30.e30.AA".to_owned(), "no alg"),
            ("{}".to_owned(), "no alg"),
            ("{".to_owned(), "not one JSON object"),
            (r#"{"signatures":[]}"#.to_owned(), "0 signatures"),
            (r#"{"signatures":{}}"#.to_owned(), "not a list"),
            (r#"{"signatures":[1]}"#.to_owned(), "signature is not one JSON object"),
            (r#"{"signatures":[],"signature":""}"#.to_owned(), "at once"),
            (r#"{"signatures":[],"header":{}}"#.to_owned(), "at once"),
            (
                format!(r#"{{"protected":"{header}","payload":"e30"}}"#),
                "no text signature",
            ),
            (
                format!(r#"{{"protected":"{header}","payload":1,"signature":""}}"#),
                "payload is not a text",
            ),
            (
                format!(r#"{{"protected":"{header}","payload":"","payload":"","signature":""}}"#),
                "stands twice",
            ),
        ] {
            let told = refusal(&token);
            assert!(told.contains(why), "{token}: {told}");
        }
    }

    #[test]
    fn a_detached_payload_takes_the_place_of_an_empty_one() {
        let token = "eyJhbGciOiJIUzI1NiJ9..AA";
        let input = |detached: Option<&[u8]>| {
            read(token, detached, &HeaderMemo::default())
                .unwrap()
                .remove(0)
                .input
                .bytes()
                .unwrap()
                .into_owned()
        };
        assert_eq!(input(Some(b"{}")), b"eyJhbGciOiJIUzI1NiJ9.e30");
        assert_eq!(input(None), b"eyJhbGciOiJIUzI1NiJ9.");
    }
}
