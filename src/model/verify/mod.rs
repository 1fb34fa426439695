//! Whether a token's signature is valid: judged strictly, on the token as it came (RFC 7515 §5.2).
//!
//! Start with [`verify`]. `strict` reads the token from its text, `header` its header; `public` chooses among public keys
//! and says why each was not the one, `hmac` tries secrets, and `confusion`, `known_secrets` and `embedded` look for the
//! ways in which tokens are forged; `hashed_nonce` knows those of Microsoft Graph. `suspicions` names what is odd beside
//! the verdict.

mod base64url;
mod budget;
mod confusion;
mod embedded;
mod hashed_nonce;
mod header;
mod header_memo;
mod hmac;
mod known_secrets;
mod public;
mod strict;
mod suspicions;
mod tried;

use std::fmt;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::body::cut;
use super::defect::Part;
use super::jwt::{Decoded, DecodedPart, Form, PartKind};
use super::keys::jwa::SigningAlgorithm;
use super::keys::{KeySet, SecretForm};
use super::secret::Secret;
use budget::Budget;

use strict::{Signed, Unread};

pub use super::keys::Finding;
pub use header_memo::HeaderMemo;
pub use tried::Tried;

/// The verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureStatus {
    /// Made with a key that we have.
    Valid,
    /// Not made with the key that it names, or changed since.
    Invalid,
    /// There is no key to check it with, or none by which it would prove anything.
    #[default]
    Unverified,
    /// Made in a way that cannot be checked here.
    Unsupported,
    /// There is no signature: `alg` is `none`, or this is no signed JWT.
    None,
}

impl SignatureStatus {
    /// The word, as JSON output has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Unverified => "unverified",
            Self::Unsupported => "unsupported",
            Self::None => "none",
        }
    }
}

/// The verdict with its reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signature {
    /// The verdict.
    pub status: SignatureStatus,
    /// `alg` of the header; of several signatures, of the first.
    pub alg: Option<String>,
    /// `kid` of the header; of several signatures, of the first.
    pub kid: Option<String>,
    /// Why, in one sentence.
    pub reason: String,
    /// What was noticed beside the verdict. A finding never makes a signature valid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// The keys that there were, in their order, each with why it was not the one, or that it was. Of long sets the first
    /// ones and those that fit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tried: Vec<Tried>,
    /// Where a token has several signatures (RFC 7515 §7.2.1), the verdict on each. Then the whole is valid only if every
    /// one is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub each: Vec<Signature>,
    /// Whether other keys could change the verdict: none of the published ones has the `kid`, or the one that has it did
    /// not make the signature. What is wrong in itself no key cures.
    #[serde(skip)]
    pub lacks_key: bool,
}

impl Signature {
    /// The `kid`s of those signatures for which other keys could change the verdict; `None` for one that names no key.
    pub fn missing_keys(&self) -> Vec<Option<&str>> {
        let all = std::slice::from_ref(self);
        let each = if self.each.is_empty() { all } else { &self.each };
        let lacking = each.iter().filter(|one| one.lacks_key);
        lacking.map(|one| one.kid.as_deref()).collect()
    }
}

/// What there is to check a signature with.
#[derive(Clone, Default)]
pub struct KeyMaterial {
    /// The provider's public keys, or why there are none.
    pub keys: Option<Result<KeySet, String>>,
    /// The client secret: the key for HS256 and its like (OpenID Connect Core §10.1).
    pub secret: Option<Secret>,
    /// In which form `secret` is written.
    pub secret_form: SecretForm,
    /// Whether `secret` must be the key of an HMAC: so it is for ID tokens, and when a person says so. An access token's
    /// key may be known to the API alone.
    pub secret_is_the_key: bool,
    /// Whether a person gave `secret` for the token at hand: then it need not be a client's.
    pub secret_is_given: bool,
    /// The payload of a token that has none of its own (RFC 7515 appendix F).
    pub detached_payload: Option<Box<[u8]>>,
    /// For many tokens in a row: well-known secrets are not guessed, which costs more than all the rest together. No status
    /// differs by it.
    pub is_quick: bool,
    /// For many tokens in a row, too: the header that they share is read once.
    pub memo: HeaderMemo,
}

impl fmt::Debug for KeyMaterial {
    /// Without the payload, of which only the length is told.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyMaterial")
            .field("keys", &self.keys)
            .field("secret", &self.secret)
            .field("secret_form", &self.secret_form)
            .field("detached_payload_len", &self.detached_payload.as_ref().map(|p| p.len()))
            .finish_non_exhaustive()
    }
}

