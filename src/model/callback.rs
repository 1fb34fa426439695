//! The authorization response (RFC 6749 §4.1.2 and §4.2.2, OpenID Connect Core §3.2.2.5 and §3.3.2.5, RFC 9207), as it
//! arrives at the redirect URI.

use std::fmt;

use serde_json::{Map, Value};

pub(crate) use super::accept::refusal;
pub use super::accept::{CallbackError, Wanted};
use super::body;
use super::defect::{Defect, Part};
use super::expires_in;
use super::members::Member;
use super::redact::redact_words;
use super::response::TokenResponse;
use super::secret::Secret;

/// What came back to the redirect URI, read but not yet believed.
#[derive(Clone, Default)]
pub struct Callback {
    /// `code`.
    pub code: Option<Secret>,
    /// `state`.
    pub state: Option<String>,
    /// `id_token`, in the hybrid and the implicit flow.
    pub id_token: Option<Secret>,
    /// `access_token`, in the implicit flow and with `code token` (RFC 6749 §4.2.2).
    pub access_token: Option<Secret>,
    /// `refresh_token`, which has no place here (RFC 6749 §4.2.2).
    pub refresh_token: Option<Secret>,
    /// `token_type` of that access token, as it was written.
    pub token_type: Option<String>,
    /// `expires_in` of that access token as the number that was written: [`Self::token_response`] tells its unit.
    pub expires_in: Option<i64>,
    /// `scope` of that access token; `None` means as asked for (RFC 6749 §4.2.2).
    pub scope: Option<Vec<String>>,
    /// `response`: everything else as one JWT (JARM §2.3). See [`super::jarm`].
    pub response: Option<Secret>,
    /// `iss` (RFC 9207 §2).
    pub iss: Option<String>,
    /// `error` with its description, when the provider refused.
    pub error: Option<AuthorizationError>,
    /// Names that came more than once: RFC 6749 §3.1 forbids it. The first value counts.
    pub repeated: Vec<String>,
    /// What is wrong with how it is written.
    pub defects: Vec<Defect>,
    /// How it travelled, where that is known.
    pub carrier: Option<Carrier>,
}

/// How an answer came to the redirect URI (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// In the query of the address.
    Query,
    /// In its fragment.
    Fragment,
    /// In a form that the browser posted.
    FormPost,
}

impl Carrier {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Query => "in the query",
            Self::Fragment => "in the fragment",
            Self::FormPost => "as a posted form",
        }
    }
}

/// `error` of RFC 6749 §4.1.2.1, with what the provider says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationError {
    /// `error`, cut to a sane length.
    pub error: String,
    /// `error_description`.
    pub error_description: Option<String>,
    /// `error_uri`: shown, never opened by itself.
    pub error_uri: Option<String>,
}

impl AuthorizationError {
    /// The same without the signatures of tokens that it may quote.
    #[must_use]
    pub fn redacted(self) -> Self {
        let clean = |words: String| redact_words(&words, &[]);
        Self {
            error: clean(self.error),
            error_description: self.error_description.map(clean),
            error_uri: self.error_uri.map(clean),
        }
    }
}

/// Longest text of an error that is kept: the rest is somebody's essay, or an attack on the window.
const MAX_ERROR_LEN: usize = 500;

impl Callback {
    /// Reads the parameters of a query, a fragment or a posted form: the part behind `?` or `#`.
    pub fn parse(parameters: &str) -> Self {
        let (mut object, mut repeated) = (Map::new(), Vec::new());
        for (name, value) in url::form_urlencoded::parse(parameters.as_bytes()) {
            if object.contains_key(name.as_ref()) {
                repeated.push(name.into_owned());
                continue;
            }
            let number = value.parse::<i64>().ok().filter(|_| name == "expires_in");
            let value = number.map_or_else(|| Value::from(value.as_ref()), Value::from);
            object.insert(name.into_owned(), value);
        }
        Self {
            repeated,
            ..Self::take(&object)
        }
    }

