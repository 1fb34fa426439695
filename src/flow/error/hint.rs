//! What to do about each error. A field of the profile is called by its label, in “”.

use std::borrow::Cow;

use super::FlowError;
use crate::flow::http::HttpError;
use crate::flow::revocation::NOT_REVOKED;
use crate::model::Profile;
use crate::model::callback::CallbackError;
use crate::model::device::DeviceError;
use crate::model::dpop::{INVALID_DPOP_PROOF, USE_DPOP_NONCE};
use crate::model::exchange::Purpose;
use crate::model::jarm::JarmError;

const SERVER_FAULT: &str = "The server has a fault of its own. Try again later; nothing was lost";

impl FlowError {
    /// What to do about it, in one sentence, where this profile was used.
    pub fn hint_for(&self, profile: &Profile) -> Cow<'static, str> {
        match self {
            Self::Refused { error, .. }
                if !profile.dpop && [INVALID_DPOP_PROOF, USE_DPOP_NONCE].contains(&error.error.as_str()) =>
            {
                "Switch “Bind tokens (DPoP)” on in the profile: the provider wants a proof with each request".into()
            }
            _ => self.hint(),
        }
    }

    /// What to do about it, in one sentence, where no profile is at hand.
    pub fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::NoEndpoint(field) => format!("Fill in “{}” in the profile", field.label()).into(),
            other => other.fixed_hint().into(),
        }
    }

    /// The same where it names no field of its own.
    fn fixed_hint(&self) -> &'static str {
        match self {
            Self::Http(error) => unanswered(error),
            Self::Listen(_) | Self::Redirect(_) => "Change “Redirect URI” in the profile",
            Self::AfterLogout(_) => "Change “After logout” in the profile",
            Self::NoEndpoint(_) => "Fill in the endpoint in the profile",
            Self::BadKey(_) => "Check “Verification key” in the profile",
            Self::NoCredential(_) => "Give it and log in again",
            Self::Unsigned(_) => "Check “Private key file” and “Signed with” in the profile",
            Self::Callback(error) => called_back(error),
            Self::NobodyCame { unproven: None, .. } => "Log in again and finish in the browser",
            Self::NobodyCame {
                unproven: Some(error), ..
            } => unproven(error),
            Self::Device(DeviceError::AccessDenied) => "Log in again and allow it, or as someone who may",
            Self::Device(DeviceError::ExpiredToken) => "Log in again, and enter the new code in time",
            Self::Device(DeviceError::Refused(error)) => refused(Purpose::DeviceCode, &error.error),
            Self::Refused { status, .. } | Self::NoToken { status, .. } | Self::Useless { status, .. }
                if *status >= 500 =>
            {
                SERVER_FAULT
            }
            Self::Refused { purpose, error, .. } => refused(*purpose, &error.error),
            Self::Redirected { purpose, .. } => redirected(*purpose),
            Self::NoKeys { .. } => "Check “Keys (JWKS)” in the profile",
            // glewlwyd answers so to a wrong secret where it is pushed to.
            Self::NoToken {
                purpose, status: 401, ..
            }
            | Self::Useless {
                purpose,
                status: 401 | 403,
                ..
            } => refused(*purpose, "invalid_client"),
            // glewlwyd answers so to a token that is spent, and to a wrong secret.
            Self::NoToken {
                purpose: Purpose::Refresh,
                status: 400..500,
                ..
            } => "It does not say why. Check the client secret and “Client authentication”, else log in again",
            Self::NoToken { .. } => "Check “Token endpoint” in the profile",
            Self::Useless {
                purpose: Purpose::PushedAuthorization,
                ..
            } => "Check “PAR endpoint” in the profile, or switch “Push the request (PAR)” off",
            Self::Useless { .. } => "Check “Device endpoint” in the profile",
            Self::NotRevoked { status: 503, .. } => "The token still works. Try again later",
            Self::NotRevoked { status, .. } if *status >= 500 => "The token may still work. Try again later",
            Self::NotRevoked {
                status: 401 | 403,
                error,
                ..
            } if error.error == NOT_REVOKED => refused(Purpose::Revocation, "invalid_client"),
            Self::NotRevoked { error, .. } => unrevoked(&error.error),
            Self::NotBack { .. } => "You may be logged out all the same: look in the browser",
            Self::NoBrowser(_) => "Choose a browser in the system's settings, or use “tokenscope logout --no-browser”",
        }
    }
}

