//! Dynamic client registration (RFC 7591): a client made at the server by a request.

use jiff::Timestamp;
use serde_json::{Map, Value};
use url::Url;

use crate::model::body::{self, Body, text_of};
use crate::model::defect::{Defect, Part};
use crate::model::response::{RawResponse, TokenError};
use crate::model::secret::Secret;

/// What is asked for (RFC 7591 §2). What is empty is not sent, and the server chooses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RegistrationRequest {
    /// `client_name`: what people see at the consent.
    pub client_name: String,
    /// `redirect_uris`.
    pub redirect_uris: Vec<String>,
    /// `post_logout_redirect_uris` (OpenID Connect RP-Initiated Logout §3.1).
    pub post_logout_redirect_uris: Vec<String>,
    /// `grant_types`.
    pub grant_types: Vec<String>,
    /// `response_types`.
    pub response_types: Vec<String>,
    /// `token_endpoint_auth_method`.
    pub token_endpoint_auth_method: String,
    /// `scope`, words divided by spaces.
    pub scope: String,
    /// The client's public keys: a JWK Set of [`crate::model::keys::signing::SigningKey::registration_jwk`]s. Never a private one.
    pub jwks: Vec<Value>,
    /// Anything else, like `application_type` or `dpop_bound_access_tokens`.
    pub extra: Vec<(String, Value)>,
}

impl RegistrationRequest {
    /// The body of the request (RFC 7591 §3.1).
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        let texts = [
            ("client_name", &self.client_name),
            ("token_endpoint_auth_method", &self.token_endpoint_auth_method),
            ("scope", &self.scope),
        ];
        let lists = [
            ("redirect_uris", &self.redirect_uris),
            ("post_logout_redirect_uris", &self.post_logout_redirect_uris),
            ("grant_types", &self.grant_types),
            ("response_types", &self.response_types),
        ];
        for (name, text) in texts {
            if !text.trim().is_empty() {
                object.insert(name.to_owned(), text.trim().into());
            }
        }
        for (name, list) in lists {
            if !list.is_empty() {
                object.insert(name.to_owned(), list.clone().into());
            }
        }
        if !self.jwks.is_empty() {
            let mut set = Map::new();
            set.insert("keys".to_owned(), self.jwks.clone().into());
            object.insert("jwks".to_owned(), set.into());
        }
        object.extend(self.extra.iter().cloned());
        object.into()
    }
}

/// What the server made of it (RFC 7591 §3.2.1), read as far as it goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RegistrationResponse {
    /// `client_id`.
    pub client_id: Option<String>,
    /// `client_secret`.
    pub client_secret: Option<Secret>,
    /// `client_id_issued_at`.
    pub client_id_issued_at: Option<Timestamp>,
    /// `client_secret_expires_at`; `None` for a secret without an end.
    pub client_secret_expires_at: Option<Timestamp>,
    /// `registration_access_token` (RFC 7592 §3): reads, changes and deletes the client.
    pub registration_access_token: Option<Secret>,
    /// `registration_client_uri` (RFC 7592 §3): where that is done.
    pub registration_client_uri: Option<Url>,
    /// What the server has registered, secrets left out: it may differ from what was asked for (RFC 7591 §3.2.1).
    pub registered: Map<String, Value>,
    /// The refusal, when it is one (RFC 7591 §3.2.2).
    pub error: Option<TokenError>,
    /// Everything that is wrong with it.
    pub defects: Vec<Defect>,
}

impl RegistrationResponse {
    /// Reads an answer of the registration endpoint.
    pub fn parse(raw: RawResponse<'_>) -> Self {
        let mut answer = Self::default();
        match body::read(raw, &[], &mut answer.defects) {
            Body::Object(object) => answer.take(object, raw.status),
            Body::Empty => answer.defect(
                "empty_body",
                "The body is empty: it must be a JSON object (RFC 7591 §3.2.1)",
            ),
            Body::Html => answer.defect(
                "html_body",
                "The body is an HTML page: this address is not a registration endpoint",
            ),
            Body::Form(_) | Body::Unreadable => {
                answer.defect("unreadable_body", "The body is not a JSON object (RFC 7591 §3.2.1)");
            }
        }
        answer
    }

    fn take(&mut self, mut object: Map<String, Value>, status: u16) {
        self.error = body::error_of(&object, &mut self.defects);
        if self.error.is_some() {
            return;
        }
        if status != 201 {
            self.defect(
                "wrong_status",
                format!("The status is {status}: it must be 201 (RFC 7591 §3.2.1)"),
            );
        }
        self.client_id = text_of(&object, "client_id").filter(|id| !id.is_empty());
        if self.client_id.is_none() {
            self.defect("no_client_id", "client_id is missing: it is required (RFC 7591 §3.2.1)");
        }
        let mut take = |name: &str| object.remove(name).and_then(secret);
        self.client_secret = take("client_secret");
        self.registration_access_token = take("registration_access_token");
        self.registration_client_uri = text_of(&object, "registration_client_uri")
            .and_then(|text| Url::parse(&text).ok())
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if self.registration_access_token.is_some() && self.registration_client_uri.is_none() {
            self.defect(
                "no_registration_client_uri",
                "registration_client_uri is missing or no web address: the client cannot be changed later (RFC 7592 §3)",
            );
        }
        self.client_id_issued_at = self.time(&object, "client_id_issued_at");
        if self.client_secret.is_some() {
            if object.contains_key("client_secret_expires_at") {
                // 0 is how the specification says that it has no end.
                self.client_secret_expires_at = self
                    .time(&object, "client_secret_expires_at")
                    .filter(|time| time.as_second() != 0);
            } else {
                self.defect(
                    "no_client_secret_expires_at",
                    "client_secret_expires_at is missing: it is required beside a secret (RFC 7591 §3.2.1)",
                );
            }
        }
        self.registered = object;
    }

