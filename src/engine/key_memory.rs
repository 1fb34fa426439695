//! The keys that a person asked for while looking at tokens.
//!
//! A text is looked at anew with each letter that is typed, and a server must not be asked with each letter: what it gave is
//! kept until the person asks again, asks elsewhere, or five minutes have passed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::inspect::KeysFrom;
use crate::model::Secret;
use crate::model::keys::KeySet;

/// How long fetched keys are used without asking again.
const KEPT: SignedDuration = SignedDuration::from_mins(5);
/// So many unknown `kid`s have keys fetched again. Who types one letter by letter makes many.
const MAX_UNKNOWN: usize = 3;

/// Keys with where they came from.
#[derive(Clone, Debug)]
pub(super) struct GivenKeys {
    pub(super) set: KeySet,
    /// Where they came from: `from https://…`, `of the profile`.
    pub(super) place: String,
    /// The key for an HMAC, where the profile has one.
    pub(super) secret: Option<Secret>,
}

/// What was asked for last.
#[derive(Debug, Default)]
pub(super) struct KeyMemory(Mutex<Option<Kept>>);

#[derive(Debug)]
struct Kept {
    from: KeysFrom,
    at: Timestamp,
    keys: Result<GivenKeys, String>,
    /// The `kid`s for which they were fetched again.
    unknown: Vec<String>,
}

impl KeyMemory {
    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        // Nothing is ever half-changed under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was kept of this place.
    pub(super) fn get(&self, from: &KeysFrom, now: Timestamp) -> Option<Result<GivenKeys, String>> {
        let kept = self.kept();
        let kept = kept.as_ref().filter(|kept| kept.from == *from)?;
        (now.duration_since(kept.at).abs() < KEPT).then(|| kept.keys.clone())
    }

    /// Keeps what a place gave, in the place of what was kept.
    pub(super) fn keep(&self, from: &KeysFrom, keys: &Result<GivenKeys, String>, now: Timestamp) {
        *self.kept() = Some(Kept {
            from: from.clone(),
            at: now,
            keys: keys.clone(),
            unknown: Vec::new(),
        });
    }

    /// Whether keys may be fetched again for these `kid`s, which are not among them. Says so once for each.
    pub(super) fn may_ask_again(&self, from: &KeysFrom, kids: &[String]) -> bool {
        let mut kept = self.kept();
        let Some(kept) = kept.as_mut().filter(|kept| kept.from == *from) else {
            return false;
        };
        let new: Vec<String> = kids.iter().filter(|kid| !kept.unknown.contains(kid)).cloned().collect();
        let may = !new.is_empty() && kept.unknown.len() < MAX_UNKNOWN;
        if may {
            kept.unknown.extend(new);
        }
        may
    }

    /// Puts newer keys in the place of those that were kept, and goes on knowing what was asked for.
    pub(super) fn renew(&self, from: &KeysFrom, keys: &GivenKeys) {
        if let Some(kept) = self.kept().as_mut().filter(|kept| kept.from == *from) {
            kept.keys = Ok(keys.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from() -> KeysFrom {
        KeysFrom::Address("https://idp.example/jwks".to_owned())
    }

    fn none() -> Result<GivenKeys, String> {
        Err("it did not answer".to_owned())
    }

    #[test]
    fn keys_are_kept_for_their_place_and_for_a_while() {
        let memory = KeyMemory::default();
        let now = Timestamp::UNIX_EPOCH;
        memory.keep(&from(), &none(), now);
        assert!(memory.get(&from(), now).is_some());
        assert!(
            memory
                .get(&KeysFrom::Issuer("https://idp.example".to_owned()), now)
                .is_none()
        );
        assert!(memory.get(&from(), now + SignedDuration::from_mins(6)).is_none());
    }

    #[test]
    fn an_unknown_key_is_asked_for_once_and_not_for_each_letter_of_its_name() {
        let memory = KeyMemory::default();
        memory.keep(&from(), &none(), Timestamp::UNIX_EPOCH);
        let ask = |kid: &str| memory.may_ask_again(&from(), &[kid.to_owned()]);
        assert!(ask("a"));
        assert!(!ask("a"));
        assert!(ask("ab") && ask("abc"));
        assert!(!ask("abcd"));
        memory.keep(&from(), &none(), Timestamp::UNIX_EPOCH);
        assert!(ask("abcd"), "the person asked for the keys again");
    }
}
