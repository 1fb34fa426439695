//! What a server offers, in rows for people to read.

use url::Url;

use super::discovery::ServerMetadata;

/// Whether a server has something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// It says so.
    Yes,
    /// It does not, or says so.
    No,
    /// It leaves it out where that may mean anything, or a default.
    NotSaid,
    /// Not a thing to have: a name, an address.
    Fact,
}

impl Offered {
    /// The word, as JSON output has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotSaid => "not_said",
            Self::Fact => "fact",
        }
    }
}

/// One row: what it is, and what the server says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What it is.
    pub what: &'static str,
    /// Whether it is there.
    pub offered: Offered,
    /// What of it, in the server's own words where it has some.
    pub value: String,
}

impl Offer {
    /// A name or an address.
    pub(super) const fn fact(what: &'static str, value: String) -> Self {
        Self {
            what,
            offered: Offered::Fact,
            value,
        }
    }

    /// Something that may be there: what the value begins with says whether.
    pub(super) fn told(what: &'static str, value: String) -> Self {
        let offered = match value.as_str() {
            "no" => Offered::No,
            value if value.starts_with(NOT_NAMED) => Offered::NotSaid,
            _ => Offered::Yes,
        };
        Self { what, offered, value }
    }
}

/// What is said where a server says nothing.
const NOT_NAMED: &str = "not named";

impl ServerMetadata {
    /// What the server offers. What it does not have is said too where a person would look for it; an endpoint that is
    /// not there has no row.
    pub fn offers(&self) -> Vec<Offer> {
        let kind = if self.is_openid() {
            "OpenID provider"
        } else {
            "OAuth server"
        };
        let mut rows = vec![
            Offer::fact("Issuer", self.issuer.clone().unwrap_or_else(|| NOT_NAMED.to_owned())),
            Offer::fact("Kind", kind.to_owned()),
        ];
        rows.extend(self.abilities().map(|(what, value)| Offer::told(what, value)));
        for (label, list) in [
            ("ID token signatures", &self.id_token_signing_alg_values_supported),
            ("Authorization details", &self.authorization_details_types_supported),
            ("Authentication contexts", &self.acr_values_supported),
            ("Prompts", &self.prompt_values_supported),
        ] {
            rows.extend(list.as_deref().map(|list| Offer::told(label, list.join(", "))));
        }
        for (label, is_there) in [
            (
                "Issuer in the answer",
                self.authorization_response_iss_parameter_supported,
            ),
            (
                "Tokens bound to a certificate",
                self.tls_client_certificate_bound_access_tokens,
            ),
        ] {
            rows.extend(is_there.then(|| Offer::told(label, yes_no(true))));
        }
        rows.extend(
            self.endpoints()
                .into_iter()
                .filter_map(|(label, url)| Some(Offer::fact(label, url?.to_string()))),
        );
        rows
    }

    /// What a person looks for, whether it is there or not.
    fn abilities(&self) -> impl Iterator<Item = (&'static str, String)> {
        let rows = [
            (
                "Grants",
                listed(
                    self.grant_types_supported.as_deref(),
                    "not named: authorization_code, implicit",
                ),
            ),
            (
                "Client authentication",
                listed(
                    self.token_endpoint_auth_methods_supported.as_deref(),
                    "not named: client_secret_basic",
                ),
            ),
            (
                "Response types",
                listed(self.response_types_supported.as_deref(), NOT_NAMED),
            ),
            (
                "Response modes",
                listed(self.response_modes_supported.as_deref(), "not named: query, fragment"),
            ),
            (
                "PKCE",
                listed(self.code_challenge_methods_supported.as_deref(), NOT_NAMED),
            ),
            ("DPoP", listed(self.dpop_signing_alg_values_supported.as_deref(), "no")),
            ("Pushed requests", self.pushed()),
            ("JARM", self.jarm()),
            ("Device code", yes_no(self.device_authorization_endpoint.is_some())),
            ("Dynamic registration", yes_no(self.registration_endpoint.is_some())),
            ("Logout", self.logout()),
            ("Scopes", listed(self.scopes_supported.as_deref(), NOT_NAMED)),
        ];
        rows.into_iter()
    }

