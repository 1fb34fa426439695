//! Tokens changed and signed again, to try what a resource server checks.
//!
//! Start with [`forge`], which makes one [`Edit`]. [`presets`] are the attacks that a tester wants by name; `change` edits
//! a JSON object member by member.
//!
//! A forged token says so in its header, unless that was turned off: [`is_marked`] tells it apart everywhere, and for the
//! rest whoever made it remembers [`Forged::fingerprint`].

mod attacks;
mod change;
mod preset;
#[cfg(test)]
mod tests;

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

pub use change::{Change, Rewrite};
pub use preset::{Inputs, Need, Preset, preset, presets};

use super::jwt::{self, Decoded, Form, Serialization};
use super::keys::jwa::SigningAlgorithm;
use super::keys::signing::SigningKey;
use super::secret::Secret;
use super::token::Fingerprint;

/// The header parameter that marks a forged token. Readers pass over what they do not know (RFC 7515 §4).
pub const MARK_NAME: &str = "tokenscope";

/// What the mark says.
pub const MARK_VALUE: &str = "forged";

/// What is to be changed, and how the result is signed.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Its header. `alg` follows from `sign`.
    pub header: Rewrite,
    /// Its claims.
    pub claims: Rewrite,
    /// Its signature.
    pub sign: SignWith,
    /// Whether the header gains the mark.
    pub mark: bool,
}

/// How a changed token is signed.
#[derive(Clone)]
pub enum SignWith {
    /// With a key. Its `kid`, where it has one, is named in the header, unless the edit names another.
    Key(SigningKey, SigningAlgorithm),
    /// With these bytes as the key of an HMAC; there may be none at all.
    Secret(Zeroizing<Vec<u8>>, SigningAlgorithm),
    /// With nothing: `alg` is `none`, or how the edit spells it, and the signature is empty (RFC 7515 §A.5).
    Nothing,
    /// With the signature that it had, over what it no longer says.
    KeepSignature,
    /// With an empty third part, `alg` being what it was.
    StripSignature,
    /// With these bytes, whatever they are. `alg` is what the edit says.
    Bytes(Vec<u8>),
}

impl fmt::Debug for SignWith {
    /// Without any key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key, alg) => f.debug_tuple("Key").field(key).field(alg).finish(),
            Self::Secret(_, alg) => f.debug_tuple("Secret").field(alg).finish_non_exhaustive(),
            Self::Nothing => f.write_str("Nothing"),
            Self::KeepSignature => f.write_str("KeepSignature"),
            Self::StripSignature => f.write_str("StripSignature"),
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
        }
    }
}

/// A forged token.
#[derive(Clone, Debug)]
pub struct Forged {
    /// The token itself.
    pub token: Secret,
    /// What was changed, in words, one sentence each.
    pub what: Vec<String>,
    /// By what it is known where it bears no mark.
    pub fingerprint: Fingerprint,
    /// Whether its header has the mark.
    pub is_marked: bool,
    /// What must be served at the address that the header names, where it names one.
    pub publish: Option<Publish>,
}

/// A document that belongs to a forged token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// Where it must be served.
    pub address: String,
    /// Its media type.
    pub content_type: &'static str,
    /// The document. It holds public keys only.
    pub body: String,
}

/// Whether a token says that it is forged.
pub fn is_marked(decoded: &Decoded) -> bool {
    decoded.header.get_str(MARK_NAME).as_deref() == Some(MARK_VALUE)
}

