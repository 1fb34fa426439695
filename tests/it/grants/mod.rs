//! Every way to log in: the good ones at the embedded provider, the others at servers that answer as they were told.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

mod assertions;
mod device;
mod exchange;
mod implicit;
mod issuer;
mod jarm;
mod judged;
mod pushed;
mod refreshed;

use std::sync::Arc;

use tokenscope::engine::{Engine, Event, EventKind, LoginStep, Session};
use tokenscope::flow::OpenBrowser;
use tokenscope::model::Profile;
use tokenscope::model::checks::{Check, Outcome};
use tokenscope::model::template::Template;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use url::Url;

use crate::support::{client, slug};

/// The embedded provider's client for every response type.
fn test_app() -> Profile {
    Profile {
        slug: slug("test-app"),
        client_id: "my.test.app".to_owned(),
        device_authorization_endpoint: "/id/connect/deviceauthorization".to_owned(),
        pushed_authorization_request_endpoint: "/id/connect/par".to_owned(),
        ..Template::find("erp-net").unwrap().profile()
    }
}

pub(crate) async fn saved(engine: &Engine, profile: Profile) -> String {
    let slug = profile.slug.to_string();
    engine.save_profile(profile).await.unwrap();
    slug
}

fn check<'a>(session: &'a Session, id: &str) -> Option<&'a Check> {
    session.checks.iter().find(|check| check.id == id)
}

fn outcome(session: &Session, id: &str) -> Option<Outcome> {
    check(session, id).map(|check| check.outcome)
}

fn assert_nothing_failed(session: &Session) {
    let failed: Vec<_> = session.checks.iter().filter(|c| c.outcome == Outcome::Fail).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

/// A browser that goes straight to this address, made of the one that it was sent to.
fn goes_to(make: impl Fn(&Url) -> Url + Send + Sync + 'static) -> OpenBrowser {
    Arc::new(move |address: &Url| {
        let callback = make(address);
        Handle::current().spawn(async move { client().get(callback).send().await });
        Ok(())
    })
}

/// Every login step that was told.
fn steps(mut ear: mpsc::Receiver<Event>) -> Vec<LoginStep> {
    let mut steps = Vec::new();
    while let Ok(event) = ear.try_recv() {
        if let EventKind::Login { step, .. } = event.kind {
            steps.push(step);
        }
    }
    steps
}

/// A parameter of a recorded form.
fn sent(request: &str, name: &str) -> Vec<String> {
    let body = request.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    url::form_urlencoded::parse(body.as_bytes())
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .collect()
}
