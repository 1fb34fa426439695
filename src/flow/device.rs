//! The device authorization grant (RFC 8628): a code is shown here and typed into any browser, and the token endpoint is
//! asked until that is done.

use jiff::{SignedDuration, Timestamp};

use super::back_channel::BackChannel;
use super::error::FlowError;
use super::form::Form;
use super::http::HttpError;
use super::login::{Login, Sleep, Steps, Won};
use super::party::Party;
use super::step::{DevicePrompt, LoginStep};
use super::token_request::{self, Granted, add_targets, add_wishes};
use super::transcript::Transcript;
use crate::model::Secret;
use crate::model::checks::{Check, Outcome};
use crate::model::device::{DEVICE_CODE_GRANT_TYPE, DeviceAuthorization, DeviceError, Polling};
use crate::model::exchange::Purpose;
use crate::model::field::Field;

/// Gets a code, shows it, and polls until it was typed.
pub(super) async fn log_in(
    party: Party<'_>,
    mut login: Login,
    steps: Steps<'_>,
    transcript: &mut Transcript,
) -> Result<Won, FlowError> {
    let answer = authorize(party, transcript).await?;
    let now = party.clock.now();
    let polling = Polling::new(&answer, now);
    let (Some(device_code), Some(prompt)) = (&answer.device_code, prompt(&answer, polling.gives_up_at())) else {
        // `authorize` has looked.
        return Err(DeviceError::ExpiredToken.into());
    };
    let page = answer
        .verification_uri_complete
        .as_ref()
        .or(answer.verification_uri.as_ref());
    steps.tell(LoginStep::Device(prompt));
    if let (Some(open), Some(page)) = (login.open_browser.take(), page.cloned()) {
        steps.open_browser(open, page).await;
    }
    let patience = login.patience;
    let until = SignedDuration::try_from(patience)
        .ok()
        .and_then(|patience| now.checked_add(patience).ok());
    let until = until.map_or(polling.gives_up_at(), |until| until.min(polling.gives_up_at()));
    steps.tell(LoginStep::Waiting(until));
    let poll = Poll {
        party,
        device_code,
        sleep: login.sleep,
        steps,
    };
    let asking = poll.until_typed(polling, transcript);
    let granted = tokio::time::timeout(patience, asking)
        .await
        .map_err(|_| FlowError::NobodyCame {
            seconds: patience.as_secs(),
            unproven: None,
        })??;
    let odd = answer.defects.iter();
    Ok(Won {
        checks: odd
            .map(|defect| Check::of_defect("device", Outcome::Warn, defect))
            .collect(),
        ..Won::directly(granted)
    })
}

/// The device authorization request (RFC 8628 §3.1). The answer has all that is needed.
async fn authorize(party: Party<'_>, transcript: &mut Transcript) -> Result<DeviceAuthorization, FlowError> {
    let mut form = Form::default();
    add_wishes(&mut form, party);
    for (name, value) in party.profile.authorize_pairs() {
        form.add(name, value);
    }
    let endpoint = party.endpoints.device_authorization.as_ref();
    let request = BackChannel {
        purpose: Purpose::DeviceAuthorization,
        endpoint: endpoint.ok_or(FlowError::NoEndpoint(Field::DeviceAuthorizationEndpoint))?,
        authentication: party.profile.client_authentication,
        form,
        as_json: false,
        binds_tokens: false,
    };
    let reply = request.post(party, transcript).await?;
    let answer = DeviceAuthorization::parse(reply.raw()?);
    if let Some(error) = answer.error {
        return Err(reply.refused(error));
    }
    match answer.problem() {
        None if reply.answer.status < 400 => Ok(answer),
        why => Err(FlowError::Useless {
            purpose: Purpose::DeviceAuthorization,
            status: reply.answer.status,
            why: why.unwrap_or_else(|| "The device endpoint gave a code with an error's status".to_owned()),
        }),
    }
}

fn prompt(answer: &DeviceAuthorization, expires_at: Timestamp) -> Option<DevicePrompt> {
    Some(DevicePrompt {
        user_code: answer.user_code.clone()?,
        verification_uri: answer.verification_uri.as_ref()?.to_string(),
        verification_uri_complete: answer.verification_uri_complete.as_ref().map(ToString::to_string),
        expires_at,
    })
}

/// Asks the token endpoint until it has an answer (RFC 8628 §3.4, §3.5).
struct Poll<'a> {
    party: Party<'a>,
    device_code: &'a Secret,
    sleep: Sleep,
    steps: Steps<'a>,
}

impl Poll<'_> {
    async fn until_typed(self, mut polling: Polling, transcript: &mut Transcript) -> Result<Granted, FlowError> {
        let mut wait = polling.next_wait(self.party.clock.now())?;
        let mut heard = Heard::default();
        for times in 1.. {
            (self.sleep)(wait).await;
            let from = transcript.exchanges().len();
            let said = match self.ask(transcript).await {
                Ok(granted) => return Ok(granted),
                Err(error) if is_passing(&error) => {
                    polling.connection_failed();
                    error.to_string()
                }
                Err(FlowError::Refused {
                    purpose,
                    status,
                    error,
                    checks,
                }) => match polling.heard(&error) {
                    Ok(()) => error.error,
                    Err(DeviceError::Refused(error)) => {
                        return Err(FlowError::Refused {
                            purpose,
                            status,
                            error,
                            checks,
                        });
                    }
                    Err(over) => return Err(over.into()),
                },
                Err(error) => return Err(error),
            };
            heard.thin_out(transcript, from, &said);
            wait = polling.next_wait(self.party.clock.now())?;
            self.steps.tell(LoginStep::Polled {
                times,
                wait_s: wait.as_secs(),
                said,
            });
        }
        Err(DeviceError::ExpiredToken.into())
    }

    async fn ask(&self, transcript: &mut Transcript) -> Result<Granted, FlowError> {
        let mut form = Form::default();
        form.add("grant_type", DEVICE_CODE_GRANT_TYPE);
        form.add_secret("device_code", self.device_code);
        add_targets(&mut form, self.party);
        token_request::request(self.party, Purpose::DeviceCode, form, transcript).await
    }
}

/// What the server said at the try before.
#[derive(Default)]
struct Heard {
    said: String,
    /// The HTTP status of its answer, where one came.
    status: Option<u16>,
    /// Where the exchanges of that try begin.
    from: usize,
    /// Whether it had said the same at the one before that.
    is_repeat: bool,
}

impl Heard {
    /// Of tries that heard the same, one after the other, only the first and the last stay in the transcript: a person may
    /// take an hour, and each try is recorded with its body. `from` is where the newest begins, which heard `said`.
    fn thin_out(&mut self, transcript: &mut Transcript, from: usize, said: &str) {
        let answer = transcript.last().and_then(|exchange| exchange.response.as_ref());
        let status = answer.map(|answer| answer.status);
        let is_repeat = self.said == said && self.status == status;
        let from = if is_repeat && self.is_repeat {
            transcript.forget(self.from..from);
            self.from
        } else {
            from
        };
        *self = Self {
            said: said.to_owned(),
            status,
            from,
            is_repeat,
        };
    }
}

/// Whether it says nothing about the code: then the server is asked again, more rarely.
const fn is_passing(error: &FlowError) -> bool {
    match error {
        FlowError::Http(HttpError::Timeout { .. } | HttpError::Connect { .. } | HttpError::Broken { .. }) => true,
        FlowError::Refused { status, .. } => *status >= 500,
        FlowError::NoToken { status, .. } => *status >= 500 || *status == 429,
        _ => false,
    }
}
