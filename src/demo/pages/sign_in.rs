//! The page that asks for user name and password.

use std::fmt::Write;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::super::tenant::ClientFacts;
use super::super::user::USERS;
use super::{Page, escape};

/// The sign-in page of the sign-in `id`. With `rejected` it says that the last attempt was wrong.
pub(in crate::demo) fn sign_in(
    id: &str,
    client: &ClientFacts,
    user_name: &str,
    rejected: bool,
    nonce: &str,
) -> Response {
    let (alert, described, title) = if rejected {
        (
            "<div class=\"alert\" role=\"alert\" id=\"alert\"><span aria-hidden=\"true\">✕</span>\
             <span>Wrong user name or password. Try one of the demo users.</span></div>",
            " aria-invalid=\"true\" aria-describedby=\"alert\"",
            "Wrong user name or password",
        )
    } else {
        ("", "", "Sign in")
    };
    // After a wrong attempt the name is there already, so the password is what to type next.
    let (focus_name, focus_password) = if user_name.is_empty() {
        (" autofocus", "")
    } else {
        ("", " autofocus")
    };
    let mut users = String::new();
    for user in &USERS {
        let _ = write!(
            users,
            "<tr><td><code>{}</code></td><td><code>{}</code></td><td>{}<br><span class=\"muted\">{}</span></td></tr>",
            escape(user.user_name),
            escape(user.password),
            escape(user.name),
            escape(user.about),
        );
    }
    let content = format!(
        "<div class=\"columns\"><div><h1>Sign in</h1><p class=\"muted\">to continue to <strong>{}</strong></p>{alert}\
         <form method=\"post\" action=\"{}/login\"><input type=\"hidden\" name=\"t\" value=\"{}\">\
         <label for=\"username\">User name</label>\
         <input id=\"username\" name=\"username\" value=\"{}\" autocomplete=\"username\" autocapitalize=\"none\" \
         spellcheck=\"false\" required{described}{focus_name}>\
         <label for=\"password\">Password</label>\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" \
         required{described}{focus_password}>\
         <button class=\"primary sign-in\">Sign in</button></form></div>\
         <section class=\"beside\" aria-labelledby=\"users\"><h2 id=\"users\">Demo users</h2>\
         <table><thead><tr><th scope=\"col\">User name</th><th scope=\"col\">Password</th>\
         <th scope=\"col\">Who</th></tr></thead><tbody>{users}</tbody></table></section></div>",
        escape(client.name),
        client.system.pages(),
        escape(id),
        escape(user_name),
    );
    Page {
        brand: client.system.brand(),
        status: StatusCode::OK,
        title,
        wide: false,
        content,
        script: None,
        nonce,
        why: if rejected {
            "Wrong user name or password: the sign-in page again".to_owned()
        } else {
            format!("The sign-in page for {}", client.client_id)
        },
    }
    .into_response()
}
