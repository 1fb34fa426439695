//! The pages of signing out: ask when it is not clear who wants it, and say that it is done.

use std::fmt::Write;

use axum::response::Response;

use super::super::parameters::Parameters;
use super::super::user::UserFacts;
use super::{erp_net, escape};

/// The page that asks whether to sign out (OpenID Connect RP-Initiated Logout 1.0 §2).
pub(in crate::demo) fn confirm_sign_out(user: &UserFacts, parameters: &Parameters, nonce: &str) -> Response {
    let mut fields = String::new();
    for name in ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"] {
        if let Some(value) = parameters.get(name) {
            let _ = write!(
                fields,
                "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
                escape(value)
            );
        }
    }
    let content = format!(
        "<h1>Sign out?</h1><p class=\"muted\">An application asks to sign out <strong>{}</strong></p>\
         <form method=\"post\" action=\"/id/connect/endsession\">{fields}\
         <button class=\"primary sign-in\" name=\"confirm\" value=\"yes\">Sign out</button></form>",
        escape(user.name),
    );
    page("Sign out?", content, nonce)
}

/// The page after signing out.
pub(in crate::demo) fn signed_out(nonce: &str) -> Response {
    let content = "<h1>You are signed out</h1><p class=\"muted\">Tokens that were issued before stay good until they \
                   expire or are revoked.</p><p class=\"quiet muted\"><a href=\"/\">What this provider knows</a></p>";
    page("You are signed out", content.to_owned(), nonce)
}

fn page(title: &str, content: String, nonce: &str) -> Response {
    erp_net(title, content, nonce, format!("{title}: a page about signing out"))
}