    fn time(&mut self, object: &Map<String, Value>, name: &str) -> Option<Timestamp> {
        let value = object.get(name).filter(|value| !value.is_null())?;
        let seconds = match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => {
                self.defect(
                    "text_number",
                    format!("{name} is a text: it must be a JSON number (RFC 7591 §3.2.1)"),
                );
                text.trim().parse().ok()
            }
            _ => None,
        };
        let time = seconds.and_then(|s| Timestamp::from_second(s).ok());
        if time.is_none() {
            self.defect(
                "wrong_number",
                format!("{name} is not a time in seconds (RFC 7591 §3.2.1)"),
            );
        }
        time
    }

    /// A sentence for each thing that the server registered in another way than asked, which it may (RFC 7591 §3.2.1).
    pub fn differences(&self, request: &RegistrationRequest) -> Vec<String> {
        let Value::Object(asked) = request.to_json() else {
            return Vec::new();
        };
        asked
            .iter()
            .filter(|(name, _)| *name != "jwks")
            .filter_map(|(name, asked)| {
                let got = self.registered.get(name)?;
                (!is_same(asked, got)).then(|| format!("{name} is {got} and not {asked}"))
            })
            .collect()
    }

    /// Why there is no client, in one sentence with what to do; `None` when there is one.
    pub fn problem(&self) -> Option<String> {
        let Some(error) = &self.error else {
            return self.client_id.is_none().then(|| match self.defects.first() {
                Some(defect) => defect.message.clone(),
                None => "The answer has no client_id (RFC 7591 §3.2.1)".to_owned(),
            });
        };
        let said = error.error_description.as_ref().map(|text| format!(" ({text})"));
        let hint = match error.error.as_str() {
            "invalid_redirect_uri" => "Use a redirect URI that this server allows",
            "invalid_client_metadata" => "Ask for what its metadata offers",
            "invalid_software_statement" | "unapproved_software_statement" => {
                "Ask its operator for a software statement that it accepts"
            }
            "invalid_token" | "insufficient_scope" => "Ask its operator for an initial access token",
            _ => "Register the client by hand",
        };
        Some(format!(
            "The server refused to register the client: {}{}. {hint}",
            error.error,
            said.unwrap_or_default()
        ))
    }

    fn defect(&mut self, code: &str, message: impl Into<String>) {
        self.defects.push(Defect::new(Part::Response, code, message));
    }
}

fn secret(value: Value) -> Option<Secret> {
    match value {
        Value::String(text) if !text.is_empty() => Some(Secret::new(text)),
        _ => None,
    }
}

