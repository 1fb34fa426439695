//! Whether an authorization response is the one that was waited for, with all that was asked for.

use super::callback::{AuthorizationError, Callback, cut};
use super::jarm::{JarmError, JarmResponse};
use super::response_type::ResponseType;
use super::secret::Secret;

/// What must come back to the redirect URI (OAuth 2.0 Multiple Response Type Encoding Practices §3, §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// `code`.
    pub code: bool,
    /// `id_token`.
    pub id_token: bool,
    /// `access_token`.
    pub token: bool,
}

impl Wanted {
    /// What the code flow wants. An ID token beside it may be late: it comes from the token endpoint too.
    pub const CODE: Self = Self {
        code: true,
        id_token: false,
        token: false,
    };

    /// What a browser brings that comes back from a logout (RP-Initiated Logout §3).
    pub const NOTHING: Self = Self {
        code: false,
        id_token: false,
        token: false,
    };

    /// What a login cannot go on without. What else the response type asks for is only a broken rule where it is missing:
    /// real servers leave it out, and the login shows that.
    pub const fn least(response_type: ResponseType) -> Self {
        Self {
            code: response_type.has_code(),
            token: response_type.has_token() && !response_type.has_code(),
            id_token: response_type.has_id_token() && !response_type.has_code() && !response_type.has_token(),
        }
    }

    /// What a `response_type` asks for, words in any order.
    pub fn of(response_type: &str) -> Self {
        let has = |word: &str| response_type.split_ascii_whitespace().any(|w| w == word);
        Self {
            code: has("code"),
            id_token: has("id_token"),
            token: has("token"),
        }
    }
}

impl From<ResponseType> for Wanted {
    fn from(response_type: ResponseType) -> Self {
        Self::of(response_type.as_str())
    }
}

/// Why an answer at the redirect URI is not the one that was waited for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// Another `state`: an old tab, a second login, or a forged request (RFC 6749 §10.12).
    #[error(
        "The answer belongs to another login: its state is not the one that was sent. Go back to the page of this login"
    )]
    WrongState,
    /// No `state`, or an empty one, which is the same (RFC 6749 §3.1): anybody could have sent it. With what it said where
    /// it was an error, because some servers lose the state of a request that they refuse.
    #[error("{}", stateless(.0.as_ref()))]
    MissingState(Option<AuthorizationError>),
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
    /// The one JWT of JARM cannot be read.
    #[error(transparent)]
    Jarm(#[from] JarmError),
    /// Neither `code` nor `error`.
    #[error("The answer has no code. The provider must send one for this response type (RFC 6749 §4.1.2)")]
    NoCode,
    /// A token that the response type asks for is not there.
    #[error(
        "The answer has no {0}. The provider must send one for this response type (OAuth 2.0 Multiple Response Type Encoding Practices §5)"
    )]
    Missing(&'static str),
}

fn stateless(error: Option<&AuthorizationError>) -> String {
    match error {
        Some(error) => format!(
            "An answer without state said {}. The provider must send the state back (RFC 6749 §4.1.2.1), and without it \
             anybody could say so: the login still waits",
            refusal(error)
        ),
        None => "The answer has no state, so it may belong to another login (RFC 6749 §10.12). Go back to the page of \
                 this login"
            .to_owned(),
    }
}

/// What a refusal says, in one line.
pub(crate) fn refusal(error: &AuthorizationError) -> String {
    let said = error.error_description.as_ref().map(|text| format!(" ({text})"));
    let more = error.error_uri.as_ref().map(|uri| format!(", more at {uri}"));
    format!(
        "{}{}{}",
        error.error,
        said.unwrap_or_default(),
        more.unwrap_or_default()
    )
}

impl Callback {
    /// The code, if this is the answer to the request with this `state`. `state` is looked at first: nothing else in a
    /// stranger's answer is to be believed, its `error` included.
    pub fn accept(&self, state: &str, issuer: Option<&str>) -> Result<Secret, CallbackError> {
        self.accept_for(state, issuer, Wanted::CODE)?;
        self.code.clone().ok_or(CallbackError::NoCode)
    }

    /// Whether this may be the answer to the request with this `state`, as [`Self::accept_for`] judges it. Where everything
    /// is in one JWT, its claims are looked at unverified, to tell a stranger's answer from the own one: open it before
    /// anything in it is used (JARM §2.4).
    pub fn is_answer_to(
        &self,
        state: &str,
        issuer: Option<&str>,
        wanted: impl Into<Wanted>,
    ) -> Result<(), CallbackError> {
        match &self.response {
            None => self.accept_for(state, issuer, wanted),
            // Whose it is, is judged with the rest of the JWT.
            Some(response) => JarmResponse::read(response)?.claimed().accept_for(state, None, wanted),
        }
    }

