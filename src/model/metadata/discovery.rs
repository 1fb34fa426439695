//! What a server says about itself (OpenID Connect Discovery §3, RFC 8414 §2): its endpoints, and what it supports.

use url::Url;

use super::metadata_reader::Reader;
pub use super::well_known::{Match, WellKnown, resource_of, resource_well_known, web_address, well_known};
use crate::model::defect::{Defect, Part};

const RULE: &str = "RFC 8414 §2, OpenID Connect Discovery §3";

/// A metadata document, read as far as it goes. The fields have the names of its members; a list that is left out is
/// `None`, because that often stands for a default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in the document"
)]
pub struct ServerMetadata {
    /// `issuer`, as it was written.
    pub issuer: Option<String>,
    /// Where the browser is sent to sign in (RFC 6749 §3.1).
    pub authorization_endpoint: Option<Url>,
    /// Where codes become tokens (RFC 6749 §3.2).
    pub token_endpoint: Option<Url>,
    /// The public keys (RFC 7517 §5).
    pub jwks_uri: Option<Url>,
    /// OpenID Connect Core §5.3.
    pub userinfo_endpoint: Option<Url>,
    /// RFC 7662.
    pub introspection_endpoint: Option<Url>,
    /// RFC 7009.
    pub revocation_endpoint: Option<Url>,
    /// OpenID Connect RP-Initiated Logout §2.1.
    pub end_session_endpoint: Option<Url>,
    /// RFC 8628 §4.
    pub device_authorization_endpoint: Option<Url>,
    /// RFC 9126 §5.
    pub pushed_authorization_request_endpoint: Option<Url>,
    /// RFC 7591 §3.
    pub registration_endpoint: Option<Url>,
    /// The endpoints for a client certificate, by the name of the one that each stands for (RFC 8705 §5).
    pub mtls_endpoint_aliases: Vec<(String, Url)>,
    /// Scopes.
    pub scopes_supported: Option<Vec<String>>,
    /// Response types.
    pub response_types_supported: Option<Vec<String>>,
    /// Response modes; left out: `query` and `fragment`.
    pub response_modes_supported: Option<Vec<String>>,
    /// Grants; left out: `authorization_code` and `implicit`.
    pub grant_types_supported: Option<Vec<String>>,
    /// Client authentications at the token endpoint; left out: `client_secret_basic`.
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// What a client assertion may be signed with.
    pub token_endpoint_auth_signing_alg_values_supported: Option<Vec<String>>,
    /// PKCE methods; left out: not supported (RFC 8414 §2).
    pub code_challenge_methods_supported: Option<Vec<String>>,
    /// What a `DPoP` proof may be signed with; left out: not supported (RFC 9449 §5.1).
    pub dpop_signing_alg_values_supported: Option<Vec<String>>,
    /// What a JARM response may be signed with (JARM §4).
    pub authorization_signing_alg_values_supported: Option<Vec<String>>,
    /// What an ID token may be signed with.
    pub id_token_signing_alg_values_supported: Option<Vec<String>>,
    /// `public`, `pairwise` (OpenID Connect Core §8).
    pub subject_types_supported: Option<Vec<String>>,
    /// Authentication context classes.
    pub acr_values_supported: Option<Vec<String>>,
    /// Values of `prompt`.
    pub prompt_values_supported: Option<Vec<String>>,
    /// Claims.
    pub claims_supported: Option<Vec<String>>,
    /// Types of `authorization_details` (RFC 9396 §10).
    pub authorization_details_types_supported: Option<Vec<String>>,
    /// Whether requests must be pushed (RFC 9126 §5).
    pub require_pushed_authorization_requests: bool,
    /// Whether `iss` comes back with each authorization response (RFC 9207 §3).
    pub authorization_response_iss_parameter_supported: bool,
    /// Whether tokens can be bound to the client's certificate (RFC 8705 §3.3).
    pub tls_client_certificate_bound_access_tokens: bool,
    /// OpenID Connect Front-Channel Logout §3.
    pub frontchannel_logout_supported: bool,
    /// OpenID Connect Back-Channel Logout §2.1.
    pub backchannel_logout_supported: bool,
    /// Everything that is wrong with it.
    pub defects: Vec<Defect>,
}

