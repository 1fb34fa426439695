//! Calling an API with the access token.

use url::Url;

use super::core::Engine;
use super::equipment::Given;
use super::event::EventKind;
use super::failure::Failure;
use super::reporter::Reporter;
use crate::flow::{self, ApiAnswer, Transcript};
use crate::model::exchange::Purpose;
use crate::model::field::Field;
use crate::model::history::{HistoryEntry, HistoryKind};
use crate::model::profile::AddressError;
use crate::model::{Profile, Slug};

impl Engine {
    /// Whether the access token may go to an address that is not the profile's: the rules are the same as in the profile.
    pub fn may_call(&self, profile: &Profile, url: &Url) -> Result<(), Failure> {
        let origin = self.inner.embedded.origin();
        let demo = origin.as_ref().map(|origin| &origin.base_url);
        profile.check_address(url, demo).map_err(|error| {
            let code = match error {
                AddressError::NotHttps | AddressError::LoopbackOfProxy => "not_https",
                AddressError::NotWeb(_) | AddressError::HasPassword => "invalid_address",
            };
            Failure::local(code, error.to_string(), "Nothing was sent")
        })
    }

    /// Calls the profile's API, or `url`, with the access token as it is: an expired one too, because seeing the 401 is
    /// what one may want.
    pub async fn call_api(&self, slug: &Slug, url: Option<Url>, reporter: &Reporter) -> Result<ApiAnswer, Failure> {
        let inner = &self.inner;
        let session = self
            .session(slug)
            .ok_or_else(|| Failure::local("no_session", "There is no access token", "Log in first"))?;
        let profile = inner.archive.load(slug).await?;
        if let Some(url) = &url {
            self.may_call(&profile, url)?;
        }
        let equipment = inner
            .equip(&profile, Given::default(), session.dpop.clone(), reporter)
            .await?;
        let access = session.tokens.access.as_ref().ok_or_else(|| {
            Failure::provider(
                "no_access_token",
                "The provider gave no access token",
                "Choose a response type with code or token in the profile, and log in again",
            )
        })?;
        let url = if let Some(url) = url {
            url
        } else {
            let endpoints = &equipment.endpoints;
            inner.must_be_same_provider(&session, endpoints, reporter).await?;
            let api = endpoints.api.clone();
            api.ok_or_else(|| Failure::no_endpoint(Field::ApiUrl))?
        };
        let mut transcript = Transcript::default();
        let result = flow::api::call(
            equipment.party(),
            Purpose::Api,
            url,
            access,
            session.tokens.is_bound(),
            &mut transcript,
        )
        .await;
        let mut entry = HistoryEntry::new(slug.clone(), inner.clock.now(), HistoryKind::ApiCall);
        entry.generation = Some(session.generation);
        match &result {
            Ok(answer) => {
                entry.latency_ms = Some(answer.latency_ms);
                entry.http_status = Some(answer.status);
                entry.note = answer
                    .www_authenticate
                    .clone()
                    .unwrap_or_else(|| last_segment(&answer.url));
            }
            Err(error) => {
                let failure = Failure::from(error);
                entry.error = Some(failure.code);
                entry.note = failure.message;
                entry.latency_ms = transcript.last().map(|exchange| exchange.total_ms);
            }
        }
        inner.remember(entry, transcript.into_exchanges(), reporter).await;
        let answer = result.map_err(|error| Failure::from(&error))?;
        reporter
            .tell(EventKind::ApiAnswered {
                slug: slug.clone(),
                answer: answer.clone(),
            })
            .await;
        Ok(answer)
    }
}

/// `Crm_Customers` of `https://host/api/domain/odata/Crm_Customers?$top=10`.
fn last_segment(url: &str) -> String {
    Url::parse(url)
        .ok()
        .and_then(|url| Some(url.path_segments()?.next_back()?.to_owned()))
        .unwrap_or_default()
}
