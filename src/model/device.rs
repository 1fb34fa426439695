//! The device authorization grant (RFC 8628): a code is shown here, and entered in a browser anywhere.

use serde_json::{Map, Value};
use url::Url;

use super::body::{self, Body, cut, text_of};
use super::defect::{Defect, Part};
pub use super::polling::{DeviceError, Polling};
use super::response::{RawResponse, TokenError};
use super::secret::Secret;

/// `grant_type` (RFC 8628 §3.4).
pub const DEVICE_CODE_GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// `interval` where the server names none (RFC 8628 §3.2), in seconds.
const DEFAULT_INTERVAL_S: i64 = 5;
/// How long a code is tried whose server does not say how long it lives, in seconds.
const DEFAULT_EXPIRES_IN_S: i64 = 600;
/// An interval above this, in seconds, is milliseconds that nobody divided.
const MAX_INTERVAL_S: i64 = 600;
/// The device authorization response (RFC 8628 §3.2), read as far as it goes.
#[derive(Clone, Debug, Default)]
pub struct DeviceAuthorization {
    /// `device_code`: what is polled with, never shown.
    pub device_code: Option<Secret>,
    /// `user_code`: what the person enters.
    pub user_code: Option<String>,
    /// `verification_uri`: where it is entered. Only what is a web address.
    pub verification_uri: Option<Url>,
    /// `verification_uri_complete`: the same with the code in it, for a QR code. Only what is a web address.
    pub verification_uri_complete: Option<Url>,
    /// `expires_in`: how long both codes live, in seconds.
    pub expires_in_s: i64,
    /// `interval`: the shortest wait between two tries, in seconds.
    pub interval_s: i64,
    /// `error` and what goes with it, whatever the status was (RFC 8628 §3.1, RFC 6749 §5.2).
    pub error: Option<TokenError>,
    /// Everything that is wrong with it.
    pub defects: Vec<Defect>,
}

impl DeviceAuthorization {
    /// Reads an answer of the device authorization endpoint.
    pub fn parse(raw: RawResponse<'_>) -> Self {
        let mut answer = Self {
            expires_in_s: DEFAULT_EXPIRES_IN_S,
            interval_s: DEFAULT_INTERVAL_S,
            ..Self::default()
        };
        match body::read(raw, &["device_code", "error"], &mut answer.defects) {
            Body::Empty => answer.defect(
                "empty_body",
                "The body is empty: it must be a JSON object (RFC 8628 §3.2)",
            ),
            Body::Object(object) => answer.take(&object),
            Body::Form(object) => {
                answer.defect(
                    "form_body",
                    "The body is form-encoded where JSON is required (RFC 8628 §3.2)",
                );
                answer.take(&object);
            }
            Body::Html => answer.defect(
                "html_body",
                "The body is an HTML page: this address is not a device authorization endpoint",
            ),
            Body::Unreadable => answer.defect(
                "unreadable_body",
                "The body is neither JSON nor a form: no code can be read from it (RFC 8628 §3.2)",
            ),
        }
        answer
    }

    /// Why the person cannot be asked for the code, in one sentence; `None` when all is there.
    pub fn problem(&self) -> Option<String> {
        if let Some(error) = &self.error {
            let said = error.error_description.as_ref().map(|text| format!(" ({text})"));
            return Some(format!(
                "The provider refused to give a code: {}{}",
                error.error,
                said.unwrap_or_default()
            ));
        }
        let missing: Vec<&str> = [
            ("device_code", self.device_code.is_none()),
            ("user_code", self.user_code.is_none()),
            ("verification_uri", self.verification_uri.is_none()),
        ]
        .into_iter()
        .filter_map(|(name, is_missing)| is_missing.then_some(name))
        .collect();
        (!missing.is_empty()).then(|| {
            format!(
                "The answer has no usable {} (RFC 8628 §3.2). Check the device authorization endpoint in the profile",
                missing.join(", ")
            )
        })
    }

    fn take(&mut self, object: &Map<String, Value>) {
        self.error = body::error_of(object, &mut self.defects);
        if self.error.is_some() {
            return;
        }
        self.device_code = text_of(object, "device_code")
            .filter(|c| !c.is_empty())
            .map(Secret::new);
        self.user_code = text_of(object, "user_code").map(|c| cut(&c)).filter(|c| !c.is_empty());
        self.verification_uri = self.web_address(object, "verification_uri");
        if !object.contains_key("verification_uri") && object.contains_key("verification_url") {
            self.defect(
                "verification_url",
                "verification_uri is called verification_url, as in an old draft (RFC 8628 §3.2)",
            );
            self.verification_uri = self.web_address(object, "verification_url");
        }
        self.verification_uri_complete = self
            .web_address(object, "verification_uri_complete")
            .or_else(|| self.web_address(object, "verification_url_complete"));
        for (name, is_missing) in [
            ("device_code", self.device_code.is_none()),
            ("user_code", self.user_code.is_none()),
            ("verification_uri", self.verification_uri.is_none()),
        ] {
            if is_missing {
                self.defect(
                    &format!("no_{name}"),
                    format!("{name} is missing: it is required (RFC 8628 §3.2)"),
                );
            }
        }
        self.take_times(object);
    }

