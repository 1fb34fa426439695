//! The checks of a session in the order in which they are read: by what they are about, failures first.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Weak};

use jiff::Timestamp;

use crate::engine::{Inspected, Session};
use crate::model::checks::{Check, Outcome, Rule, rule, session_time_checks};

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckGroup {
    /// The access token.
    Access,
    /// The ID token.
    Id,
    /// The answer of the token endpoint.
    Response,
    /// What changed with a refresh.
    Refresh,
    /// What came back through the browser.
    Callback,
    /// How it all travelled.
    Transport,
    /// Whether the clocks agree.
    Clock,
    /// The provider's keys.
    Keys,
    /// Anything else.
    Other,
    /// A token that was looked at by itself.
    Token,
}

impl CheckGroup {
    /// What a check with this id is about.
    pub fn of(id: &str) -> Self {
        match id.split('.').next().unwrap_or_default() {
            "access_token" | "token" | "jwt" => Self::Access,
            "id_token" => Self::Id,
            "response" | "exchange" | "device" => Self::Response,
            "refresh" => Self::Refresh,
            "callback" | "front_channel" | "login" | "jarm" | "par" => Self::Callback,
            "transport" => Self::Transport,
            "clock" => Self::Clock,
            "keys" | "signature" => Self::Keys,
            _ => Self::Other,
        }
    }

    /// Its heading.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Access => "Access token",
            Self::Id => "ID token",
            Self::Response => "Token response",
            Self::Refresh => "Refresh",
            Self::Callback => "Callback",
            Self::Transport => "Transport",
            Self::Clock => "Clock",
            Self::Keys => "Keys",
            Self::Other => "Other answers",
            Self::Token => "Token",
        }
    }
}

/// Which checks are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CheckFilter {
    /// All of them.
    #[default]
    All,
    /// Those that failed or warn.
    Problems,
    /// Those that something was missing for.
    Skipped,
}

impl CheckFilter {
    /// Whether a check is shown.
    pub const fn lets(self, outcome: Outcome) -> bool {
        match self {
            Self::All => true,
            Self::Problems => matches!(outcome, Outcome::Fail | Outcome::Warn),
            Self::Skipped => matches!(outcome, Outcome::Skip),
        }
    }
}

/// The name of a check among those of its session: an id may stand more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckKey {
    id: String,
    nth: usize,
}

/// One check in its place.
#[derive(Clone, Debug)]
pub struct CheckLine {
    /// Its name among the others.
    pub key: CheckKey,
    /// What it is about.
    pub group: CheckGroup,
    /// What it asks for, in a few words.
    pub title: String,
    /// The rule, where it is in the catalogue.
    pub rule: Option<&'static Rule>,
    /// The check.
    pub check: Check,
}

/// The checks of a session.
#[derive(Debug, Default)]
pub struct CheckList {
    /// By group, and in it what failed first.
    pub lines: Vec<CheckLine>,
    /// How many were kept.
    pub passed: usize,
    /// How many were broken.
    pub failed: usize,
    /// How many are worth a look.
    pub warned: usize,
    /// How many could not be made.
    pub skipped: usize,
}

impl CheckList {
    /// Puts checks in order.
    pub fn new(checks: impl IntoIterator<Item = Check>) -> Self {
        let mut list = Self::default();
        let mut ids = std::collections::HashMap::<String, usize>::new();
        for check in checks {
            match check.outcome {
                Outcome::Pass => list.passed += 1,
                Outcome::Warn => list.warned += 1,
                Outcome::Fail => list.failed += 1,
                Outcome::Skip => list.skipped += 1,
            }
            let id = check.id.to_string();
            let known = rule(&id);
            let seen = ids.entry(id.clone()).or_default();
            *seen += 1;
            list.lines.push(CheckLine {
                key: CheckKey { id, nth: *seen },
                group: CheckGroup::of(&check.id),
                title: known.map_or_else(|| id_title(&check.id), |rule| rule.title.to_owned()),
                rule: known,
                check,
            });
        }
        list.lines.sort_by_key(|line| (line.group, rank(line.check.outcome)));
        list
    }

    /// The checks of a token that was looked at by itself: nobody says that it is an access token.
    pub fn of_token(checks: &[Check]) -> Self {
        let mut list = Self::new(checks.iter().cloned());
        for line in &mut list.lines {
            if line.group == CheckGroup::Access && !line.key.id.starts_with("access_token.") {
                line.group = CheckGroup::Token;
            }
        }
        list.lines.sort_by_key(|line| (line.group, rank(line.check.outcome)));
        list
    }

    /// The checks of `session` as they stand at `now` (server time).
    pub fn of(session: &Session, now: Timestamp) -> Self {
        let mut by_clock = session_time_checks(&session.tokens, now);
        let mut checks = session.checks.clone();
        for check in &mut checks {
            if let Some(at) = by_clock.iter().position(|newer| newer.id == check.id) {
                let newer = by_clock.swap_remove(at);
                *check = newer_of(check, newer);
            }
        }
        // An ID token that came with an earlier generation was judged then.
        by_clock.retain(|check| !is_expired_id_token(check));
        checks.extend(by_clock);
        Self::new(checks)
    }

    /// How many failed or warn.
    pub fn problems(&self) -> usize {
        self.failed + self.warned
    }