    /// Every endpoint with what people call it.
    fn endpoints(&self) -> [(&'static str, Option<&Url>); 10] {
        [
            ("Authorization endpoint", self.authorization_endpoint.as_ref()),
            ("Token endpoint", self.token_endpoint.as_ref()),
            ("Keys", self.jwks_uri.as_ref()),
            ("Userinfo endpoint", self.userinfo_endpoint.as_ref()),
            ("Introspection endpoint", self.introspection_endpoint.as_ref()),
            ("Revocation endpoint", self.revocation_endpoint.as_ref()),
            ("Logout endpoint", self.end_session_endpoint.as_ref()),
            ("Device endpoint", self.device_authorization_endpoint.as_ref()),
            (
                "Pushed request endpoint",
                self.pushed_authorization_request_endpoint.as_ref(),
            ),
            ("Registration endpoint", self.registration_endpoint.as_ref()),
        ]
    }

    fn pushed(&self) -> String {
        match (
            self.require_pushed_authorization_requests,
            &self.pushed_authorization_request_endpoint,
        ) {
            (true, _) => "required".to_owned(),
            (false, endpoint) => yes_no(endpoint.is_some()),
        }
    }

    fn jarm(&self) -> String {
        let modes: Vec<&str> = self
            .response_modes_supported
            .iter()
            .flatten()
            .map(String::as_str)
            .filter(|mode| mode.ends_with("jwt"))
            .collect();
        let algs = self.authorization_signing_alg_values_supported.as_deref();
        match (modes.as_slice(), algs) {
            ([], None) => "no".to_owned(),
            ([], Some(algs)) => algs.join(", "),
            (modes, None) => modes.join(", "),
            (modes, Some(algs)) => format!("{}; {}", modes.join(", "), algs.join(", ")),
        }
    }

    fn logout(&self) -> String {
        let ways: Vec<&str> = [
            ("from the app", self.end_session_endpoint.is_some()),
            ("front channel", self.frontchannel_logout_supported),
            ("back channel", self.backchannel_logout_supported),
        ]
        .into_iter()
        .filter_map(|(way, is_there)| is_there.then_some(way))
        .collect();
        if ways.is_empty() {
            "no".to_owned()
        } else {
            ways.join(", ")
        }
    }
}

fn listed(list: Option<&[String]>, otherwise: &str) -> String {
    match list {
        Some([_, ..]) => list.unwrap_or_default().join(", "),
        _ => otherwise.to_owned(),
    }
}

fn yes_no(is_there: bool) -> String {
    if is_there { "yes" } else { "no" }.to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn row(document: &Value, label: &str) -> Option<String> {
        let metadata = ServerMetadata::parse(document.to_string().as_bytes()).unwrap();
        metadata
            .offers()
            .into_iter()
            .find_map(|offer| (offer.what == label).then_some(offer.value))
    }

    #[test]
    fn what_a_server_offers_is_told_in_words() {
        let document = json!({"issuer": "https://a.example", "token_endpoint": "https://a.example/token",
            "subject_types_supported": ["public"], "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256", "plain"], "dpop_signing_alg_values_supported": ["ES256"],
            "require_pushed_authorization_requests": true,
            "response_modes_supported": ["query", "jwt", "query.jwt"],
            "authorization_signing_alg_values_supported": ["RS256"],
            "end_session_endpoint": "https://a.example/logout", "backchannel_logout_supported": true});
        for (label, value) in [
            ("Kind", "OpenID provider"),
            ("Grants", "authorization_code, refresh_token"),
            ("PKCE", "S256, plain"),
            ("DPoP", "ES256"),
            ("Pushed requests", "required"),
            ("JARM", "jwt, query.jwt; RS256"),
            ("Logout", "from the app, back channel"),
            ("Token endpoint", "https://a.example/token"),
        ] {
            assert_eq!(row(&document, label).as_deref(), Some(value), "{label}");
        }
    }

    #[test]
    fn what_a_server_leaves_out_is_told_with_what_that_means() {
        let document = json!({"issuer": "https://a.example"});
        for (label, value) in [
            ("Kind", "OAuth server"),
            ("Grants", "not named: authorization_code, implicit"),
            ("Client authentication", "not named: client_secret_basic"),
            ("PKCE", "not named"),
            ("DPoP", "no"),
            ("Pushed requests", "no"),
            ("JARM", "no"),
            ("Device code", "no"),
            ("Logout", "no"),
        ] {
            assert_eq!(row(&document, label).as_deref(), Some(value), "{label}");
        }
        assert_eq!(row(&document, "Token endpoint"), None);
    }

    #[test]
    fn whether_something_is_there_is_told_beside_the_words() {
        let document = json!({"issuer": "https://a.example", "dpop_signing_alg_values_supported": ["ES256"]});
        let metadata = ServerMetadata::parse(document.to_string().as_bytes()).unwrap();
        let offered = |label| metadata.offers().into_iter().find(|o| o.what == label).unwrap().offered;
        assert_eq!(offered("Issuer"), Offered::Fact);
        assert_eq!(offered("DPoP"), Offered::Yes);
        assert_eq!(offered("JARM"), Offered::No);
        assert_eq!(offered("PKCE"), Offered::NotSaid);
    }
}