/// Judges the signature of `token`, whose decoded form is `decoded`. Only the token's own text decides: the decoded form
/// says what it is where it is no signed token, and whether what it shows is what was signed.
pub fn verify(token: &str, decoded: &Decoded, material: &KeyMaterial) -> Signature {
    let signed = match strict::read(token, material.detached_payload.as_deref(), &material.memo) {
        Ok(signed) => signed,
        Err(why) => return unreadable(token, decoded, &why),
    };
    let budget = Budget::default();
    let mut each: Vec<Signature> = Vec::with_capacity(signed.len());
    for one in &signed {
        each.push(judge(one, decoded, material, &budget));
    }
    let verdict = match each.len() {
        1 => each.remove(0),
        _ => together(each),
    };
    finish(verdict, decoded)
}

/// Whether it is a signed token without a payload of its own (RFC 7515 appendix F).
pub fn is_detached(token: &str) -> bool {
    strict::read(token, None, &HeaderMemo::default()).is_ok_and(|signed| signed.iter().all(|one| one.is_detached))
}

/// A token that cannot be read strictly is never valid.
fn unreadable(token: &str, decoded: &Decoded, why: &Unread) -> Signature {
    let is_json = token.trim_start().starts_with('{');
    let (status, reason) = match decoded.form {
        Form::Jwe => (SignatureStatus::Unsupported, "The token is encrypted".to_owned()),
        Form::Opaque if !is_json => (
            SignatureStatus::None,
            "An opaque token has no signature to check".to_owned(),
        ),
        _ => match why {
            Unread::Defective(why) => (
                SignatureStatus::Invalid,
                format!("The token is defective, so that no signature of it is valid: {why}"),
            ),
            Unread::TooMuch(why) => (SignatureStatus::Unsupported, why.clone()),
        },
    };
    Signature {
        status,
        alg: decoded.alg(),
        kid: decoded.kid(),
        reason,
        ..Signature::default()
    }
}

/// What the decoder shows must be what was signed: a payload that was mended to be shown is never valid, whatever its
/// signature, because other readers see other claims, or none (RFC 7519 §7.2, RFC 8725 §3.11).
fn finish(mut signature: Signature, decoded: &Decoded) -> Signature {
    if signature.status != SignatureStatus::Valid {
        return signature;
    }
    let Some(why) = mended(decoded) else { return signature };
    signature.status = SignatureStatus::Invalid;
    signature.lacks_key = false;
    signature.reason = format!(
        "The payload is defective: {why} (RFC 7519 §7.2). The signature over it fits: {}",
        signature.reason
    );
    signature
}

/// What had to be mended in the payload, or is read differently by different readers. `None` for clean JSON of any type,
/// and for text or bytes that no claim was read from.
fn mended(decoded: &Decoded) -> Option<&'static str> {
    let payload = &decoded.payload;
    let is_empty = payload.members.is_empty();
    let is_plain = matches!(
        payload.kind,
        PartKind::Missing | PartKind::Empty | PartKind::Text | PartKind::Bytes
    );
    if is_plain && is_empty || is_clean(decoded) {
        return None;
    }
    let has = |code: &str| {
        let mut defects = decoded.defects.iter();
        defects.any(|defect| defect.part == Part::Payload && defect.code == code)
    };
    if payload.bytes.is_some() || has("invalid_utf8") {
        return Some("it is not UTF-8");
    }
    if payload.kind == PartKind::BrokenJson || payload.realigned.is_some() || !is_json(payload) {
        return Some("it is not one JSON object");
    }
    if has("lone_surrogate") {
        return Some("it has half of a surrogate pair, which is no text");
    }
    // Inside a claim as well: readers differ on what it grants.
    if has("duplicate_name") || has("duplicate_names") {
        return Some("a name stands twice in it");
    }
    let mut names: Vec<&str> = payload.members.iter().map(|member| member.name.as_str()).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return Some("a name stands twice in it");
    }
    // Whatever else the decoder had to mend.
    let mut defects = decoded.defects.iter();
    defects
        .any(|defect| defect.part == Part::Payload && !defect.is_remark() && defect.code != "nested_not_jwt")
        .then_some("it had to be mended to be read")
}

/// Whether the payload is an object of which the decoder had nothing to say: nearly every one. A strict reader took it
/// then, and no name stands twice.
fn is_clean(decoded: &Decoded) -> bool {
    let payload = &decoded.payload;
    payload.kind == PartKind::Object
        && payload.bytes.is_none()
        && payload.realigned.is_none()
        && decoded.defects.iter().all(|defect| defect.part != Part::Payload)
}

