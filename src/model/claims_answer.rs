//! What the provider says about a token or its person: the answer of the userinfo endpoint (OpenID Connect Core §5.3.2)
//! and of introspection (RFC 7662 §2.2), as JSON or inside a JWT (RFC 9701 §5), read as far as it goes.

use std::fmt;

use jiff::Timestamp;

use super::body::{cut, empty_error, essence};
use super::defect::{Defect, Part};
use super::jwt::Form;
use super::members::{Member, error_offset, read_members};
use super::redact::{redact_json, redact_words};
use super::response::{RawResponse, TokenError};
use super::secret::Secret;
use super::token::Token;

/// An answer, read.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ClaimsAnswer {
    /// What it says as it came, in its order and with its digits: to be judged. It may repeat what it was asked with; to be
    /// shown is [`Self::shown`].
    pub members: Vec<Member>,
    /// The JWT that it came in, where it came in one.
    pub jwt: Option<Token>,
    /// `error` and what goes with it, whatever the status was.
    pub error: Option<TokenError>,
    /// Everything that is wrong with how it is written.
    pub defects: Vec<Defect>,
    /// What it was asked with.
    known: Vec<Secret>,
}

/// The member of an introspection JWT that holds the answer (RFC 9701 §5).
const TOKEN_INTROSPECTION: &str = "token_introspection";

impl ClaimsAnswer {
    /// Reads an answer that came at `received_at` (server time). Each of `known` leaves what is shown of it: an answer may
    /// repeat what it was asked with.
    pub fn parse(raw: RawResponse<'_>, received_at: Timestamp, known: &[Secret]) -> Self {
        let text = String::from_utf8_lossy(raw.body);
        let text = text.trim_start_matches('\u{feff}').trim();
        let mut answer = Self {
            known: known.to_vec(),
            ..Self::default()
        };
        if text.is_empty() {
            answer.defect("empty_body", "The body is empty where a JSON object is wanted");
            return answer;
        }
        if let Some(jwt) = read_jwt(text, received_at) {
            answer.take_jwt(&jwt);
            answer.jwt = Some(jwt);
        } else {
            answer.take_json(text);
        }
        answer.judge_content_type(raw.content_type);
        answer.error = answer.error();
        answer
    }

    /// What it says, to be shown: without what it was asked with, and without signatures.
    pub fn shown(&self) -> Vec<Member> {
        let shown = |member: &Member| Member::new(self.words(&member.name), redact_json(&member.raw, &self.known));
        self.members.iter().map(shown).collect()
    }

    /// A text of it, to be shown.
    pub(super) fn words(&self, text: &str) -> String {
        redact_words(text, &self.known)
    }

    /// The last member with this name, as most readers choose.
    pub fn get(&self, name: &str) -> Option<serde_json::Value> {
        let mut from_the_end = self.members.iter().rev();
        from_the_end.find(|member| member.name == name).map(Member::value)
    }

