//! Why a conversation with a server did not give what it was held for.

use super::http::HttpError;
use super::listener::ListenError;
use crate::model::callback::CallbackError;
use crate::model::defect::Defect;
use crate::model::field::Field;
use crate::model::redirect::RedirectError;
use crate::model::response::TokenError;

/// Why a flow ended without tokens.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlowError {
    /// No answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// Nothing could listen for the callback.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The callback was a refusal, or not what it has to be.
    #[error(transparent)]
    Callback(#[from] CallbackError),
    /// The redirect URI of the profile cannot be used.
    #[error(transparent)]
    Redirect(#[from] RedirectError),
    /// The profile does not name an endpoint that this way needs.
    #[error("The profile names no {}", .0.label().to_lowercase())]
    NoEndpoint(Field),
    /// What the grant needs was not given.
    #[error("No {0} was given, and this grant needs one")]
    NoCredential(&'static str),
    /// What has to be signed cannot be.
    #[error("Nothing could be signed: {0}")]
    Unsigned(String),
    /// A way that is not there.
    #[error("{0} is not there yet")]
    NotYet(&'static str),
    /// Nobody signed in.
    #[error("Nobody signed in within {seconds} s")]
    NobodyCame {
        /// The limit.
        seconds: u64,
    },
    /// An error answer (RFC 6749 §5.2).
    #[error("The token endpoint refused: {}{} (status {status})", error.error, described(error))]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it said.
        error: TokenError,
    },
    /// A redirect where none may be.
    #[error("The token endpoint redirects to {to} (status {status}). Secrets are not sent after a redirect")]
    Redirected {
        /// The HTTP status.
        status: u16,
        /// `Location`.
        to: String,
    },
    /// An answer without a token.
    #[error("The token endpoint answered {status} without a token{}", first(defects))]
    NoToken {
        /// The HTTP status.
        status: u16,
        /// What was wrong with the answer.
        defects: Vec<Defect>,
    },
    /// The provider did not revoke a token (RFC 7009 §2.2.1).
    #[error("The revocation endpoint refused: {}{} (status {status}{})", error.error, described(error), later(retry_after.as_deref()))]
    NotRevoked {
        /// The HTTP status.
        status: u16,
        /// What it said.
        error: TokenError,
        /// `Retry-After`, as it was written.
        retry_after: Option<String>,
    },
    /// The browser went to log out and was not seen again.
    #[error("The browser did not come back from the logout within {seconds} s")]
    NotBack {
        /// The limit.
        seconds: u64,
    },
    /// No browser for a logout.
    #[error("The browser could not be opened: {0}")]
    NoBrowser(String),
}

/// `Retry-After` in words: seconds, or a date (RFC 9110 §10.2.3).
fn later(retry_after: Option<&str>) -> String {
    match retry_after {
        None => String::new(),
        Some(text) if text.bytes().all(|b| b.is_ascii_digit()) => format!(", try again in {text} s"),
        Some(text) => format!(", try again after {text}"),
    }
}

fn described(error: &TokenError) -> String {
    error
        .error_description
        .as_ref()
        .map(|description| format!(", “{description}”"))
        .unwrap_or_default()
}

fn first(defects: &[Defect]) -> String {
    defects
        .first()
        .map(|defect| format!(". {}", defect.message))
        .unwrap_or_default()
}

impl FlowError {
    /// A stable word for scripts.
    pub fn code(&self) -> &str {
        match self {
            Self::Http(HttpError::Timeout { .. }) => "timeout",
            Self::Http(HttpError::Connect { .. }) => "unreachable",
            Self::Http(HttpError::Tls { .. }) => "tls",
            Self::Http(HttpError::Proxy { .. }) => "proxy",
            Self::Http(HttpError::Header { .. }) => "unsendable_header",
            Self::Http(HttpError::TooLarge { .. }) => "too_large",
            Self::Http(HttpError::Broken { .. }) => "broken_connection",
            Self::Http(HttpError::Unsendable) => "unsendable_token",
            Self::Listen(ListenError::PortInUse { .. }) => "port_in_use",
            Self::Listen(ListenError::NoRights { .. }) => "port_needs_rights",
            Self::Listen(ListenError::PasteOnly(_)) => "paste_only",
            Self::Listen(ListenError::NoRedirectUri) => "no_redirect_uri",
            Self::Listen(ListenError::Other { .. }) => "cannot_listen",
            Self::Callback(CallbackError::Refused(error)) => &error.error,
            Self::Callback(CallbackError::WrongState) => "wrong_state",
            Self::Callback(CallbackError::WrongIssuer { .. }) => "wrong_issuer",
            Self::Callback(CallbackError::NoCode) => "no_code",
            Self::Redirect(_) | Self::NoEndpoint(_) | Self::NotYet(_) => "invalid_profile",
            Self::NoCredential(_) => "no_credential",
            Self::Unsigned(_) => "unsigned",
            Self::Callback(CallbackError::Missing(_)) => "no_front_channel_token",
            Self::NobodyCame { .. } | Self::NotBack { .. } => "nobody_came",
            Self::Refused { error, .. } | Self::NotRevoked { error, .. } => &error.error,
            Self::Redirected { .. } => "redirected",
            Self::NoToken { .. } => "no_token",
            Self::NoBrowser(_) => "no_browser",
        }
    }

    /// The HTTP status of the answer, when there was one.
    pub const fn http_status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. }
            | Self::Redirected { status, .. }
            | Self::NoToken { status, .. }
            | Self::NotRevoked { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether it is this machine's fault and not the provider's.
    pub const fn is_local(&self) -> bool {
        matches!(
            self,
            Self::Listen(_)
                | Self::Redirect(_)
                | Self::NoEndpoint(_)
                | Self::NoCredential(_)
                | Self::Unsigned(_)
                | Self::NotYet(_)
                | Self::NoBrowser(_)
        )
    }

    /// What to do about it, in one sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Http(HttpError::Timeout { .. }) => "Try again, or check the address in the profile",
            Self::Http(HttpError::Connect { .. }) => "Check the address in the profile, and that the server runs",
            Self::Http(HttpError::Tls { problem, .. }) => problem.hint(),
            Self::Http(HttpError::Proxy { owner, .. }) => owner.hint(),
            Self::Http(HttpError::Header { .. }) => "Correct the header in the profile",
            Self::Http(HttpError::TooLarge { .. } | HttpError::Broken { .. }) => {
                "Check that the address in the profile is the endpoint itself"
            }
            Self::Http(HttpError::Unsendable) => "Ask the provider what it issues: such a token works nowhere",
            Self::Listen(_) | Self::Redirect(_) => "Change the redirect URI in the profile",
            Self::NoEndpoint(_) | Self::NotYet(_) => "Correct the profile",
            Self::NoCredential(_) => "Give it and log in again",
            Self::Unsigned(_) => "Check “Private key file” and “Signed with” in the profile",
            Self::Callback(CallbackError::Refused(error)) => refused_login_hint(&error.error),
            Self::Callback(CallbackError::WrongState) => "Start the login again",
            Self::Callback(CallbackError::WrongIssuer { .. }) => {
                "Correct the issuer in the profile, or find out who answered"
            }
            Self::Callback(CallbackError::NoCode | CallbackError::Missing(_)) => {
                "Check the response type in the profile"
            }
            Self::NobodyCame { .. } => "Log in again and finish in the browser",
            Self::Refused { status, .. } if *status >= 500 => SERVER_FAULT_HINT,
            Self::Refused { error, .. } => refused_token_hint(&error.error),
            Self::Redirected { .. } => "Put the address that it redirects to into the profile as token endpoint",
            Self::NoToken { status, .. } if *status >= 500 => SERVER_FAULT_HINT,
            Self::NoToken { status: 401, .. } => refused_token_hint("invalid_client"),
            Self::NoToken { .. } => "Check the token endpoint in the profile",
            Self::NotRevoked { status: 503, .. } => "The token still works. Try again later",
            Self::NotRevoked { status, .. } if *status >= 500 => "The token may still work. Try again later",
            Self::NotRevoked { error, .. } => unrevoked_hint(&error.error),
            Self::NotBack { .. } => "You may be logged out all the same: look in the browser",
            Self::NoBrowser(_) => "Choose a browser in the system's settings, or use “tokenscope logout --no-browser”",
        }
    }
}