    /// Whether this is the answer to the request with this `state`, with everything that is wanted. The order is that of
    /// [`Self::accept`].
    pub fn accept_for(
        &self,
        state: &str,
        issuer: Option<&str>,
        wanted: impl Into<Wanted>,
    ) -> Result<(), CallbackError> {
        match self.state.as_deref() {
            Some(own) if own == state => {}
            None | Some("") => return Err(CallbackError::MissingState(self.error.clone())),
            Some(_) => return Err(CallbackError::WrongState),
        }
        // Before the error: what another provider says of this login counts for nothing (RFC 9207 §2.4).
        if let (Some(expected), Some(got)) = (issuer, &self.iss)
            && got != expected
        {
            return Err(CallbackError::WrongIssuer {
                expected: expected.to_owned(),
                got: cut(got),
            });
        }
        if let Some(error) = &self.error {
            return Err(CallbackError::Refused(error.clone()));
        }
        let wanted = wanted.into();
        let is_there = |token: &Option<Secret>| token.as_ref().is_some_and(|token| !token.is_empty());
        if wanted.code && !is_there(&self.code) {
            Err(CallbackError::NoCode)
        } else if wanted.token && !is_there(&self.access_token) {
            Err(CallbackError::Missing("access_token"))
        } else if wanted.id_token && !is_there(&self.id_token) {
            Err(CallbackError::Missing("id_token"))
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
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
    fn a_refusal_without_a_state_is_told_and_not_believed() {
        for query in [
            "error=invalid_scope&error_description=No+such",
            "error=invalid_scope&error_description=No+such&state=",
        ] {
            let error = Callback::parse(query).accept("s", None).unwrap_err();
            assert!(matches!(error, CallbackError::MissingState(Some(_))), "{error:?}");
            let says = error.to_string();
            assert!(
                says.starts_with("An answer without state said invalid_scope (No such)."),
                "{says}"
            );
        }
        assert_eq!(
            Callback::parse("code=c").accept("s", None),
            Err(CallbackError::MissingState(None))
        );
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
    fn a_refusal_of_another_issuer_is_not_believed() {
        let callback = Callback::parse("error=access_denied&state=s&iss=https%3A%2F%2Fevil.example");
        assert!(matches!(
            callback.accept("s", Some("https://idp.example")),
            Err(CallbackError::WrongIssuer { .. })
        ));
        assert!(matches!(callback.accept("s", None), Err(CallbackError::Refused(_))));
    }

    #[test]
    fn each_response_type_must_bring_what_it_names() {
        let all = "state=s&code=c&id_token=i&access_token=a";
        for (response_type, without, missing) in [
            ("code", "code=c", CallbackError::NoCode),
            ("code token", "code=c", CallbackError::NoCode),
            ("code token", "access_token=a", CallbackError::Missing("access_token")),
            ("code id_token token", "id_token=i", CallbackError::Missing("id_token")),
            (
                "id_token token",
                "access_token=a",
                CallbackError::Missing("access_token"),
            ),
            ("token", "access_token=a", CallbackError::Missing("access_token")),
            ("id_token", "id_token=i", CallbackError::Missing("id_token")),
        ] {
            let wanted = Wanted::of(response_type);
            assert_eq!(
                Callback::parse(all).accept_for("s", None, wanted),
                Ok(()),
                "{response_type}"
            );
            let cut = all.replace(without, "x=y");
            assert_eq!(
                Callback::parse(&cut).accept_for("s", None, wanted),
                Err(missing),
                "{response_type} without {without}"
            );
        }
        assert_eq!(Wanted::from(ResponseType::Code), Wanted::CODE);
    }

    #[test]
    fn the_least_is_what_gives_tokens_at_all() {
        for response_type in ResponseType::ALL {
            let least = Wanted::least(response_type);
            let asked = Wanted::from(response_type);
            let names = [least.code, least.token, least.id_token];
            assert_eq!(names.iter().filter(|wanted| **wanted).count(), 1, "{response_type:?}");
            assert!(asked.code >= least.code && asked.token >= least.token && asked.id_token >= least.id_token);
        }
        assert_eq!(Wanted::least(ResponseType::CodeIdTokenToken), Wanted::CODE);
    }

    #[test]
    fn a_jwt_is_told_from_a_strangers_by_the_state_in_it() {
        let key = crate::model::keys::signing::SigningKey::generate_es256();
        let claims = serde_json::json!({"iss": "https://other.example", "state": "s", "code": "c"});
        let response = key.sign(key.default_algorithm(), &[], &claims).unwrap();
        let callback = Callback::parse(&format!("response={}", response.expose()));
        let judge = |state| callback.is_answer_to(state, Some("https://idp.example"), Wanted::CODE);
        assert_eq!(judge("s"), Ok(()));
        assert_eq!(judge("other"), Err(CallbackError::WrongState));
        let broken = Callback::parse("response=nonsense&state=s&code=c");
        let verdict = broken.is_answer_to("s", None, Wanted::CODE);
        assert!(
            matches!(verdict, Err(CallbackError::Jarm(JarmError::NotAJwt(_)))),
            "{verdict:?}"
        );
    }

    #[test]
    fn an_empty_token_is_no_token() {
        let callback = Callback::parse("state=s&access_token=&code=");
        assert_eq!(callback.accept("s", None), Err(CallbackError::NoCode));
        assert_eq!(
            callback.accept_for("s", None, Wanted::of("token")),
            Err(CallbackError::Missing("access_token"))
        );
    }
}