    /// Reads the members of a JSON object: the claims of a JARM response (JARM §2.1).
    pub fn from_members(members: &[Member]) -> Self {
        let (mut object, mut repeated) = (Map::new(), Vec::new());
        for member in members {
            if object.contains_key(member.name.as_str()) {
                repeated.push(member.name.to_string());
            } else {
                object.insert(member.name.to_string(), member.value());
            }
        }
        Self {
            repeated,
            ..Self::take(&object)
        }
    }

    fn take(object: &Map<String, Value>) -> Self {
        let mut defects = Vec::new();
        let mut text = |name: &str| match object.get(name)? {
            Value::String(text) => Some(text.clone()),
            other => {
                let message = format!("{name} is not a text (RFC 6749 appendix A)");
                defects.push(Defect::new(Part::Response, "not_a_text", message));
                other.as_number().map(ToString::to_string)
            }
        };
        let told = text("error");
        let is_empty = told.as_ref().is_some_and(|error| error.trim().is_empty());
        let error = told.filter(|_| !is_empty).map(|error| AuthorizationError {
            error: cut(&error),
            error_description: text("error_description").map(|t| cut(&t)),
            error_uri: text("error_uri").map(|t| cut(&t)),
        });
        let mut secret = |name: &str| text(name).map(Secret::new);
        let (code, response) = (secret("code"), secret("response"));
        let (id_token, access_token, refresh_token) =
            (secret("id_token"), secret("access_token"), secret("refresh_token"));
        let (state, iss) = (text("state"), text("iss"));
        let token_type = text("token_type").map(|t| cut(&t));
        let scope = text("scope").map(|scope| scope.split_whitespace().map(str::to_owned).collect());
        if is_empty {
            defects.push(body::empty_error());
        }
        let expires_in = body::undivided(object, "expires_in", "RFC 6749 §4.2.2", &mut defects);
        Self {
            code,
            state,
            id_token,
            access_token,
            refresh_token,
            token_type,
            expires_in,
            scope,
            response,
            iss,
            error,
            repeated: Vec::new(),
            defects,
            carrier: None,
        }
    }

    /// Reads an address that a person pasted: its query and its fragment. Text that is no URL is read as parameters.
    pub fn parse_pasted(text: &str) -> Self {
        let text = text.trim();
        let after_query = text.split_once('?').map_or("", |(_, rest)| rest);
        let (query, fragment) = match text.split_once('#') {
            Some((_, fragment)) => (after_query.split('#').next().unwrap_or(""), fragment),
            None => (after_query, ""),
        };
        let carrier = match (query, fragment) {
            ("", "") => return Self::parse(text),
            (_, "") => Some(Carrier::Query),
            ("", _) => Some(Carrier::Fragment),
            // A redirect URI may have a query of its own: where the answer stood is not told apart.
            _ => None,
        };
        Self {
            carrier,
            ..Self::parse(&format!("{query}&{fragment}"))
        }
    }

