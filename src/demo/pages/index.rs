//! The start page: everything that one must know to sign in here.

use std::fmt::Write;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::super::settings::{Lifetimes, TokenLifetimes};
use super::super::tenant::{CLIENTS, ClientFacts, System};
use super::super::user::USERS;
use super::{OWN_BRAND, Page, escape};

/// A line of a card: a name and an address.
type Line = (&'static str, &'static str);

/// ERP.net's addresses.
const ERP_NET: [Line; 10] = [
    ("Authorize", "/id/connect/authorize"),
    ("Pushed requests", "/id/connect/par"),
    ("Token", "/id/connect/token"),
    ("Device", "/id/connect/deviceauthorization"),
    ("Device page", "/id/device"),
    ("Userinfo", "/id/connect/userinfo"),
    ("Introspection", "/id/connect/introspect"),
    ("Revocation", "/id/connect/revocation"),
    ("Sign out", "/id/connect/endsession"),
    ("API", "/api/domain/odata/Crm_Customers?$top=10"),
];

/// MyCorp-Auth's; the key is this demo's, as clients of the real system have it configured.
const MY_CORP: [Line; 4] = [
    ("Login", "POST /auth/login"),
    ("Refresh", "POST /auth/refresh"),
    ("Key (demo only)", "/auth/keys/auth-key-2025.pem"),
    ("API", "/api/user/profile"),
];

/// The plain server's.
const PLAIN: [Line; 3] = [
    ("Authorize", "/api/oauth2/authorize"),
    ("Token", "/api/oauth2/token"),
    ("API", "/api/resource"),
];

/// redCORE's.
const RED_CORE: [Line; 2] = [
    ("Token", "/index.php?option=token&api=oauth2"),
    ("API", "/index.php?option=api&view=contacts"),
];

/// The start page of the provider whose ERP.net tenant calls itself `issuer`.
pub(in crate::demo) fn index(issuer: &str, lifetimes: Lifetimes, always_issues_new: bool, nonce: &str) -> Response {
    let configuration = format!("{issuer}/.well-known/openid-configuration");
    let discovery = format!("<a href=\"{}\">openid-configuration</a>", escape(&configuration));
    let erp_net = line("Issuer", &code(issuer)) + &line("Discovery", &discovery);
    let id_token = line("ID token", &duration(lifetimes.id_token_s));
    let rotation = if always_issues_new { "on" } else { "off" };
    let rotation = line("always_issue_new_refresh_token", rotation);
    let cards = [
        card(System::ErpNet, &erp_net, &ERP_NET, lifetimes.erp_net, &id_token),
        card(System::MyCorp, "", &MY_CORP, lifetimes.my_corp, ""),
        card(System::Plain, "", &PLAIN, lifetimes.plain, ""),
        card(System::RedCore, "", &RED_CORE, lifetimes.red_core, &rotation),
    ];
    let content = format!(
        "<h1>A provider to try things on</h1>\
         <p class=\"muted\">Five systems on one loopback address. The secrets and passwords below are public: \
         they open nothing else. Any loopback host and port is good in a redirect URI.</p>\
         <div class=\"cards\">{}{}</div>",
        users(),
        cards.concat(),
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

/// A system: where it answers and how long its tokens live, and its clients, in a card of their own when there are more.
fn card(system: System, first: &str, addresses: &[Line], lifetimes: TokenLifetimes, last: &str) -> String {
    let addresses: String = addresses.iter().map(|(name, path)| line(name, &code(path))).collect();
    let access = line("Access token", &duration(lifetimes.access_token_s));
    let refresh = line("Refresh token", &duration(lifetimes.refresh_token_s));
    let lines = format!("{first}{addresses}{access}{refresh}{last}");
    let clients: Vec<_> = CLIENTS.iter().filter(|client| client.system == system).collect();
    if let [only] = clients[..] {
        return section(only.tenant, &(lines + &client(only)));
    }
    let clients: String = clients.iter().map(|each| section(each.tenant, &client(each))).collect();
    section(system.brand(), &lines) + &clients
}

fn section(title: &str, lines: &str) -> String {
    format!("<section><h2>{}</h2><dl>{lines}</dl></section>", escape(title))
}

/// The lines on a client.
fn client(client: &ClientFacts) -> String {
    let each = |all: &[&str], between| all.iter().map(|text| code(text)).collect::<Vec<_>>().join(between);
    let secret = client
        .client_secret
        .map_or_else(|| "none: a public client".to_owned(), code);
    let mut lines = line("client_id", &code(client.client_id)) + &line("client_secret", &secret);
    if !client.redirect_uris.is_empty() {
        lines += &line("redirect_uri", &each(client.redirect_uris, "<br>"));
        lines += &line("response_type", &each(client.response_types, " or "));
    }
    lines
}

fn users() -> String {
    let mut rows = String::new();
    for user in &USERS {
        let roles = match user.roles().join(", ") {
            roles if roles.is_empty() => "none: in no LDAP group".to_owned(),
            roles => roles,
        };
        let _ = write!(
            rows,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            code(user.user_name),
            code(user.password),
            escape(user.name),
            escape(&roles),
        );
    }
    format!(
        "<section><h2>Demo users</h2><table><thead><tr><th scope=\"col\">User name</th>\
         <th scope=\"col\">Password</th><th scope=\"col\">Name</th><th scope=\"col\">MyCorp roles</th></tr></thead>\
         <tbody>{rows}</tbody></table></section>"
    )
}

fn line(name: &str, html: &str) -> String {
    format!("<dt>{name}</dt><dd>{html}</dd>")
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
