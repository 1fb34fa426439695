//! HS256 and its like: which secret was it (RFC 7518 §3.2)?

use std::borrow::Cow;

use aws_lc_rs::hmac;

use super::known_secrets::KNOWN;
use super::public::refusal;
use super::{Finding, KeyMaterial, Made, Signature, SignatureStatus, Tried, confusion, tried};
use crate::model::keys::jwa::SigningAlgorithm;
use crate::model::keys::{Key, KeySet, SecretForm};

/// Tries the secret, then symmetric keys that a person gave, then what forgers take.
pub(super) fn judge(made: &Made<'_>, material: &KeyMaterial, verdict: &mut Signature) {
    let alg = made.alg;
    let secret = material.secret.as_ref().filter(|secret| !secret.is_empty());
    let keys = match &material.keys {
        Some(Ok(set)) => Some(set),
        _ => None,
    };
    let own = if material.secret_is_given {
        "the secret that was given"
    } else {
        "the client secret"
    };
    if let Some(secret) = secret {
        let forms = material.secret_form.keys(secret);
        if forms.is_empty() {
            let why = format!("it is not written as {}", material.secret_form.as_str());
            verdict.tried.push(Tried::new(own, why));
        }
        for (form, key) in &forms {
            let name = match form {
                SecretForm::Text | SecretForm::Auto => own.to_owned(),
                other => format!("{own}, read as {}", other.as_str()),
            };
            if !made.budget.may_try_secret(made.input.len()) {
                verdict
                    .tried
                    .push(Tried::new(name, "not tried: the token is too long for more"));
                continue;
            }
            if fits(made, key) {
                verdict.status = SignatureStatus::Valid;
                verdict.reason = format!("{alg}, made with {name}");
                verdict.tried.push(Tried::new(name, "the signature fits it"));
                weak_secret(alg, key, verdict);
                if let Some(with) = public_key_in(key, keys) {
                    confused(verdict, &format!("{own}, which is {with}"));
                }
                return;
            }
            verdict.tried.push(Tried::new(name, "the signature does not fit it"));
        }
    }
    let by_set = keys.map_or(BySet::None, |set| with_symmetric_keys(made, set, verdict));
    if matches!(by_set, BySet::Fits) {
        return;
    }
    (verdict.status, verdict.reason) = match secret {
        _ if made.budget.is_over() => (
            SignatureStatus::Unverified,
            format!("{alg}, and not every key was tried: the token is too long for so many. Give fewer"),
        ),
        None if matches!(by_set, BySet::DoesNotFit) => (
            SignatureStatus::Invalid,
            format!("{alg}, but not made with the key that was given, or changed since"),
        ),
        None if let BySet::Refused(why) = by_set => (SignatureStatus::Unverified, why),
        None => (
            SignatureStatus::Unverified,
            format!("{alg} needs the secret that it was made with"),
        ),
        Some(_) if material.secret_is_the_key => (
            SignatureStatus::Invalid,
            format!("{alg}, but not made with {own}, or changed since (RFC 7515 §5.2)"),
        ),
        Some(_) => (
            SignatureStatus::Unverified,
            format!("{alg}, but not made with {own}: only the API may know the key"),
        ),
    };
    if material.is_quick || !guess_known(made, verdict) {
        guess_public(made, keys, verdict);
    }
}

/// What public key a secret is, in whatever form: then it is none, and everybody can sign with it.
fn public_key_in(secret: &[u8], keys: Option<&KeySet>) -> Option<String> {
    let is_it = |bytes: &[u8]| bytes == secret;
    for key in keys.iter().flat_map(|set| &set.keys) {
        if let Some((form, _)) = confusion::forms(key).iter().find(|(_, bytes)| is_it(bytes)) {
            return Some(format!("{} ({form})", key.name()));
        }
    }
    if keys.and_then(KeySet::body).is_some_and(is_it) {
        return Some("the key set".to_owned());
    }
    KeySet::is_public_key(secret).then(|| "a public key".to_owned())
}

/// What came of the symmetric keys of a set.
enum BySet {
    Fits,
    DoesNotFit,
    /// None of them may be the one; inside, why the first may not, or the one that fits all the same.
    Refused(String),
    None,
}