    /// The code that a provider showed on a page of its own (`urn:ietf:wg:oauth:2.0:oob`), copied by a person; none when
    /// the text is an address, parameters, or more than one word. It is taken for the answer to the request with this
    /// `state`: the person who carried it is all that ties it to that.
    pub fn from_shown_code(text: &str, state: &str) -> Option<Self> {
        let code = text.trim();
        let is_code = code
            .chars()
            .all(|c| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '&'))
            && !code.is_empty();
        // Base64 may end with `=`, which no parameter does.
        let is_parameter = code.trim_end_matches('=').contains('=') || code.contains("://");
        (is_code && !is_parameter).then(|| Self {
            code: Some(Secret::new(code)),
            state: Some(state.to_owned()),
            ..Self::default()
        })
    }

    /// True when nothing in it has to do with a login: a browser that only looks, a scanner, a favicon.
    pub fn is_empty(&self) -> bool {
        let tokens = [
            &self.code,
            &self.id_token,
            &self.access_token,
            &self.refresh_token,
            &self.response,
        ];
        tokens.iter().all(|token| token.is_none()) && self.error.is_none() && self.state.is_none()
    }

    /// The tokens that came through the browser, as if a token endpoint had given them, with what RFC 6749 §4.2.2 has to
    /// say about them.
    pub fn token_response(&self) -> TokenResponse {
        let mut defects = self.defects.clone();
        let mut defect = |code: &str, message: &str| defects.push(Defect::new(Part::Response, code, message));
        if self.access_token.is_some() {
            match &self.token_type {
                None => defect(
                    "no_token_type",
                    "token_type is missing: it is required (RFC 6749 §4.2.2)",
                ),
                Some(other) if !other.eq_ignore_ascii_case("bearer") && !other.eq_ignore_ascii_case("dpop") => defect(
                    "unknown_token_type",
                    "token_type is not known: the token is used as Bearer (RFC 6749 §7.1)",
                ),
                Some(_) => {}
            }
            if self.expires_in.is_none() {
                defect(
                    "no_expires_in",
                    "expires_in is missing: how long the token lives is known only from its claims (RFC 6749 §4.2.2)",
                );
            }
        }
        let expires_in_s = expires_in::of(
            self.access_token.as_ref(),
            self.expires_in,
            "RFC 6749 §4.2.2",
            &mut defects,
        );
        TokenResponse {
            access_token: self.access_token.clone(),
            id_token: self.id_token.clone(),
            refresh_token: self.refresh_token.clone().filter(|token| !token.is_empty()),
            token_type: self.token_type.clone(),
            expires_in_s,
            expires_in_given: self.expires_in,
            scope: self.scope.clone(),
            defects,
            ..TokenResponse::default()
        }
    }
}