    fn take_times(&mut self, object: &Map<String, Value>) {
        match body::seconds(object, "expires_in", "RFC 8628 §3.2", &mut self.defects) {
            Some(seconds) => self.expires_in_s = seconds,
            None => self.defect(
                "no_expires_in",
                "expires_in is missing: it is required, and 10 minutes are taken instead (RFC 8628 §3.2)",
            ),
        }
        match body::seconds(object, "interval", "RFC 8628 §3.2", &mut self.defects) {
            // Optional: 5 is then meant.
            None => {}
            Some(seconds) if seconds < 1 => self.defect(
                "small_interval",
                format!("interval is {seconds}: it is a wait in seconds, and 5 are taken instead (RFC 8628 §3.2)"),
            ),
            Some(seconds) if seconds > MAX_INTERVAL_S => {
                self.defect(
                    "large_interval",
                    format!("interval is {seconds}: read as milliseconds, where seconds are wanted (RFC 8628 §3.2)"),
                );
                self.interval_s = (seconds / 1000).clamp(1, MAX_INTERVAL_S);
            }
            Some(seconds) => self.interval_s = seconds,
        }
    }

    fn web_address(&mut self, object: &Map<String, Value>, name: &str) -> Option<Url> {
        let value = object.get(name)?;
        let url = value
            .as_str()
            .and_then(|text| Url::parse(text.trim()).ok())
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if url.is_none() {
            self.defect(
                "wrong_verification_uri",
                format!("{name} is not a web address (RFC 8628 §3.2)"),
            );
        }
        url
    }

    fn defect(&mut self, code: &str, message: impl Into<String>) {
        self.defects.push(Defect::new(Part::Response, code, message));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(body: &str) -> DeviceAuthorization {
        DeviceAuthorization::parse(RawResponse {
            status: 200,
            content_type: Some("application/json"),
            body: body.as_bytes(),
        })
    }

    fn codes(answer: &DeviceAuthorization) -> Vec<&str> {
        answer.defects.iter().map(|d| d.code.as_str()).collect()
    }

    const EXAMPLE: &str = r#"{"device_code":"GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS","user_code":"WDJB-MJHT",
        "verification_uri":"https://example.com/device",
        "verification_uri_complete":"https://example.com/device?user_code=WDJB-MJHT","expires_in":1800,"interval":5}"#;

    #[test]
    fn the_example_of_rfc_8628_3_2_is_clean() {
        let answer = parse(EXAMPLE);
        assert!(answer.defects.is_empty() && answer.problem().is_none());
        assert_eq!(answer.user_code.as_deref(), Some("WDJB-MJHT"));
        assert_eq!(answer.verification_uri.unwrap().as_str(), "https://example.com/device");
        assert_eq!(
            answer.verification_uri_complete.unwrap().query(),
            Some("user_code=WDJB-MJHT")
        );
        assert_eq!((answer.expires_in_s, answer.interval_s), (1800, 5));
    }

    #[test]
    fn each_oddity_is_read_and_named() {
        let answer = parse(
            r#"{"device_code":"d","user_code":"u","verification_url":"https://a.example/d","expires_in":"900","interval":5000}"#,
        );
        assert_eq!(codes(&answer), ["verification_url", "text_number", "large_interval"]);
        assert_eq!((answer.expires_in_s, answer.interval_s), (900, 5));
        assert!(answer.problem().is_none());

        let answer =
            parse(r#"{"device_code":"d","user_code":"u","verification_uri":"https://a.example/d","interval":0}"#);
        assert_eq!(codes(&answer), ["no_expires_in", "small_interval"]);
        assert_eq!((answer.expires_in_s, answer.interval_s), (600, 5));
    }

    #[test]
    fn what_is_missing_is_named_and_stops_it() {
        let answer = parse(r#"{"user_code":"u","verification_uri":"javascript:alert(1)","expires_in":60}"#);
        assert_eq!(
            codes(&answer),
            ["wrong_verification_uri", "no_device_code", "no_verification_uri"]
        );
        assert!(answer.problem().unwrap().contains("device_code, verification_uri"));
    }

    #[test]
    fn a_form_is_read_and_a_refusal_is_told() {
        let form = parse(
            "device_code=d&user_code=A-B&verification_uri=https%3A%2F%2Fa.example%2Flogin&expires_in=899&interval=7",
        );
        assert_eq!((codes(&form), form.interval_s), (vec!["form_body"], 7));
        assert!(form.problem().is_none());
        let refused = parse(r#"{"error":"unauthorized_client","error_description":"No device grant"}"#);
        assert_eq!(
            refused.problem().unwrap(),
            "The provider refused to give a code: unauthorized_client (No device grant)"
        );
        assert_eq!(codes(&parse("<html>")), ["html_body"]);
        assert_eq!(codes(&parse(" ")), ["empty_body"]);
        assert_eq!(codes(&parse("oops")), ["unreadable_body"]);
    }

    #[test]
    fn an_empty_error_does_not_hide_the_code() {
        let answer = parse(&EXAMPLE.replacen('{', r#"{"error":"","#, 1));
        assert_eq!((answer.problem(), codes(&answer)), (None, vec!["empty_error"]));
    }

    #[test]
    fn the_device_code_never_prints() {
        assert!(!format!("{:?}", parse(EXAMPLE)).contains("GmRhmhcx"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = DeviceAuthorization::parse(RawResponse { status: 200, content_type: None, body: &body });
        }
    }
}