impl ServerMetadata {
    /// Reads a document. An error only when it is no JSON object; whatever else is wrong is a defect.
    pub fn parse(document: &[u8]) -> Result<Self, String> {
        let mut reader = Reader::new(document, RULE)?;
        let metadata = Self {
            issuer: reader.address("issuer"),
            authorization_endpoint: reader.url("authorization_endpoint"),
            token_endpoint: reader.url("token_endpoint"),
            jwks_uri: reader.url("jwks_uri"),
            userinfo_endpoint: reader.url("userinfo_endpoint"),
            introspection_endpoint: reader.url("introspection_endpoint"),
            revocation_endpoint: reader.url("revocation_endpoint"),
            end_session_endpoint: reader.url("end_session_endpoint"),
            device_authorization_endpoint: reader.url("device_authorization_endpoint"),
            pushed_authorization_request_endpoint: reader.url("pushed_authorization_request_endpoint"),
            registration_endpoint: reader.url("registration_endpoint"),
            mtls_endpoint_aliases: reader.urls("mtls_endpoint_aliases"),
            scopes_supported: reader.list("scopes_supported"),
            response_types_supported: reader.list("response_types_supported"),
            response_modes_supported: reader.list("response_modes_supported"),
            grant_types_supported: reader.list("grant_types_supported"),
            token_endpoint_auth_methods_supported: reader.list("token_endpoint_auth_methods_supported"),
            token_endpoint_auth_signing_alg_values_supported: reader
                .list("token_endpoint_auth_signing_alg_values_supported"),
            code_challenge_methods_supported: reader.list("code_challenge_methods_supported"),
            dpop_signing_alg_values_supported: reader.list("dpop_signing_alg_values_supported"),
            authorization_signing_alg_values_supported: reader.list("authorization_signing_alg_values_supported"),
            id_token_signing_alg_values_supported: reader.list("id_token_signing_alg_values_supported"),
            subject_types_supported: reader.list("subject_types_supported"),
            acr_values_supported: reader.list("acr_values_supported"),
            prompt_values_supported: reader.list("prompt_values_supported"),
            claims_supported: reader.list("claims_supported"),
            authorization_details_types_supported: reader.list("authorization_details_types_supported"),
            require_pushed_authorization_requests: reader.flag("require_pushed_authorization_requests"),
            authorization_response_iss_parameter_supported: reader
                .flag("authorization_response_iss_parameter_supported"),
            tls_client_certificate_bound_access_tokens: reader.flag("tls_client_certificate_bound_access_tokens"),
            frontchannel_logout_supported: reader.flag("frontchannel_logout_supported"),
            backchannel_logout_supported: reader.flag("backchannel_logout_supported"),
            defects: Vec::new(),
        };
        metadata.judge(&mut reader);
        Ok(Self {
            defects: reader.into_defects(),
            ..metadata
        })
    }

    fn judge(&self, reader: &mut Reader) {
        reader.require("issuer");
        reader.require("response_types_supported");
        let needs_browser = ["authorization_code", "implicit"]
            .iter()
            .any(|grant| self.grants(grant));
        if needs_browser {
            reader.require("authorization_endpoint");
        }
        if self.grant_types_supported.as_ref().is_none_or(|g| g != &["implicit"]) {
            reader.require("token_endpoint");
        }
        if self.is_openid() {
            reader.require("jwks_uri");
            reader.require("subject_types_supported");
            reader.require("id_token_signing_alg_values_supported");
            let algs = self.id_token_signing_alg_values_supported.as_deref();
            if algs.is_some_and(|algs| !algs.iter().any(|alg| alg == "RS256")) {
                reader.defect(
                    "no_rs256",
                    "id_token_signing_alg_values_supported",
                    "does not name RS256, which every provider must have",
                );
            }
            let scopes = self.scopes_supported.as_deref();
            if scopes.is_some_and(|scopes| !scopes.iter().any(|scope| scope == "openid")) {
                reader.defect("no_openid_scope", "scopes_supported", "does not name openid");
            }
        }
        let issuer = self.issuer.as_deref().and_then(|issuer| Url::parse(issuer).ok());
        match issuer {
            None if self.issuer.is_some() => reader.defect("not_a_url", "issuer", "is not a web address"),
            Some(url) if url.query().is_some() || url.fragment().is_some() => {
                reader.defect("issuer_with_query", "issuer", "must not have a query or a fragment");
            }
            _ => {}
        }
        let methods = self.code_challenge_methods_supported.as_deref().unwrap_or_default();
        if !methods.is_empty() && !methods.iter().any(|method| method == "S256") {
            reader.defect(
                "no_s256",
                "code_challenge_methods_supported",
                "does not name S256, without which PKCE protects nothing",
            );
        }
    }