    /// The same, when it is a text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name)?.as_str().map(str::to_owned)
    }

    /// Whether anything could be read.
    pub fn is_readable(&self) -> bool {
        self.jwt.is_some() || !self.members.is_empty() || self.defects.is_empty()
    }

    /// Whether the JWT that it came in had to be mended: then what it says is for reading alone.
    pub fn is_damaged(&self) -> bool {
        self.jwt.as_ref().is_some_and(|jwt| jwt.decoded.form == Form::Damaged)
    }

    fn error(&mut self) -> Option<TokenError> {
        let error = self.text("error")?;
        if error.trim().is_empty() {
            self.defects.push(empty_error());
            return None;
        }
        let told = |words: &str| cut(&self.words(words));
        Some(TokenError {
            error: told(&error),
            error_description: self.text("error_description").as_deref().map(told),
        })
    }

    fn take_jwt(&mut self, jwt: &Token) {
        self.members.clone_from(&jwt.decoded.payload.members);
        self.defects
            .extend(jwt.decoded.defects.iter().filter(|defect| !defect.is_remark()).cloned());
        let inside = self
            .members
            .iter()
            .rev()
            .find(|member| member.name == TOKEN_INTROSPECTION);
        if let Some(inside) = inside {
            self.members = read_members(&inside.raw).0;
        }
    }

    fn take_json(&mut self, text: &str) {
        let (members, result) = read_members(text);
        self.members = members;
        let Err(error) = result else { return };
        let defect = if !self.members.is_empty() {
            let message = "The body is not strict JSON: what stands before the break was read (RFC 8259)";
            Defect::new(Part::Response, "invalid_json", message).at(error_offset(text, &error))
        } else if text.starts_with('<') {
            let message =
                "The body is an HTML page: this address is not the endpoint, or a proxy answered in its place";
            Defect::new(Part::Response, "html_body", message)
        } else {
            Defect::new(
                Part::Response,
                "unreadable_body",
                "The body is neither a JSON object nor a JWT",
            )
        };
        self.defects.push(defect);
    }

    fn judge_content_type(&mut self, content_type: Option<&str>) {
        let wanted = match (&self.jwt, self.members.is_empty()) {
            (Some(_), _) => "jwt",
            (None, false) => "json",
            (None, true) => return,
        };
        match content_type.map(essence).as_deref() {
            // `application/jwt`, `application/token-introspection+jwt`, `application/json`, `application/problem+json`.
            Some(is) if is.ends_with(&format!("/{wanted}")) || is.ends_with(&format!("+{wanted}")) => {}
            Some(other) => {
                let message = format!(
                    "Content-Type is {:?}: the body is {}",
                    cut(other),
                    wanted.to_uppercase()
                );
                self.defect("content_type", &message);
            }
            None => self.defect("no_content_type", "Content-Type is missing"),
        }
    }

    fn defect(&mut self, code: &str, message: &str) {
        self.defects.push(Defect::new(Part::Response, code, message));
    }
}

impl fmt::Debug for ClaimsAnswer {
    /// Only what may be shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimsAnswer")
            .field("members", &self.shown())
            .field("error", &self.error)
            .field("defects", &self.defects)
            .finish_non_exhaustive()
    }
}

