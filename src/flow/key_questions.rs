//! When keys may be asked for once more because a token needs one that is not among them.
//!
//! A provider whose tokens name a key that it does not publish must not be asked at each of them, and a stranger's tokens
//! must not make us ask a server at will.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// How long nobody asks again for a key that was asked for. It doubles each time.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// So many times it doubles: an hour, about.
const MAX_DOUBLED: u32 = 6;

/// So many names are asked for within one pause at one place: who types a token letter by letter makes many.
const MAX_NAMES: usize = 3;

/// How many questions are remembered.
const MAX_KEPT: usize = 1000;

/// The questions that were put.
#[derive(Default)]
pub(super) struct KeyQuestions(Mutex<HashMap<(String, Option<String>), Question>>);

struct Question {
    at: Timestamp,
    times: u32,
}

impl Question {
    fn is_over(&self, now: Timestamp) -> bool {
        let pause = PAUSE.saturating_mul(1 << self.times.saturating_sub(1).min(MAX_DOUBLED));
        now.duration_since(self.at).abs() >= pause
    }
}

impl fmt::Debug for KeyQuestions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyQuestions")
    }
}

impl KeyQuestions {
    /// Whether `place`, an address or an issuer, may be asked at `now` for keys with these `kid`s, which it did not have.
    /// Who is told yes asks.
    pub(super) fn may_ask(&self, place: &str, kids: &[Option<&str>], now: Timestamp) -> bool {
        // Nothing is ever half-changed under this lock.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = |kid: Option<&str>| (place.to_owned(), kid.map(str::to_owned));
        let is_new = |named: &(String, Option<String>)| kept.get(named).is_none_or(|question| question.is_over(now));
        let new: Vec<_> = kids.iter().copied().map(key).filter(is_new).collect();
        let is_recent = |question: &Question| now.duration_since(question.at).abs() < PAUSE;
        let recent = kept
            .iter()
            .filter(|((at, _), question)| at == place && is_recent(question));
        if new.is_empty() || recent.count() >= MAX_NAMES {
            return false;
        }
        if kept.len() >= MAX_KEPT {
            kept.retain(|_, question| !question.is_over(now));
        }
        for key in new.into_iter().take(MAX_KEPT.saturating_sub(kept.len())) {
            let question = kept.entry(key).or_insert(Question { at: now, times: 0 });
            question.at = now;
            question.times = question.times.saturating_add(1);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(s)
    }

    #[test]
    fn an_unpublished_key_is_asked_for_less_and_less_often() {
        let questions = KeyQuestions::default();
        let asked = (0..3600).filter(|s| questions.may_ask("https://a", &[Some("k")], at(*s)));
        assert_eq!(asked.collect::<Vec<_>>(), [0, 60, 180, 420, 900, 1860]);
        assert!(
            questions.may_ask("https://b", &[Some("k")], at(1)),
            "each place is for itself"
        );
    }

    #[test]
    fn a_name_that_is_typed_is_not_asked_for_with_each_letter() {
        let questions = KeyQuestions::default();
        let ask = |kid, s| questions.may_ask("https://a", &[Some(kid)], at(s));
        assert!(ask("a", 0) && ask("ab", 1) && ask("abc", 2));
        assert!(!ask("abcd", 3));
        assert!(ask("abcd", 60), "after a pause");
        assert!(!questions.may_ask("https://b", &[], at(0)), "nothing is missing");
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let questions = KeyQuestions::default();
        for i in 0..3000 {
            questions.may_ask(&format!("https://{i}"), &[None], at(0));
        }
        assert!(questions.0.lock().unwrap().len() <= MAX_KEPT);
    }
}
