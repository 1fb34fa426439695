//! Who the provider knows: the applications registered with it, and the people who can sign in.

use url::{Host, Url};

/// An application that is registered with the provider: one tenant.
///
/// Its secret is **not a secret**: it is printed on the start page and in the documentation, and opens nothing but
/// this demo. It is longer than 32 bytes because one tenant keys HS256 with it (RFC 7518 §3.2).
#[derive(Debug, PartialEq, Eq)]
pub struct ClientFacts {
    /// The `client_id`; ERP.net calls it the application URI.
    pub client_id: &'static str,
    /// The demo's client secret: public knowledge.
    pub client_secret: &'static str,
    /// The application's name, as the consent page shows it.
    pub name: &'static str,
    /// The system that it stands for.
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

/// A person who can sign in.
#[derive(Debug, PartialEq, Eq)]
pub struct UserFacts {
    /// What to type as user name; becomes `sub`.
    pub user_name: &'static str,
    /// The demo's password: public knowledge.
    pub password: &'static str,
    /// The claim `name`.
    pub name: &'static str,
    /// The claim `email`.
    pub email: &'static str,
    /// The claim `id`.
    pub id: &'static str,
    /// The claim `locale`.
    pub locale: &'static str,
    /// The claim `is_admin`.
    pub is_admin: bool,
    /// One line about them for the sign-in page.
    pub about: &'static str,
}

/// A scope and what granting it means, in words for the consent page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ScopeFacts {
    pub(super) name: &'static str,
    pub(super) meaning: &'static str,
}

/// The database that the claims `db` and `client_db` name.
pub(super) const DATABASE: &str = "E1_DEV";

/// Every application, in the order in which the start page lists them.
pub(super) static CLIENTS: [ClientFacts; 2] = [
    ClientFacts {
        client_id: "my.trusted.app/first",
        client_secret: "demo-only-secret-of-the-first-trusted-app",
        name: "My first trusted app",
        tenant: "ERP.net trusted app",
        redirect_uris: &["http://localhost/signin-callback"],
        response_types: &["code", "code id_token"],
        issues_id_token: true,
        renews_with_hs256: true,
    },
    ClientFacts {
        client_id: "my.trusted.app",
        client_secret: "demo-only-secret-of-the-interactive-app",
        name: "My interactive app",
        tenant: "ERP.net interactive app",
        redirect_uris: &["https://localhost/signin-callback", "http://localhost/signin-callback"],
        response_types: &["code"],
        issues_id_token: false,
        renews_with_hs256: false,
    },
];

/// Every person, in the order in which the sign-in page lists them.
pub(super) static USERS: [UserFacts; 3] = [
    UserFacts {
        user_name: "admin",
        password: "admin",
        name: "SPS",
        email: "admin@mail.com",
        id: "9da64839-a8d0-491d-aebb-4d18fa42b014",
        locale: "bg",
        is_admin: true,
        about: "administrator",
    },
    UserFacts {
        user_name: "j.doe",
        password: "demo",
        name: "Jane Doe",
        email: "j.doe@example.com",
        id: "5b1f0c2e-6a57-4f0e-9d3c-2f4c1f6f7a10",
        locale: "en",
        is_admin: false,
        about: "employee",
    },
    UserFacts {
        user_name: "m.petrova",
        password: "demo",
        name: "Мария Петрова",
        email: "m.petrova@example.com",
        id: "c0f9a4d1-3b7e-4d55-8a66-71e2b9d0c3f8",
        locale: "bg",
        is_admin: false,
        about: "employee, name in Cyrillic",
    },
];

/// Every scope, in the order in which a response lists what was granted.
pub(super) static SCOPES: [ScopeFacts; 6] = [
    ScopeFacts {
        name: "openid",
        meaning: "Know who you are",
    },
    ScopeFacts {
        name: "profile",
        meaning: "See your name and language",
    },
    ScopeFacts {
        name: "email",
        meaning: "See your email address",
    },
    ScopeFacts {
        name: "DomainApi",
        meaning: "Read data from the ERP.net domain API as you",
    },
    ScopeFacts {
        name: "update",
        meaning: "Change data through the ERP.net domain API as you",
    },
    ScopeFacts {
        name: "offline_access",
        meaning: "Keep access while you are away (a refresh token)",
    },
];

/// The application with this `client_id`.
pub(super) fn client(client_id: &str) -> Option<&'static ClientFacts> {
    CLIENTS.iter().find(|client| client.client_id == client_id)
}

/// The person with this user name (in any case) and exactly this password.
pub(super) fn sign_in(user_name: &str, password: &str) -> Option<&'static UserFacts> {
    USERS
        .iter()
        .find(|user| user.user_name.eq_ignore_ascii_case(user_name.trim()) && user.password == password)
}

/// The known scopes among `words`, each once and in the provider's order; or the first word that is not known.
pub(super) fn scopes(words: &str) -> Result<Vec<&'static ScopeFacts>, String> {
    let words: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
    if let Some(unknown) = words
        .iter()
        .find(|word| !SCOPES.iter().any(|scope| scope.name == **word))
    {
        return Err((*unknown).to_owned());
    }
    Ok(SCOPES.iter().filter(|scope| words.contains(&scope.name)).collect())
}

impl ClientFacts {
    /// Whether `uri` is one of the registered ones: same scheme, path and query, on any loopback host and any port.
    pub(super) fn allows_redirect_to(&self, uri: &Url) -> bool {
        let clean = uri.fragment().is_none() && uri.username().is_empty() && uri.password().is_none();
        clean
            && is_loopback(uri)
            && self.redirect_uris.iter().any(|registered| {
                Url::parse(registered).is_ok_and(|registered| {
                    registered.scheme() == uri.scheme()
                        && registered.path() == uri.path()
                        && registered.query() == uri.query()
                })
            })
    }
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
        client(client_id).expect("a known client").allows_redirect_to(&uri)
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
    fn signing_in_needs_the_exact_password() {
        assert_eq!(sign_in(" Admin", "admin").map(|user| user.id), Some(USERS[0].id));
        assert_eq!(sign_in("admin", "Admin"), None);
        assert_eq!(sign_in("admin", ""), None);
        assert_eq!(sign_in("", ""), None);
    }

    #[test]
    fn scopes_come_in_the_providers_order_and_unknown_ones_are_named() {
        let granted = scopes("openid profile  offline_access DomainApi openid").expect("all known");
        let names: Vec<_> = granted.iter().map(|scope| scope.name).collect();
        assert_eq!(names, ["openid", "profile", "DomainApi", "offline_access"]);
        assert_eq!(scopes("openid banana"), Err("banana".to_owned()));
    }

    #[test]
    fn a_client_secret_is_long_enough_for_hs256() {
        assert!(CLIENTS.iter().all(|client| client.client_secret.len() >= 32));
    }
}
