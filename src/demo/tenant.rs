//! Which systems the provider stands for, and the applications that are registered with them.

use url::{Host, Url};

/// A system that the provider speaks like: a tenant of its own, with its own paths, clients and tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// ERP.net's identity server, below `/id`.
    ErpNet,
    /// MyCorp-Auth, below `/auth`: JSON instead of forms.
    MyCorp,
    /// A plain OAuth 2.0 server, below `/api/oauth2`.
    Plain,
    /// A site with redCORE, at `/index.php`.
    RedCore,
}

impl System {
    /// The name that its pages carry.
    pub(super) fn brand(self) -> &'static str {
        match self {
            Self::ErpNet => "ERP.net identity",
            Self::MyCorp => "MyCorp-Auth",
            Self::Plain => "Plain OAuth 2.0",
            Self::RedCore => "redCORE site",
        }
    }

    /// The path below which a system with a browser login has its sign-in pages.
    pub(super) fn pages(self) -> &'static str {
        match self {
            Self::Plain => "/api/oauth2",
            Self::ErpNet | Self::MyCorp | Self::RedCore => "/id",
        }
    }
}

/// An application that is registered with one of the systems.
///
/// Its secret is **not a secret**: it is printed on the start page and in the documentation, and opens nothing but
/// this demo. It is longer than 32 bytes because one tenant keys HS256 with it (RFC 7518 §3.2).
#[derive(Debug, PartialEq, Eq)]
pub struct ClientFacts {
    /// The system that it is registered with.
    pub system: System,
    /// The `client_id`; ERP.net calls it the application URI.
    pub client_id: &'static str,
    /// The demo's client secret: public knowledge. None for a public client.
    pub client_secret: Option<&'static str>,
    /// The application's name, as the consent page shows it.
    pub name: &'static str,
    /// The tenant that it stands for, as the start page names it.
    pub tenant: &'static str,
    /// Registered redirect URIs. Any loopback host and any port matches (RFC 8252 §7.3).
    pub redirect_uris: &'static [&'static str],
    /// The `response_type`s that it may ask for, words in alphabetical order.
    pub response_types: &'static [&'static str],
    /// Whether token responses carry an ID token when `openid` is granted.
    pub(super) issues_id_token: bool,
    /// Whether a refresh brings the HS256 access token of ERP.net's documentation instead of the usual RS256 one.
    pub(super) renews_with_hs256: bool,
}

/// The database that the claims `db` and `client_db` name.
pub(super) const DATABASE: &str = "E1_DEV";

/// Every application, in the order in which the start page lists them.
pub(super) static CLIENTS: [ClientFacts; 6] = [
    ClientFacts {
        system: System::ErpNet,
        client_id: "my.trusted.app/first",
        client_secret: Some("demo-only-secret-of-the-first-trusted-app"),
        name: "My first trusted app",
        tenant: "ERP.net trusted app",
        redirect_uris: &["http://localhost/signin-callback"],
        response_types: &["code", "code id_token"],
        issues_id_token: true,
        renews_with_hs256: true,
    },
    ClientFacts {
        system: System::ErpNet,
        client_id: "my.trusted.app",
        client_secret: Some("demo-only-secret-of-the-interactive-app"),
        name: "My interactive app",
        tenant: "ERP.net interactive app",
        redirect_uris: &["https://localhost/signin-callback", "http://localhost/signin-callback"],
        response_types: &["code"],
        issues_id_token: false,
        renews_with_hs256: false,
    },
    // Not of the documentation: it may use every response type, so that the two above stay as they are documented.
    ClientFacts {
        system: System::ErpNet,
        client_id: "my.test.app",
        client_secret: Some("demo-only-secret-of-the-test-app"),
        name: "My test app",
        tenant: "ERP.net app for every response type",
        redirect_uris: &["http://localhost/signin-callback", "https://localhost/signin-callback"],
        response_types: &RESPONSE_TYPES,
        issues_id_token: true,
        renews_with_hs256: false,
    },
    ClientFacts {
        system: System::MyCorp,
        client_id: "mycorp-desktop",
        client_secret: None,
        name: "MyCorp desktop",
        tenant: "MyCorp-Auth",
        redirect_uris: &[],
        response_types: &[],
        issues_id_token: false,
        renews_with_hs256: false,
    },
    ClientFacts {
        system: System::Plain,
        client_id: "plain-client",
        client_secret: None,
        name: "Plain client",
        tenant: "Plain OAuth 2.0",
        redirect_uris: &["http://localhost/callback", "http://localhost/signin-callback"],
        response_types: &["code"],
        issues_id_token: false,
        renews_with_hs256: false,
    },
    ClientFacts {
        system: System::RedCore,
        client_id: "redcore-client",
        client_secret: Some("demo-only-secret-of-the-redcore-client"),
        name: "redCORE client",
        tenant: "redCORE",
        redirect_uris: &[],
        response_types: &[],
        issues_id_token: false,
        renews_with_hs256: false,
    },
];

