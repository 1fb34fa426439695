//! Logging in: the profile is read anew, the flow runs, what came is kept and remembered, and only then told.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::archive::NO_PROFILE;
use super::clock_skew::with_clock_skew;
use super::core::{Engine, Inner};
use super::equipment::{Given, missing};
use super::event::EventKind;
use super::failure::Failure;
use super::reporter::Reporter;
use super::rows::{failed_entry, obtained_entry};
use super::session::Session;
use crate::flow::{self, Dpop, FlowError, LoginStep, Obtained, Transcript};
use crate::model::history::HistoryKind;
use crate::model::profile::{Grant, Profile};
use crate::model::{Secret, Slug};

/// How a login is run.
#[derive(Debug)]
pub struct LoginOptions {
    /// Whether the browser is opened; else the person opens the address.
    pub opens_browser: bool,
    /// How long the person is waited for; none: as the engine was told, with a device code as long as that lives.
    pub patience: Option<Duration>,
    /// Whether somebody is there to paste them. Else a login fails at once where nothing can listen.
    pub can_paste: bool,
    /// Callback addresses that the person pastes.
    pub pasted: mpsc::Receiver<Secret>,
    /// What the person gave for this login.
    pub given: Given,
}

/// Longer than any code lives that a person types into another device.
const DAY: Duration = Duration::from_hours(24);

/// How many steps may wait for a reader: more than a login has.
const STEP_QUEUE_LEN: usize = 32;

impl Engine {
    /// Logs in. Dropping the future cancels it and closes the port; tokens that have come are kept all the same.
    pub async fn login(
        &self,
        slug: &Slug,
        options: LoginOptions,
        reporter: &Reporter,
    ) -> Result<Arc<Session>, Failure> {
        self.login_until(slug, options, &CancellationToken::new(), reporter)
            .await
    }

    /// The same, cancelled by `stop` until the tokens are there. From then on it goes on to its end: “cancelled” must mean
    /// that nothing was changed.
    pub async fn login_until(
        &self,
        slug: &Slug,
        options: LoginOptions,
        stop: &CancellationToken,
        reporter: &Reporter,
    ) -> Result<Arc<Session>, Failure> {
        let inner = &self.inner;
        let profile = inner.archive.load(slug).await?;
        let mut transcript = Transcript::default();
        let dpop = profile.dpop.then(|| Arc::new(Dpop::generate()));
        let result = tokio::select! {
            biased;
            result = inner.run_login(&profile, options, dpop.clone(), reporter, &mut transcript) => result,
            () = stop.cancelled() => return Err(Failure::cancelled()),
        };
        let now = inner.clock.now();
        match result {
            Ok(obtained) => {
                let (inner, reporter) = (Arc::clone(inner), reporter.clone());
                // In a task of its own: half of keeping, remembering and telling would leave engine and window apart.
                let work = async move { inner.logged_in(profile, obtained, dpop, transcript, &reporter).await };
                let done = tokio::spawn(work).await;
                done.unwrap_or_else(|error| Err(Failure::internal("The login", error, "Log in again")))
            }
            Err(failure) => {
                let failure = with_clock_skew(failure, &transcript);
                let entry = failed_entry(slug, now, HistoryKind::LoginFailed, &failure, &transcript);
                inner.remember(entry, transcript.into_exchanges(), reporter).await;
                Err(failure)
            }
        }
    }
}

impl Inner {
    async fn run_login(
        &self,
        profile: &Profile,
        options: LoginOptions,
        dpop: Option<Arc<Dpop>>,
        reporter: &Reporter,
        transcript: &mut Transcript,
    ) -> Result<Obtained, Failure> {
        let mut given = options.given;
        if let Some(token) = self.token_of_subject(profile, &given)? {
            given.subject_token = Some(token);
        }
        let equipment = self.equip(profile, given, dpop, reporter).await?;
        if let Some(failure) = missing(profile, &equipment) {
            return Err(failure);
        }
        let login = flow::Login {
            open_browser: options.opens_browser.then(|| Arc::clone(&self.open_browser)),
            patience: options.patience.unwrap_or(match profile.grant {
                // The provider says how long the code may be typed.
                Grant::DeviceCode => DAY,
                _ => self.patience,
            }),
            sleep: Arc::clone(&self.sleep),
            can_paste: options.can_paste,
            pasted: options.pasted,
        };
        let (sender, steps) = mpsc::channel(STEP_QUEUE_LEN);
        let telling = tell_steps(profile.slug.clone(), steps, reporter);
        let running = async {
            let result = login.run(equipment.party(), &sender, transcript).await;
            drop(sender);
            result
        };
        let (result, ()) = tokio::join!(running, telling);
        result.map_err(|error| Failure::of(&error, profile))
    }

    async fn logged_in(
        &self,
        profile: Profile,
        obtained: Obtained,
        dpop: Option<Arc<Dpop>>,
        transcript: Transcript,
        reporter: &Reporter,
    ) -> Result<Arc<Session>, Failure> {
        let slug = profile.slug.clone();
        // A refresh of the session before must not overwrite this one, nor a deletion come in between.
        let turn = self.turn(&slug);
        let _turn = turn.lock().await;
        if let Err(failure) = self.archive.load(&slug).await
            && failure.code == NO_PROFILE
        {
            return Err(Failure::local(
                NO_PROFILE,
                "The profile was deleted during the login",
                "Make it again and log in",
            ));
        }
        let now = self.clock.now();
        let mut entry = obtained_entry(&slug, now, HistoryKind::Login, 1, &obtained);
        entry.note = login_note(&profile, &obtained);
        let session = Arc::new(Session {
            dpop,
            ..Session::new(profile, 1, obtained, now, None)
        });
        self.keep_session(&slug, Arc::clone(&session));
        self.remember(entry, transcript.into_exchanges(), reporter).await;
        self.tell_session(&slug, &session, reporter).await;
        Ok(session)
    }
}

async fn tell_steps(slug: Slug, mut steps: mpsc::Receiver<LoginStep>, reporter: &Reporter) {
    while let Some(step) = steps.recv().await {
        let slug = slug.clone();
        reporter.tell(EventKind::Login { slug, step }).await;
    }
}

/// `code id_token · admin`: how, and who.
fn login_note(profile: &Profile, obtained: &Obtained) -> String {
    let tokens = &obtained.tokens;
    let subject = [tokens.id.as_ref(), tokens.access.as_ref()]
        .into_iter()
        .flatten()
        .find_map(|token| token.decoded.believed().get_str("sub"));
    let how = profile.way();
    subject.map_or_else(|| how.to_owned(), |subject| format!("{how} · {subject}"))
}

impl Failure {
    /// The same as `From`, with what to do where this profile was used.
    pub(super) fn of(error: &FlowError, profile: &Profile) -> Self {
        Self {
            hint: error.hint_for(profile).into_owned(),
            ..Self::from(error)
        }
    }
}

impl From<&FlowError> for Failure {
    fn from(error: &FlowError) -> Self {
        let (code, message, hint) = (error.code(), error.to_string(), error.hint());
        let mut failure = if error.is_local() {
            Self::local(code, message, hint)
        } else {
            Self::provider(code, message, hint)
        };
        failure.http_status = error.http_status();
        failure.checks = error.checks();
        failure
    }
}
