//! Leads through one system: does something with the engine, holds it against what is expected, and writes a row.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::clock::ShiftedClock;
use super::table::Row;
use crate::engine::reporter::EVENT_QUEUE_LEN;
use crate::engine::{
    ApiAnswer, Engine, Event, Failure, Given, Journey, LoggedOut, LoginOptions, LogoutOptions, OperationId, Question,
    Reporter, Session,
};
use crate::model::template::Template;
use crate::model::walkthrough::Walkthrough;
use crate::model::{Clock as _, Profile, Slug, TokenKind};

/// How long a login waits for the visitor.
const PATIENCE: Duration = Duration::from_secs(30);

/// A row has failed: it says why.
#[derive(Debug)]
pub(super) struct Failed;

/// Leads through one system.
pub(super) struct Guide<'a> {
    /// What everything is done with.
    pub(super) engine: &'a Engine,
    clock: &'a ShiftedClock,
    system: &'static str,
    /// The system's profile.
    pub(super) slug: Slug,
    /// What has happened, for the steps of the system.
    journey: Journey,
    /// What was written so far.
    pub(super) rows: Vec<Row>,
}

/// Where an operation's events go.
struct Ear(Reporter, mpsc::Receiver<Event>);

impl<'a> Guide<'a> {
    /// A guide for the system of a template.
    pub(super) fn new(engine: &'a Engine, clock: &'a ShiftedClock, template: &Template) -> Self {
        Self {
            engine,
            clock,
            system: template.name,
            slug: template.profile().slug,
            journey: Journey::default(),
            rows: Vec::new(),
        }
    }

    /// Writes a row of what was done since `started`.
    pub(super) fn row<T>(
        &mut self,
        step: &'static str,
        started: Instant,
        result: Result<T, String>,
        words: impl FnOnce(&T) -> String,
    ) -> Result<T, Failed> {
        self.rows.push(Row {
            system: self.system,
            step,
            result: result.as_ref().map(words).map_err(Clone::clone),
            took_ms: started.elapsed().as_secs_f64() * 1000.0,
        });
        result.map_err(|_| Failed)
    }

    /// The same for what is only looked at.
    pub(super) fn note(&mut self, step: &'static str, result: Result<String, String>) -> Result<(), Failed> {
        self.row(step, Instant::now(), result, Clone::clone).map(|_| ())
    }

    /// Puts both clocks forward.
    pub(super) fn wait_s(&self, seconds: i64) {
        self.clock.advance_s(seconds);
    }

    /// The steps of the system as they are.
    pub(super) fn walkthrough(&self) -> Result<Walkthrough, String> {
        let session = self.engine.session(&self.slug).ok_or("there is no session")?;
        let steps = self.journey.walkthrough(&session.profile, self.clock.now());
        steps.ok_or_else(|| "this system has no steps".to_owned())
    }

    /// Changes the profile as it is stored: the next login goes by it.
    pub(super) async fn change_profile(&self, change: impl FnOnce(&mut Profile)) -> Result<(), String> {
        let mut profile = self.engine.profile(&self.slug).await.map_err(text)?;
        change(&mut profile);
        self.engine.save_profile(profile).await.map_err(text)
    }

    /// Logs in.
    pub(super) async fn log_in(&mut self, given: Given) -> Result<Arc<Session>, String> {
        let (_keep_open, pasted) = mpsc::channel(1);
        let options = LoginOptions {
            opens_browser: true,
            patience: Some(PATIENCE),
            can_paste: false,
            pasted,
            given,
        };
        let ear = Ear::new();
        let result = self.engine.login(&self.slug, options, &ear.0).await;
        self.hear(ear).await;
        result.map_err(text)
    }

    /// Logs in and writes the row.
    pub(super) async fn logged_in(&mut self, step: &'static str) -> Result<Arc<Session>, Failed> {
        let started = Instant::now();
        let session = self.log_in(Given::default()).await;
        self.row(step, started, session, |session| {
            let scope = session.tokens.scope.join(" ");
            let way = session.profile.way();
            if scope.is_empty() {
                way.to_owned()
            } else {
                format!("{way}, {scope}")
            }
        })
    }

    /// Refreshes.
    pub(super) async fn refresh(&mut self) -> Result<Arc<Session>, Failure> {
        let ear = Ear::new();
        let result = self.engine.refresh(&self.slug, &ear.0).await;
        self.hear(ear).await;
        result
    }

    /// Refreshes, holds the session against what `expect` wants, and writes the row.
    pub(super) async fn refreshed(
        &mut self,
        step: &'static str,
        expect: impl FnOnce(&Session) -> Result<String, String>,
    ) -> Result<Arc<Session>, Failed> {
        let started = Instant::now();
        let result = self.refresh().await.map_err(text);
        let result = result.and_then(|session| expect(&session).map(|words| (session, words)));
        let (session, _) = self.row(step, started, result, |(_, words)| words.clone())?;
        Ok(session)
    }

