//! Values that are objects or lists of them: roles by client, keys, what a cluster says. One note a part.

use serde_json::{Map, Value};

use super::super::explain::{Context, Place, explain};
use super::super::explain_value::{Notes, each, of_words};
use super::super::glossary::at_vendor;
use super::super::vendor::Vendor;
use super::TABLES;

/// As far is a chain of actors followed.
const MAX_ACTORS: usize = 16;

const KEYCLOAK: &str = "Keycloak, Server administration guide";
const KUBERNETES: &str = "Kubernetes, Service account tokens";

/// Notes for a claim that is an object, or one of the claims with few words.
pub(in crate::model::claims) fn object(notes: &mut Notes, name: &str, value: &Value, context: &Context) {
    match (name, value) {
        ("realm_access", Value::Object(access)) => {
            if let Some(roles) = access.get("roles") {
                each(roles, |role| keycloak_role(notes, None, role));
            }
        }
        ("resource_access", Value::Object(clients)) => {
            for (client, access) in clients {
                if let Some(roles) = access.get("roles") {
                    each(roles, |role| keycloak_role(notes, Some(client), role));
                }
            }
        }
        ("cnf", Value::Object(members)) => confirmation(notes, members),
        ("sub_jwk" | "jwk", Value::Object(members)) => key(notes, members),
        ("kubernetes.io", Value::Object(members)) => cluster(notes, members),
        ("events", Value::Object(events)) => {
            for event in events.keys() {
                if let Some((meaning, section)) = of_words("events", event) {
                    notes.add(event, meaning, section);
                }
            }
        }
        ("address", Value::Object(members)) => {
            for (part, meaning) in [
                ("formatted", "The whole address"),
                ("street_address", "Street"),
                ("locality", "Town"),
                ("region", "State or province"),
                ("postal_code", "Postal code"),
                ("country", "Country"),
            ] {
                if let Some(Value::String(text)) = members.get(part) {
                    notes.add(text, meaning, "OIDC Core §5.1.1");
                }
            }
        }
        ("act" | "may_act", Value::Object(_)) => actors(notes, value),
        ("_claim_names", Value::Object(names)) => {
            for name in names.keys() {
                notes.add(name, "Held elsewhere: _claim_sources says where", "OIDC Core §5.6.2");
            }
        }
        ("identities" | "firebase", _) => accounts(notes, name, value, context),
        ("https://sts.amazonaws.com/", Value::Object(members)) => {
            for (name, value) in members {
                if let Some(meaning) = at_vendor(Vendor::Aws, name) {
                    notes.add(&value.to_string(), meaning.meaning, meaning.section);
                }
            }
        }
        ("authorization_details", Value::Array(list)) => {
            for detail in list {
                if let Some(kind) = detail.get("type").and_then(Value::as_str) {
                    let count = detail.as_object().map_or(0, |detail| detail.len().saturating_sub(1));
                    notes.add(
                        kind,
                        format!("A kind of access, with {count} more members"),
                        "RFC 9396 §2",
                    );
                }
            }
        }
        ("cognito:roles", list) => each(list, |role| {
            notes.add(role, "An AWS role", "Amazon Cognito, Role-based access");
        }),
        ("organization", Value::Object(names)) if context.vendor() == Some(Vendor::Keycloak) => {
            for name in names.keys() {
                notes.add(name, "An organisation of the user", KEYCLOAK);
            }
        }
        ("authorization", Value::Object(members)) => {
            for permission in members
                .get("permissions")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                if let Some(resource) = permission.get("rsname").and_then(Value::as_str) {
                    notes.add(resource, "May use this resource", KEYCLOAK);
                }
            }
        }
        // Numbers and truth values have words too: `real_user_status`, `acct`.
        (_, Value::Number(number)) => words(notes, name, &number.to_string()),
        _ => each(value, |word| words(notes, name, word)),
    }
}

/// Accounts elsewhere that are linked to this one.
fn accounts(notes: &mut Notes, name: &str, value: &Value, context: &Context) {
    match (name, value) {
        ("identities", Value::Array(list)) => {
            for identity in list {
                let provider = identity
                    .get("providerName")
                    .or_else(|| identity.get("provider"))
                    .and_then(Value::as_str);
                if let Some(provider) = provider {
                    notes.add(provider, "A linked account there", identities_section(context));
                }
            }
        }
        ("firebase", Value::Object(members)) => {
            if let Some(Value::String(provider)) = members.get("sign_in_provider")
                && let Some((meaning, section)) = of_words("sign_in_provider", provider)
            {
                notes.add(provider, meaning, section);
            }
            if let Some(Value::Object(identities)) = members.get("identities") {
                for provider in identities.keys() {
                    notes.add(provider, "A linked account there", "Google, Firebase ID tokens");
                }
            }
        }
        _ => {}
    }
}