impl fmt::Debug for Callback {
    /// The code and the tokens print as redacted, and `state` only as there or not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("code", &self.code)
            .field("state", &self.state.as_ref().map(|_| "…"))
            .field("id_token", &self.id_token)
            .field("access_token", &self.access_token)
            .field("refresh_token", &self.refresh_token)
            .field("response", &self.response)
            .field("iss", &self.iss)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// A server's own words, cut to a sane length.
pub(super) fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_ERROR_LEN).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_repeated_parameter_is_reported_and_the_first_counts() {
        let callback = Callback::parse("code=one&code=two&state=s");
        assert_eq!(callback.code.as_ref().unwrap().expose(), "one");
        assert_eq!(callback.repeated, ["code"]);
    }

    #[test]
    fn a_pasted_address_is_read_from_query_and_fragment() {
        for pasted in [
            " http://localhost/cb?code=c&state=s ",
            "http://localhost/cb#code=c&state=s",
            "http://localhost/cb?state=s#code=c",
            "code=c&state=s",
        ] {
            assert!(Callback::parse_pasted(pasted).accept("s", None).is_ok(), "{pasted}");
        }
    }

    #[test]
    fn a_code_that_was_shown_on_a_page_is_taken_and_an_address_is_not() {
        for code in ["4/0AX4XfWh-abc_DEF", " abc123== ", "a.b~c"] {
            let callback = Callback::from_shown_code(code, "s").unwrap();
            assert_eq!(callback.accept("s", None).unwrap().expose(), code.trim());
        }
        for text in [
            "",
            "  ",
            "two words",
            "code=c&state=s",
            "code=c",
            "http://localhost/cb?code=c",
            "https://x/",
            "a#b",
        ] {
            assert!(Callback::from_shown_code(text, "s").is_none(), "{text}");
        }
    }

    #[test]
    fn nothing_secret_is_printed() {
        let text = format!(
            "{:?}",
            Callback::parse(
                "code=SECRETCODE&state=SECRETSTATE&id_token=SECRETTOKEN&access_token=SECRETTOKEN&response=SECRETTOKEN\
                 &refresh_token=SECRETTOKEN"
            )
        );
        assert!(!text.contains("SECRET"), "{text}");
    }

    #[test]
    fn the_implicit_answer_of_rfc_6749_4_2_2_is_a_token_response() {
        let callback = Callback::parse(
            "access_token=2YotnFZFEjr1zCsicMWpAA&state=xyz&token_type=example&expires_in=3600&scope=a+b",
        );
        assert_eq!(callback.expires_in, Some(3600));
        let response = callback.token_response();
        assert_eq!(response.access_token.unwrap().expose(), "2YotnFZFEjr1zCsicMWpAA");
        assert_eq!(response.scope.unwrap(), ["a", "b"]);
        let codes: Vec<_> = response.defects.iter().map(|d| d.code.as_str()).collect();
        assert_eq!(codes, ["unknown_token_type"]);
    }

    #[test]
    fn a_refresh_token_that_crossed_the_browser_is_seen() {
        let callback = Callback::parse("access_token=x&token_type=Bearer&expires_in=60&refresh_token=r");
        assert_eq!(callback.token_response().refresh_token.unwrap().expose(), "r");
        let empty = Callback::parse("access_token=x&refresh_token=");
        assert!(empty.token_response().refresh_token.is_none());
    }

    #[test]
    fn a_lifetime_in_milliseconds_is_read_in_a_fragment_as_in_a_body() {
        let response = Callback::parse("access_token=x&token_type=Bearer&expires_in=86400000").token_response();
        assert_eq!(
            (response.expires_in_s, response.expires_in_given),
            (Some(86_400), Some(86_400_000))
        );
        assert_eq!(response.defects[0].code, "milliseconds");
    }

    #[test]
    fn a_sloppy_implicit_answer_is_read_and_its_oddities_named() {
        let response = Callback::parse("access_token=x&expires_in=soon").token_response();
        let codes: Vec<_> = response.defects.iter().map(|d| d.code.as_str()).collect();
        assert_eq!(codes, ["text_number", "wrong_number", "no_token_type", "no_expires_in"]);
        let id_token_alone = Callback::parse("id_token=a.b.c&state=s").token_response();
        assert!(id_token_alone.defects.is_empty() && id_token_alone.id_token.is_some());
    }

    #[test]
    fn members_of_a_json_object_are_read_as_parameters_are() {
        let (members, _) = super::super::members::read_members(
            r#"{"iss":"https://idp.example","aud":"app","code":"c","state":"s","expires_in":60,"code":"d","scope":7}"#,
        );
        let callback = Callback::from_members(&members);
        assert_eq!(callback.code.unwrap().expose(), "c");
        assert_eq!(callback.iss.as_deref(), Some("https://idp.example"));
        assert_eq!(
            (callback.expires_in, callback.repeated),
            (Some(60), vec!["code".to_owned()])
        );
        assert_eq!(callback.defects[0].code, "not_a_text");
    }

    #[test]
    fn an_empty_error_does_not_hide_the_code() {
        let callback = Callback::parse("code=c&state=s&error=");
        assert_eq!(callback.accept("s", None).unwrap().expose(), "c");
        assert_eq!(callback.defects[0].code, "empty_error");
        assert!(Callback::parse("error=").is_empty());
    }

    #[test]
    fn only_what_has_nothing_of_a_login_is_empty() {
        assert!(Callback::parse("utm_source=x").is_empty());
        for parameters in [
            "response=a.b.c",
            "access_token=x",
            "refresh_token=x",
            "error=x",
            "state=s",
        ] {
            assert!(!Callback::parse(parameters).is_empty(), "{parameters}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".*") {
            let callback = Callback::parse(&text);
            prop_assert!(callback.accept("a state that nobody sends", None).is_err());
            let _ = (Callback::parse_pasted(&text), Callback::from_shown_code(&text, "s"));
        }

        #[test]
        fn a_code_survives_its_encoding(code in ".+", state in ".+") {
            let sent = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("code", &code)
                .append_pair("state", &state)
                .finish();
            let got = Callback::parse(&sent).accept(&state, None).unwrap();
            prop_assert_eq!(got.expose(), code);
        }
    }
}