    /// Whether the document is that of an OpenID provider, and not of a plain OAuth server.
    pub fn is_openid(&self) -> bool {
        let has_scope = self
            .scopes_supported
            .as_deref()
            .is_some_and(|scopes| scopes.iter().any(|scope| scope == "openid"));
        has_scope
            || self.userinfo_endpoint.is_some()
            || self.subject_types_supported.is_some()
            || self.id_token_signing_alg_values_supported.is_some()
    }

    /// Whether it names this grant, or leaves the list out and the grant is in the default (RFC 8414 §2).
    pub fn grants(&self, grant_type: &str) -> bool {
        match &self.grant_types_supported {
            Some(grants) => grants.iter().any(|grant| grant == grant_type),
            None => matches!(grant_type, "authorization_code" | "implicit"),
        }
    }

    /// The client authentications of the token endpoint, with the default of RFC 8414 §2.
    pub fn auth_methods(&self) -> Vec<&str> {
        match &self.token_endpoint_auth_methods_supported {
            Some(methods) => methods.iter().map(String::as_str).collect(),
            None => vec!["client_secret_basic"],
        }
    }

    /// Whether it is metadata at all, and not just some JSON object.
    pub fn says_something(&self) -> bool {
        self.issuer.is_some() || self.unusable().is_none()
    }

    /// What to do where no profile can be made of it.
    pub const UNUSABLE_HINT: &str =
        "Make a profile from a template and fill in “Authorize endpoint” and “Token endpoint”";