fn read_jwt(text: &str, received_at: Timestamp) -> Option<Token> {
    if text.starts_with('{') || text.contains(char::is_whitespace) {
        return None;
    }
    let token = Token::new(Secret::new(text), received_at, None);
    let is_jwt = match token.decoded.form {
        Form::Jws | Form::Jwe => true,
        Form::Damaged => !token.decoded.header.members.is_empty(),
        Form::Opaque => false,
    };
    is_jwt.then_some(token)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    use super::*;

    fn parse(content_type: Option<&str>, body: &str) -> ClaimsAnswer {
        let raw = RawResponse {
            status: 200,
            content_type,
            body: body.as_bytes(),
        };
        ClaimsAnswer::parse(raw, Timestamp::UNIX_EPOCH, &[Secret::new("the-access-token")])
    }

    fn codes(answer: &ClaimsAnswer) -> Vec<&str> {
        answer.defects.iter().map(|defect| defect.code.as_str()).collect()
    }

    fn jwt(claims: &str) -> String {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims))
    }

    const JSON: Option<&str> = Some("application/json; charset=utf-8");

    #[test]
    fn members_keep_their_order_and_their_digits() {
        let answer = parse(JSON, r#"{"sub":"admin","n":12345678901234567890}"#);
        assert_eq!(answer.members[1].raw, "12345678901234567890");
        assert_eq!((answer.text("sub").as_deref(), codes(&answer)), (Some("admin"), vec![]));
    }

    #[test]
    fn what_is_not_strict_json_is_read_up_to_the_break() {
        let answer = parse(JSON, r#"{"active":true,"sub":"a",}"#);
        assert_eq!(answer.get("active"), Some(true.into()));
        assert_eq!(codes(&answer), ["invalid_json"]);
        assert!(answer.is_readable());
    }

    #[test]
    fn what_is_no_json_at_all_is_named() {
        for (body, code) in [
            ("", "empty_body"),
            ("<html>Sign in</html>", "html_body"),
            ("busy", "unreadable_body"),
            ("[1]", "unreadable_body"),
        ] {
            let answer = parse(Some("text/html"), body);
            assert_eq!(codes(&answer), [code], "{body}");
            assert!(!answer.is_readable());
        }
    }

    #[test]
    fn a_jwt_is_opened_and_that_of_an_introspection_twice() {
        let kind = Some("application/jwt");
        let answer = parse(kind, &jwt(r#"{"sub":"admin","aud":"app"}"#));
        assert_eq!((answer.members.len(), codes(&answer)), (2, vec![]));
        let kind = Some("application/token-introspection+jwt");
        let answer = parse(kind, &jwt(r#"{"iss":"x","token_introspection":{"active":true}}"#));
        assert_eq!((answer.members.len(), answer.get("active")), (1, Some(true.into())));
        let wrong = parse(JSON, &jwt(r#"{"sub":"admin"}"#));
        assert_eq!(codes(&wrong), ["content_type"]);
    }

    #[test]
    fn an_error_is_read_and_the_token_that_was_asked_about_leaves_the_answer() {
        let answer = parse(
            JSON,
            r#"{"error":"invalid_token","error_description":"no the-access-token"}"#,
        );
        let error = answer.error.clone().unwrap();
        assert_eq!(error.error, "invalid_token");
        assert!(!format!("{answer:?}").contains("the-access-token"), "{answer:?}");
    }

    fn asked_with(secret: &str, content_type: &str, body: &str) -> ClaimsAnswer {
        let raw = RawResponse {
            status: 200,
            content_type: Some(content_type),
            body: body.as_bytes(),
        };
        ClaimsAnswer::parse(raw, Timestamp::UNIX_EPOCH, &[Secret::new(secret)])
    }

    #[test]
    fn a_secret_that_is_also_a_piece_of_a_number_spoils_neither_json_nor_jwt() {
        let body = r#"{"active":true,"exp":4102444800,"echo":["4102",{"x":"a4102b"}]}"#;
        let in_jwt = jwt(&format!(r#"{{"iss":"x","token_introspection":{body}}}"#));
        for (content_type, body) in [
            ("application/json", body),
            ("application/token-introspection+jwt", &in_jwt),
        ] {
            let answer = asked_with("4102", content_type, body);
            assert_eq!(codes(&answer), Vec::<&str>::new());
            assert_eq!(answer.get("exp"), Some(4_102_444_800_i64.into()));
            let shown = super::super::members::to_json(&answer.shown());
            assert_eq!(
                shown.get(),
                r#"{"active":true,"exp":4102444800,"echo":["[redacted]",{"x":"a[redacted]b"}]}"#
            );
        }
    }

    #[test]
    fn what_equals_a_secret_is_judged_as_it_came_and_shown_without_it() {
        let answer = asked_with("test", "application/json", r#"{"client_id":"test"}"#);
        assert_eq!(answer.text("client_id").as_deref(), Some("test"));
        assert_eq!(answer.shown()[0].raw, r#""[redacted]""#);
    }

    #[test]
    fn an_empty_error_is_none() {
        let answer = parse(JSON, r#"{"active":true,"error":""}"#);
        assert_eq!((answer.error.as_ref(), codes(&answer)), (None, vec!["empty_error"]));
    }

    proptest! {
        #[test]
        fn what_is_shown_of_any_object_stays_json(
            value in "(\"\\PC{0,12}\"|-?[0-9]{1,12}|\"\\\\ud8[0-9a-f]{2}\"|\\[\"[a-f0-9]{0,8}\",[0-9]{1,4}\\])",
            secret in "[a-f0-9]{4}|[\"\\\\u,:]{4}|ud8[0-9a-f]{2}",
        ) {
            let answer = asked_with(&secret, "application/json", &format!("{{\"a\":{value}}}"));
            super::super::members::to_json(&answer.shown());
        }

        #[test]
        fn any_body_is_read_without_a_panic(body in ".{0,80}") {
            parse(None, &body);
        }
    }
}
