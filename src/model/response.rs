//! The token response (RFC 6749 §5.1, §5.2), read from whatever the server sent.
//!
//! Real servers are sloppy. What can be read is read, and each oddity is a [`Defect`] with the rule that it breaks.

use serde_json::{Map, Value};

use super::body::{self, Body, cut, text_of};
use super::defect::{Defect, Part};
use super::expires_in;
use super::secret::Secret;

/// What a token endpoint answered, read as far as it goes.
#[derive(Clone, Debug, Default)]
pub struct TokenResponse {
    /// `access_token`.
    pub access_token: Option<Secret>,
    /// `refresh_token`.
    pub refresh_token: Option<Secret>,
    /// `id_token` (OpenID Connect Core §3.1.3.3).
    pub id_token: Option<Secret>,
    /// `token_type` as it was written.
    pub token_type: Option<String>,
    /// `issued_token_type` of a token exchange (RFC 8693 §2.2.1), as it was written.
    pub issued_token_type: Option<String>,
    /// `expires_in`, in seconds.
    pub expires_in_s: Option<i64>,
    /// The same as the number that was written, where that can be a lifetime: in seconds, or in milliseconds.
    pub expires_in_given: Option<i64>,
    /// `refresh_expires_in` or `refresh_token_expires_in`, which some servers add, in seconds.
    pub refresh_expires_in_s: Option<i64>,
    /// `scope`; `None` means as asked for (RFC 6749 §5.1).
    pub scope: Option<Vec<String>>,
    /// `error` and what goes with it, whatever the status was.
    pub error: Option<TokenError>,
    /// Everything that is wrong with it.
    pub defects: Vec<Defect>,
}

/// An error response (RFC 6749 §5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenError {
    /// `error`.
    pub error: String,
    /// `error_description`.
    pub error_description: Option<String>,
}

/// One answer of a token endpoint, as it came.
#[derive(Clone, Copy, Debug)]
pub struct RawResponse<'a> {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type`, as it came.
    pub content_type: Option<&'a str>,
    /// The body's bytes.
    pub body: &'a [u8],
}

/// The headers of a token endpoint's answer that there are rules for (RFC 6749 §5.1, §5.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResponseHeaders {
    /// `Content-Type`, as it came.
    pub content_type: Option<String>,
    /// `Cache-Control`, several lines as one.
    pub cache_control: Option<String>,
    /// `Pragma`, several lines as one.
    pub pragma: Option<String>,
    /// Whether there is `WWW-Authenticate`.
    pub has_challenge: bool,
}

impl TokenResponse {
    /// Reads an answer.
    pub fn parse(raw: RawResponse<'_>) -> Self {
        let mut response = Self::default();
        match body::read(raw, &["access_token", "error"], &mut response.defects) {
            Body::Empty => {
                response.defect(
                    "empty_body",
                    "The body is empty: a token response is a JSON object (RFC 6749 §5.1)",
                );
                return response;
            }
            Body::Object(object) => response.take(&object),
            Body::Html => response.defect(
                "html_body",
                "The body is an HTML page: this address is not a token endpoint, or a proxy answered in its place",
            ),
            Body::Form(object) => {
                response.defect(
                    "form_body",
                    "The body is form-encoded where JSON is required (RFC 6749 §5.1)",
                );
                response.take(&object);
            }
            Body::Unreadable => response.defect(
                "unreadable_body",
                "The body is neither JSON nor a form: no token can be read from it (RFC 6749 §5.1)",
            ),
        }
        response.judge_content_type(raw.content_type);
        if response.error.is_some() && (200..300).contains(&raw.status) {
            response.defect(
                "error_with_success_status",
                format!(
                    "An error came with status {}: it must be 400 or 401 (RFC 6749 §5.2)",
                    raw.status
                ),
            );
        }
        response
    }