/// Changes a signed token in the compact form and signs it again. A part that is not changed stays as it is, byte by
/// byte; one that is changed keeps its order and the digits of its numbers, and loses spaces between its members.
pub fn forge(token: &str, edit: &Edit) -> Result<Forged, String> {
    let parts = Parts::of(token)?;
    let mut header = change::Text::read("Header", parts.header, &edit.header)?;
    let claims = change::Text::read("Claim", parts.payload, &edit.claims)?;
    match &edit.sign {
        SignWith::Key(key, alg) => {
            header.set("alg", &quoted(alg.as_str()))?;
            if let Some(kid) = key.kid().filter(|_| !edit.header.names("kid")) {
                header.set("kid", &quoted(kid))?;
            }
        }
        SignWith::Secret(_, alg) => header.set("alg", &quoted(alg.as_str()))?,
        SignWith::Nothing if !header.is_alg_none() => header.set("alg", &quoted("none"))?,
        _ => {}
    }
    if edit.mark {
        header.set(MARK_NAME, &quoted(MARK_VALUE))?;
    }
    let input = Zeroizing::new(format!("{}.{}", header.encoded(), claims.encoded()));
    let (signature, how) = sign(&edit.sign, &input, parts.signature)?;
    let mut what = header.what;
    what.extend(claims.what);
    what.push(how);
    let token = Secret::new(format!("{}.{signature}", *input));
    Ok(Forged {
        // Exposed to be known again.
        fingerprint: Fingerprint::of(token.expose()),
        token,
        what,
        is_marked: edit.mark,
        publish: None,
    })
}

/// The parts of a token in the compact form, as they are written.
#[derive(Clone, Copy)]
struct Parts<'a> {
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    fn of(token: &'a str) -> Result<Self, String> {
        let token = token.trim();
        let mut parts = token.splitn(4, '.');
        let mut next = || parts.next();
        match (next(), next(), next(), next()) {
            (Some(header), Some(payload), Some(signature), None) => Ok(Self {
                header,
                payload,
                signature,
            }),
            _ => Err(not_in_three_parts(token)),
        }
    }
}

/// Why such a token cannot be changed, and what to do.
fn not_in_three_parts(token: &str) -> String {
    let decoded = jwt::decode(token);
    let (what, hint) = match decoded.form {
        Form::Opaque => (
            "this one is opaque: only its server knows what it says",
            "Give a signed JWT",
        ),
        Form::Jwe => ("this one is encrypted", "Decrypt it, and give what is inside"),
        _ if decoded.serialization != Serialization::Compact => (
            "this one is a JSON object",
            "Give it in the compact form: three parts with dots between them",
        ),
        _ => (
            "this one is damaged",
            "“tokenscope inspect” says where. Give it as it was made",
        ),
    };
    format!("Only a signed JWT of three parts can be changed and signed again (RFC 7515 §7.1), and {what}. {hint}")
}

fn sign(with: &SignWith, input: &str, old: &str) -> Result<(String, String), String> {
    let encode = |signature: &[u8]| URL_SAFE_NO_PAD.encode(signature);
    Ok(match with {
        SignWith::Key(key, alg) => (
            encode(&key.sign_bytes(*alg, input.as_bytes())?),
            format!("Signed with {alg} and the given key"),
        ),
        SignWith::Secret(secret, alg) => {
            let hash = match alg {
                SigningAlgorithm::HS256 => hmac::HMAC_SHA256,
                SigningAlgorithm::HS384 => hmac::HMAC_SHA384,
                SigningAlgorithm::HS512 => hmac::HMAC_SHA512,
                _ => {
                    return Err(format!(
                        "{alg} needs a private key, not a secret. Choose HS256, HS384 or HS512"
                    ));
                }
            };
            let tag = hmac::sign(&hmac::Key::new(hash, secret), input.as_bytes());
            (encode(tag.as_ref()), format!("Signed with {alg} and the given bytes"))
        }
        SignWith::Nothing => (String::new(), "Not signed at all".to_owned()),
        SignWith::KeepSignature => (old.to_owned(), "The old signature kept".to_owned()),
        SignWith::StripSignature => (String::new(), "The signature removed, alg being what it was".to_owned()),
        SignWith::Bytes(bytes) => (
            encode(bytes),
            format!("{} bytes put in the place of the signature", bytes.len()),
        ),
    })
}

/// A text as JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