fn words(notes: &mut Notes, name: &str, word: &str) {
    if let Some((meaning, section)) = of_words(name, word) {
        notes.add(word, meaning, section);
    }
}

fn identities_section(context: &Context) -> &'static str {
    explain("identities", Place::Claims, context).map_or("", |explanation| explanation.section)
}

/// One row a role: `realm` roles have their own name, those of a client the client's name before them.
fn keycloak_role(notes: &mut Notes, client: Option<&str>, role: &str) {
    let named = client.map_or_else(|| role.to_owned(), |client| format!("{client}: {role}"));
    let key = client.map_or_else(|| role.to_owned(), |client| format!("{client}:{role}"));
    match (TABLES.keycloak_roles.get(key.as_str()), client) {
        (Some(row), _) => notes.add(&named, row.meaning, row.section),
        (None, None) if role.starts_with("default-roles-") => {
            notes.add(&named, "What every user of the realm has", KEYCLOAK);
        }
        (None, None) => notes.add(&named, "A role in the realm", KEYCLOAK),
        (None, Some(_)) => notes.add(&named, "A role in this client", KEYCLOAK),
    }
}

/// The members of `cnf`: how the bearer proves that the token is theirs.
fn confirmation(notes: &mut Notes, members: &Map<String, Value>) {
    for (name, value) in members {
        let (meaning, section) = match name.as_str() {
            "jkt" => ("The bearer proves this key with each request (DPoP)", "RFC 9449 §6.1"),
            "x5t#S256" => ("The bearer proves this certificate in TLS", "RFC 8705 §3.1"),
            "jwk" => ("The bearer proves this key", "RFC 7800 §3.2"),
            "jwe" => ("The bearer proves this key, which is encrypted", "RFC 7800 §3.3"),
            "kid" => ("The bearer proves the key of this name", "RFC 7800 §3.4"),
            "jku" => ("The bearer proves a key from this address", "RFC 7800 §3.5"),
            "osc" => ("The bearer proves it by OSCORE", "RFC 9203 §3.2.1"),
            "xms_ksl" => (
                "Where the key is kept: sw in software",
                "Entra ID, Signed HTTP requests",
            ),
            _ => continue,
        };
        notes.add(format!("{name} {}", text_of(value)).trim_end(), meaning, section);
        if let ("jwk", Value::Object(members)) = (name.as_str(), value) {
            key(notes, members);
        }
    }
}

/// What kind of key a JWK is.
pub(in crate::model::claims) fn key(notes: &mut Notes, members: &Map<String, Value>) {
    let Some(kind) = members.get("kty").and_then(Value::as_str) else {
        return;
    };
    let curve = members.get("crv").and_then(Value::as_str).unwrap_or_default();
    let (meaning, section) = match kind {
        "RSA" => ("An RSA key", "RFC 7518 §6.3"),
        "EC" => ("An elliptic curve key", "RFC 7518 §6.2"),
        "OKP" => ("An Edwards or Montgomery curve key", "RFC 8037 §2"),
        "oct" => ("A secret: it must not stand here", "RFC 7518 §6.4"),
        "AKP" => ("A key for one algorithm", "ML-DSA for JOSE"),
        _ => return,
    };
    notes.add(format!("{kind} {curve}").trim_end(), meaning, section);
    if members.contains_key("d") {
        notes.add("d", "The private part: it must not stand here", "RFC 7517 §9.2");
    }
}

fn cluster(notes: &mut Notes, members: &Map<String, Value>) {
    for (name, meaning) in [
        ("namespace", "Namespace"),
        ("serviceaccount", "Service account"),
        ("pod", "Pod: with it the token ends"),
        ("node", "Node"),
        ("secret", "Secret: with it the token ends"),
    ] {
        match members.get(name) {
            Some(Value::String(text)) => notes.add(text, meaning, KUBERNETES),
            Some(Value::Object(bound)) => {
                let named = bound.get("name").and_then(Value::as_str).unwrap_or_default();
                notes.add(named, meaning, KUBERNETES);
            }
            _ => {}
        }
    }
    if let Some(at) = members.get("warnafter").and_then(super::super::time::time_value) {
        notes.add(
            &at.to_string(),
            "Used later than this, the cluster counts it as stale",
            KUBERNETES,
        );
    }
}

/// The chain of those who act, the nearest first.
fn actors(notes: &mut Notes, value: &Value) {
    let mut actor = Some(value);
    for depth in 0..MAX_ACTORS {
        let Some(Value::Object(members)) = actor else { return };
        let who = ["sub", "client_id", "iss"]
            .into_iter()
            .find_map(|name| members.get(name).and_then(Value::as_str));
        let meaning = if depth == 0 {
            "Acts for the subject"
        } else {
            "Acted before that"
        };
        notes.add(who.unwrap_or("?"), meaning, "RFC 8693 §4.1");
        actor = members.get("act");
    }
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
