//! The authorization response (RFC 6749 §4.1.2, OpenID Connect Core §3.3.2.5, RFC 9207), as it arrives at the redirect URI.

use std::fmt;

use super::secret::Secret;

/// What came back to the redirect URI, read but not yet believed.
#[derive(Clone, Default)]
pub struct Callback {
    /// `code`.
    pub code: Option<Secret>,
    /// `state`.
    pub state: Option<String>,
    /// `id_token`, in the hybrid flow.
    pub id_token: Option<Secret>,
    /// `iss` (RFC 9207 §2).
    pub iss: Option<String>,
    /// `error` with its description, when the provider refused.
    pub error: Option<AuthorizationError>,
    /// Names that came more than once: RFC 6749 §3.1 forbids it. The first value counts.
    pub repeated: Vec<String>,
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

/// Why an answer at the redirect URI is not the one that was waited for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// No `state`, or another one: an old tab, a second login, or a forged request (RFC 6749 §10.12).
    #[error(
        "The answer belongs to another login: its state is not the one that was sent. Go back to the page of this login"
    )]
    WrongState,
    /// The provider refused.
    #[error("The provider refused the login: {}", refusal(.0))]
    Refused(AuthorizationError),
    /// RFC 9207 §2.4: another provider answered.
    #[error("The answer comes from {got} and not from {expected} (RFC 9207 §2.4). Check the issuer in the profile")]
    WrongIssuer {
        /// The issuer of the profile.
        expected: String,
        /// `iss` as it came.
        got: String,
    },
    /// Neither `code` nor `error`.
    #[error("The answer has no code. The provider must send one for this response type (RFC 6749 §4.1.2)")]
    NoCode,
}

fn refusal(error: &AuthorizationError) -> String {
    let said = error.error_description.as_ref().map(|text| format!(" ({text})"));
    let more = error.error_uri.as_ref().map(|uri| format!(", more at {uri}"));
    format!(
        "{}{}{}",
        error.error,
        said.unwrap_or_default(),
        more.unwrap_or_default()
    )
}

/// Longest text of an error that is kept: the rest is somebody's essay, or an attack on the window.
const MAX_ERROR_LEN: usize = 500;

impl Callback {
    /// Reads the parameters of a query, a fragment or a posted form: the part behind `?` or `#`.
    pub fn parse(parameters: &str) -> Self {
        let mut callback = Self::default();
        let mut seen: Vec<String> = Vec::new();
        let mut error = AuthorizationError {
            error: String::new(),
            error_description: None,
            error_uri: None,
        };
        for (name, value) in url::form_urlencoded::parse(parameters.as_bytes()) {
            if seen.iter().any(|s| *s == name) {
                callback.repeated.push(name.into_owned());
                continue;
            }
            seen.push(name.to_string());
            let value = value.into_owned();
            match name.as_ref() {
                "code" => callback.code = Some(Secret::new(value)),
                "state" => callback.state = Some(value),
                "id_token" => callback.id_token = Some(Secret::new(value)),
                "iss" => callback.iss = Some(value),
                "error" => error.error = cut(&value),
                "error_description" => error.error_description = Some(cut(&value)),
                "error_uri" => error.error_uri = Some(cut(&value)),
                _ => {}
            }
        }
        callback.error = seen.iter().any(|s| s == "error").then_some(error);
        callback
    }

    /// Reads an address that a person pasted: its query and its fragment. Text that is no URL is read as parameters.
    pub fn parse_pasted(text: &str) -> Self {
        let text = text.trim();
        let after_query = text.split_once('?').map_or("", |(_, rest)| rest);
        let (query, fragment) = match text.split_once('#') {
            Some((_, fragment)) => (after_query.split('#').next().unwrap_or(""), fragment),
            None => (after_query, ""),
        };
        match (query, fragment) {
            ("", "") => Self::parse(text),
            (query, fragment) => Self::parse(&format!("{query}&{fragment}")),
        }
    }

    /// True when nothing in it has to do with a login: a browser that only looks, a scanner, a favicon.
    pub fn is_empty(&self) -> bool {
        self.code.is_none() && self.error.is_none() && self.id_token.is_none() && self.state.is_none()
    }

    /// The code, if this is the answer to the request with this `state`. `state` is looked at first: nothing else in a
    /// stranger's answer is to be believed, its `error` included.
    pub fn accept(&self, state: &str, issuer: Option<&str>) -> Result<Secret, CallbackError> {
        if self.state.as_deref() != Some(state) {
            return Err(CallbackError::WrongState);
        }
        if let Some(error) = &self.error {
            return Err(CallbackError::Refused(error.clone()));
        }
        if let (Some(expected), Some(got)) = (issuer, &self.iss)
            && got != expected
        {
            return Err(CallbackError::WrongIssuer {
                expected: expected.to_owned(),
                got: cut(got),
            });
        }
        match &self.code {
            Some(code) if !code.is_empty() => Ok(code.clone()),
            _ => Err(CallbackError::NoCode),
        }
    }
}

impl fmt::Debug for Callback {
    /// The code and the token print as redacted, and `state` only as there or not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("code", &self.code)
            .field("state", &self.state.as_ref().map(|_| "…"))
            .field("id_token", &self.id_token)
            .field("iss", &self.iss)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_ERROR_LEN).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_seeds_callback_gives_its_code() {
        let callback = Callback::parse("code=g0ZGZmNjVmOWI&state=dkZmYxMzE2");
        assert_eq!(callback.accept("dkZmYxMzE2", None).unwrap().expose(), "g0ZGZmNjVmOWI");
        assert_eq!(callback.accept("xyz", None), Err(CallbackError::WrongState));
    }

    #[test]
    fn a_refusal_is_told_with_its_description() {
        let callback = Callback::parse("error=access_denied&error_description=The+user+said+no&state=s");
        let error = callback.accept("s", None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "The provider refused the login: access_denied (The user said no)"
        );
    }

    #[test]
    fn a_refusal_with_a_foreign_state_is_not_believed() {
        let callback = Callback::parse("error=access_denied&state=other");
        assert_eq!(callback.accept("s", None), Err(CallbackError::WrongState));
    }

    #[test]
    fn another_issuer_is_refused_and_none_is_accepted() {
        let callback = Callback::parse("code=c&state=s&iss=https%3A%2F%2Fevil.example");
        assert!(matches!(
            callback.accept("s", Some("https://idp.example")),
            Err(CallbackError::WrongIssuer { .. })
        ));
        assert!(
            Callback::parse("code=c&state=s")
                .accept("s", Some("https://idp.example"))
                .is_ok()
        );
    }

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
    fn nothing_secret_is_printed() {
        let text = format!(
            "{:?}",
            Callback::parse("code=SECRETCODE&state=SECRETSTATE&id_token=SECRETTOKEN")
        );
        assert!(!text.contains("SECRET"), "{text}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".*") {
            let callback = Callback::parse(&text);
            prop_assert!(callback.accept("a state that nobody sends", None).is_err());
            let _ = Callback::parse_pasted(&text);
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
