//! Logging out at the provider: the tokens stay, marked.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::ask::no_tokens;
use super::core::{Engine, Inner};
use super::equipment::Given;
use super::event::EventKind;
use super::failure::Failure;
use super::reporter::Reporter;
use super::session::Session;
use crate::flow::{self, FlowError, LoggedOut, LogoutStep};
use crate::model::Slug;
use crate::model::history::{HistoryEntry, HistoryKind};

/// How a logout is run.
#[derive(Clone, Copy, Debug)]
pub struct LogoutOptions {
    /// Whether the browser is opened; else the person opens the address.
    pub opens_browser: bool,
    /// How long the browser is waited for; none: as the engine was told.
    pub patience: Option<Duration>,
}

/// How many steps may wait for a reader.
const STEP_QUEUE_LEN: usize = 32;

impl Engine {
    /// Logs out, cancelled by `stop` while the browser is waited for.
    pub async fn log_out(
        &self,
        slug: &Slug,
        options: LogoutOptions,
        stop: &CancellationToken,
        reporter: &Reporter,
    ) -> Result<LoggedOut, Failure> {
        let inner = &self.inner;
        let session = self.session(slug).ok_or_else(no_tokens)?;
        let result = tokio::select! {
            biased;
            result = inner.run_logout(slug, &session, options, reporter) => result,
            () = stop.cancelled() => return Err(Failure::cancelled()),
        };
        let mut entry = HistoryEntry::new(slug.clone(), inner.clock.now(), HistoryKind::Logout);
        entry.generation = Some(session.generation);
        match result {
            Ok(logged_out) => {
                let note = match logged_out {
                    LoggedOut::CameBack => "the browser came back",
                    LoggedOut::Sent => "the browser was sent there",
                };
                note.clone_into(&mut entry.note);
                inner.mark_logged_out(slug, &session, logged_out, entry, reporter).await;
                Ok(logged_out)
            }
            Err(failure) => {
                entry.error = Some(failure.code.clone());
                entry.note.clone_from(&failure.message);
                inner.remember(entry, Vec::new(), reporter).await;
                Err(failure)
            }
        }
    }
}

impl Inner {
    async fn run_logout(
        &self,
        slug: &Slug,
        session: &Session,
        options: LogoutOptions,
        reporter: &Reporter,
    ) -> Result<LoggedOut, Failure> {
        let profile = self.archive.load(slug).await?;
        let equipment = self
            .equip(&profile, Given::default(), session.dpop.clone(), reporter)
            .await?;
        self.must_be_same_provider(session, &equipment.endpoints, reporter)
            .await?;
        let logout = flow::Logout {
            open_browser: options.opens_browser.then(|| Arc::clone(&self.open_browser)),
            patience: options.patience.unwrap_or(self.patience),
        };
        let (sender, steps) = mpsc::channel(STEP_QUEUE_LEN);
        let id_token = session.tokens.id.as_ref().map(|id| &id.value);
        let running = async {
            let result = logout.run(equipment.party(), id_token, &sender).await;
            drop(sender);
            result
        };
        let (result, ()) = tokio::join!(running, tell_steps(slug, steps, reporter));
        result.map_err(|error: FlowError| Failure::from(&error))
    }

    /// Marks what the profile holds now: the session that the logout began with, or what a refresh made of it.
    async fn mark_logged_out(
        &self,
        slug: &Slug,
        began_with: &Session,
        logged_out: LoggedOut,
        entry: HistoryEntry,
        reporter: &Reporter,
    ) {
        let turn = self.turn(slug);
        let _turn = turn.lock().await;
        // Nothing is left of a profile that was deleted meanwhile.
        let Some(before) = self.session(slug) else { return };
        self.remember(entry, Vec::new(), reporter).await;
        let is_same = before.generation > began_with.generation
            || (before.generation == began_with.generation && before.changed_at == began_with.changed_at);
        if is_same {
            let session = Arc::new(Session {
                logged_out: Some(logged_out),
                ..Session::clone(&before)
            });
            self.keep_session(slug, Arc::clone(&session));
            self.tell_session(slug, &session, reporter).await;
        }
    }
}

async fn tell_steps(slug: &Slug, mut steps: mpsc::Receiver<LogoutStep>, reporter: &Reporter) {
    while let Some(step) = steps.recv().await {
        let slug = slug.clone();
        reporter.tell(EventKind::Logout { slug, step }).await;
    }
}