/// Whether a strict reader takes it, however deep it is nested.
fn is_json(part: &DecodedPart) -> bool {
    let text = part.text.as_deref().unwrap_or_default();
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// The verdict on one signature.
fn judge(signed: &Signed<'_>, decoded: &Decoded, material: &KeyMaterial, budget: &Budget) -> Signature {
    let mut verdict = Signature {
        alg: signed.header.alg.clone(),
        kid: signed.header.kid.clone(),
        ..Signature::default()
    };
    let keys = material.keys.as_ref().and_then(|keys| keys.as_ref().ok());
    suspicions::of_header(&signed.header, keys, &mut verdict);
    if !signed.header.b64 && decoded.payload.is_object {
        verdict.findings.push(suspicions::unencoded_jwt());
    }
    let alg = verdict.alg.as_deref().unwrap_or_default();
    if alg.trim().eq_ignore_ascii_case("none") {
        let finding = suspicions::none(alg, signed.signature.is_empty());
        verdict.status = SignatureStatus::None;
        "alg is none: anybody could have written this token (RFC 8725 §3.2)".clone_into(&mut verdict.reason);
        verdict.findings.push(finding);
        return verdict;
    }
    let algorithm = SigningAlgorithm::find(alg).ok_or_else(|| unsupported(alg));
    if let Some(broken) = signed.header.broken.clone() {
        verdict.status = SignatureStatus::Invalid;
        verdict.reason = format!("{} ({})", broken.message, broken.spec);
        verdict.findings.push(broken);
        return verdict;
    }
    let algorithm = match algorithm {
        Ok(algorithm) => algorithm,
        Err(why) => {
            verdict.status = SignatureStatus::Unsupported;
            verdict.reason = why;
            return verdict;
        }
    };
    // Built here and dropped with the verdict: a token of many signatures has one payload.
    let Some(input) = signed.input.bytes() else {
        "The payload is detached: give it to have the signature checked (RFC 7515 appendix F)"
            .clone_into(&mut verdict.reason);
        return verdict;
    };
    if let Some(finding) = suspicions::of_signature(algorithm, &signed.signature) {
        verdict.status = SignatureStatus::Invalid;
        verdict.reason = format!("{} ({})", finding.message, finding.spec);
        verdict.findings.push(finding);
        return verdict;
    }
    let made = Made {
        alg: algorithm,
        input: &input,
        budget,
        signature: &signed.signature,
    };
    if algorithm.is_symmetric() {
        hmac::judge(&made, material, &mut verdict);
    } else {
        public::judge(&made, material, &mut verdict);
        if let Some(nonce) = &signed.header.nonce {
            hashed_nonce::look(&made, nonce, material, &mut verdict);
        }
    }
    if verdict.status != SignatureStatus::Valid {
        embedded::look(&made, &signed.header, &mut verdict);
        if signed.is_detached && material.detached_payload.is_none() {
            verdict
                .reason
                .push_str(". The payload is empty: if it is detached, give it (RFC 7515 appendix F)");
        }
    }
    verdict
}

/// A signature, what it was made over, and how.
struct Made<'a> {
    alg: SigningAlgorithm,
    input: &'a [u8],
    signature: &'a [u8],
    /// How much may still be hashed for this token.
    budget: &'a Budget,
}

fn unsupported(alg: &str) -> String {
    let shown = cut(alg);
    let meant = SigningAlgorithm::ALL
        .into_iter()
        .find(|known| known.as_str().eq_ignore_ascii_case(alg));
    match meant {
        Some(meant) => format!("{shown} cannot be checked here: alg is case-sensitive, and {meant} is written so"),
        None => format!("{shown} cannot be checked here"),
    }
}

/// One verdict over several signatures.
fn together(each: Vec<Signature>) -> Signature {
    let valid = each.iter().filter(|one| one.status == SignatureStatus::Valid).count();
    let not: Vec<String> = each
        .iter()
        .enumerate()
        .filter(|(_, one)| one.status != SignatureStatus::Valid)
        .map(|(place, one)| format!("signature {} is {}: {}", place + 1, one.status.as_str(), one.reason))
        .collect();
    // The worst of them: a wrong one outweighs one that cannot be checked.
    let order = [
        SignatureStatus::Invalid,
        SignatureStatus::None,
        SignatureStatus::Unverified,
        SignatureStatus::Unsupported,
    ];
    let status = order
        .into_iter()
        .find(|status| each.iter().any(|one| one.status == *status))
        .unwrap_or(SignatureStatus::Valid);
    let reason = if not.is_empty() {
        format!("All {valid} signatures are valid")
    } else {
        format!("{valid} of {} signatures are valid; {}", each.len(), not.join("; "))
    };
    let mut findings: Vec<Finding> = Vec::new();
    for finding in each.iter().flat_map(|one| &one.findings) {
        if !findings.contains(finding) {
            findings.push(finding.clone());
        }
    }
    let first = each.first();
    Signature {
        status,
        alg: first.and_then(|one| one.alg.clone()),
        kid: first.and_then(|one| one.kid.clone()),
        reason,
        findings,
        tried: Vec::new(),
        lacks_key: each.iter().any(|one| one.lacks_key),
        each,
    }
}

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod disguises;
#[cfg(test)]
mod payloads;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
