//! The page that asks whether the application may have what it wants.

use std::fmt::Write;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::super::sign_in::Asked;
use super::super::user::UserFacts;
use super::{Page, escape};

/// The consent page of the sign-in `id`.
pub(in crate::demo) fn consent(id: &str, asked: &Asked, user: &UserFacts, nonce: &str) -> Response {
    let mut scopes = String::new();
    let client = asked.client();
    for scope in asked.scopes() {
        let _ = write!(
            scopes,
            "<li><span class=\"sign\" aria-hidden=\"true\">✓</span><span class=\"words\">{}</span>\
             <code>{}</code></li>",
            escape(scope.meaning),
            escape(scope.name),
        );
    }
    let initial: String = user.name.chars().take(1).collect();
    let (whereto, target) = match asked {
        Asked::Here(request) => {
            let target = &request.destination.redirect_uri;
            let port = target.port_or_known_default().unwrap_or_default();
            let host = target.host_str().unwrap_or_default();
            ("The answer goes to", format!("{}://{host}:{port}", target.scheme()))
        }
        Asked::Device(request) => ("On the device that shows", request.user_code.clone()),
    };
    let (id, pages) = (escape(id), client.system.pages());
    let content = format!(
        "<div class=\"columns\"><div><h1>Allow access?</h1>\
         <p class=\"muted\"><strong>{}</strong> <code>{}</code> wants to act for you</p>\
         <div class=\"account\"><span class=\"avatar\" aria-hidden=\"true\">{}</span>\
         <div class=\"who\"><strong>{}</strong><br><span class=\"muted\">signed in as {}</span></div></div>\
         <p class=\"muted after\">{whereto}<br><code>{}</code></p></div>\
         <div class=\"beside\"><h2>It asks to</h2><ul class=\"scopes\">{scopes}</ul>\
         <form method=\"post\" action=\"{pages}/consent\"><input type=\"hidden\" name=\"t\" value=\"{id}\">\
         <div class=\"choices\"><button class=\"primary\" name=\"decision\" value=\"allow\">Allow</button>\
         <button name=\"decision\" value=\"deny\">Deny</button></div></form>\
         <p class=\"muted after\">Not you? <a href=\"{pages}/login?t={id}\">Use another account</a></p></div></div>",
        escape(client.name),
        escape(client.client_id),
        escape(&initial),
        escape(user.name),
        escape(user.user_name),
        escape(&target),
    );
    Page {
        brand: client.system.brand(),
        status: StatusCode::OK,
        title: "Allow access?",
        wide: false,
        content,
        script: None,
        nonce,
        why: format!("The consent page for {}", client.client_id),
    }
    .into_response()
}
