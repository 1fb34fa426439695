//! Pushed authorization requests (RFC 9126): the request goes ahead of the browser, which then carries only its name.

use serde_json::{Map, Value};

use super::body::{self, Body, text_of};
use super::defect::{Defect, Part};
use super::response::{RawResponse, TokenError};

/// The answer to a pushed request (RFC 9126 §2.2, §2.3), read as far as it goes.
#[derive(Clone, Debug, Default)]
pub struct PushedAuthorization {
    /// `request_uri`: the name that the browser carries.
    pub request_uri: Option<String>,
    /// `expires_in`: how long it may be used, in seconds.
    pub expires_in_s: Option<i64>,
    /// `error` and what goes with it, whatever the status was (RFC 9126 §2.3).
    pub error: Option<TokenError>,
    /// Everything that is wrong with it.
    pub defects: Vec<Defect>,
}

impl PushedAuthorization {
    /// Reads an answer of the pushed authorization request endpoint.
    pub fn parse(raw: RawResponse<'_>) -> Self {
        let mut answer = Self::default();
        match body::read(raw, &["request_uri", "error"], &mut answer.defects) {
            Body::Empty => answer.defect(
                "empty_body",
                "The body is empty: it must be a JSON object (RFC 9126 §2.2)",
            ),
            Body::Object(object) => answer.take(&object),
            Body::Form(object) => {
                answer.defect(
                    "form_body",
                    "The body is form-encoded where JSON is required (RFC 9126 §2.2)",
                );
                answer.take(&object);
            }
            Body::Html => answer.defect(
                "html_body",
                "The body is an HTML page: this address takes no pushed requests",
            ),
            Body::Unreadable => answer.defect("unreadable_body", "The body is neither JSON nor a form (RFC 9126 §2.2)"),
        }
        if answer.request_uri.is_some() && raw.status != 201 {
            answer.defect(
                "status",
                format!("It came with status {}: it must be 201 (RFC 9126 §2.2)", raw.status),
            );
        }
        answer
    }

    fn take(&mut self, object: &Map<String, Value>) {
        self.error = body::error_of(object, &mut self.defects);
        if self.error.is_some() {
            return;
        }
        // Not cut: it is sent back letter by letter.
        self.request_uri = text_of(object, "request_uri").filter(|uri| !uri.is_empty());
        if self.request_uri.is_none() {
            self.defect(
                "no_request_uri",
                "request_uri is missing: it is required (RFC 9126 §2.2)",
            );
            return;
        }
        self.expires_in_s = body::seconds(object, "expires_in", "RFC 9126 §2.2", &mut self.defects);
        match self.expires_in_s {
            Some(seconds) if seconds > 0 => {}
            Some(seconds) => self.defect(
                "small_expires_in",
                format!("expires_in is {seconds}: it must be above 0 (RFC 9126 §2.2)"),
            ),
            None => self.defect("no_expires_in", "expires_in is missing: it is required (RFC 9126 §2.2)"),
        }
    }

    fn defect(&mut self, code: &str, message: impl Into<String>) {
        self.defects.push(Defect::new(Part::Response, code, message));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(status: u16, body: &str) -> PushedAuthorization {
        PushedAuthorization::parse(RawResponse {
            status,
            content_type: Some("application/json"),
            body: body.as_bytes(),
        })
    }

    fn codes(answer: &PushedAuthorization) -> Vec<&str> {
        answer.defects.iter().map(|d| d.code.as_str()).collect()
    }

    const URI: &str = "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c";

    #[test]
    fn an_empty_error_does_not_hide_the_name() {
        let answer = parse(201, r#"{"request_uri":"urn:x","expires_in":60,"error":""}"#);
        assert!(answer.error.is_none() && answer.request_uri.is_some());
        assert_eq!(codes(&answer), ["empty_error"]);
    }

    #[test]
    fn the_example_of_rfc_9126_2_2_is_clean() {
        let answer = parse(201, &format!(r#"{{"request_uri":"{URI}","expires_in":60}}"#));
        assert_eq!(
            (answer.request_uri.as_deref(), answer.expires_in_s),
            (Some(URI), Some(60))
        );
        assert!(answer.defects.is_empty() && answer.error.is_none());
    }

    #[test]
    fn each_oddity_is_read_and_named() {
        for (status, body, found) in [
            (
                200,
                format!(r#"{{"request_uri":"{URI}","expires_in":60}}"#),
                vec!["status"],
            ),
            (201, format!(r#"{{"request_uri":"{URI}"}}"#), vec!["no_expires_in"]),
            (
                201,
                format!(r#"{{"request_uri":"{URI}","expires_in":0}}"#),
                vec!["small_expires_in"],
            ),
            (
                201,
                format!(r#"{{"request_uri":"{URI}","expires_in":"60",}}"#),
                vec!["invalid_json", "text_number"],
            ),
            (201, format!("request_uri={URI}&expires_in=60"), vec!["form_body"]),
            (201, r#"{"request_uri":""}"#.to_owned(), vec!["no_request_uri"]),
            (201, String::new(), vec!["empty_body"]),
            (200, "<html>".to_owned(), vec!["html_body"]),
            (200, "oops".to_owned(), vec!["unreadable_body"]),
        ] {
            assert_eq!(codes(&parse(status, &body)), found, "{body}");
        }
    }

    #[test]
    fn the_error_of_rfc_9126_2_3_is_read() {
        let answer = parse(
            400,
            r#"{"error":"invalid_request","error_description":"The redirect_uri is not valid for the given client"}"#,
        );
        assert_eq!(answer.error.unwrap().error, "invalid_request");
        assert!(answer.defects.is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(
            body in proptest::collection::vec(any::<u8>(), 0..200), status in 100_u16..600,
        ) {
            let _ = PushedAuthorization::parse(RawResponse { status, content_type: None, body: &body });
        }

        #[test]
        fn a_request_uri_comes_through_letter_by_letter(uri in "[!-~]{1,600}") {
            let body = serde_json::json!({"request_uri": uri, "expires_in": 60}).to_string();
            let answer = parse(201, &body);
            prop_assert!(answer.defects.is_empty());
            prop_assert_eq!(answer.request_uri, Some(uri));
        }
    }
}