const SERVER_FAULT_HINT: &str = "The server has a fault of its own. Try again later; nothing was lost";

fn refused_login_hint(error: &str) -> &'static str {
    match error {
        "access_denied" => "Log in again and allow it, or as someone who may",
        "unauthorized_client" | "unsupported_response_type" => {
            "Choose a response type that the provider has enabled for this client"
        }
        "invalid_scope" => "Ask for scopes that the provider knows, in the profile",
        "login_required" | "interaction_required" | "consent_required" => "Take prompt=none out of the profile",
        "server_error" | "temporarily_unavailable" => "Try again later",
        _ => "Compare the profile with what is registered at the provider",
    }
}

fn unrevoked_hint(error: &str) -> &'static str {
    match error {
        "unsupported_token_type" => "This provider does not revoke tokens of this kind: the other one may work",
        "not_revoked" | "redirected" => "Check the revocation endpoint in the profile",
        other => refused_token_hint(other),
    }
}

fn refused_token_hint(error: &str) -> &'static str {
    match error {
        "invalid_client" => "Check client id, client secret and client authentication in the profile",
        "invalid_grant" => "The session is over: log in again",
        "invalid_scope" => "Ask for scopes that the provider knows, in the profile",
        "unauthorized_client" | "unsupported_grant_type" => "Ask the provider to enable this grant for the client",
        _ => "Compare the profile with what is registered at the provider",
    }
}
