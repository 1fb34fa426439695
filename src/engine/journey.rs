//! What has happened to a profile since its login began, gathered from events: enough for the steps of its system.

use std::sync::Arc;

use jiff::Timestamp;

use super::event::EventKind;
use super::failure::{Blame, Failure};
use super::operation::OperationKind;
use super::session::Session;
use crate::flow::{ApiAnswer, LoginStep};
use crate::model::Profile;
use crate::model::walkthrough::{Call, Calls, Facts, Held, Problem, Progress, Refresh, Walkthrough};

/// What has happened to one profile.
#[derive(Clone, Debug, Default)]
pub struct Journey {
    /// A login that has not brought tokens.
    attempt: Option<Attempt>,
    session: Option<Arc<Session>>,
    calls: Calls,
    refresh: Option<Refresh>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Attempt {
    Preparing,
    Sent,
    Answered,
    Failed { was_sent: bool, problem: Problem },
}

impl Journey {
    /// A login begins.
    pub fn login_began(&mut self) {
        self.attempt = Some(Attempt::Preparing);
    }

    /// Takes in an event of the profile.
    pub fn apply(&mut self, event: &EventKind) {
        match event {
            EventKind::Started {
                kind: OperationKind::Login,
                ..
            }
            | EventKind::LoginInstead { .. } => self.login_began(),
            EventKind::Login { step, .. } => match step {
                LoginStep::Exchanging => self.attempt = Some(Attempt::Sent),
                LoginStep::Checking => self.attempt = Some(Attempt::Answered),
                _ => {}
            },
            EventKind::SessionChanged { session, .. } => self.session_changed(session),
            EventKind::ApiAnswered { answer, .. } => self.api_answered(answer),
            EventKind::Finished {
                kind,
                result: Err(failure),
                ..
            } => self.failed(*kind, failure),
            _ => {}
        }
    }

    /// An operation failed. What was cancelled leaves things as they were.
    pub fn failed(&mut self, kind: OperationKind, failure: &Failure) {
        let is_cancelled = failure.blame == Blame::Cancelled;
        match kind {
            OperationKind::Login if is_cancelled => self.attempt = None,
            OperationKind::Login => {
                self.attempt = Some(Attempt::Failed {
                    was_sent: matches!(self.attempt, Some(Attempt::Sent | Attempt::Answered)),
                    problem: problem(failure),
                });
            }
            OperationKind::Refresh if !is_cancelled => self.refresh = Some(Refresh::Failed(problem(failure))),
            OperationKind::ApiCall if !is_cancelled => self.called(Err(failure.message.clone()), None),
            _ => {}
        }
    }

    /// The failure of a login was seen: what was there before it counts again.
    pub fn dismiss(&mut self) {
        if matches!(self.attempt, Some(Attempt::Failed { .. })) {
            self.attempt = None;
        }
    }

    fn session_changed(&mut self, session: &Arc<Session>) {
        let before = self.session.replace(Arc::clone(session));
        // Its tokens are those from before: they were refused, revoked or logged out.
        if before.as_ref().is_some_and(|before| before.tokens == session.tokens) {
            return;
        }
        self.attempt = None;
        if session.generation == 1 {
            self.calls = Calls::default();
            self.refresh = None;
            return;
        }
        let access = before.as_ref().and_then(|before| before.tokens.access.as_ref());
        let at = before.as_ref().map(|before| before.now(session.changed_at));
        let was_expired = access
            .zip(at)
            .is_some_and(|(access, at)| access.lifetime.is_expired(at));
        self.refresh = Some(Refresh::Done { was_expired });
    }

    fn api_answered(&mut self, answer: &ApiAnswer) {
        self.dismiss();
        self.called(Ok(answer.status), answer.www_authenticate.clone());
    }

    fn called(&mut self, result: Result<u16, String>, challenge: Option<String>) {
        self.calls.add(Call {
            generation: self.session.as_ref().map_or(0, |session| session.generation),
            result,
            challenge,
        });
    }

    /// The steps of the profile's system, where it has such, when the local clock shows `now`. What was logged in goes by
    /// the profile as it was then.
    pub fn walkthrough(&self, profile: &Profile, now: Timestamp) -> Option<Walkthrough> {
        let (profile, progress) = match (&self.attempt, &self.session) {
            (Some(Attempt::Preparing), _) => (profile, Progress::Preparing),
            (Some(Attempt::Sent), _) => (profile, Progress::Sent),
            (Some(Attempt::Answered), _) => (profile, Progress::Answered),
            (Some(Attempt::Failed { was_sent, problem }), _) => {
                let was_sent = *was_sent;
                (profile, Progress::Failed { was_sent, problem })
            }
            (None, None) => (profile, Progress::Idle),
            (None, Some(session)) => (&session.profile, Progress::LoggedIn(self.held(session))),
        };
        Walkthrough::of(&Facts { profile, now, progress })
    }

    fn held<'a>(&'a self, session: &'a Session) -> Held<'a> {
        Held {
            tokens: &session.tokens,
            signatures: &session.signatures,
            server_time: session.server_time,
            generation: session.generation,
            calls: &self.calls,
            refresh: self.refresh.as_ref(),
        }
    }
}

fn problem(failure: &Failure) -> Problem {
    Problem {
        message: failure.message.clone(),
        hint: failure.hint.clone(),
        http_status: failure.http_status,
        clock_skew_s: failure.clock_skew_s,
    }
}
