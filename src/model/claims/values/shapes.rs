//! Values that say by their shape what they are: subjects, issuers, audiences.

use super::TABLES;
use crate::model::claims::signs::host_of;
use crate::model::claims::vendor::Vendor;

/// Whether it is a GUID: eight, four, four, four and twelve hex digits.
pub(in crate::model::claims) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// Auth0's connections, by the word before the bar.
const CONNECTIONS: &[(&str, &str)] = &[
    ("auth0", "in Auth0's own user database"),
    ("google-oauth2", "who came by Google"),
    ("google-apps", "who came by Google Workspace"),
    ("github", "who came by GitHub"),
    ("facebook", "who came by Facebook"),
    ("twitter", "who came by Twitter"),
    ("apple", "who came by Apple"),
    ("linkedin", "who came by LinkedIn"),
    ("windowslive", "who came by a personal Microsoft account"),
    ("waad", "who came by Entra ID"),
    ("adfs", "who came by AD FS"),
    ("ad", "who came by Active Directory"),
    ("samlp", "who came by SAML"),
    ("oidc", "who came by another OpenID provider"),
    ("oauth2", "who came by another OAuth provider"),
    ("email", "who got a code by e-mail"),
    ("sms", "who got a code by text message"),
];

/// What a subject is, and where that is written.
pub(in crate::model::claims) fn subject(sub: &str, vendor: Option<Vendor>) -> Option<(String, &'static str)> {
    if let Some(rest) = sub.strip_prefix("system:serviceaccount:") {
        let (namespace, name) = rest.split_once(':')?;
        let words = format!("Service account {} in namespace {}", cut(name), cut(namespace));
        return Some((words, "Kubernetes, Service account tokens"));
    }
    if let Some(rest) = sub.strip_prefix("repo:") {
        return Some((repository(rest)?, "GitHub Actions, OpenID Connect reference"));
    }
    if let Some(rest) = sub.strip_prefix("project_path:") {
        let mut parts = rest.splitn(4, ':');
        let (path, _, kind) = (parts.next()?, parts.next(), parts.next());
        let what = kind.unwrap_or("job");
        let name = parts
            .next()
            .and_then(|rest| rest.strip_prefix("ref:"))
            .unwrap_or_default();
        let words = format!("Jobs of {} on {} {}", cut(path), cut(what), cut(name));
        return Some((words.trim_end().to_owned(), "GitLab, ID tokens"));
    }
    if let Some(client) = sub.strip_suffix("@clients") {
        return Some((
            format!("The client {} itself, no person", cut(client)),
            "Auth0, Access token claims",
        ));
    }
    if let Some((connection, _)) = sub.split_once('|')
        && let Some((_, who)) = CONNECTIONS.iter().find(|(name, _)| *name == connection)
    {
        return Some((format!("A user {who}"), "Auth0, User profile"));
    }
    if sub.starts_with("arn:aws:") || sub.starts_with("arn:aws-") {
        return Some(("A role or user in AWS".into(), "AWS, IAM identifiers"));
    }
    if sub.starts_with("spiffe://") {
        return Some(("A workload, by its SPIFFE id".into(), "SPIFFE ID §2"));
    }
    if sub.starts_with("did:") {
        return Some(("A decentralized identifier".into(), "W3C DID §3.1"));
    }
    if sub.starts_with("service-account-") {
        return Some((
            "The client itself, no person".into(),
            "Keycloak, Server administration guide",
        ));
    }
    match vendor? {
        Vendor::Okta if sub.starts_with("00u") => Some(("A user, by id".into(), "Okta, Tokens and claims")),
        Vendor::Okta if sub.starts_with("0oa") => {
            Some(("A client itself, no person".into(), "Okta, Tokens and claims"))
        }
        Vendor::Salesforce if sub.starts_with("https://") && sub.contains("/id/") => {
            Some(("A user, by the identity URL".into(), "Salesforce, Identity URLs"))
        }
        _ => None,
    }
}

/// GitHub's subject: `octo/app:ref:refs/heads/main`, `…:environment:prod`, `…:pull_request`.
fn repository(rest: &str) -> Option<String> {
    let (name, what) = rest.split_once(':')?;
    let name = cut(name);
    Some(match what.split_once(':') {
        None if what == "pull_request" => format!("Pull requests of {name}"),
        Some(("environment", environment)) => format!("Jobs of {name} in environment {}", cut(environment)),
        Some(("ref", reference)) => match reference.strip_prefix("refs/tags/") {
            Some(tag) => format!("Runs of {name} at tag {}", cut(tag)),
            None => format!(
                "Runs of {name} on branch {}",
                cut(reference.strip_prefix("refs/heads/").unwrap_or(reference))
            ),
        },
        _ => format!("Runs of {name}"),
    })
}

/// A well-known API, client or tenant.
pub(in crate::model::claims) fn well_known_id(id: &str) -> Option<(String, &'static str)> {
    let ids = &TABLES.entra_ids;
    let id = id.trim_end_matches('/');
    let row = ids.get(id).or_else(|| {
        let id = id.strip_prefix("spn:").unwrap_or(id);
        (is_guid(id) || id.len() < 60)
            .then(|| ids.get(id.to_ascii_lowercase().as_str()))
            .flatten()
    })?;
    Some((row.meaning.to_owned(), row.section))
}

