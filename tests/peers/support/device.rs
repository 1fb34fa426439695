//! A login on a device without a browser: Alice reads the code off the screen and types it in elsewhere.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokenscope::engine::{EventKind, Failure, Given, LoginStep, OperationId, Reporter, Session};
use tokio::sync::mpsc;
use url::Url;

use super::{App, Visitor, options};

/// What happened at a device.
pub(crate) struct AtTheDevice {
    /// How the login ended.
    pub(crate) login: Result<Arc<Session>, Failure>,
    /// What the token endpoint said each time that it gave no token.
    pub(crate) said: Vec<String>,
    /// How long was waited after each of those, in seconds.
    pub(crate) waits_s: Vec<u64>,
}

impl App {
    /// Logs in by device code. Alice types the code in once the token endpoint has been asked this often in vain; never,
    /// where that is none.
    pub(crate) async fn log_in_on_device(&self, after: Option<usize>) -> AtTheDevice {
        let (events, mut coming) = mpsc::channel(64);
        // Both in one are too much for a stack.
        let login = Box::pin(async {
            let reporter = Reporter::new(OperationId::next(), events, Arc::new(|| {}));
            let mut options = options(Given::default());
            options.opens_browser = false;
            self.engine.login(&self.slug, options, &reporter).await
        });
        let (mut said, mut waits_s) = (Vec::new(), Vec::new());
        let watching = async {
            let mut prompt = None;
            while let Some(event) = coming.recv().await {
                match event.kind {
                    EventKind::Login {
                        step: LoginStep::Device(shown),
                        ..
                    } => prompt = Some(shown),
                    EventKind::Login {
                        step:
                            LoginStep::Polled {
                                wait_s, said: words, ..
                            },
                        ..
                    } => {
                        said.push(words);
                        waits_s.push(wait_s);
                    }
                    _ => continue,
                }
                if after == Some(said.len())
                    && let Some(prompt) = prompt.take()
                {
                    let mut alice = Visitor::alice(self.peer, Arc::clone(&self.browser));
                    alice.denies = self.denies.load(Ordering::Relaxed);
                    let page = Url::parse(&prompt.verification_uri).unwrap();
                    let visit = alice.approve_device(&page, &prompt.user_code).await;
                    // Who denies ends on whatever page tells so.
                    assert!(visit.is_ok() || alice.denies, "the visitor got stuck: {visit:?}");
                }
            }
        };
        let (login, ()) = tokio::join!(login, watching);
        AtTheDevice { login, said, waits_s }
    }
}