fn unanswered(error: &HttpError) -> &'static str {
    match error {
        HttpError::Timeout { .. } => "Try again, or check the address in the profile",
        HttpError::Connect { .. } => "Check the address in the profile, and that the server runs",
        HttpError::Tls { problem, .. } => problem.hint(),
        HttpError::Proxy { owner, .. } => owner.hint(),
        HttpError::Header { .. } => "Correct “More headers” in the profile",
        HttpError::TooLarge { .. } | HttpError::Broken { .. } => {
            "Check that the address in the profile is the endpoint itself"
        }
        HttpError::Unsendable => "Ask the provider what it issues: such a token works nowhere",
    }
}

fn unrevoked(error: &str) -> &'static str {
    match error {
        "unsupported_token_type" => "This provider does not revoke tokens of this kind: the other one may work",
        NOT_REVOKED | "redirected" => "Check “Revocation endpoint” in the profile",
        other => refused(Purpose::Revocation, other),
    }
}

const fn redirected(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::DeviceAuthorization => "Put the address that it redirects to into the profile as “Device endpoint”",
        Purpose::PushedAuthorization => "Put the address that it redirects to into the profile as “PAR endpoint”",
        Purpose::Introspection => "Put the address that it redirects to into the profile as “Introspection endpoint”",
        Purpose::Userinfo => "Put the address that it redirects to into the profile as “Userinfo endpoint”",
        Purpose::Refresh => {
            "Put the address that it redirects to into the profile as “Token endpoint” or “Refresh endpoint”"
        }
        _ => "Put the address that it redirects to into the profile as “Token endpoint”",
    }
}

/// An answer came, and lacked the right `state`.
fn unproven(error: &CallbackError) -> &'static str {
    match error {
        CallbackError::MissingState(Some(error)) => refused_in_browser(&error.error),
        CallbackError::MissingState(None) => {
            "Have the provider send state back as it came, and look for what may take it away before the redirect URI"
        }
        _ => "Finish in the tab that this login opened. If you did, have the provider send state back as it came",
    }
}

fn called_back(error: &CallbackError) -> &'static str {
    match error {
        CallbackError::Refused(error) | CallbackError::MissingState(Some(error)) => refused_in_browser(&error.error),
        CallbackError::WrongState | CallbackError::MissingState(None) => "Start the login again",
        CallbackError::WrongIssuer { .. } => "Correct “Issuer” in the profile, or find out who answered",
        CallbackError::NoCode | CallbackError::Missing(_) => "Check “Response type” in the profile",
        CallbackError::Jarm(JarmError::Encrypted) => {
            "Have the provider sign and not encrypt it, or choose another “Response mode”"
        }
        CallbackError::Jarm(JarmError::NotAJwt(_)) => "Choose another “Response mode” in the profile",
        CallbackError::Jarm(JarmError::Refused(_)) => {
            "Check “Issuer”, “Client id” and “Keys (JWKS)” in the profile, and both clocks"
        }
    }
}

