//! Signatures by public keys: which key of a set may it be, and was it that one (RFC 7515 §5.2, RFC 7517 §4)?

use std::borrow::Cow;

use super::{KeyMaterial, Made, Signature, SignatureStatus, tried};
use crate::model::body::cut;
use crate::model::keys::jwa::SigningAlgorithm;
use crate::model::keys::{Key, KeyProblem, KeySet};

/// Why a key is not even tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    OtherKid,
    Use,
    KeyOps,
    OtherAlg,
    OtherKind,
}

/// How it stands with one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nobody looked: another one fitted before, or there were too many.
    Untried,
    /// Refused; inside, whether the signature fits it all the same.
    Refused(Refusal, bool),
    /// May be the one, and cannot be used, or proves nothing; inside, whether the signature fits.
    Unusable(Option<bool>),
    Fits,
    DoesNotFit,
}

/// Judges a signature by the keys at hand.
pub(super) fn judge(made: &Made<'_>, material: &KeyMaterial, verdict: &mut Signature) {
    let set = match &material.keys {
        None => {
            "The profile has no JWKS address to take keys from".clone_into(&mut verdict.reason);
            return;
        }
        Some(Err(why)) => {
            verdict.reason = format!("No keys: {why}");
            return;
        }
        Some(Ok(set)) => set,
    };
    let kid = verdict.kid.take();
    let states = look(made, set, kid.as_deref());
    (verdict.status, verdict.reason) = decide(made.alg, set, kid.as_deref(), &states);
    verdict.lacks_key = !set.is_local && lacks_key(set, kid.as_deref(), &states);
    verdict.tried = tried::list(
        &set.keys,
        |place| {
            matches!(
                states[place],
                State::Fits | State::Refused(_, true) | State::Unusable(Some(true))
            )
        },
        |place| words(made.alg, &set.keys[place], kid.as_deref(), states[place]),
    );
    verdict.kid = kid;
}

/// Whether another key could be the one: none has the `kid`, or the one that has it did not make the signature.
fn lacks_key(set: &KeySet, kid: Option<&str>, states: &[State]) -> bool {
    let is_named = |key: &Key| key.kid.as_deref() == kid;
    let is_other = |state: &State| matches!(state, State::DoesNotFit | State::Unusable(Some(false)));
    !states.contains(&State::Fits)
        && ((kid.is_some() && !set.keys.iter().any(is_named)) || set.keys.is_empty() || states.iter().any(is_other))
}

/// Tries the keys that may be it; where none is, the refused ones too, to name the rule that is in the way.
fn look(made: &Made<'_>, set: &KeySet, kid: Option<&str>) -> Vec<State> {
    let fits = |key: &Key| {
        let public = key.public.as_ref().filter(|public| public.is_for(made.alg))?;
        made.budget.may_try(made.input.len()).then_some(())?;
        public.fits(made.alg, made.input, made.signature)
    };
    let mut states = vec![State::Untried; set.keys.len()];
    for (key, state) in set.keys.iter().zip(&mut states) {
        *state = match refusal(made.alg, key, kid, set.is_given) {
            Some(refusal) => State::Refused(refusal, false),
            None if key.usable.is_err() => State::Unusable(fits(key)),
            None => match fits(key) {
                Some(true) => State::Fits,
                Some(false) => State::DoesNotFit,
                None => State::Untried,
            },
        };
        if *state == State::Fits {
            break;
        }
    }
    if states.contains(&State::Fits) {
        // What was not looked at is still told why it was out of the question.
        for (key, state) in set.keys.iter().zip(&mut states) {
            if *state == State::Untried
                && let Some(refusal) = refusal(made.alg, key, kid, set.is_given)
            {
                *state = State::Refused(refusal, false);
            }
        }
        return states;
    }
    for (key, state) in set.keys.iter().zip(&mut states) {
        if let State::Refused(_, fitting) = state {
            *fitting = fits(key) == Some(true);
        }
    }
    states
}