/// What an audience is.
pub(in crate::model::claims) fn audience(aud: &str, vendor: Option<Vendor>) -> Option<(String, &'static str)> {
    if let Some(found) = well_known_id(aud) {
        return Some(found);
    }
    let kubernetes = "Kubernetes, Service account tokens";
    let host = host_of(aud);
    Some(match aud {
        "account" if vendor == Some(Vendor::Keycloak) => (
            "Keycloak's own account pages".into(),
            "Keycloak, Server administration guide",
        ),
        "realm-management" => (
            "Keycloak's administration of the realm".into(),
            "Keycloak, Server administration guide",
        ),
        "sts.amazonaws.com" => (
            "AWS, to exchange it for keys there".into(),
            "AWS, IAM identity providers",
        ),
        "https://kubernetes.default.svc" | "https://kubernetes.default.svc.cluster.local" => {
            ("The cluster's API server".into(), kubernetes)
        }
        "vault" => ("HashiCorp Vault".into(), "Vault, JWT auth method"),
        "sigstore" => ("Sigstore, to sign without keys".into(), "Sigstore, OIDC usage"),
        "DomainApi" => ("The domain API of the database".into(), "ERP.net"),
        "api://default" => ("Okta's default API".into(), "Okta, Authorization servers"),
        "https://appleid.apple.com" => ("Apple".into(), "Apple, Sign in with Apple"),
        _ if host.starts_with("oidc.eks.") => ("The cluster's API server".into(), kubernetes),
        _ if aud.starts_with("//iam.googleapis.com/") => (
            "Google Cloud, to exchange it for a token there".into(),
            "Google, Workload identity federation",
        ),
        _ if host.ends_with(".auth0.com") && aud.ends_with("/userinfo") => {
            ("The provider's user info".into(), "Auth0, Access token claims")
        }
        _ if host.ends_with(".auth0.com") && aud.ends_with("/api/v2/") => {
            ("The tenant's management API".into(), "Auth0, Access token claims")
        }
        _ if host.ends_with(".apps.googleusercontent.com") => ("A client at Google".into(), "Google, OpenID Connect"),
        _ if aud.starts_with("api://") => (
            "An API that is registered in a tenant".into(),
            "Entra ID, Expose an API",
        ),
        _ => return None,
    })
}

/// Which tenant, realm or pool an issuer is.
pub(in crate::model::claims) fn issuer(iss: &str, vendor: Option<Vendor>) -> Option<(String, &'static str)> {
    let host = host_of(iss);
    let rest = iss.split_once("://").map_or(iss, |(_, rest)| rest);
    let mut path = rest.split('/').skip(1);
    let segment = path.next().unwrap_or_default();
    let named = |what: &str, name: &str| format!("{what} {}", cut(name));
    Some(match vendor? {
        Vendor::EntraId => {
            let version = match () {
                () if host.starts_with("sts.") => "v1.0",
                () if host.ends_with(".b2clogin.com") => "B2C",
                () if iss.trim_end_matches('/').ends_with("/v2.0") => "v2.0",
                () => "of no version that is known",
            };
            let tenant = well_known_id(segment).map_or_else(|| named("tenant", segment), |(name, _)| name);
            (
                format!("{version} tokens: {tenant}"),
                "Entra ID, Access token claims reference",
            )
        }
        Vendor::Okta => {
            let words = match (segment, path.next()) {
                ("oauth2", Some(server)) => named("Okta's authorization server", server),
                _ => "Okta's organisation: its access tokens are for Okta alone".to_owned(),
            };
            (words, "Okta, Authorization servers")
        }
        Vendor::Auth0 => (
            named("Auth0's tenant", host.split('.').next().unwrap_or(host)),
            "Auth0, Access token claims",
        ),
        Vendor::Keycloak => {
            let realm = iss.split("/realms/").nth(1)?.split('/').next()?;
            (
                named("Keycloak's realm", realm),
                "Keycloak, Server administration guide",
            )
        }
        Vendor::Cognito => (
            named("The user pool", segment),
            "Amazon Cognito, Using tokens with user pools",
        ),
        Vendor::Google if host == "securetoken.google.com" => {
            (named("Firebase's project", segment), "Google, Firebase ID tokens")
        }
        Vendor::Google => ("Google".into(), "Google, OpenID Connect"),
        Vendor::GitHubActions if host == "token.actions.githubusercontent.com" => {
            let words = if segment.is_empty() {
                "GitHub Actions, for every repository: the subject must be checked".into()
            } else {
                named("GitHub Actions for the enterprise", segment)
            };
            (words, "GitHub Actions, OpenID Connect reference")
        }
        Vendor::GitLab => (named("GitLab at", host), "GitLab, ID tokens"),
        Vendor::Kubernetes if iss == "kubernetes/serviceaccount" => (
            "A cluster; a token of the old kind, which never ends".into(),
            "Kubernetes, Service account tokens",
        ),
        Vendor::Kubernetes => ("A Kubernetes cluster".into(), "Kubernetes, Service account tokens"),
        Vendor::Aws => ("An AWS account".into(), "AWS, IAM outbound identity federation"),
        Vendor::Apple => ("Apple".into(), "Apple, Sign in with Apple"),
        Vendor::AdFs => (named("AD FS at", host), "AD FS, Claims"),
        Vendor::Salesforce => (named("Salesforce at", host), "Salesforce, Identity URLs"),
        Vendor::Ping => (named("PingOne's environment", segment), "PingOne, Token claims"),
        Vendor::ErpNet => (named("ERP.net's identity server at", host), "ERP.net"),
        _ => return None,
    })
}

/// Foreign words within a sentence: not longer than that, and without control characters.
pub(in crate::model::claims) fn cut(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut words: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        words.push('…');
    }
    words
}
