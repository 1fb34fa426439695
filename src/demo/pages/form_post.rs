//! The page that carries an answer in a form's body (OAuth 2.0 Form Post Response Mode §2).

use std::fmt::Write;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use url::Url;

use super::{OWN_BRAND, Page, escape};

/// A form with these parameters that sends itself to `action`; without scripts, a button does.
pub(in crate::demo) fn form_post(action: &Url, parameters: &[(&'static str, String)], nonce: &str) -> Response {
    let mut fields = String::new();
    for (name, value) in parameters {
        let _ = write!(
            fields,
            "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
            escape(value)
        );
    }
    let content = format!(
        "<h1>Going back to the application…</h1>\
         <form method=\"post\" action=\"{}\">{fields}<button class=\"primary sign-in\">Continue</button></form>",
        escape(action.as_str()),
    );
    Page {
        brand: OWN_BRAND,
        status: StatusCode::OK,
        title: "Going back",
        wide: false,
        content,
        script: Some("document.forms[0].submit()"),
        nonce,
        why: "A form that posts the answer".to_owned(),
    }
    .into_response()
}
