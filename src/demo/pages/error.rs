//! The page for what must not, or cannot, be sent back to an application.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::{OWN_BRAND, Page, escape};

/// A page that says what is wrong and what to do.
pub(in crate::demo) fn error(status: StatusCode, title: &str, message: &str, nonce: &str) -> Response {
    let content = format!(
        "<h1>{}</h1><div class=\"alert\" role=\"alert\"><span aria-hidden=\"true\">✕</span><span>{}</span></div>\
         <p class=\"quiet muted\">Nothing was sent to any application. \
         <a href=\"/\">What this provider knows</a></p>",
        escape(title),
        escape(message),
    );
    Page {
        brand: OWN_BRAND,
        status,
        title,
        wide: false,
        content,
        script: None,
        nonce,
        why: format!("{title}: an error page"),
    }
    .into_response()
}
