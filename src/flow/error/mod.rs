//! Why a conversation with a server did not give what it was held for.

mod hint;

use super::http::HttpError;
use super::listener::ListenError;
use crate::model::Secret;
use crate::model::callback::{CallbackError, refusal};
use crate::model::checks::{Check, Outcome, unproven_state_check};
use crate::model::defect::Defect;
use crate::model::device::DeviceError;
use crate::model::exchange::Purpose;
use crate::model::field::Field;
use crate::model::jarm::JarmError;
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
    #[error("No {0} was given, and this request needs one")]
    NoCredential(&'static str),
    /// What has to be signed cannot be.
    #[error("Nothing could be signed: {0}")]
    Unsigned(String),
    /// Nobody signed in.
    #[error("{}", nobody_came(*seconds, unproven.as_ref()))]
    NobodyCame {
        /// The limit.
        seconds: u64,
        /// Why an answer that came was not believed: it lacked the right `state`. Perhaps it was the provider's, perhaps
        /// anybody's.
        unproven: Option<CallbackError>,
    },
    /// The person did not enter the code (RFC 8628 §3.5).
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// An error answer (RFC 6749 §5.2).
    #[error("The {} refused: {}{} (status {status})", who(*purpose), error.error, described(error))]
    Refused {
        /// What was asked for.
        purpose: Purpose,
        /// The HTTP status.
        status: u16,
        /// What it said.
        error: TokenError,
        /// Whether it said so as it must (RFC 6749 §5.2).
        checks: Vec<Check>,
    },
    /// A redirect where none may be.
    #[error("The {} redirects to {to} (status {status}). Secrets are not sent after a redirect", who(*purpose))]
    Redirected {
        /// What was asked for.
        purpose: Purpose,
        /// The HTTP status.
        status: u16,
        /// `Location`.
        to: String,
    },
    /// No keys at their address (RFC 7517 §5).
    #[error("No keys: {why}")]
    NoKeys {
        /// The HTTP status.
        status: u16,
        /// What was wrong with the answer.
        why: String,
    },
    /// The key of the profile cannot be read.
    #[error("No keys: {0}")]
    BadKey(String),
    /// An answer without a token.
    #[error("The token endpoint answered {status} without a token{}", first(defects))]
    NoToken {
        /// What was asked for.
        purpose: Purpose,
        /// The HTTP status.
        status: u16,
        /// What was wrong with the answer.
        defects: Vec<Defect>,
        /// The new refresh token that was in it all the same: at a refresh the old one is spent.
        refresh_token: Option<Secret>,
    },
    /// An answer without what comes before a token: a device code, or a `request_uri`.
    #[error("{why} (status {status})")]
    Useless {
        /// What was asked for.
        purpose: Purpose,
        /// The HTTP status.
        status: u16,
        /// What is missing, in one sentence.
        why: String,
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
        /// Whether the token crossed the network in clear.
        checks: Vec<Check>,
    },
    /// The browser went to log out and was not seen again.
    #[error("The browser did not come back from the logout within {seconds} s")]
    NotBack {
        /// The limit.
        seconds: u64,
    },
    /// The browser cannot come back from a logout: what is wrong with its address, or with listening there.
    #[error(transparent)]
    AfterLogout(Box<FlowError>),
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

/// Who answered, as a sentence calls it.
const fn who(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::DeviceAuthorization => "device endpoint",
        Purpose::PushedAuthorization => "PAR endpoint",
        Purpose::Introspection => "introspection endpoint",
        Purpose::Userinfo => "userinfo endpoint",
        _ => "token endpoint",
    }
}

fn nobody_came(seconds: u64, unproven: Option<&CallbackError>) -> String {
    match unproven {
        None => format!("Nobody signed in within {seconds} s"),
        Some(CallbackError::MissingState(Some(error))) => format!(
            "Nobody signed in within {seconds} s. An answer without state said {}",
            refusal(error)
        ),
        Some(CallbackError::MissingState(None)) => format!(
            "No answer that belongs to this login came within {seconds} s: one came without state (RFC 6749 §10.12)"
        ),
        Some(_) => format!(
            "No answer that belongs to this login came within {seconds} s: one came with another state than was sent \
             (RFC 6749 §10.12)"
        ),
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
            Self::Callback(CallbackError::MissingState(_)) => "missing_state",
            Self::Callback(CallbackError::WrongIssuer { .. }) => "wrong_issuer",
            Self::Callback(CallbackError::NoCode) => "no_code",
            Self::Callback(CallbackError::Jarm(JarmError::Encrypted)) => "encrypted_response",
            Self::Callback(CallbackError::Jarm(JarmError::NotAJwt(_))) => "unreadable_response",
            Self::Callback(CallbackError::Jarm(JarmError::Refused(_))) => "untrusted_response",
            Self::Redirect(_) | Self::NoEndpoint(_) | Self::BadKey(_) => "invalid_profile",
            Self::NoCredential(_) => "no_credential",
            Self::Unsigned(_) => "unsigned",
            Self::Callback(CallbackError::Missing(_)) => "no_front_channel_token",
            Self::NobodyCame { .. } | Self::NotBack { .. } => "nobody_came",
            Self::Device(DeviceError::AccessDenied) => "access_denied",
            Self::Device(DeviceError::ExpiredToken) => "expired_token",
            Self::Refused { error, .. }
            | Self::NotRevoked { error, .. }
            | Self::Device(DeviceError::Refused(error)) => &error.error,
            Self::Redirected { .. } => "redirected",
            Self::NoKeys { .. } => "no_keys",
            Self::NoToken { .. } => "no_token",
            Self::Useless {
                purpose: Purpose::PushedAuthorization,
                ..
            } => "no_request_uri",
            Self::Useless { .. } => "no_device_code",
            Self::AfterLogout(error) => error.code(),
            Self::NoBrowser(_) => "no_browser",
        }
    }

    /// The HTTP status of the answer, when there was one.
    pub const fn http_status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. }
            | Self::Redirected { status, .. }
            | Self::NoKeys { status, .. }
            | Self::NoToken { status, .. }
            | Self::Useless { status, .. }
            | Self::NotRevoked { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Which rules an error answer kept, what was wrong with one without a token, and which rule an answer broke that was not
    /// believed; empty where there was none.
    pub fn checks(&self) -> Vec<Check> {
        match self {
            Self::Refused { checks, .. } | Self::NotRevoked { checks, .. } => checks.clone(),
            Self::NobodyCame { unproven, .. } => unproven.iter().filter_map(unproven_state_check).collect(),
            Self::Callback(error) => unproven_state_check(error).into_iter().collect(),
            Self::NoToken { defects, .. } => {
                let check = |defect| Check::of_defect("response", Outcome::Warn, defect);
                defects.iter().map(check).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether it is this machine's fault and not the provider's.
    pub const fn is_local(&self) -> bool {
        matches!(
            self,
            Self::Listen(_)
                | Self::Redirect(_)
                | Self::NoEndpoint(_)
                | Self::BadKey(_)
                | Self::NoCredential(_)
                | Self::Unsigned(_)
                | Self::AfterLogout(_)
                | Self::NoBrowser(_)
        )
    }
}
