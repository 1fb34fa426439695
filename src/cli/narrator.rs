//! Tells what an operation does, on standard error.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::checklist::Checklist;
use super::printer::{Paint, Printer};
use crate::engine::reporter::EVENT_QUEUE_LEN;
use crate::engine::{Event, EventKind, LoginStep, LogoutStep, OperationId, Reporter};
use crate::model::visible;

/// Reads the events of one operation and tells those that a person waits for.
#[derive(Debug)]
pub(super) struct Narrator {
    reporter: Reporter,
    task: JoinHandle<()>,
}

impl Narrator {
    /// Starts to listen. `tells_address` prints `open: URL`, for those who open the browser themselves.
    pub(super) fn start(printer: Printer, tells_address: bool) -> Self {
        Self::listen(printer, tells_address, None)
    }

    /// The same, and tells the steps of the profile's system as they happen.
    pub(super) fn following(printer: Printer, tells_address: bool, checklist: &Checklist) -> Self {
        Self::listen(printer, tells_address, Some(checklist.clone()))
    }

    fn listen(printer: Printer, tells_address: bool, checklist: Option<Checklist>) -> Self {
        let (events, mut inbox) = mpsc::channel(EVENT_QUEUE_LEN);
        let task = tokio::spawn(async move {
            while let Some(event) = inbox.recv().await {
                narrate(printer, tells_address, &event);
                if let Some(checklist) = &checklist {
                    checklist.apply(&event.kind);
                    checklist.tell_news(printer);
                }
            }
        });
        Self {
            reporter: Reporter::new(OperationId::next(), events, Arc::new(|| {})),
            task,
        }
    }

    /// What an operation reports to.
    pub(super) const fn reporter(&self) -> &Reporter {
        &self.reporter
    }

    /// Waits until everything is told.
    pub(super) async fn finish(self) {
        drop(self.reporter);
        // The task ends with the channel; a panic in it was reported already.
        let _ = self.task.await;
    }
}

fn narrate(printer: Printer, tells_address: bool, event: &Event) {
    let step = match &event.kind {
        EventKind::Login { step, .. } => step,
        EventKind::NotRemembered(failure) => {
            let sign = printer.paint(Paint::Warn, "▲");
            return printer.tell(&format!("{sign} Not written to the history: {failure}"));
        }
        EventKind::Tried(tried) => {
            let (paint, sign) = if tried.is_found {
                (Paint::Ok, "✓")
            } else {
                (Paint::Faint, "·")
            };
            let words = format!("{}: {}", tried.url, tried.said);
            let words = visible(&words);
            return printer.tell(&format!("{} {words}", printer.paint(paint, sign)));
        }
        EventKind::Logout { step, .. } => return narrate_logout(printer, tells_address, step),
        EventKind::LoginInstead { why, .. } => {
            return printer.tell(&format!("The session is over ({}): logging in again", why.code));
        }
        _ => return,
    };
    match step {
        LoginStep::Listening(redirect_uri) => printer.tell(&format!("Listening at {redirect_uri}, this machine only")),
        LoginStep::PasteOnly { redirect_uri, why } => {
            let sign = printer.paint(Paint::Warn, "▲");
            printer.tell(&format!("{sign} Not listening at {redirect_uri}. {why}"));
            printer.tell("Sign in, then paste the address that the browser ends at here:");
        }
        LoginStep::Certificate(fingerprint) => printer.tell(&format!(
            "The browser will warn: this HTTPS address has a certificate that was made just now. Go on if its SHA-256 is \
             {fingerprint}"
        )),
        LoginStep::Pushed => printer.tell("The request was pushed ahead"),
        LoginStep::Device(prompt) => {
            printer.tell(&format!("open: {}", prompt.verification_uri));
            printer.tell(&format!("code: {}", prompt.user_code));
        }
        LoginStep::Polled { times, wait_s, said } => {
            printer.tell(&format!("Asked {times} times: {said}. Again in {wait_s} s"));
        }
        // Scripts read this line.
        LoginStep::Address(url) if tells_address => printer.tell(&format!("open: {url}")),
        LoginStep::Browser(Ok(())) => printer.tell("Sign in in the browser that was opened"),
        LoginStep::Browser(Err(why)) => printer.tell(&format!("{} {why}", printer.paint(Paint::Warn, "▲"))),
        LoginStep::Stray(what) => printer.tell(&format!("{} {what}", printer.paint(Paint::Warn, "▲"))),
        LoginStep::CalledBack => printer.tell("The answer came"),
        LoginStep::Address(_)
        | LoginStep::Keys { .. }
        | LoginStep::Waiting(_)
        | LoginStep::Exchanging
        | LoginStep::Checking => {}
    }
}

fn narrate_logout(printer: Printer, tells_address: bool, step: &LogoutStep) {
    match step {
        LogoutStep::Listening(Some(uri)) => printer.tell(&format!("Waiting at {uri} for the browser to come back")),
        // The person opens it: that is what they asked for.
        LogoutStep::Address(address) if tells_address => printer.tell(&format!("open: {}", address.expose())),
        LogoutStep::Browser(Ok(())) => printer.tell("Log out in the browser that was opened"),
        LogoutStep::Browser(Err(why)) => printer.tell(&format!(
            "{} {why}. With --no-browser the address is printed",
            printer.paint(Paint::Warn, "▲")
        )),
        LogoutStep::Stray(what) => printer.tell(&format!("{} {what}", printer.paint(Paint::Warn, "▲"))),
        LogoutStep::Listening(None) | LogoutStep::Address(_) | LogoutStep::Waiting(_) => {}
    }
}
