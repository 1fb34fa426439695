//! Whether a token's signature is valid: judged strictly, on the token as it came (RFC 7515 §5.2).
//!
//! Start with [`verify`]. `strict` reads the token from its text, `header` its header; `public` chooses among public keys
//! and says why each was not the one, `hmac` tries secrets, and `confusion`, `known_secrets` and `embedded` look for the
//! ways in which tokens are forged. `suspicions` names what is odd beside the verdict.

mod base64url;
mod confusion;
mod embedded;
mod header;
mod hmac;
mod known_secrets;
mod public;
mod strict;
mod suspicions;
mod tried;

use serde::{Deserialize, Serialize};

use super::body::cut;
use super::defect::{Defect, Part};
use super::jwt::{Decoded, Form};
use super::keys::jwa::SigningAlgorithm;
use super::keys::{KeySet, SecretForm};
use super::members::read_members;
use super::secret::Secret;
use strict::Signed;

pub use super::keys::Finding;
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
}

/// What there is to check a signature with.
#[derive(Clone, Debug, Default)]
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
    /// The payload of a token that has none of its own (RFC 7515 appendix F).
    pub detached_payload: Option<Box<[u8]>>,
    /// For many tokens in a row: leaves out what costs more than a verification and changes no verdict from or to valid:
    /// guessing well-known secrets, and public keys as secrets.
    pub is_quick: bool,
}

/// Judges the signature of `token`, whose decoded form is `decoded`. Only the token's own text decides: the decoded form
/// says what it is where it is no signed token.
pub fn verify(token: &str, decoded: &Decoded, material: &KeyMaterial) -> Signature {
    let mut signed = match strict::read(token, material.detached_payload.as_deref()) {
        Ok(signed) => signed,
        Err(why) => return unreadable(token, decoded, &why),
    };
    if let [only] = signed.as_mut_slice() {
        return finish(judge(only, material), decoded);
    }
    let each: Vec<Signature> = signed.iter_mut().map(|one| judge(one, material)).collect();
    finish(together(each), decoded)
}

/// A token that cannot be read strictly is never valid.
fn unreadable(token: &str, decoded: &Decoded, why: &str) -> Signature {
    let is_json = token.trim_start().starts_with('{');
    let (status, reason) = match decoded.form {
        Form::Jwe => (SignatureStatus::Unsupported, "The token is encrypted".to_owned()),
        Form::Opaque if !is_json => (
            SignatureStatus::None,
            "An opaque token has no signature to check".to_owned(),
        ),
        _ => (
            SignatureStatus::Invalid,
            format!("Not checked, because the token is defective: {why}"),
        ),
    };
    Signature {
        status,
        alg: decoded.alg(),
        kid: decoded.kid(),
        reason,
        ..Signature::default()
    }
}

/// A JWT's payload is one JSON object (RFC 7519 §7.2): one that had to be mended is never valid, whatever its signature.
fn finish(mut signature: Signature, decoded: &Decoded) -> Signature {
    let is_clean = decoded.payload.is_object && decoded.defects.iter().all(|defect| defect.part != Part::Payload);
    if is_clean || signature.status != SignatureStatus::Valid {
        return signature;
    }
    let Some(text) = decoded
        .payload
        .text
        .as_deref()
        .filter(|text| text.trim_start().starts_with('{'))
    else {
        return signature;
    };
    let (members, result) = read_members(text);
    let mut names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    names.sort_unstable();
    let is_damaged = |defect: &Defect| defect.part == Part::Payload && defect.code == "invalid_utf8";
    let why = if decoded.defects.iter().any(is_damaged) {
        "it is not UTF-8"
    } else if result.is_err() {
        "it is not one JSON object"
    } else if names.windows(2).any(|pair| pair[0] == pair[1]) {
        "a name stands twice in it"
    } else {
        return signature;
    };
    signature.status = SignatureStatus::Invalid;
    signature.reason = format!(
        "The payload is defective: {why} (RFC 7519 §7.2). The signature over it fits: {}",
        signature.reason
    );
    signature
}

/// The verdict on one signature.
fn judge(signed: &mut Signed<'_>, material: &KeyMaterial) -> Signature {
    let mut verdict = Signature {
        alg: signed.header.alg.take(),
        kid: signed.header.kid.take(),
        ..Signature::default()
    };
    suspicions::of_header(&signed.header, &mut verdict);
    let alg = verdict.alg.as_deref().unwrap_or_default();
    if alg.trim().eq_ignore_ascii_case("none") {
        let finding = suspicions::none(alg, signed.signature.is_empty());
        verdict.status = SignatureStatus::None;
        "alg is none: anybody could have written this token (RFC 8725 §3.2)".clone_into(&mut verdict.reason);
        verdict.findings.push(finding);
        return verdict;
    }
    let algorithm = SigningAlgorithm::find(alg).ok_or_else(|| unsupported(alg));
    if let Some(broken) = signed.header.broken.take() {
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
    let Some(input) = signed.input.as_deref() else {
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
        input,
        signature: &signed.signature,
    };
    if algorithm.is_symmetric() {
        hmac::judge(&made, material, &mut verdict);
    } else {
        public::judge(&made, material, &mut verdict);
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
}

impl Made<'_> {
    /// How often it may be hashed for one verdict: a token of a megabyte costs as much as thousands of small ones.
    fn budget(&self) -> usize {
        const BYTES: usize = 64 * 1024 * 1024;
        (BYTES / self.input.len().max(1)).clamp(16, 200)
    }
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
    let first = each.first();
    Signature {
        status,
        alg: first.and_then(|one| one.alg.clone()),
        kid: first.and_then(|one| one.kid.clone()),
        reason,
        findings: Vec::new(),
        tried: Vec::new(),
        each,
    }
}

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