/// Symmetric JWKs, which only a person's own set may have.
fn with_symmetric_keys(made: &Made<'_>, set: &KeySet, verdict: &mut Signature) -> BySet {
    let kid = verdict.kid.take();
    let refused = |key: &Key| refusal(made.alg, key, kid.as_deref(), set.is_given);
    let any_bytes = |key: &Key| {
        let secret = key.secret.as_ref().filter(|_| set.is_local)?;
        SecretForm::Base64.keys(secret).pop()
    };
    let bytes = |key: &Key| any_bytes(key).filter(|_| refused(key).is_none());
    let mut fitting = None;
    let mut disguised = None;
    let mut untried = None;
    let mut is_any = false;
    let usable = set
        .keys
        .iter()
        .enumerate()
        .filter_map(|(place, key)| Some((place, bytes(key)?)));
    for (place, (_, bytes)) in usable {
        is_any = true;
        if !made.budget.may_try_secret(made.input.len()) {
            untried = Some(place);
            break;
        }
        if fits(made, &bytes) {
            weak_secret(made.alg, &bytes, verdict);
            disguised = public_key_in(&bytes, Some(set));
            fitting = Some(place);
            break;
        }
    }
    // Where none may be it, one that fits all the same names the rule that is in the way.
    let mut by_set = BySet::None;
    let mut disregarded = None;
    if !is_any {
        let symmetric = || set.keys.iter().enumerate().filter(|(_, key)| any_bytes(key).is_some());
        disregarded = symmetric()
            .find(|(_, key)| {
                any_bytes(key)
                    .is_some_and(|(_, bytes)| made.budget.may_try_secret(made.input.len()) && fits(made, &bytes))
            })
            .map(|(place, _)| place);
        let first = symmetric().next().map(|(place, _)| place);
        if let Some(key) = disregarded.or(first).map(|place| &set.keys[place])
            && let Some(refusal) = refused(key)
        {
            let all_the_same = if disregarded.is_some() {
                ", though the signature fits it"
            } else {
                ""
            };
            let why = refusal.words(made.alg, key, kid.as_deref());
            by_set = BySet::Refused(format!("Not checked with {}{all_the_same}: {why}", key.name()));
        }
    }
    let why = |place: usize| -> Cow<'static, str> {
        let key = &set.keys[place];
        if fitting == Some(place) {
            "the signature fits it".into()
        } else if key.secret.is_some() && !set.is_local {
            "it is symmetric, in a set that is published: nothing is proved by it".into()
        } else if let Some(refusal) = refused(key) {
            let words = refusal.words(made.alg, key, kid.as_deref());
            if disregarded == Some(place) {
                format!("the signature fits it, but {words}").into()
            } else {
                words.into()
            }
        } else if bytes(key).is_none() {
            "its k is not base64url (RFC 7518 §6.4.1)".into()
        } else if fitting.is_some() {
            "another one fits".into()
        } else if untried.is_some_and(|first| place >= first) {
            "not tried".into()
        } else {
            "the signature does not fit it".into()
        }
    };
    let is_important = |place: usize| fitting == Some(place) || disregarded == Some(place);
    let listed = tried::list(&set.keys, is_important, why);
    verdict.tried.extend(listed);
    verdict.kid = kid;
    if let Some(place) = fitting {
        verdict.status = SignatureStatus::Valid;
        let name = set.keys[place].name();
        verdict.reason = format!("{}, made with {name} of those that were given", made.alg);
        if let Some(with) = disguised {
            confused(verdict, &format!("{name}, which is {with}"));
        }
        return BySet::Fits;
    }
    if is_any { BySet::DoesNotFit } else { by_set }
}

/// Whether it was made with something that everybody has.
fn guess_known(made: &Made<'_>, verdict: &mut Signature) -> bool {
    let Some(known) = KNOWN.into_iter().find(|known| guessed(made, known.as_bytes())) else {
        return false;
    };
    let finding = known_secret(known);
    verdict.reason.push_str(". ");
    verdict.reason.push_str(&finding.message);
    verdict.findings.push(finding);
    true
}

/// Whether it was made with a public key that is at hand, in one of the forms that forgers take.
fn guess_public(made: &Made<'_>, keys: Option<&KeySet>, verdict: &mut Signature) {
    for key in keys.iter().flat_map(|set| &set.keys) {
        if let Some((form, _)) = confusion::forms(key).iter().find(|(_, bytes)| guessed(made, bytes)) {
            confused(verdict, &format!("{} as a secret ({form})", key.name()));
            return;
        }
    }
    if keys.and_then(KeySet::body).is_some_and(|body| guessed(made, body)) {
        confused(verdict, "the whole key set as a secret");
    }
}

fn guessed(made: &Made<'_>, bytes: &[u8]) -> bool {
    made.budget.may_guess(made.input.len()) && fits(made, bytes)
}

fn confused(verdict: &mut Signature, with: &str) {
    let message = format!(
        "Algorithm confusion: the HMAC was made with {with}. Everybody has that key, so this token is forged, for servers \
         that let a token choose its alg"
    );
    let finding = Finding::new("algorithm_confusion", message, "RFC 8725 §2.1");
    verdict.status = SignatureStatus::Invalid;
    verdict.reason = format!("{} ({})", finding.message, finding.spec);
    verdict.findings.push(finding);
}

fn known_secret(known: &str) -> Finding {
    let message = if known.is_empty() {
        "The secret is empty: anybody can write such tokens".to_owned()
    } else {
        format!("The secret is “{known}”, which stands in tutorials: anybody can write such tokens")
    };
    Finding::new("known_secret", message, "RFC 8725 §3.5")
}

fn weak_secret(alg: SigningAlgorithm, key: &[u8], verdict: &mut Signature) {
    if let Some(known) = KNOWN.into_iter().find(|known| known.as_bytes() == key) {
        verdict.findings.push(known_secret(known));
    }
    let Some(wanted) = alg.secret_len().filter(|wanted| key.len() < *wanted) else {
        return;
    };
    let message = format!(
        "The secret has {} bytes where {alg} needs {wanted}: a short one can be guessed from one token",
        key.len()
    );
    verdict
        .findings
        .push(Finding::new("short_secret", message, "RFC 7518 §3.2"));
}

pub(super) fn fits(made: &Made<'_>, key: &[u8]) -> bool {
    let hash = match made.alg {
        SigningAlgorithm::HS384 => hmac::HMAC_SHA384,
        SigningAlgorithm::HS512 => hmac::HMAC_SHA512,
        _ => hmac::HMAC_SHA256,
    };
    hmac::verify(&hmac::Key::new(hash, key), made.input, made.signature).is_ok()
}
