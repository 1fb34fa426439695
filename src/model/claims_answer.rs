//! What the provider says about a token or its person: the answer of the userinfo endpoint (OpenID Connect Core §5.3.2)
//! and of introspection (RFC 7662 §2.2), as JSON or inside a JWT (RFC 9701 §5), read as far as it goes.

use jiff::Timestamp;

use super::body::{cut, essence};
use super::defect::{Defect, Part};
use super::jwt::Form;
use super::members::{Member, error_offset, read_members};
use super::redact::redact_words;
use super::response::{RawResponse, TokenError};
use super::secret::Secret;
use super::token::Token;

/// An answer, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimsAnswer {
    /// What it says, in its order and with the digits that it came with.
    pub members: Vec<Member>,
    /// The JWT that it came in, where it came in one.
    pub jwt: Option<Token>,
    /// `error` and what goes with it, whatever the status was.
    pub error: Option<TokenError>,
    /// Everything that is wrong with how it is written.
    pub defects: Vec<Defect>,
}

/// The member of an introspection JWT that holds the answer (RFC 9701 §5).
const TOKEN_INTROSPECTION: &str = "token_introspection";

impl ClaimsAnswer {
    /// Reads an answer that came at `received_at` (server time). Each of `known` leaves it: an answer may repeat what it was
    /// asked with.
    pub fn parse(raw: RawResponse<'_>, received_at: Timestamp, known: &[Secret]) -> Self {
        let text = String::from_utf8_lossy(raw.body);
        let text = text.trim_start_matches('\u{feff}').trim();
        let mut answer = Self::default();
        if text.is_empty() {
            answer.defect("empty_body", "The body is empty where a JSON object is wanted");
            return answer;
        }
        if let Some(jwt) = read_jwt(text, received_at) {
            answer.take_jwt(&jwt, known);
            answer.jwt = Some(jwt);
        } else {
            answer.take_json(&redact_words(text, known));
        }
        answer.judge_content_type(raw.content_type);
        answer.error = answer.text("error").map(|error| TokenError {
            error: cut(&error),
            error_description: answer.text("error_description").map(|words| cut(&words)),
        });
        answer
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

    fn take_jwt(&mut self, jwt: &Token, known: &[Secret]) {
        let clean = |member: &Member| Member {
            name: member.name.clone(),
            raw: redact_words(&member.raw, known),
        };
        self.members = jwt.decoded.payload.members.iter().map(clean).collect();
        self.defects.extend(jwt.decoded.defects.iter().cloned());
        let inside = self.members.iter().find(|member| member.name == TOKEN_INTROSPECTION);
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

    proptest! {
        #[test]
        fn any_body_is_read_without_a_panic(body in ".{0,80}") {
            parse(None, &body);
        }
    }
}