    /// `12 passed · 1 failed · 2 warnings · 3 not checked`.
    pub fn summary(&self) -> String {
        let mut parts = vec![format!("{} passed", self.passed)];
        if self.failed > 0 {
            parts.push(format!("{} failed", self.failed));
        }
        match self.warned {
            0 => {}
            1 => parts.push("1 warning".to_owned()),
            many => parts.push(format!("{many} warnings")),
        }
        if self.skipped > 0 {
            parts.push(format!("{} not checked", self.skipped));
        }
        parts.join(" · ")
    }
}

/// An ID token is held against the clock when it comes (OpenID Connect Core §3.1.3.7): that it has ended since is no
/// failure.
fn newer_of(received: &Check, newer: Check) -> Check {
    if is_expired_id_token(&newer) && received.outcome == Outcome::Pass {
        return Check {
            outcome: Outcome::Pass,
            message: format!("{}, and was valid when it came", newer.message).into(),
            ..newer
        };
    }
    newer
}

fn is_expired_id_token(check: &Check) -> bool {
    check.id == "id_token.exp" && check.outcome == Outcome::Fail
}

const fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Fail => 0,
        Outcome::Warn => 1,
        Outcome::Pass => 2,
        Outcome::Skip => 3,
    }
}

/// A check without a rule has its id for a title.
fn id_title(id: &str) -> String {
    id.replace(['_', '.'], " ")
}

/// The lists of the sessions that were looked at last: made anew once a second, for the clock's sake.
#[derive(Debug, Default)]
pub struct CheckLists(RefCell<Vec<Kept>>, RefCell<Option<KeptToken>>);

/// A look, which of its tokens, and the list.
type KeptToken = (Weak<Inspected>, usize, Rc<CheckList>);

/// A session, the second at which its checks were judged, and the list.
type Kept = (Weak<Session>, i64, Rc<CheckList>);

impl CheckLists {
    /// The list of a token of a look, counted through all of them.
    pub fn of_token(&self, look: &Arc<Inspected>, nth: usize, checks: &[Check]) -> Rc<CheckList> {
        let mut kept = self.1.borrow_mut();
        let known = kept
            .as_ref()
            .filter(|(of, at, _)| *at == nth && std::ptr::eq(of.as_ptr(), Arc::as_ptr(look)));
        if let Some((_, _, list)) = known {
            return Rc::clone(list);
        }
        let list = Rc::new(CheckList::of_token(checks));
        *kept = Some((Arc::downgrade(look), nth, Rc::clone(&list)));
        list
    }

    /// The list of `session` at `now` (server time).
    pub fn of(&self, session: &Arc<Session>, now: Timestamp) -> Rc<CheckList> {
        let mut lists = self.0.borrow_mut();
        let known = lists
            .iter()
            .find(|(of, second, _)| *second == now.as_second() && std::ptr::eq(of.as_ptr(), Arc::as_ptr(session)));
        if let Some((_, _, list)) = known {
            return Rc::clone(list);
        }
        let list = Rc::new(CheckList::of(session, now));
        lists.retain(|(of, ..)| of.strong_count() > 0 && !std::ptr::eq(of.as_ptr(), Arc::as_ptr(session)));
        lists.push((Arc::downgrade(session), now.as_second(), Rc::clone(&list)));
        list
    }
}

/// What is chosen in the tab Checks.
#[derive(Debug, Default)]
pub struct ChecksPane {
    /// Which checks are shown.
    pub filter: CheckFilter,
    /// The check whose details are shown.
    pub chosen: Option<CheckKey>,
    /// Whether there is room for the details beside the list: there is nothing to step back from then.
    pub is_beside: bool,
    /// Whether a check that an arrow key leads to shows its details: not where they would take the list's place.
    pub walking_opens: bool,
    /// The check whose row gets the keyboard back.
    pub coming_back: Option<CheckKey>,
}

impl ChecksPane {
    /// Steps back from the details to the row that they are of.
    pub fn close(&mut self) {
        self.coming_back.clone_from(&self.chosen);
        if !self.is_beside {
            self.chosen = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &'static str, outcome: Outcome) -> Check {
        Check {
            id: id.into(),
            outcome,
            message: "why".into(),
            spec: "RFC 6749 §5.1".into(),
        }
    }

    #[test]
    fn failures_come_first_within_their_group() {
        let list = CheckList::new([
            check("transport.https", Outcome::Fail),
            check("id_token.iss", Outcome::Skip),
            check("id_token.aud", Outcome::Pass),
            check("id_token.nonce", Outcome::Warn),
            check("id_token.at_hash", Outcome::Fail),
            check("access_token.exp", Outcome::Pass),
        ]);
        let ids: Vec<&str> = list.lines.iter().map(|line| line.key.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "access_token.exp",
                "id_token.at_hash",
                "id_token.nonce",
                "id_token.aud",
                "id_token.iss",
                "transport.https"
            ]
        );
        assert_eq!(list.summary(), "2 passed · 2 failed · 1 warning · 1 not checked");
        assert_eq!(list.problems(), 3);
    }

    #[test]
    fn a_token_by_itself_is_not_called_an_access_token() {
        let list = CheckList::of_token(&[check("jwt.exp", Outcome::Pass), check("id_token.aud", Outcome::Pass)]);
        let groups: Vec<CheckGroup> = list.lines.iter().map(|line| line.group).collect();
        assert_eq!(groups, [CheckGroup::Id, CheckGroup::Token]);
    }

    #[test]
    fn two_checks_of_one_id_are_told_apart() {
        let list = CheckList::new([
            check("response.odd", Outcome::Warn),
            check("response.odd", Outcome::Warn),
        ]);
        assert_ne!(list.lines[0].key, list.lines[1].key);
    }
}
