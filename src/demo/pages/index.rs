//! The start page: everything that one must know to sign in here.

use std::fmt::Write;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::super::settings::Lifetimes;
use super::super::tenant::CLIENTS;
use super::super::user::USERS;
use super::{OWN_BRAND, Page, escape};

/// The start page of the provider that calls itself `issuer`.
pub(in crate::demo) fn index(issuer: &str, lifetimes: Lifetimes, nonce: &str) -> Response {
    let mut clients = String::new();
    for client in &CLIENTS {
        let uris: Vec<_> = client.redirect_uris.iter().map(|uri| code(uri)).collect();
        let types: Vec<_> = client.response_types.iter().map(|name| code(name)).collect();
        let _ = write!(
            clients,
            "<section><h2>{}</h2><dl><dt>client_id</dt><dd>{}</dd><dt>client_secret</dt><dd>{}</dd>\
             <dt>redirect_uri</dt><dd>{}</dd><dt>response_type</dt><dd>{}</dd></dl></section>",
            escape(client.tenant),
            code(client.client_id),
            code(client.client_secret.unwrap_or("none")),
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
         <dt>Lifetimes</dt><dd>access token {}, ID token {}, refresh token {}</dd></dl></section>{clients}\
         <section><h2>Demo users</h2><table><thead><tr><th scope=\"col\">User name</th>\
         <th scope=\"col\">Password</th><th scope=\"col\">Name</th></tr></thead>\
         <tbody>{users}</tbody></table></section></div>",
        code(issuer),
        escape(&configuration),
        code("/id/connect/authorize"),
        code("/id/connect/token"),
        code("/api/domain/odata/Crm_Customers?$top=10"),
        duration(lifetimes.erp_net.access_token_s),
        duration(lifetimes.id_token_s),
        duration(lifetimes.erp_net.refresh_token_s),
    );
    Page {
        brand: OWN_BRAND,
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

/// A lifetime in the largest unit that divides it.
fn duration(seconds: u64) -> String {
    let (count, unit) = match seconds {
        s if s > 0 && s % 86_400 == 0 => (s / 86_400, "day"),
        s if s > 0 && s % 3600 == 0 => (s / 3600, "hour"),
        s if s > 0 && s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn a_lifetime_reads_in_its_largest_whole_unit() {
        let read: Vec<_> = [0, 1, 60, 90, 300, 3600, 2_592_000].map(duration).into();
        let expected = [
            "0 seconds",
            "1 second",
            "1 minute",
            "90 seconds",
            "5 minutes",
            "1 hour",
            "30 days",
        ];
        assert_eq!(read, expected);
    }
}