/// Why `key` is out of the question for a token that says `kid` and `alg`.
pub(super) fn refusal(alg: SigningAlgorithm, key: &Key, kid: Option<&str>, is_given: bool) -> Option<Refusal> {
    let is_named = is_given || (kid.is_some() && key.kid.as_deref() == kid);
    if !is_named && kid.is_some() {
        return Some(Refusal::OtherKid);
    }
    if !key.is_for_signatures() {
        return Some(Refusal::Use);
    }
    if !key.may_verify() {
        return Some(Refusal::KeyOps);
    }
    let is_pss = alg.as_str().starts_with("PS");
    if key.alg.as_deref().is_some_and(|only| !alg.is_called(only)) || (key.is_pss_only && !is_pss) {
        return Some(Refusal::OtherAlg);
    }
    // What is wrong with the very key that is meant says more than its type.
    if is_named && key.usable.is_err() && !matches!(key.usable, Err(KeyProblem::Weak(_))) {
        return None;
    }
    let is_of_kind = match (&key.public, alg.key_kind().split_once(' ')) {
        (Some(public), _) => public.is_for(alg),
        (None, Some((kty, crv))) => {
            key.kty.as_deref().is_none_or(|is| is == kty) && key.size.as_deref().is_none_or(|is| is == crv)
        }
        (None, None) => key.kty.as_deref().is_none_or(|is| is == alg.key_kind()),
    };
    (!is_of_kind).then_some(Refusal::OtherKind)
}

impl Refusal {
    /// As it goes on behind the key's name.
    pub(super) fn words(self, alg: SigningAlgorithm, key: &Key, kid: Option<&str>) -> String {
        let quoted = |text: Option<&str>| format!("{:?}", cut(text.unwrap_or_default()));
        match self {
            Self::OtherKid => match &key.kid {
                Some(other) => format!(
                    "its kid is {}, and the token names {}",
                    quoted(Some(other)),
                    quoted(kid)
                ),
                None => format!("it has no kid, and the token names {}", quoted(kid)),
            },
            Self::Use => format!(
                "it is not for signatures (use is {}, RFC 7517 §4.2)",
                quoted(key.key_use.as_deref())
            ),
            Self::KeyOps => format!(
                "it is not for verifying (key_ops is {}, RFC 7517 §4.3)",
                quoted(Some(&key.key_ops.as_deref().unwrap_or_default().join(", ")))
            ),
            Self::OtherAlg if key.is_pss_only => {
                format!("it is for RSASSA-PSS only, and the token says {alg} (RFC 4055 §1.2)")
            }
            Self::OtherAlg => format!(
                "it is for {} only, and the token says {alg} (RFC 7517 §4.4)",
                quoted(key.alg.as_deref())
            ),
            Self::OtherKind => format!("it is {}, and {alg} needs {}", key.kind(), alg.key_kind()),
        }
    }
}

fn words(alg: SigningAlgorithm, key: &Key, kid: Option<&str>, state: State) -> Cow<'static, str> {
    let words = match state {
        State::Untried => return "not tried".into(),
        State::Fits => return "the signature fits it".into(),
        State::DoesNotFit => return "the signature does not fit it".into(),
        State::Refused(refusal, false) => refusal.words(alg, key, kid),
        State::Refused(refusal, true) => {
            format!("the signature fits it, but {}", refusal.words(alg, key, kid))
        }
        State::Unusable(fits) => {
            let why = key.wrong("it").unwrap_or_default();
            match fits {
                Some(true) => format!("{why}: the signature fits it, and that proves nothing"),
                Some(false) => format!("{why}: the signature does not fit it either"),
                None => why,
            }
        }
    };
    words.into()
}

