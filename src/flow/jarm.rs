//! Opening the authorization response that is one signed JWT (JARM), once the keys are there.

use tokio::sync::watch;

use super::error::FlowError;
use super::party::Party;
use crate::model::callback::{Callback, CallbackError};
use crate::model::checks::{Check, Outcome};
use crate::model::jarm::{Expected, JarmError, JarmResponse};
use crate::model::lifetime::ServerTime;
use crate::model::response_type::ResponseMode;
use crate::model::verify::KeyMaterial;

/// The keys that were fetched while the person signed in, and the clock of their server.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    /// What signatures are verified with.
    pub(super) material: KeyMaterial,
    /// The clock.
    pub(super) server_time: ServerTime,
}

/// The keys, once they are there.
pub(super) type KeysToCome = watch::Receiver<Option<Keys>>;

/// Waits for the keys.
pub(super) async fn wait_for(keys: &mut KeysToCome) -> Keys {
    let keys = keys.wait_for(Option::is_some).await;
    // Whoever fetches them tells even that there are none.
    keys.ok().and_then(|keys| keys.clone()).unwrap_or_default()
}

/// What the callback says: opened where it is one JWT, with the checks of that. In the open it is taken as it is, and said
/// where a JWT was asked for.
pub(super) async fn open(
    party: Party<'_>,
    callback: Callback,
    keys: &mut KeysToCome,
) -> Result<(Callback, Vec<Check>), FlowError> {
    let Some(response) = &callback.response else {
        let was_asked_for = party.profile.response_mode.is_some_and(ResponseMode::is_jwt);
        return Ok((callback, was_asked_for.then(in_the_open).into_iter().collect()));
    };
    let response = JarmResponse::read(response).map_err(CallbackError::from)?;
    let Keys { material, server_time } = wait_for(keys).await;
    let (issuer, client_id) = (party.endpoints.issuer.clone(), party.profile.client_id.clone());
    let now = server_time.at(party.clock.now());
    let work = move || {
        let expected = Expected {
            issuer: issuer.as_deref(),
            client_id: &client_id,
            now,
        };
        response.judge(&expected, &material)
    };
    let judged = tokio::task::spawn_blocking(work).await;
    let judged = judged.unwrap_or_else(|error| Err(JarmError::Refused(format!("its check stopped working ({error})"))));
    let (opened, checks) = judged.map_err(CallbackError::from)?;
    let repeated = [callback.repeated, opened.repeated.clone()].concat();
    let carrier = callback.carrier;
    Ok((
        Callback {
            repeated,
            carrier,
            ..opened
        },
        checks,
    ))
}

fn in_the_open() -> Check {
    Check::new(
        "jarm.response",
        Outcome::Fail,
        "the answer came in the open: the provider ignores the response mode that the profile asks for",
        "JARM §2.3",
    )
}