/// Errors of the authorization endpoint: RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6 and what other specifications
/// add.
fn refused_in_browser(error: &str) -> &'static str {
    match error {
        "invalid_request" => {
            "Check “Redirect URI”, “Response type”, “Response mode”, “PKCE” and “More for authorize” in the profile"
        }
        "unauthorized_client" => "Choose a “Response type” that the provider has enabled for this client",
        "unsupported_response_type" => "Choose a “Response type” that the provider knows",
        "access_denied" => "Log in again and allow it, or as someone who may",
        "invalid_scope" => "Ask only for scopes that the provider knows, in “Scopes” of the profile",
        "server_error" | "temporarily_unavailable" => "The provider has a fault of its own. Try again later",
        "login_required" | "interaction_required" | "consent_required" | "account_selection_required" => {
            "Take none out of “Prompt” in the profile: the provider has to show a page"
        }
        "invalid_request_uri" => {
            "Log in again: a pushed request serves once and not for long. Else switch “Push the request (PAR)” off"
        }
        "request_uri_not_supported" => {
            "Switch “Push the request (PAR)” off, and take request_uri out of “More for authorize”"
        }
        "invalid_request_object" | "request_not_supported" => "Take request out of “More for authorize” in the profile",
        "registration_not_supported" => "Take registration out of “More for authorize” in the profile",
        "invalid_target" => INVALID_TARGET,
        "invalid_authorization_details" => INVALID_DETAILS,
        // OpenID Connect Core Error Code unmet_authentication_requirements 1.0 §3.
        "unmet_authentication_requirements" => "Ask for less in “ACR values”, or sign in with more",
        _ => OTHERWISE,
    }
}

const INVALID_TARGET: &str = "Name an API that the provider knows in “Resource” and “Audience” of the profile";
const INVALID_DETAILS: &str = "Correct “Authorization details” in the profile: a type or a member is not known there";
const OTHERWISE: &str = "Compare the profile with what is registered at the provider";

/// Errors of the token endpoint, the device endpoint and the PAR endpoint: RFC 6749 §5.2, RFC 8628 §3.5 and what other
/// specifications add.
fn refused(purpose: Purpose, error: &str) -> &'static str {
    match error {
        "invalid_client" if purpose == Purpose::Refresh => {
            "Check “Client id”, the client secret and “Client authentication” in the profile, “At a refresh” too"
        }
        "invalid_client" => "Check “Client id”, the client secret and “Client authentication” in the profile",
        "invalid_grant" => refused_grant(purpose),
        // Of no specification: logins by JSON say it so.
        "invalid_credentials" => refused_grant(Purpose::Password),
        "invalid_request" => refused_request(purpose),
        "invalid_scope" if purpose == Purpose::Refresh => {
            "Ask only for scopes that the login was given, in “Scopes of a refresh” of the profile"
        }
        "invalid_scope" => "Ask only for scopes that the provider knows, in “Scopes” of the profile",
        "unauthorized_client" => {
            "Ask the provider to enable this grant for the client, or check the client secret and “Client authentication”"
        }
        "unsupported_grant_type" => {
            "The provider does not know this grant: choose another “Grant” in the profile, or check “Token endpoint”"
        }
        "access_denied" => "Log in again and allow it, or as someone who may",
        "expired_token" => "Log in again, and enter the new code in time",
        "authorization_pending" | "slow_down" => "Choose the “Grant” device_code in the profile: this is its answer",
        INVALID_DPOP_PROOF => "Check this machine's clock, or switch “Bind tokens (DPoP)” off in the profile",
        USE_DPOP_NONCE => {
            "The provider wants a nonce and gives none that it takes. Try again, or switch “Bind tokens (DPoP)” off"
        }
        "invalid_target" => INVALID_TARGET,
        "invalid_authorization_details" => INVALID_DETAILS,
        "invalid_request_uri" => "Switch “Push the request (PAR)” off, or take request_uri out of “More for authorize”",
        "server_error" | "temporarily_unavailable" => SERVER_FAULT,
        // What the authorization endpoint would say, it may say here already (RFC 9126 §2.3).
        other if purpose == Purpose::PushedAuthorization => refused_in_browser(other),
        _ => OTHERWISE,
    }
}

/// `invalid_grant`: what was presented is not, or no longer, good.
const fn refused_grant(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Code => {
            "The code is spent or too old: log in again. If it stays so, check “Redirect URI” and “PKCE” in the profile"
        }
        Purpose::Password => "Check “User name” and the password, and whether the account is locked",
        Purpose::DeviceCode => "Log in again for a new code",
        Purpose::TokenExchange => "Get a new token to exchange, and check “Its type” in the profile",
        Purpose::JwtBearer => {
            "Check “Subject”, “Assertion for” and “Private key file” in the profile, and this machine's clock"
        }
        Purpose::Refresh => "The session is over: log in again",
        Purpose::Revocation => {
            "The token is not, or no longer, one of this client's: there may be nothing left to revoke"
        }
        _ => "Check “Client id”, the client secret and “Client authentication” in the profile",
    }
}