fn decide(alg: SigningAlgorithm, set: &KeySet, kid: Option<&str>, states: &[State]) -> (SignatureStatus, String) {
    let find = |wanted: &dyn Fn(State) -> bool| {
        let place = states.iter().position(|state| wanted(*state))?;
        set.keys.get(place).map(|key| (key, states[place]))
    };
    if let Some((key, _)) = find(&|state| state == State::Fits) {
        return (SignatureStatus::Valid, made_with(alg, set, key));
    }
    let but = find(&|state| matches!(state, State::Refused(_, true)))
        .map(|(key, state)| {
            format!(
                ". The signature fits {}, but {}",
                key.name(),
                reason(alg, key, kid, state)
            )
        })
        .unwrap_or_default();
    // A key that cannot be used may be the one that it was made with: that is no forgery. One that was tried and did not
    // make it is out of the question like any other.
    let unusable =
        find(&|state| state == State::Unusable(Some(true))).or_else(|| find(&|state| state == State::Unusable(None)));
    if let Some((key, state)) = unusable {
        let (status, words) = not_checked(key, set, state);
        return (status, words + &but);
    }
    if states.contains(&State::Untried) {
        let why = format!(
            "There are too many keys that it may be ({}): not all were tried",
            set.keys.len()
        );
        return (SignatureStatus::Unverified, why + &but);
    }
    let is_other = |state| matches!(state, State::DoesNotFit | State::Unusable(Some(false)));
    if let Some((key, state)) = find(&|state| state == State::DoesNotFit).or_else(|| find(&is_other)) {
        let name = if set.is_given {
            "the key that was given".to_owned()
        } else {
            format!("key {}", id_of(key))
        };
        let weak = match (state, key.wrong("it")) {
            (State::Unusable(_), Some(wrong)) => format!(" ({wrong})"),
            _ => String::new(),
        };
        return (
            SignatureStatus::Invalid,
            format!("Not made with {name}, or changed since{weak}{but}"),
        );
    }
    let named = find(&|state| matches!(state, State::Refused(refusal, _) if refusal != Refusal::OtherKid));
    match named.filter(|_| kid.is_some() || set.is_given) {
        Some((key, State::Refused(Refusal::OtherKind, _))) => {
            let name = name_of(key, set);
            let kind = format!("{name} is {}, and {alg} needs {}", key.kind(), alg.key_kind());
            (
                SignatureStatus::Invalid,
                format!("Not made with {name}, or its header was changed since: {kind}"),
            )
        }
        Some((key, state)) => {
            let fits = if matches!(state, State::Refused(_, true)) {
                ", though the signature fits it"
            } else {
                ""
            };
            let why = reason(alg, key, kid, state);
            (
                SignatureStatus::Unverified,
                format!("Not checked with {}{fits}: {why}", name_of(key, set)),
            )
        }
        None => {
            let which = kid.map_or_else(
                || format!("for {alg}"),
                |kid| format!("with kid {} for {alg}", cut(kid)),
            );
            let place = if set.is_local {
                "There is no key"
            } else {
                "The provider publishes no key"
            };
            (
                SignatureStatus::Unverified,
                format!("{place} {which} ({} in its set){but}", set.keys.len()),
            )
        }
    }
}

fn reason(alg: SigningAlgorithm, key: &Key, kid: Option<&str>, state: State) -> String {
    match state {
        State::Refused(refusal, _) => refusal.words(alg, key, kid),
        other => words(alg, key, kid, other).into_owned(),
    }
}

fn made_with(alg: SigningAlgorithm, set: &KeySet, key: &Key) -> String {
    match (set.is_given, set.is_local) {
        (true, _) if set.keys.len() == 1 => format!("{alg}, made with the key that was given"),
        (true, _) => format!("{alg}, made with {} of the keys that were given", key.name()),
        (false, true) => [alg.as_str(), ", key ", &id_of(key), " of the set that was given"].concat(),
        (false, false) => [alg.as_str(), ", key ", &id_of(key), " from the provider's JWKS"].concat(),
    }
}

fn id_of(key: &Key) -> String {
    key.kid.as_deref().map_or_else(|| "without kid".to_owned(), cut)
}

fn name_of(key: &Key, set: &KeySet) -> String {
    if set.is_given {
        "the key that was given".to_owned()
    } else {
        key.name()
    }
}

fn not_checked(key: &Key, set: &KeySet, state: State) -> (SignatureStatus, String) {
    let name = name_of(key, set);
    let wrong = key.wrong(&name).unwrap_or_else(|| name.clone());
    match (&key.usable, state) {
        (Err(KeyProblem::Broken(why)), _) => {
            let came = if set.is_given { "was given" } else { "is published" };
            (
                SignatureStatus::Unverified,
                format!("{name} {came} but cannot be read: {why}"),
            )
        }
        (Err(KeyProblem::Unsupported), _) => (SignatureStatus::Unsupported, format!("{wrong}: not checked")),
        (_, State::Unusable(Some(true))) => (
            SignatureStatus::Unverified,
            format!("{wrong}: the signature fits it, and that proves nothing"),
        ),
        (Err(KeyProblem::Length(bits)), _) if *bits > 2048 => {
            (SignatureStatus::Unsupported, format!("{wrong}: not checked"))
        }
        _ => (SignatureStatus::Unverified, format!("{wrong}: not checked")),
    }
}
