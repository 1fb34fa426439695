//! What a site with a content management system shows to whoever asks `/index.php` for no part of its API.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::super::tenant::System;
use super::Page;

/// The site's front page, or its page for what it does not have.
pub(in crate::demo) fn site(status: StatusCode, nonce: &str) -> Response {
    let (title, text) = if status == StatusCode::OK {
        ("Welcome", "This is the site’s front page, for people")
    } else {
        ("404: component not found", "The site has no such component")
    };
    let content = format!(
        "<h1>{title}</h1><p class=\"muted\">{text}. Programs ask \
         <code>/index.php?option=token&amp;api=oauth2</code> for tokens and \
         <code>/index.php?option=api&amp;view=contacts</code> for data: check the query.</p>\
         <p class=\"quiet muted\"><a href=\"/\">What this provider knows</a></p>"
    );
    Page {
        brand: System::RedCore.brand(),
        status,
        title,
        wide: false,
        content,
        script: None,
        nonce,
        why: format!("{title}: a page of the site"),
    }
    .into_response()
}