const fn refused_request(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Code => "Check “Client authentication”, “Redirect URI”, “PKCE” and “More for token” in the profile",
        // What is wrong with the token itself comes with this word (RFC 8693 §2.2.2).
        Purpose::TokenExchange => "Check the token to exchange, “Its type” and “Wanted type” in the profile",
        Purpose::Refresh => "Check “Client authentication”, “More for token” and “More for refresh” in the profile",
        Purpose::DeviceAuthorization => "Check “Scopes” and “More for authorize” in the profile",
        Purpose::PushedAuthorization => {
            "Check “Redirect URI”, “Response type”, “PKCE” and “More for authorize” in the profile"
        }
        _ => "Check “Grant”, “Client authentication” and “More for token” in the profile",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::callback::AuthorizationError;
    use crate::model::field::Field;
    use crate::model::redirect::RedirectError;
    use crate::model::response::TokenError;

    const PURPOSES: [Purpose; 9] = [
        Purpose::Code,
        Purpose::Password,
        Purpose::ClientCredentials,
        Purpose::DeviceAuthorization,
        Purpose::DeviceCode,
        Purpose::TokenExchange,
        Purpose::JwtBearer,
        Purpose::PushedAuthorization,
        Purpose::Refresh,
    ];

    fn refusal(purpose: Purpose, error: &str) -> FlowError {
        FlowError::Refused {
            purpose,
            status: 400,
            error: TokenError {
                error: error.to_owned(),
                error_description: None,
            },
            checks: Vec::new(),
        }
    }

    fn in_browser(error: &str) -> FlowError {
        FlowError::Callback(CallbackError::Refused(AuthorizationError {
            error: error.to_owned(),
            error_description: None,
            error_uri: None,
        }))
    }

    /// Every error of a token endpoint, and the specification that has it.
    const AT_THE_ENDPOINT: &[&str] = &[
        // RFC 6749 §5.2
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
        // RFC 8628 §3.5
        "authorization_pending",
        "slow_down",
        "access_denied",
        "expired_token",
        // RFC 9449 §5, §8
        "invalid_dpop_proof",
        "use_dpop_nonce",
        // RFC 8707 §2, RFC 9396 §5, RFC 9101 §7
        "invalid_target",
        "invalid_authorization_details",
        "invalid_request_uri",
    ];

    /// Every error of an authorization endpoint.
    const IN_THE_BROWSER: &[&str] = &[
        // RFC 6749 §4.1.2.1
        "invalid_request",
        "unauthorized_client",
        "access_denied",
        "unsupported_response_type",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        // OpenID Connect Core §3.1.2.6
        "interaction_required",
        "login_required",
        "account_selection_required",
        "consent_required",
        "invalid_request_uri",
        "invalid_request_object",
        "request_not_supported",
        "request_uri_not_supported",
        "registration_not_supported",
        // RFC 8707 §2, RFC 9396 §5
        "invalid_target",
        "invalid_authorization_details",
    ];

    fn all() -> Vec<FlowError> {
        let at_the_endpoint = AT_THE_ENDPOINT
            .iter()
            .flat_map(|error| PURPOSES.map(|purpose| refusal(purpose, error)));
        let in_the_browser = IN_THE_BROWSER.iter().map(|error| in_browser(error));
        at_the_endpoint.chain(in_the_browser).collect()
    }

    #[test]
    fn every_error_of_the_specifications_has_a_hint_of_its_own() {
        for error in all() {
            assert_ne!(error.hint(), OTHERWISE, "{error:?}");
        }
        assert_eq!(refusal(Purpose::Code, "strange").hint(), OTHERWISE);
        assert_eq!(in_browser("strange").hint(), OTHERWISE);
    }

    #[test]
    fn every_field_that_a_hint_names_is_one() {
        let others = PURPOSES.map(|purpose| FlowError::Redirected {
            purpose,
            status: 302,
            to: String::new(),
        });
        let after_logout = FlowError::AfterLogout(Box::new(RedirectError::NotAUrl(String::new()).into()));
        for error in all().into_iter().chain(others).chain([after_logout]) {
            let hint = error.hint();
            let names = hint.split('“').skip(1);
            for name in names.map(|rest| rest.split('”').next().unwrap()) {
                assert!(
                    Field::ALL.iter().any(|field| field.label() == name),
                    "{name}: {error:?}"
                );
            }
        }
    }

    #[test]
    fn what_dpop_needs_depends_on_whether_it_is_on() {
        for dpop in [false, true] {
            let profile = Profile {
                dpop,
                ..Profile::default()
            };
            for error in [INVALID_DPOP_PROOF, USE_DPOP_NONCE] {
                let hint = refusal(Purpose::Code, error).hint_for(&profile);
                let to = if dpop { "off" } else { "on" };
                assert!(hint.contains(&format!("“Bind tokens (DPoP)” {to}")), "{dpop}: {hint}");
            }
            let other = refusal(Purpose::Code, "invalid_client");
            assert_eq!(other.hint_for(&profile), other.hint());
        }
    }

    #[test]
    fn a_refusal_by_status_alone_points_at_how_the_client_proves_who_it_is() {
        let pushed = |status| FlowError::Useless {
            purpose: Purpose::PushedAuthorization,
            status,
            why: String::new(),
        };
        let unrevoked = |status| FlowError::NotRevoked {
            status,
            error: TokenError {
                error: NOT_REVOKED.to_owned(),
                error_description: None,
            },
            retry_after: None,
            checks: Vec::new(),
        };
        for status in [401, 403] {
            for error in [pushed(status), unrevoked(status)] {
                assert!(error.hint().contains("client secret"), "{error:?}");
            }
        }
        for error in [pushed(404), unrevoked(404)] {
            assert!(error.hint().contains("endpoint”"), "{error:?}");
        }
    }

    #[test]
    fn an_answer_with_the_wrong_state_is_no_reason_to_sign_in_again() {
        let came = |unproven| FlowError::NobodyCame { seconds: 9, unproven };
        for (unproven, says) in [
            (CallbackError::MissingState(None), "without state (RFC 6749 §10.12)"),
            (
                CallbackError::WrongState,
                "with another state than was sent (RFC 6749 §10.12)",
            ),
        ] {
            let error = came(Some(unproven));
            let words = error.to_string();
            assert!(words.contains(says) && !words.contains("Nobody signed in"), "{words}");
            assert!(error.hint().contains("send state back"), "{}", error.hint());
            assert_eq!(error.checks()[0].id, "callback.state");
        }
        assert_eq!(came(None).to_string(), "Nobody signed in within 9 s");
        assert!(came(None).checks().is_empty());
    }

    #[test]
    fn only_at_a_refresh_does_a_refused_grant_end_the_session() {
        for purpose in PURPOSES.into_iter().chain([Purpose::Revocation]) {
            let hint = refusal(purpose, "invalid_grant").hint();
            assert_eq!(
                hint.contains("session is over"),
                purpose == Purpose::Refresh,
                "{purpose:?}: {hint}"
            );
        }
    }

    #[test]
    fn the_sentence_says_which_endpoint_refused() {
        for (purpose, says) in [
            (
                Purpose::Code,
                "The token endpoint refused: invalid_request (status 400)",
            ),
            (
                Purpose::PushedAuthorization,
                "The PAR endpoint refused: invalid_request (status 400)",
            ),
            (
                Purpose::DeviceAuthorization,
                "The device endpoint refused: invalid_request (status 400)",
            ),
        ] {
            assert_eq!(refusal(purpose, "invalid_request").to_string(), says);
        }
    }
}
