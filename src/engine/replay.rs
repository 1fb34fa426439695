//! Presenting a refresh token that is spent, as a thief would: a good provider refuses it and ends the session.

use super::core::Engine;
use super::equipment::Given;
use super::failure::Failure;
use super::reporter::Reporter;
use super::session::Session;
use crate::flow::{self, Transcript};

impl Engine {
    /// Presents the refresh token of `spent` once more. `Ok` means that the provider took it again. What it gave then is
    /// dropped, and the profile's session is not touched.
    pub async fn replay_refresh_token(&self, spent: &Session, reporter: &Reporter) -> Result<(), Failure> {
        let token = spent.tokens.refresh.as_ref().ok_or_else(|| {
            Failure::local(
                "no_refresh_token",
                "There was no refresh token",
                "Log in to a provider that gives one",
            )
        })?;
        let equipment = self
            .inner
            .equip(&spent.profile, Given::default(), spent.dpop.clone(), reporter)
            .await?;
        let mut transcript = Transcript::default();
        flow::refresh::refresh(equipment.party(), &spent.tokens, &token.value, &mut transcript)
            .await
            .map(|_| ())
            .map_err(|error| Failure::from(&error))
    }
}
