//! How much work one token may ask for: a token of a megabyte costs as much at each try as thousands of small ones, and a
//! general one has many signatures, each of which many keys may have made.

use std::cell::Cell;

/// Bytes that are hashed to find out which key it was.
const TRIES: usize = 128 * 1024 * 1024;

/// Bytes that are hashed to find out how it was forged: apart, so that a decoy does not use up what the verdicts need.
const GUESSES: usize = 48 * 1024 * 1024;

/// What a try costs beside its bytes: as many bytes are hashed in the time of an operation with a public key.
const EACH: usize = 32 * 1024;

/// The same for an HMAC.
const EACH_HMAC: usize = 1024;

/// What is left for one token, all its signatures together.
pub(super) struct Budget {
    is_fresh: Cell<bool>,
    tries: Cell<usize>,
    guesses: Cell<usize>,
    is_over: Cell<bool>,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            is_fresh: Cell::new(true),
            tries: Cell::new(TRIES),
            guesses: Cell::new(GUESSES),
            is_over: Cell::new(false),
        }
    }
}

impl Budget {
    /// Whether a key may be tried on so many bytes. The first one always may: a payload given by its file has any length.
    pub(super) fn may_try(&self, len: usize) -> bool {
        self.may(len.saturating_add(EACH))
    }

    /// The same for a secret.
    pub(super) fn may_try_secret(&self, len: usize) -> bool {
        self.may(len.saturating_add(EACH_HMAC))
    }

    /// Whether a key was left out because too much was asked for.
    pub(super) fn is_over(&self) -> bool {
        self.is_over.get()
    }

    fn may(&self, cost: usize) -> bool {
        let may = spend(&self.tries, cost) | self.is_fresh.replace(false);
        self.is_over.set(self.is_over.get() || !may);
        may
    }

    /// Whether something that everybody has may be tried as a secret.
    pub(super) fn may_guess(&self, len: usize) -> bool {
        spend(&self.guesses, len.saturating_add(EACH_HMAC))
    }
}

fn spend(left: &Cell<usize>, cost: usize) -> bool {
    let rest = left.get().checked_sub(cost);
    left.set(rest.unwrap_or_default());
    rest.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_goes_down_and_the_first_try_is_free() {
        let budget = Budget::default();
        assert!(budget.may_try(usize::MAX) && !budget.is_over());
        assert!(!budget.may_try(0), "nothing is left");
        assert!(budget.is_over());
        assert!(
            budget.may_guess(GUESSES - EACH_HMAC),
            "guesses have a purse of their own"
        );
        assert!(!budget.may_guess(1));
    }
}
