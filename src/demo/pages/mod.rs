//! The provider's pages: plain HTML without outside resources, for a keyboard, a screen reader, light and dark.
//!
//! This file holds the frame that all share; each page has its own file.

mod consent;
mod device;
mod error;
mod form_post;
mod index;
mod sign_in;
mod sign_out;
mod site;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

pub(super) use consent::consent;
pub(super) use device::{device, device_done};
pub(super) use error::error;
pub(super) use form_post::form_post;
pub(super) use index::index;
pub(super) use sign_in::sign_in;
pub(super) use sign_out::{confirm_sign_out, signed_out};
pub(super) use site::site;

use super::log::Why;
use super::tenant::System;

const STYLE: &str = include_str!("page.css");

/// A ring with a pointer: the sign of Tokenscope's countdowns.
const SIGN: &str = "<svg viewBox=\"0 0 20 20\" fill=\"none\" stroke=\"currentColor\" \
    stroke-width=\"2\" stroke-linecap=\"round\" aria-hidden=\"true\"><path d=\"M10 2a8 8 0 1 1-8 8\"/>\
    <path d=\"M10 6v4l3 2\"/></svg>";

/// What stands above a page that belongs to no system.
const OWN_BRAND: &str = "Identity provider";

const FOOTER: &str = "<footer>Tokenscope’s embedded identity provider. It answers on this machine only, \
    and nothing here is real.</footer>";

/// What a page is made of.
struct Page<'a> {
    /// Whose page it is.
    brand: &'a str,
    status: StatusCode,
    title: &'a str,
    /// Wider than the usual card.
    wide: bool,
    /// HTML; whatever comes from outside must have gone through [`escape`].
    content: String,
    /// A script of our own, run when the page is there.
    script: Option<&'a str>,
    /// Lets the page's own style and script run, and no other.
    nonce: &'a str,
    /// For the log.
    why: String,
}

/// A usual page of the ERP.net identity server. `why` is for the log.
fn erp_net(title: &str, content: String, nonce: &str, why: String) -> Response {
    Page {
        brand: System::ErpNet.brand(),
        status: StatusCode::OK,
        title,
        wide: false,
        content,
        script: None,
        nonce,
        why,
    }
    .into_response()
}

impl IntoResponse for Page<'_> {
    fn into_response(self) -> Response {
        let (nonce, brand) = (self.nonce, self.brand);
        let script = self
            .script
            .map(|script| format!("<script nonce=\"{nonce}\">{script}</script>"))
            .unwrap_or_default();
        let class = if self.wide { " class=\"wide\"" } else { "" };
        let html = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{} · {brand} demo</title><link rel=\"icon\" href=\"data:,\">\
             <style nonce=\"{nonce}\">{STYLE}</style></head>\
             <body><main{class}><div class=\"brand\">{SIGN}{brand} <span class=\"tag\">Demo</span></div>{}</main>{FOOTER}{script}</body></html>\n",
            escape(self.title),
            self.content,
        );
        // No form-action: browsers apply it to the redirect that follows a form, which here goes to the client.
        let policy = format!(
            "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src data:; \
             base-uri 'none'; frame-ancestors 'none'"
        );
        let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
        let headers = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ];
        let mut response = (self.status, headers, html).into_response();
        response.extensions_mut().insert(Why(self.why));
        response
    }
}

/// Makes a text safe between tags and inside quoted attributes.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn markup_from_outside_is_shown_and_not_run() {
        assert_eq!(
            escape("<a href=\"x\" title='&'>"),
            "&lt;a href=&quot;x&quot; title=&#39;&amp;&#39;&gt;"
        );
    }
}