    fn take(&mut self, object: &Map<String, Value>) {
        self.error = body::error_of(object, &mut self.defects);
        for (name, slot) in [
            ("access_token", &mut self.access_token),
            ("refresh_token", &mut self.refresh_token),
            ("id_token", &mut self.id_token),
        ] {
            *slot = text_of(object, name).filter(|t| !t.is_empty()).map(Secret::new);
        }
        if self.error.is_none() && self.access_token.is_none() {
            // First: it is the reason, and the rest is detail.
            self.defects.insert(0, no_token(object));
        }
        self.token_type = text_of(object, "token_type").map(|t| cut(&t));
        self.issued_token_type = text_of(object, "issued_token_type").map(|t| cut(&t));
        if self.error.is_none() && self.access_token.is_some() {
            match &self.token_type {
                None => self.defect("no_token_type", "token_type is missing: it is required (RFC 6749 §5.1)"),
                // What was issued is no access token, and says so (RFC 8693 §2.2.1).
                Some(none) if none.eq_ignore_ascii_case("N_A") && self.issued_token_type.is_some() => {}
                Some(other) if !other.eq_ignore_ascii_case("bearer") && !other.eq_ignore_ascii_case("dpop") => {
                    self.defect(
                        "unknown_token_type",
                        format!("token_type {other:?} is not known: the token is used as Bearer (RFC 6749 §7.1)"),
                    );
                }
                Some(_) => {}
            }
        }
        self.expires_in_given = body::undivided(object, "expires_in", "RFC 6749 §5.1", &mut self.defects);
        self.expires_in_s = expires_in::of(
            self.access_token.as_ref(),
            self.expires_in_given,
            "RFC 6749 §5.1",
            &mut self.defects,
        );
        if self.expires_in_s.is_none() && self.access_token.is_some() && !object.contains_key("expires_in") {
            self.defect(
                "no_expires_in",
                "expires_in is missing: how long the token lives is known only from its claims (RFC 6749 §5.1)",
            );
        }
        self.refresh_expires_in_s = self
            .seconds(object, "refresh_expires_in")
            .or_else(|| self.seconds(object, "refresh_token_expires_in"))
            // 0 is how some servers say that it has no end.
            .filter(|s| *s != 0);
        self.scope = self.read_scope(object.get("scope"));
    }

    fn read_scope(&mut self, scope: Option<&Value>) -> Option<Vec<String>> {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        match scope {
            None => None,
            Some(Value::String(text)) => Some(words(text)),
            Some(Value::Null) => {
                self.defect("null_scope", "scope is null: it is a text, or left out (RFC 6749 §5.1)");
                None
            }
            Some(Value::Array(list)) => {
                self.defect(
                    "array_scope",
                    "scope is a list: it is one text with spaces (RFC 6749 §3.3)",
                );
                Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
            }
            Some(_) => {
                self.defect("wrong_scope", "scope is not a text (RFC 6749 §3.3)");
                None
            }
        }
    }

    fn seconds(&mut self, object: &Map<String, Value>, name: &str) -> Option<i64> {
        body::seconds(object, name, "RFC 6749 §5.1", &mut self.defects)
    }

    fn judge_content_type(&mut self, content_type: Option<&str>) {
        let essence = content_type.map(body::essence);
        let readable = self.access_token.is_some() || self.error.is_some();
        match essence.as_deref() {
            Some("application/json") => {}
            Some(other) if readable => {
                let message = format!(
                    "Content-Type is {:?}: it must be application/json (RFC 6749 §5.1)",
                    cut(other)
                );
                self.defect("content_type", message);
            }
            None if readable => self.defect("no_content_type", "Content-Type is missing (RFC 6749 §5.1)"),
            _ => {}
        }
    }

    fn defect(&mut self, code: &str, message: impl Into<String>) {
        self.defects.push(Defect::new(Part::Response, code, message));
    }
}

/// What came in the place of an access token and of an error.
fn no_token(object: &Map<String, Value>) -> Defect {
    if let Some(error) = object
        .get("error")
        .filter(|error| !error.is_null() && !error.is_string())
    {
        let described = text_of(object, "error_description");
        let said: Vec<_> = words_of(error).into_iter().chain(described.map(|d| cut(&d))).collect();
        let said = match said.as_slice() {
            [] => String::new(),
            said => format!("; it says {}", said.join(", ")),
        };
        let message = format!("error is {}, and not a text{said} (RFC 6749 §5.2)", kind(error));
        return Defect::new(Part::Response, "error_not_text", message);
    }
    let what = match object.get("access_token") {
        Some(Value::String(_)) => "access_token is empty".to_owned(),
        Some(other) => format!("access_token is {}, and not a text", kind(other)),
        None if object.is_empty() => "The answer is an empty object".to_owned(),
        None => {
            let names: Vec<_> = object.keys().take(MAX_NAMES).map(|name| cut(name)).collect();
            let more = if object.len() > MAX_NAMES { ", …" } else { "" };
            format!("There is no access_token; there is {}{more}", names.join(", "))
        }
    };
    Defect::new(Part::Response, "no_access_token", format!("{what} (RFC 6749 §5.1)"))
}

/// How many names of members are told.
const MAX_NAMES: usize = 12;

/// The members of an error that say what went wrong. What else is in there could be anything.
const SAYING: [&str; 9] = [
    "code",
    "error",
    "type",
    "status",
    "title",
    "message",
    "description",
    "error_description",
    "detail",
];

