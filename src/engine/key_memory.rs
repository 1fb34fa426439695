//! The keys that a person asked for while looking at tokens.
//!
//! A text is looked at anew with each letter that is typed, and a server must not be asked with each letter: what it gave is
//! kept for some seconds, whatever its headers say. After that the cache of `flow` decides by them. Where an issuer has
//! its keys is kept longer, so that its documents are not read over and over. While a server takes its time, looks come and
//! go with the text: the question stays out, and each look waits for the same answer.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use url::Url;

use super::inspect::KeysFrom;
use crate::model::Secret;
use crate::model::keys::KeySet;

/// How long fetched keys are used without a look at their headers.
const KEPT: SignedDuration = SignedDuration::from_secs(10);
/// How long a failure is: the server may be back.
const FAILURE_KEPT: SignedDuration = SignedDuration::from_secs(5);
/// How long it is known where an issuer has its keys.
const ADDRESS_KEPT: SignedDuration = SignedDuration::from_mins(5);

/// Keys with where they came from.
#[derive(Clone, Debug)]
pub(super) struct GivenKeys {
    pub(super) set: KeySet,
    /// Where they came from: `from https://…`, `of the profile`.
    pub(super) place: String,
    /// The key for an HMAC, where the profile has one.
    pub(super) secret: Option<Secret>,
    /// The address that they were fetched from.
    pub(super) address: Option<Url>,
}

/// What a place says when it is asked.
type Answer = Result<GivenKeys, String>;

/// What was asked for last.
#[derive(Debug, Default)]
pub(super) struct KeyMemory {
    kept: Mutex<Option<Kept>>,
    asking: Mutex<Option<Asking>>,
}

/// A question that is out. It is taken back when nobody keeps it any more.
#[derive(Debug)]
struct Asking {
    from: KeysFrom,
    answer: watch::Receiver<Option<Answer>>,
    task: AbortHandle,
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The answer to a question that is out.
pub(super) struct Awaited(watch::Receiver<Option<Answer>>);

impl Awaited {
    /// Waits for it. Whoever stops waiting leaves the question out.
    pub(super) async fn wait(mut self) -> Answer {
        let answer = self.0.wait_for(Option::is_some).await.ok();
        let answer = answer.and_then(|answer| answer.clone());
        answer.unwrap_or_else(|| Err("nobody waits for the keys any more. Ask for them again".to_owned()))
    }
}

#[derive(Debug)]
struct Kept {
    from: KeysFrom,
    at: Timestamp,
    keys: Answer,
    /// Where an issuer has its keys, and when that was read.
    address: Option<(Url, Timestamp)>,
}

impl KeyMemory {
    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        // Nothing is ever half-changed under this lock.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn asking(&self) -> MutexGuard<'_, Option<Asking>> {
        self.asking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to the question for these keys: to the one that is out, else to `question`, which is put now. `anew`
    /// takes back the one that is out.
    pub(super) fn ask(
        &self,
        from: &KeysFrom,
        anew: bool,
        question: impl Future<Output = Answer> + Send + 'static,
    ) -> Awaited {
        let mut asking = self.asking();
        let is_out = |asking: &&Asking| {
            asking.from == *from && asking.answer.has_changed().is_ok() && asking.answer.borrow().is_none()
        };
        if let Some(out) = asking.as_ref().filter(|_| !anew).filter(is_out) {
            return Awaited(out.answer.clone());
        }
        let (sender, answer) = watch::channel(None);
        let task = tokio::spawn(async move {
            // Nobody may be waiting any more: it is kept all the same.
            let _ = sender.send(Some(question.await));
        });
        *asking = Some(Asking {
            from: from.clone(),
            answer: answer.clone(),
            task: task.abort_handle(),
        });
        Awaited(answer)
    }

    /// Takes back a question to any other place: the person wants these keys now.
    pub(super) fn leave_others(&self, from: &KeysFrom) {
        self.asking().take_if(|asking| asking.from != *from);
    }

    /// What was kept of this place.
    pub(super) fn get(&self, from: &KeysFrom, now: Timestamp) -> Option<Answer> {
        let kept = self.kept();
        let kept = kept.as_ref().filter(|kept| kept.from == *from)?;
        let limit = if kept.keys.is_ok() { KEPT } else { FAILURE_KEPT };
        (now.duration_since(kept.at).abs() < limit).then(|| kept.keys.clone())
    }

    /// Where this place has its keys, as it was read a while ago.
    pub(super) fn address(&self, from: &KeysFrom, now: Timestamp) -> Option<Url> {
        let kept = self.kept();
        let (address, at) = kept.as_ref().filter(|kept| kept.from == *from)?.address.as_ref()?;
        (now.duration_since(*at).abs() < ADDRESS_KEPT).then(|| address.clone())
    }

    /// Keeps what a place gave, in the place of what was kept.
    pub(super) fn keep(&self, from: &KeysFrom, keys: &Answer, now: Timestamp) {
        let mut kept = self.kept();
        let known = kept
            .take()
            .filter(|kept| kept.from == *from)
            .and_then(|kept| kept.address);
        let address = keys.as_ref().ok().and_then(|keys| keys.address.clone());
        let address = match (address, known) {
            // It was asked where it was known to be.
            (Some(address), Some((known, at))) if address == known && now.duration_since(at).abs() < ADDRESS_KEPT => {
                Some((known, at))
            }
            (Some(address), _) => Some((address, now)),
            (None, _) => None,
        };
        *kept = Some(Kept {
            from: from.clone(),
            at: now,
            keys: keys.clone(),
            address,
        });
    }

    /// Puts newer keys in the place of those that were kept, and goes on knowing when they were asked for.
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

    fn none() -> Answer {
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
        assert!(memory.get(&from(), now + FAILURE_KEPT).is_none());
    }

    #[test]
    fn where_an_issuer_has_its_keys_is_known_longer_than_the_keys() {
        let memory = KeyMemory::default();
        let url = Url::parse("https://idp.example/jwks").unwrap();
        let keys = GivenKeys {
            set: KeySet::default(),
            place: String::new(),
            secret: None,
            address: Some(url.clone()),
        };
        let at = |s| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(s);
        memory.keep(&from(), &Ok(keys.clone()), at(0));
        assert!(memory.get(&from(), at(9)).is_some() && memory.get(&from(), at(10)).is_none());
        assert_eq!(memory.address(&from(), at(299)), Some(url));
        memory.keep(&from(), &Ok(keys), at(200));
        assert_eq!(memory.address(&from(), at(300)), None, "it is read again now and then");
    }

    #[tokio::test]
    async fn a_question_is_put_once_for_all_who_wait_and_outlives_them() {
        let memory = KeyMemory::default();
        let (say, said) = tokio::sync::oneshot::channel::<()>();
        let first = memory.ask(&from(), false, async {
            let _ = said.await;
            none()
        });
        drop(first);
        let second = memory.ask(&from(), false, async { unreachable!("the first question is out") });
        say.send(()).unwrap();
        assert_eq!(second.wait().await.unwrap_err(), "it did not answer");
    }

    #[tokio::test]
    async fn a_question_to_another_place_is_taken_back() {
        let memory = KeyMemory::default();
        let awaited = memory.ask(&from(), false, std::future::pending());
        memory.leave_others(&from());
        assert!(memory.asking().is_some());
        memory.leave_others(&KeysFrom::Nowhere);
        assert!(awaited.wait().await.is_err());
    }
}