    /// A refresh must be refused for good.
    pub(super) async fn refresh_is_refused(&mut self, step: &'static str, why: &str) -> Result<(), Failed> {
        let started = Instant::now();
        let result = match self.refresh().await {
            Err(failure) if failure.ends_session => Ok(format!("{}: {why}", failure.code)),
            Err(failure) => Err(failure.message),
            Ok(_) => Err("it was refreshed all the same".to_owned()),
        };
        self.row(step, started, result, Clone::clone).map(|_| ())
    }

    /// Calls the API and wants this status.
    pub(super) async fn api_answers(&mut self, step: &'static str, status: u16) -> Result<ApiAnswer, Failed> {
        let started = Instant::now();
        let ear = Ear::new();
        let answer = self.engine.call_api(&self.slug, None, &ear.0).await;
        self.hear(ear).await;
        let result = match answer {
            Ok(answer) if answer.status == status => Ok(answer),
            Ok(answer) => Err(format!("the API answered {}", answer.status)),
            Err(failure) => Err(failure.message),
        };
        self.row(step, started, result, |answer| match &answer.www_authenticate {
            Some(challenge) => format!("{status}, {challenge}"),
            None => format!("{status}, {} bytes", answer.body.len()),
        })
    }

    /// Presents the refresh token of a generation that is over, beside the session, which would never do that.
    pub(super) async fn spent_token_is_refused(&mut self, spent: &Session) -> Result<(), Failed> {
        let started = Instant::now();
        let ear = Ear::new();
        let result = match self.engine.replay_refresh_token(spent, &ear.0).await {
            Err(failure) if failure.code == "invalid_grant" => {
                Ok(format!("{} {}", failure.http_status.unwrap_or_default(), failure.code))
            }
            Err(other) => Err(other.message),
            Ok(()) => Err("the server accepted it again".to_owned()),
        };
        drop(ear);
        self.row("old refresh token is refused", started, result, Clone::clone)
            .map(|_| ())
    }

    /// Asks the provider and wants this member, as JSON text.
    pub(super) async fn provider_says(
        &mut self,
        step: &'static str,
        question: Question,
        (name, wanted): (&str, &str),
    ) -> Result<(), Failed> {
        let started = Instant::now();
        let ear = Ear::new();
        let answer = self.engine.ask(&self.slug, question, &ear.0).await;
        self.hear(ear).await;
        let result = answer.map_err(text).and_then(|answer| {
            let member = answer.members.iter().find(|member| member.name == name);
            match member.map(|member| member.raw.trim()) {
                Some(raw) if raw == wanted && answer.is_good() => Ok(format!("{}, {name} {raw}", answer.http.status)),
                other => Err(format!("{}, {name} is {other:?}", answer.http.status)),
            }
        });
        self.row(step, started, result, Clone::clone).map(|_| ())
    }

    /// Revokes a token.
    pub(super) async fn revoke(&mut self, step: &'static str, kind: TokenKind) -> Result<(), Failed> {
        let started = Instant::now();
        let ear = Ear::new();
        let revoked = self.engine.revoke(&self.slug, kind, &ear.0).await;
        self.hear(ear).await;
        let result = revoked.map(|revoked| revoked.status.to_string()).map_err(text);
        self.row(step, started, result, Clone::clone).map(|_| ())
    }

    /// Logs out at the provider; the browser must come back.
    pub(super) async fn log_out(&mut self, step: &'static str) -> Result<(), Failed> {
        let started = Instant::now();
        let options = LogoutOptions {
            opens_browser: true,
            patience: Some(PATIENCE),
        };
        let ear = Ear::new();
        let never = CancellationToken::new();
        let logged_out = self.engine.log_out(&self.slug, options, &never, &ear.0).await;
        self.hear(ear).await;
        let result = match logged_out {
            Ok(LoggedOut::CameBack) => Ok("the browser came back".to_owned()),
            Ok(LoggedOut::Sent) => Err("the browser did not come back".to_owned()),
            Err(failure) => Err(failure.message),
        };
        self.row(step, started, result, Clone::clone).map(|_| ())
    }

    async fn hear(&mut self, ear: Ear) {
        let Ear(reporter, mut inbox) = ear;
        drop(reporter);
        while let Some(event) = inbox.recv().await {
            self.journey.apply(&event.kind);
        }
    }
}

impl Ear {
    /// The queue is longer than what any operation tells, so it can be read when that is over.
    fn new() -> Self {
        let (events, inbox) = mpsc::channel(EVENT_QUEUE_LEN);
        Self(Reporter::new(OperationId::next(), events, Arc::new(|| {})), inbox)
    }
}

fn text(failure: Failure) -> String {
    failure.message
}