/// Where any of ERP.net's applications may have people sent after signing out, on any loopback host and port.
pub(super) const POST_LOGOUT_REDIRECT_URIS: [&str; 3] = [
    "http://localhost/signout-callback",
    "http://localhost/signin-callback",
    "http://localhost/",
];

/// Every `response_type` that is known, words in alphabetical order (OAuth 2.0 Multiple Response Types §5).
pub(super) const RESPONSE_TYPES: [&str; 7] = [
    "code",
    "code id_token",
    "code token",
    "code id_token token",
    "token",
    "id_token",
    "id_token token",
];

/// The application with this `client_id` at this system.
pub(super) fn client(system: System, client_id: &str) -> Option<&'static ClientFacts> {
    CLIENTS
        .iter()
        .find(|client| client.system == system && client.client_id == client_id)
}

impl ClientFacts {
    /// Whether `uri` is one of the registered ones: same scheme, path and query, on any loopback host and any port.
    pub(super) fn allows_redirect_to(&self, uri: &Url) -> bool {
        is_among(uri, self.redirect_uris)
    }

    /// The same for `post_logout_redirect_uri`; the application's own redirect URIs are as good.
    pub(super) fn allows_return_to(&self, uri: &Url) -> bool {
        is_among(uri, &POST_LOGOUT_REDIRECT_URIS) || self.allows_redirect_to(uri)
    }
}

fn is_among(uri: &Url, all: &[&str]) -> bool {
    let clean = uri.fragment().is_none() && uri.username().is_empty() && uri.password().is_none();
    clean
        && is_loopback(uri)
        && all.iter().any(|registered| {
            Url::parse(registered).is_ok_and(|registered| {
                registered.scheme() == uri.scheme()
                    && registered.path() == uri.path()
                    && registered.query() == uri.query()
            })
        })
}

/// Whether the URL's host is this machine.
fn is_loopback(uri: &Url) -> bool {
    match uri.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(client_id: &str, uri: &str) -> bool {
        let uri = Url::parse(uri).expect("the test's own URL");
        client(System::ErpNet, client_id)
            .expect("a known client")
            .allows_redirect_to(&uri)
    }

    #[test]
    fn any_loopback_host_and_any_port_matches_a_registered_redirect_uri() {
        for uri in [
            "http://localhost/signin-callback",
            "http://localhost:8400/signin-callback",
            "http://127.0.0.1:1/signin-callback",
            "http://[::1]:65535/signin-callback",
        ] {
            assert!(allows("my.trusted.app/first", uri), "{uri}");
            assert!(allows("my.trusted.app", uri), "{uri}");
        }
        assert!(allows("my.trusted.app", "https://localhost:8400/signin-callback"));
    }

    #[test]
    fn a_redirect_uri_that_differs_in_scheme_host_path_query_or_fragment_is_refused() {
        for uri in [
            "https://localhost/signin-callback",
            "http://example.com/signin-callback",
            "http://localhost.example.com/signin-callback",
            "http://192.168.0.1/signin-callback",
            "http://localhost/signin-callback/",
            "http://localhost/other",
            "http://localhost/signin-callback?next=x",
            "http://localhost/signin-callback#x",
            "http://user@localhost/signin-callback",
            "javascript:alert(1)",
        ] {
            assert!(!allows("my.trusted.app/first", uri), "{uri}");
        }
    }

    #[test]
    fn a_client_secret_is_long_enough_for_hs256() {
        assert!(
            CLIENTS
                .iter()
                .filter_map(|client| client.client_secret)
                .all(|secret| secret.len() >= 32)
        );
    }
}
