//! The start page: everything that one must know to sign in here.

use std::fmt::Write;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::super::settings::Lifetimes;
use super::super::tenant::{CLIENTS, USERS};
use super::{Page, escape};

/// The start page of the provider that calls itself `issuer`.
pub(in crate::demo) fn index(issuer: &str, lifetimes: Lifetimes, nonce: &str) -> Response {
    let mut clients = String::new();
    for client in &CLIENTS {
        let uris: Vec<_> = client.redirect_uris.iter().map(|uri| code(uri)).collect();
        let types: Vec<_> = client
            .response_types
            .iter()
            .map(|name| code(name))
            .collect();
        let _ = write!(
            clients,
            "<section><h2>{}</h2><dl><dt>client_id</dt><dd>{}</dd><dt>client_secret</dt><dd>{}</dd>\
             <dt>redirect_uri</dt><dd>{}</dd><dt>response_type</dt><dd>{}</dd></dl></section>",
            escape(client.tenant),
            code(client.client_id),
            code(client.client_secret),
            uris.join("<br>"),
            types.join(" or "),
        );
    }
    let mut users = String::new();
    for user in &USERS {
        let _ = write!(
            users,
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            code(user.user_name),
            code(user.password),
            escape(user.name),
        );
    }
    let configuration = format!("{issuer}/.well-known/openid-configuration");
    let content = format!(
        "<h1>A provider to try things on</h1>\
         <p class=\"muted\">Two ERP.net systems on one loopback address. The secrets and passwords below are public: \
         they open nothing else. Any loopback host and port is good in a redirect URI.</p>\
         <div class=\"cards\"><section><h2>Endpoints</h2><dl>\
         <dt>Issuer</dt><dd>{}</dd><dt>Discovery</dt><dd><a href=\"{}\">openid-configuration</a></dd>\
         <dt>Authorize</dt><dd>{}</dd><dt>Token</dt><dd>{}</dd><dt>API</dt><dd>{}</dd>\
         <dt>Lifetimes</dt><dd>access {} s, ID {} s, refresh {} s</dd></dl></section>{clients}\
         <section><h2>Demo users</h2><table><thead><tr><th scope=\"col\">User name</th>\
         <th scope=\"col\">Password</th><th scope=\"col\">Name</th></tr></thead>\
         <tbody>{users}</tbody></table></section></div>",
        code(issuer),
        escape(&configuration),
        code("/id/connect/authorize"),
        code("/id/connect/token"),
        code("/api/domain/odata/Crm_Customers?$top=10"),
        lifetimes.access_token_s,
        lifetimes.id_token_s,
        lifetimes.refresh_token_s,
    );
    Page {
        status: StatusCode::OK,
        title: "Start",
        wide: true,
        content,
        script: None,
        nonce,
        why: "The start page".to_owned(),
    }
    .into_response()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}