/// The words in an error that is no text: its own, or those of its members.
fn words_of(error: &Value) -> Vec<String> {
    let word = |value: &Value| match value {
        Value::String(text) => Some(cut(text)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match error {
        Value::Object(members) => SAYING.iter().filter_map(|name| word(members.get(*name)?)).collect(),
        other => word(other).into_iter().collect(),
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(body: &str) -> TokenResponse {
        TokenResponse::parse(RawResponse {
            status: 200,
            content_type: Some("application/json"),
            body: body.as_bytes(),
        })
    }

    fn codes(response: &TokenResponse) -> Vec<&str> {
        response.defects.iter().map(|d| d.code.as_str()).collect()
    }

    #[test]
    fn the_erp_net_seed_lacks_only_its_token_type() {
        let response = parse(
            r#"{"id_token":"a.b.c","access_token":"x.y.z","expires_in":3600,
                "refresh_token":"6-Cv7vQ5ouhYzs0AWg6tsG-YK7O5xP_kb5Qb8wEJMnw",
                "scope":"openid profile DomainApi offline_access"}"#,
        );
        assert_eq!(codes(&response), ["no_token_type"]);
        assert_eq!(response.expires_in_s, Some(3600));
        assert_eq!(
            response.scope.unwrap(),
            ["openid", "profile", "DomainApi", "offline_access"]
        );
        assert!(response.id_token.is_some() && response.refresh_token.is_some());
    }

    #[test]
    fn the_redcore_seed_is_read_in_spite_of_its_trailing_comma() {
        let response = parse(
            "{\n    \"access_token\":\"6YotnF2FEjr1zCsicMWpAA\",\n    \"expires_in\":3600,\n    \
             \"token_type\": \"bearer\",\n    \"scope\":null,\n    \"refresh_token\":\"1Gzv3JOkF0XG2Qx2TlKWIA\",\n}",
        );
        assert_eq!(codes(&response), ["invalid_json", "null_scope"]);
        assert_eq!(response.access_token.unwrap().expose(), "6YotnF2FEjr1zCsicMWpAA");
        assert_eq!(response.refresh_token.unwrap().expose(), "1Gzv3JOkF0XG2Qx2TlKWIA");
        assert_eq!(response.token_type.as_deref(), Some("bearer"));
    }

    #[test]
    fn the_plain_oauth_seed_has_no_token_type_either() {
        let response = parse(r#"{"access_token":"eyJ","refresh_token":"dGhpcy1y","expires_in":900}"#);
        assert_eq!(
            (codes(&response), response.expires_in_s),
            (vec!["no_token_type"], Some(900))
        );
    }

    #[test]
    fn each_sloppy_lifetime_is_read_and_named() {
        for (value, seconds, code) in [
            ("\"3600\"", Some(3600), "text_number"),
            ("3600.5", Some(3600), "fraction"),
            ("3600000000", Some(3_600_000), "milliseconds"),
            ("3600000", Some(3_600_000), "perhaps_milliseconds"),
            ("1e300", None, "too_large"),
            ("-1", Some(-1), "negative"),
            ("true", None, "wrong_number"),
            ("\"soon\"", None, "wrong_number"),
        ] {
            let response = parse(&format!(
                r#"{{"access_token":"x","token_type":"Bearer","expires_in":{value}}}"#
            ));
            assert_eq!(response.expires_in_s, seconds, "{value}");
            assert!(codes(&response).contains(&code), "{value}: {:?}", codes(&response));
        }
        assert!(codes(&parse(r#"{"access_token":"x","token_type":"Bearer"}"#)).contains(&"no_expires_in"));
    }

    #[test]
    fn each_sloppy_body_is_read_or_named() {
        let with = |content_type: Option<&'static str>, body: &str| {
            TokenResponse::parse(RawResponse {
                status: 200,
                content_type,
                body: body.as_bytes(),
            })
        };
        let form = with(
            Some("application/x-www-form-urlencoded"),
            "access_token=x&token_type=bearer&expires_in=60&scope=a+b",
        );
        assert_eq!(codes(&form), ["form_body", "content_type"]);
        assert_eq!((form.expires_in_s, form.scope.unwrap().len()), (Some(60), 2));
        assert_eq!(codes(&with(None, "")), ["empty_body"]);
        assert_eq!(codes(&with(Some("text/html"), "<h1>502</h1>")), ["html_body"]);
        assert_eq!(codes(&with(None, "oops")), ["unreadable_body"]);
        assert_eq!(codes(&with(Some("application/json"), "[1]")), ["unreadable_body"]);
        let array = parse(r#"{"access_token":"x","token_type":"Bearer","expires_in":1,"scope":["a","b"]}"#);
        assert_eq!(
            (codes(&array), array.scope.as_ref().unwrap().len()),
            (vec!["array_scope"], 2)
        );
    }

    #[test]
    fn the_example_of_rfc_8693_2_3_is_clean_and_so_is_a_token_type_that_does_not_apply() {
        let body = |token_type: &str| {
            format!(
                r#"{{"access_token":"x","issued_token_type":"urn:ietf:params:oauth:token-type:jwt","token_type":"{token_type}","expires_in":60}}"#
            )
        };
        for token_type in ["Bearer", "N_A"] {
            let response = parse(&body(token_type));
            assert!(response.defects.is_empty(), "{:?}", response.defects);
            let issued = response.issued_token_type.unwrap();
            assert_eq!(issued, "urn:ietf:params:oauth:token-type:jwt");
        }
        let elsewhere = parse(r#"{"access_token":"x","token_type":"N_A","expires_in":60}"#);
        assert_eq!(codes(&elsewhere), ["unknown_token_type"]);
    }

    #[test]
    fn an_error_with_status_200_is_still_an_error() {
        let response = parse(r#"{"error":"invalid_grant","error_description":"Token was revoked"}"#);
        assert_eq!(response.error.as_ref().unwrap().error, "invalid_grant");
        assert_eq!(codes(&response), ["error_with_success_status"]);
    }

    #[test]
    fn an_answer_with_neither_token_nor_error_is_told_for_what_it_is() {
        for (body, code, says) in [
            (
                r#"{"error":{"code":"invalid_grant","message":"m"}}"#,
                "error_not_text",
                "error is an object, and not a text; it says invalid_grant, m (RFC 6749 §5.2)",
            ),
            (
                r#"{"error":400,"error_description":"Bad code"}"#,
                "error_not_text",
                "error is a number, and not a text; it says 400, Bad code (RFC 6749 §5.2)",
            ),
            (
                r#"{"error":true}"#,
                "error_not_text",
                "error is a boolean, and not a text (RFC 6749 §5.2)",
            ),
            (
                r#"{"data":{"access_token":"TOPSECRET"},"status":"ok"}"#,
                "no_access_token",
                "There is no access_token; there is data, status (RFC 6749 §5.1)",
            ),
            (
                r#"{"access_token":{"value":"TOPSECRET"}}"#,
                "no_access_token",
                "access_token is an object, and not a text (RFC 6749 §5.1)",
            ),
            (
                r#"{"access_token":""}"#,
                "no_access_token",
                "access_token is empty (RFC 6749 §5.1)",
            ),
            ("{}", "no_access_token", "The answer is an empty object (RFC 6749 §5.1)"),
        ] {
            let response = parse(body);
            assert_eq!(
                (codes(&response)[0], response.defects[0].message.as_str()),
                (code, says)
            );
        }
        assert!(!codes(&parse(r#"{"error":"invalid_grant"}"#)).contains(&"no_access_token"));
    }

    #[test]
    fn an_empty_error_does_not_hide_the_tokens() {
        let response = parse(
            r#"{"access_token":"x","token_type":"Bearer","expires_in":60,"refresh_token":"r2","error":"","error_description":""}"#,
        );
        assert!(response.error.is_none() && response.access_token.is_some());
        assert_eq!(response.refresh_token.as_ref().unwrap().expose(), "r2");
        assert_eq!(codes(&response), ["empty_error"]);
    }

    #[test]
    fn tokens_never_print() {
        let response = parse(r#"{"access_token":"TOPSECRET","refresh_token":"TOPSECRET","id_token":"TOPSECRET"}"#);
        assert!(!format!("{response:?}").contains("TOPSECRET"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(
            body in proptest::collection::vec(any::<u8>(), 0..400),
            status in 100_u16..600,
            content_type in proptest::option::of(".*"),
        ) {
            let _ = TokenResponse::parse(RawResponse { status, content_type: content_type.as_deref(), body: &body });
        }

        #[test]
        fn any_json_is_read_without_a_panic(text in r#"\{("[a-z_]{0,12}":("[^"\\]*"|-?[0-9]{1,30}(\.[0-9]+)?|null|\[\]|\{\}),?){0,6}\}?"#) {
            let _ = parse(&text);
        }

        #[test]
        fn a_clean_response_has_no_defects(token in "[A-Za-z0-9._~-]{1,80}", expires_in in 1_i64..604_800) {
            let body = serde_json::json!({"access_token": token, "token_type": "Bearer", "expires_in": expires_in}).to_string();
            let response = parse(&body);
            prop_assert!(response.defects.is_empty());
            prop_assert_eq!(response.expires_in_s, Some(expires_in));
            let got = response.access_token.unwrap();
            prop_assert_eq!(got.expose(), token);
        }
    }
}