/// Lists and scopes are the same in any order.
fn is_same(asked: &Value, got: &Value) -> bool {
    let words = |value: &Value| {
        let mut words: Vec<String> = match value {
            Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
            Value::Array(list) => list.iter().map(ToString::to_string).collect(),
            other => vec![other.to_string()],
        };
        words.sort();
        words
    };
    words(asked) == words(got)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn parse(status: u16, body: &str) -> RegistrationResponse {
        RegistrationResponse::parse(RawResponse {
            status,
            content_type: Some("application/json"),
            body: body.as_bytes(),
        })
    }

    fn codes(answer: &RegistrationResponse) -> Vec<&str> {
        answer.defects.iter().map(|d| d.code.as_str()).collect()
    }

    #[test]
    fn only_what_is_filled_in_is_sent() {
        assert_eq!(RegistrationRequest::default().to_json(), json!({}));
        let request = RegistrationRequest {
            client_name: "Tokenscope".to_owned(),
            redirect_uris: vec!["http://127.0.0.1/callback".to_owned()],
            grant_types: vec!["authorization_code".to_owned()],
            token_endpoint_auth_method: "private_key_jwt".to_owned(),
            jwks: vec![json!({"kty": "EC"})],
            extra: vec![("application_type".to_owned(), "native".into())],
            ..RegistrationRequest::default()
        };
        assert_eq!(
            request.to_json(),
            json!({"client_name": "Tokenscope", "token_endpoint_auth_method": "private_key_jwt",
                "redirect_uris": ["http://127.0.0.1/callback"], "grant_types": ["authorization_code"],
                "jwks": {"keys": [{"kty": "EC"}]}, "application_type": "native"})
        );
    }

    /// The example of RFC 7591 §3.2.1, with the members of RFC 7592 §3.
    const EXAMPLE: &str = r#"{"client_id":"s6BhdRkqt3","client_secret":"cf136dc3c1fc93f31185e5885805d",
        "client_id_issued_at":2893256800,"client_secret_expires_at":2893276800,
        "redirect_uris":["https://client.example.org/callback","https://client.example.org/callback2"],
        "grant_types":["authorization_code","refresh_token"],"client_name":"My Example Client",
        "token_endpoint_auth_method":"client_secret_basic","scope":"b a",
        "registration_access_token":"reg-23410913-abewfq.123483",
        "registration_client_uri":"https://server.example.com/register/s6BhdRkqt3"}"#;

    #[test]
    fn the_example_of_rfc_7591_3_2_1_is_clean_and_prints_no_secret() {
        let answer = parse(201, EXAMPLE);
        assert!(
            answer.defects.is_empty() && answer.problem().is_none(),
            "{:?}",
            answer.defects
        );
        assert_eq!(answer.client_id.as_deref(), Some("s6BhdRkqt3"));
        assert_eq!(
            answer.client_secret.as_ref().unwrap().expose(),
            "cf136dc3c1fc93f31185e5885805d"
        );
        assert_eq!(answer.client_secret_expires_at.unwrap().as_second(), 2_893_276_800);
        assert_eq!(
            answer.registration_client_uri.as_ref().unwrap().path(),
            "/register/s6BhdRkqt3"
        );
        let shown = format!("{answer:?}");
        assert!(!shown.contains("cf136dc3") && !shown.contains("reg-2341"), "{shown}");
    }

    #[test]
    fn a_secret_without_an_end_has_none() {
        let answer = parse(
            201,
            r#"{"client_id":"c","client_secret":"s","client_secret_expires_at":0}"#,
        );
        assert!(answer.client_secret_expires_at.is_none() && answer.defects.is_empty());
    }

    #[test]
    fn each_oddity_is_read_and_named() {
        let answer = parse(
            200,
            r#"{"client_id":"c","client_secret":"s","client_id_issued_at":"7","registration_access_token":"t",}"#,
        );
        assert_eq!(
            codes(&answer),
            [
                "invalid_json",
                "wrong_status",
                "no_registration_client_uri",
                "text_number",
                "no_client_secret_expires_at"
            ]
        );
        assert_eq!(answer.client_id_issued_at.unwrap().as_second(), 7);
        let empty = parse(201, "{}");
        assert_eq!(codes(&empty), ["no_client_id"]);
        assert!(empty.problem().unwrap().contains("client_id"));
        assert!(parse(404, "<html>").problem().unwrap().contains("HTML"));
    }

    #[test]
    fn an_empty_error_does_not_hide_the_client() {
        let answer = parse(201, &EXAMPLE.replacen('{', r#"{"error":"","#, 1));
        assert_eq!((answer.problem(), codes(&answer)), (None, vec!["empty_error"]));
        assert!(answer.client_secret.is_some());
    }

    #[test]
    fn what_the_server_changed_is_told() {
        let answer = parse(201, EXAMPLE);
        let mut request = RegistrationRequest {
            scope: "a b".to_owned(),
            grant_types: vec!["refresh_token".to_owned(), "authorization_code".to_owned()],
            ..RegistrationRequest::default()
        };
        assert!(answer.differences(&request).is_empty());
        request.token_endpoint_auth_method = "none".to_owned();
        assert_eq!(
            answer.differences(&request),
            ["token_endpoint_auth_method is \"client_secret_basic\" and not \"none\""]
        );
    }

    #[test]
    fn each_error_of_rfc_7591_3_2_2_says_what_to_do() {
        for (error, hint) in [
            ("invalid_redirect_uri", "redirect URI"),
            ("invalid_client_metadata", "metadata"),
            ("invalid_software_statement", "software statement"),
            ("unapproved_software_statement", "software statement"),
            ("invalid_token", "initial access token"),
            ("teapot", "by hand"),
        ] {
            let answer = parse(400, &json!({"error": error, "error_description": "No"}).to_string());
            let problem = answer.problem().unwrap();
            assert!(
                problem.contains(&format!("{error} (No)")) && problem.contains(hint),
                "{problem}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = RegistrationResponse::parse(RawResponse { status: 201, content_type: None, body: &body });
        }

        #[test]
        fn any_member_may_hold_anything(
            name in "client_id|client_secret|client_secret_expires_at|registration_client_uri|scope|redirect_uris",
            value in "(\"\\PC{0,12}\"|-?[0-9]{1,25}|null|true|\\[1?\\]|\\{\\})",
        ) {
            let mut body: Value = serde_json::from_str(EXAMPLE).unwrap();
            body[name.as_str()] = serde_json::from_str(&value).unwrap_or(Value::Null);
            let answer = parse(201, &body.to_string());
            let _ = answer.differences(&RegistrationRequest { scope: "a".to_owned(), ..RegistrationRequest::default() });
        }
    }
}
