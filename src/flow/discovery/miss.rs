//! Why nothing was found, at one address and at all.

use crate::flow::http::HttpError;

/// Why an address gave nothing. The later in this list, the more it says of all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Miss {
    /// Another status than 200.
    Status(u16),
    /// An HTML page.
    Html,
    /// JSON that says nothing of a server.
    NoMetadata,
    /// A fault of the server.
    Fault(u16),
    /// A redirect, and where to.
    Redirect(u16, String),
    /// Not JSON, or cut off.
    Broken(String),
}

impl Miss {
    /// A few words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Status(404) => "not there".to_owned(),
            Self::Status(status) => format!("answers {status}"),
            Self::Html => "answers with an HTML page".to_owned(),
            Self::NoMetadata => {
                "answers with JSON that is no metadata: it has neither an issuer nor endpoints".to_owned()
            }
            Self::Fault(status) => format!("has a fault of its own (status {status})"),
            Self::Redirect(status, to) => format!(
                "redirects to {to} (status {status}). That is not followed: a document from elsewhere could be anybody's"
            ),
            Self::Broken(why) => why.clone(),
        }
    }
}

/// Why a discovery failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// What was given is no address.
    #[error("{0}")]
    Address(String),
    /// Whoever is on the way could change it (RFC 8414 §3, §6.1).
    #[error("{0} is not https: whoever is on the way could send other endpoints (RFC 8414 §6.1)")]
    NotHttps(String),
    /// The host gave no answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// Nothing was where it could be.
    #[error("Nothing at {address} says how to log in: {url} {why}", why = miss.words())]
    Nothing {
        /// What was asked for.
        address: String,
        /// The address that says most of why.
        url: String,
        /// What was there.
        miss: Absent,
    },
}

/// What was there in the place of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent(pub(super) Miss);

impl Absent {
    fn words(&self) -> String {
        self.0.words()
    }
}

impl DiscoveryError {
    /// A stable word for scripts.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Address(_) => "bad_address",
            Self::NotHttps(_) => "not_https",
            Self::Http(_) => "no_answer",
            Self::Nothing { miss, .. } => match miss.0 {
                Miss::Status(_) => "no_metadata",
                Miss::Html => "html_page",
                Miss::NoMetadata => "not_metadata",
                Miss::Fault(_) => "server_fault",
                Miss::Redirect(..) => "redirected",
                Miss::Broken(_) => "broken_metadata",
            },
        }
    }

    /// The HTTP status of what says most.
    pub const fn http_status(&self) -> Option<u16> {
        match self {
            Self::Nothing { miss, .. } => match miss.0 {
                Miss::Status(status) | Miss::Fault(status) | Miss::Redirect(status, _) => Some(status),
                Miss::Html | Miss::NoMetadata | Miss::Broken(_) => Some(200),
            },
            _ => None,
        }
    }

    /// Whether it is what the person wrote.
    pub const fn is_local(&self) -> bool {
        matches!(self, Self::Address(_) | Self::NotHttps(_))
    }

    /// What to do about it, in one sentence.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Address(_) => "Give the address of the issuer, of the API, or of the metadata itself",
            Self::NotHttps(_) => "Write https://, or switch “Insecure” on for a test (insecure=true)",
            Self::Http(_) => "Check the address, and that the server runs",
            Self::Nothing { miss, .. } => match miss.0 {
                Miss::Redirect(..) => "If that address is the provider's, give it instead",
                Miss::Fault(_) => "Try again later",
                Miss::Broken(_) | Miss::NoMetadata => {
                    "Tell its operator, or make a profile from a template and fill in the endpoints"
                }
                Miss::Html | Miss::Status(_) => {
                    "Give the issuer as its documentation has it, or make a profile from a template and fill in the \
                     endpoints"
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_most_wins() {
        let mut misses = [
            Miss::Broken("cut off".to_owned()),
            Miss::Status(404),
            Miss::Redirect(301, "https://b.example".to_owned()),
            Miss::Html,
        ];
        misses.sort();
        assert_eq!(misses.last(), Some(&Miss::Broken("cut off".to_owned())));
        assert_eq!(misses.first(), Some(&Miss::Status(404)));
    }
}