    /// Why no profile can be made of it, in one sentence; `None` where one can. See [`Self::UNUSABLE_HINT`].
    pub fn unusable(&self) -> Option<&'static str> {
        let nowhere = self.authorization_endpoint.is_none()
            && self.token_endpoint.is_none()
            && self.device_authorization_endpoint.is_none();
        nowhere.then_some(
            "The metadata names neither an authorization endpoint nor a token endpoint: nobody can log in with it",
        )
    }

    /// Whether the document belongs to the issuer that was asked for (RFC 8414 §3.3).
    pub fn issuer_matches(&self, asked: &str) -> Match {
        super::well_known::compare(asked, self.issuer.as_deref())
    }

    /// Whether it may be used for the issuer that was asked for: a slash at the end too much or too little is told as a
    /// defect and forgiven, because people type it.
    pub fn is_for(&self, asked: &str) -> bool {
        matches!(self.issuer_matches(asked), Match::Same | Match::TrailingSlash)
    }

    /// The same as a defect, where it does not. A document of another issuer must not be used.
    pub fn issuer_defect(&self, asked: &str) -> Option<Defect> {
        let got = self.issuer.as_deref().unwrap_or_default();
        let (code, message) = match self.issuer_matches(asked) {
            Match::Same => return None,
            Match::TrailingSlash => (
                "issuer_slash",
                format!(
                    "issuer is {got:?}, and {asked:?} was asked for: they differ by a slash, and must not (RFC 8414 §3.3)"
                ),
            ),
            Match::Different => (
                "issuer_differs",
                format!(
                    "issuer is {got:?}, and {asked:?} was asked for: this document must not be used (RFC 8414 §3.3)"
                ),
            ),
            Match::Missing => (
                "no_issuer",
                "issuer is missing: whose document it is cannot be told (RFC 8414 §3.3)".to_owned(),
            ),
        };
        Some(Defect::new(Part::Response, code, message))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn parse(document: &Value) -> ServerMetadata {
        ServerMetadata::parse(document.to_string().as_bytes()).unwrap()
    }

    fn codes(metadata: &ServerMetadata) -> Vec<String> {
        let word = |d: &Defect| d.message.split(' ').next().unwrap_or_default().to_owned();
        metadata
            .defects
            .iter()
            .map(|d| format!("{}:{}", d.code, word(d)))
            .collect()
    }

    /// The example of RFC 8414 §3.2.
    fn example() -> Value {
        json!({"issuer": "https://server.example.com",
            "authorization_endpoint": "https://server.example.com/authorize",
            "token_endpoint": "https://server.example.com/token",
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256"],
            "userinfo_endpoint": "https://server.example.com/userinfo",
            "jwks_uri": "https://server.example.com/jwks.json",
            "registration_endpoint": "https://server.example.com/register",
            "scopes_supported": ["openid", "profile", "email", "address", "phone", "offline_access"],
            "response_types_supported": ["code", "code token"],
            "service_documentation": "http://server.example.com/service_documentation.html",
            "ui_locales_supported": ["en-US", "en-GB", "en-CA", "fr-FR", "fr-CA"]})
    }

    #[test]
    fn the_example_of_rfc_8414_3_2_is_read_whole() {
        let metadata = parse(&example());
        assert_eq!(metadata.issuer_matches("https://server.example.com"), Match::Same);
        assert_eq!(metadata.token_endpoint.as_ref().unwrap().path(), "/token");
        assert_eq!(metadata.auth_methods(), ["client_secret_basic", "private_key_jwt"]);
        assert!(metadata.grants("authorization_code") && !metadata.grants("refresh_token"));
        // It names the scope openid, so it owes what an OpenID provider owes.
        assert_eq!(
            codes(&metadata),
            [
                "missing:subject_types_supported",
                "missing:id_token_signing_alg_values_supported"
            ]
        );
    }

    #[test]
    fn a_plain_oauth_server_owes_less() {
        let metadata = parse(
            &json!({"issuer": "https://a.example", "token_endpoint": "https://a.example/token",
            "response_types_supported": ["none"], "grant_types_supported": ["client_credentials"]}),
        );
        assert!(!metadata.is_openid());
        assert!(metadata.defects.is_empty(), "{:?}", metadata.defects);
    }

    #[test]
    fn each_missing_member_is_a_defect_and_the_rest_is_read() {
        let metadata = parse(&json!({"userinfo_endpoint": "https://a.example/me"}));
        assert_eq!(metadata.userinfo_endpoint.as_ref().unwrap().path(), "/me");
        assert_eq!(
            codes(&metadata),
            [
                "missing:issuer",
                "missing:response_types_supported",
                "missing:authorization_endpoint",
                "missing:token_endpoint",
                "missing:jwks_uri",
                "missing:subject_types_supported",
                "missing:id_token_signing_alg_values_supported"
            ]
        );
    }

    #[test]
    fn each_member_of_a_wrong_type_is_told_and_hides_no_other() {
        let mut document = example();
        document["subject_types_supported"] = json!(["public"]);
        document["id_token_signing_alg_values_supported"] = json!(["ES256"]);
        document["userinfo_endpoint"] = json!(7);
        document["jwks_uri"] = json!("keys.json");
        document["registration_endpoint"] = json!("http://server.example.com/register");
        document["grant_types_supported"] = json!("authorization_code refresh_token");
        document["scopes_supported"] = json!(["openid", 1]);
        document["code_challenge_methods_supported"] = json!(["plain"]);
        document["require_pushed_authorization_requests"] = json!("true");
        document["prompt_values_supported"] = json!([]);
        document["revocation_endpoint"] = Value::Null;
        let metadata = parse(&document);
        let mut found = codes(&metadata);
        found.sort();
        assert_eq!(
            found,
            [
                "empty_list:prompt_values_supported",
                "no_rs256:id_token_signing_alg_values_supported",
                "no_s256:code_challenge_methods_supported",
                "not_a_list:grant_types_supported",
                "not_a_switch:require_pushed_authorization_requests",
                "not_a_text:scopes_supported",
                "not_a_text:userinfo_endpoint",
                "not_a_url:jwks_uri",
                "not_https:registration_endpoint"
            ]
        );
        assert!(metadata.grants("refresh_token") && metadata.require_pushed_authorization_requests);
        assert!(metadata.registration_endpoint.is_some() && metadata.revocation_endpoint.is_none());
    }

    #[test]
    fn a_long_address_stays_whole_and_one_that_is_too_long_is_refused() {
        let long = |length: usize| format!("https://a.example/{}", "p".repeat(length - 18));
        let mut document = example();
        document["token_endpoint"] = long(2000).into();
        document["issuer"] = long(900).into();
        document["jwks_uri"] = long(2001).into();
        document["mtls_endpoint_aliases"] = json!({"token_endpoint": long(400), "userinfo_endpoint": long(2001)});
        let metadata = parse(&document);
        assert_eq!(metadata.token_endpoint.as_ref().unwrap().as_str(), long(2000));
        assert_eq!(metadata.issuer_matches(&long(900)), Match::Same);
        assert_eq!(metadata.jwks_uri, None);
        let aliases = [("token_endpoint".to_owned(), Url::parse(&long(400)).unwrap())];
        assert_eq!(metadata.mtls_endpoint_aliases, aliases);
        let found = codes(&metadata);
        for code in ["too_long:jwks_uri", "too_long:mtls_endpoint_aliases"] {
            assert!(found.contains(&code.to_owned()), "{found:?}");
        }
        document["issuer"] = long(2001).into();
        let metadata = parse(&document);
        assert_eq!(metadata.issuer, None);
        assert!(codes(&metadata).contains(&"too_long:issuer".to_owned()));
    }

    #[test]
    fn another_issuer_is_a_defect_that_says_which() {
        let metadata = parse(&example());
        let code = |asked: &str| metadata.issuer_defect(asked).map(|defect| defect.code);
        assert_eq!(code("https://server.example.com"), None);
        assert_eq!(code("https://server.example.com/").as_deref(), Some("issuer_slash"));
        assert_eq!(code("https://evil.example").as_deref(), Some("issuer_differs"));
        let nameless = parse(&json!({}));
        assert!(metadata.is_for("https://server.example.com/") && !metadata.is_for("https://evil.example"));
        assert!(!nameless.is_for("x"));
        assert_eq!(nameless.issuer_defect("x").unwrap().code, "no_issuer");
        let odd = parse(&json!({"issuer": "https://a.example/?x=1"}));
        assert!(codes(&odd).contains(&"issuer_with_query:issuer".to_owned()));
    }

    #[test]
    fn what_is_no_document_says_what_it_is() {
        let error = |text: &str| ServerMetadata::parse(text.as_bytes()).unwrap_err();
        assert!(error("<html>").contains("HTML"));
        assert!(error("").contains("empty"));
        assert!(error("[]").contains("not a JSON object"));
        let sloppy = ServerMetadata::parse(b"{\"issuer\":\"https://a.example\",}").unwrap();
        assert_eq!(sloppy.defects[0].code, "invalid_json");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(document in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = ServerMetadata::parse(&document);
        }

        #[test]
        fn any_member_may_hold_anything(
            name in "issuer|jwks_uri|token_endpoint|scopes_supported|mtls_endpoint_aliases|frontchannel_logout_supported",
            value in "(\"\\PC{0,12}\"|-?[0-9]{1,20}|null|true|\\[(\"a\"|1)?\\]|\\{(\"a\":\"https://b.example\")?\\})",
        ) {
            let mut document = example();
            document[name.as_str()] = serde_json::from_str(&value).unwrap_or(Value::Null);
            let metadata = parse(&document);
            prop_assert!(metadata.authorization_endpoint.is_some());
        }
    }
}
