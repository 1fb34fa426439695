use serde_json::json;

use super::*;
use crate::model::members::read_members;

fn context(claims: &str) -> Context {
    Context::of_members(&[], &read_members(claims).0)
}

fn entra() -> Context {
    context(r#"{"iss":"https://sts.windows.net/9188040d-6c67-4c5b-b112-36a304b66dad/","iat":1655058024}"#)
}

fn told(name: &str, value: &Value, context: &Context) -> Vec<(String, String)> {
    let notes = explain_value(name, value, Place::Claims, context);
    notes.into_iter().map(|note| (note.value, note.meaning)).collect()
}

/// A claim, its value, the notes' values and a word of each meaning.
type Told<'a> = (&'a str, Value, &'a [(&'a str, &'a str)]);

fn assert_told(context: &Context, rows: &[Told<'_>]) {
    for (name, value, expected) in rows {
        let notes = told(name, value, context);
        assert_eq!(notes.len(), expected.len(), "{name}: {value}: {notes:?}");
        for ((value, meaning), (expected_value, says)) in notes.iter().zip(*expected) {
            assert_eq!(value, expected_value, "{name}");
            assert!(
                meaning.contains(says),
                "{name}: {value}: {meaning:?} does not say {says:?}"
            );
        }
    }
}

#[test]
fn values_that_hold_for_all_vendors_are_explained() {
    assert_told(
        &Context::default(),
        &[
            (
                "amr",
                json!(["pwd", "otp", "unheard"]),
                &[("pwd", "Password"), ("otp", "One-time")],
            ),
            ("amr", json!("PWD"), &[("PWD", "Password")]),
            ("acr", json!("0"), &[("0", "Too weak")]),
            ("acr", json!(2), &[("2", "Level 2")]),
            (
                "acr",
                json!("urn:mace:incommon:iap:silver"),
                &[("urn:mace:incommon:iap:silver", "Silver")],
            ),
            ("acr", json!("phr"), &[("phr", "phishing")]),
            (
                "acr",
                json!("http://eidas.europa.eu/LoA/high"),
                &[("http://eidas.europa.eu/LoA/high", "eIDAS high")],
            ),
            ("acr", json!("urn:acme:loa3"), &[("urn:acme:loa3", "Level 3")]),
            ("acr", json!("unheard"), &[]),
            (
                "scope",
                json!("openid  offline_access x"),
                &[("openid", "ID token"), ("offline_access", "refresh token")],
            ),
            (
                "scope",
                // What `update` is, is ERP.net's to say.
                json!(["DomainApi", "update"]),
                &[("DomainApi", "domain API")],
            ),
            (
                "scope",
                json!("https://www.googleapis.com/auth/drive.file"),
                &[("https://www.googleapis.com/auth/drive.file", "Files that the app made")],
            ),
            ("scope", json!("read:users"), &[("read:users", "Reads users")]),
            ("scope", json!("a:b .. : x.y.z ."), &[]),
            ("cnf", json!({"jkt": "x", "foo": 1}), &[("jkt x", "DPoP")]),
            ("cnf", json!({"x5t#S256": "x"}), &[("x5t#S256 x", "TLS")]),
            (
                "cnf",
                json!({"jwk": {"kty": "EC", "crv": "P-256", "d": "x"}}),
                &[("jwk", "this key"), ("EC P-256", "elliptic"), ("d", "private")],
            ),
            (
                "act",
                json!({"sub": "a", "act": {"sub": "b"}}),
                &[("a", "Acts for"), ("b", "before that")],
            ),
            ("address", json!({"country": "BG", "x": 1}), &[("BG", "Country")]),
            ("locale", json!("bg"), &[("bg", "Bulgarian")]),
            ("locale", json!("pt_BR"), &[("pt_BR", "Portuguese, as in BR")]),
            ("locale", json!("xx"), &[]),
            ("zoneinfo", json!("Europe/Sofia"), &[]),
            ("zoneinfo", json!("EET time"), &[("EET time", "Not a name")]),
            ("expires_in", json!(5400), &[("5400", "1 h 30 min")]),
            ("email_verified", json!("true"), &[("true", "without quotes")]),
            ("email_verified", json!(true), &[]),
            (
                "exp",
                json!(1_655_058_024_000_i64),
                &[("1655058024000", "milliseconds")],
            ),
            (
                "updated_at",
                json!("2022-06-12T18:20:24Z"),
                &[("2022-06-12T18:20:24Z", "date in words")],
            ),
            ("last_login", json!("2022-06-12T18:20:24Z"), &[]),
            ("exp", json!(1_655_058_024), &[]),
            (
                "events",
                json!({"http://schemas.openid.net/event/backchannel-logout": {}}),
                &[("http://schemas.openid.net/event/backchannel-logout", "signed out")],
            ),
            ("roles", json!([]), &[("[]", "None")]),
            ("token_type", json!("Bearer"), &[("Bearer", "Whoever has it")]),
            (
                "gty",
                json!("client-credentials"),
                &[("client-credentials", "for itself")],
            ),
            ("token_use", json!("access"), &[("access", "access token")]),
            ("real_user_status", json!(2), &[("2", "person")]),
            ("unheard", json!({"a": [1]}), &[]),
        ],
    );
}

#[test]
fn entra_ids_values_are_explained() {
    assert_told(
        &entra(),
        &[
            (
                "amr",
                json!(["pwd", "rsa", "fed", "mfa", "wia"]),
                &[
                    ("pwd", "Password"),
                    ("rsa", "Authenticator"),
                    ("fed", "federated"),
                    ("mfa", "More than one"),
                    ("wia", "Kerberos"),
                ],
            ),
            ("acr", json!("1"), &[("1", "Met ISO/IEC 29115")]),
            (
                "acrs",
                json!(["c1", "possessionorinherence"]),
                &[("c1", "the tenant defines"), ("possessionorinherence", "has or is")],
            ),
            ("xms_cc", json!(["cp1"]), &[("cp1", "claims challenges")]),
            ("appidacr", json!("2"), &[("2", "certificate")]),
            ("azpacr", json!("0"), &[("0", "public client")]),
            ("idtyp", json!("app"), &[("app", "for itself")]),
            ("acct", json!(1), &[("1", "guest")]),
            ("ver", json!("2.0"), &[("2.0", "v2.0")]),
            (
                "wids",
                json!([
                    "62E90394-69f5-4237-9190-012177145e10",
                    "11111111-2222-3333-4444-555555555555",
                    "no"
                ]),
                &[
                    ("62E90394-69f5-4237-9190-012177145e10", "Global Administrator"),
                    ("11111111-2222-3333-4444-555555555555", "tenant's own"),
                ],
            ),
            (
                "aud",
                json!("00000003-0000-0000-c000-000000000000"),
                &[("00000003-0000-0000-c000-000000000000", "Microsoft Graph")],
            ),
            (
                "aud",
                json!("https://graph.microsoft.com/"),
                &[("https://graph.microsoft.com/", "Microsoft Graph")],
            ),
            (
                "appid",
                json!("04b07795-8ddb-461a-bbee-02f9e1bf7b46"),
                &[("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Azure CLI")],
            ),
            (
                "scp",
                json!("User.Read Calendars.ReadWrite.Shared"),
                &[
                    ("User.Read", "own profile"),
                    (
                        "Calendars.ReadWrite.Shared",
                        "Changes calendars of the person, and what others share",
                    ),
                ],
            ),
            (
                "roles",
                json!(["MailboxFolder.Read.All", "Approver"]),
                &[("MailboxFolder.Read.All", "Reads mailbox folder of everyone")],
            ),
            (
                "scp",
                json!("https://graph.microsoft.com/User.Read"),
                &[("https://graph.microsoft.com/User.Read", "own profile")],
            ),
            (
                "iss",
                json!("https://sts.windows.net/9188040d-6c67-4c5b-b112-36a304b66dad/"),
                &[(
                    "https://sts.windows.net/9188040d-6c67-4c5b-b112-36a304b66dad/",
                    "v1.0 tokens: The tenant of all personal",
                )],
            ),
            (
                "pwd_exp",
                json!("600"),
                &[("600", "10 min after iat: 2022-06-12T18:30:24Z")],
            ),
            ("signin_state", json!(["kmsi"]), &[("kmsi", "stay signed in")]),
        ],
    );
}

#[test]
fn keycloaks_roles_are_a_row_each() {
    let keycloak = context(r#"{"iss":"https://sso.acme.org/realms/acme"}"#);
    assert_told(
        &keycloak,
        &[
            (
                "realm_access",
                json!({"roles": ["offline_access", "default-roles-acme", "seller"]}),
                &[
                    ("offline_access", "outlive"),
                    ("default-roles-acme", "every user"),
                    ("seller", "in the realm"),
                ],
            ),
            (
                "resource_access",
                json!({"account": {"roles": ["view-profile"]}, "shop": {"roles": ["buyer"]}, "x": 1}),
                &[
                    ("account: view-profile", "Reads the own account"),
                    ("shop: buyer", "in this client"),
                ],
            ),
            ("acr", json!("1"), &[("1", "Signed in")]),
            ("acr", json!("0"), &[("0", "earlier session")]),
            ("typ", json!("Bearer"), &[("Bearer", "access token")]),
            ("aud", json!("account"), &[("account", "account pages")]),
            (
                "iss",
                json!("https://sso.acme.org/realms/acme"),
                &[("https://sso.acme.org/realms/acme", "realm acme")],
            ),
        ],
    );
}

#[test]
fn subjects_say_by_their_shape_what_they_are() {
    for (sub, says) in [
        ("auth0|5f7c", "own user database"),
        ("google-oauth2|1", "by Google"),
        ("abc@clients", "client abc itself"),
        (
            "system:serviceaccount:prod:web",
            "Service account web in namespace prod",
        ),
        ("repo:octo/app:ref:refs/heads/main", "Runs of octo/app on branch main"),
        ("repo:octo/app:ref:refs/tags/v1", "at tag v1"),
        ("repo:octo/app:environment:prod", "environment prod"),
        ("repo:octo/app:pull_request", "Pull requests of octo/app"),
        (
            "project_path:a/b:ref_type:branch:ref:main",
            "Jobs of a/b on branch main",
        ),
        ("arn:aws:iam::1:role/x", "AWS"),
        ("spiffe://acme/web", "SPIFFE"),
    ] {
        let notes = told("sub", &json!(sub), &Context::default());
        assert_eq!(notes.len(), 1, "{sub}");
        assert!(notes[0].1.contains(says), "{sub}: {}", notes[0].1);
    }
    for sub in ["admin", "a|b", "repo:", "system:serviceaccount:", "project_path:", ""] {
        let _ = told("sub", &json!(sub), &Context::default());
    }
    assert_eq!(told("sub", &json!("admin"), &Context::default()), []);
}

#[test]
fn what_clusters_and_clouds_put_inside_objects_is_told() {
    assert_told(
        &context(r#"{"kubernetes.io":{}}"#),
        &[(
            "kubernetes.io",
            json!({"namespace": "prod", "pod": {"name": "web-1", "uid": "x"}, "serviceaccount": {"name": "web"}, "warnafter": 1_655_058_024}),
            &[
                ("prod", "Namespace"),
                ("web", "Service account"),
                ("web-1", "Pod"),
                ("2022-06-12T18:20:24Z", "stale"),
            ],
        )],
    );
    assert_told(
        &context(r#"{"token_use":"id","origin_jti":"x"}"#),
        &[
            (
                "identities",
                json!([{"providerName": "Okta"}]),
                &[("Okta", "linked account")],
            ),
            (
                "cognito:roles",
                json!(["arn:aws:iam::1:role/x"]),
                &[("arn:aws:iam::1:role/x", "AWS role")],
            ),
            ("token_use", json!("id"), &[("id", "ID token")]),
        ],
    );
}

#[test]
fn in_a_header_the_algorithm_and_the_type_are_explained() {
    for (name, value, says) in [
        ("alg", json!("RS256"), "RSA"),
        ("alg", json!("none"), "Not signed"),
        ("alg", json!("ECDH-ES+A256KW"), "agreed on"),
        ("enc", json!("A256GCM"), "GCM"),
        ("zip", json!("DEF"), "DEFLATE"),
        ("typ", json!("at+jwt"), "access token"),
        ("typ", json!("application/AT+JWT"), "access token"),
        ("typ", json!("JWT"), "JSON Web Token"),
        ("typ", json!("logout+jwt"), "logout"),
        ("cty", json!("JWT"), "inside"),
        ("b64", json!(false), "as it is"),
        ("jwk", json!({"kty": "oct"}), "secret"),
        ("x5c", json!(["a", "b"]), "Certificates"),
        ("p2c", json!(10), "Fewer"),
    ] {
        let notes = explain_value(name, &value, Place::Header, &Context::default());
        assert_eq!(notes.len(), 1, "{name}: {value}");
        assert!(notes[0].meaning.contains(says), "{name}: {}", notes[0].meaning);
        assert!(!notes[0].section.is_empty());
    }
    assert_eq!(explain_value("typ", &json!(7), Place::Header, &Context::default()), []);
}

#[test]
fn a_hostile_list_is_cut_and_what_is_left_out_is_counted() {
    let roles: Vec<String> = (0..100_000).map(|i| format!("r{i}")).collect();
    let notes = told("realm_access", &json!({"roles": roles}), &Context::default());
    assert_eq!(notes.len(), MAX_NOTES + 1);
    assert_eq!(notes.last().unwrap().1, format!("{} more", 100_000 - MAX_NOTES));
    let scope = "openid ".repeat(100_000);
    assert_eq!(told("scope", &json!(scope), &Context::default()).len(), MAX_NOTES + 1);
    let long = "x".repeat(1_000_000);
    for name in [
        "sub", "aud", "iss", "acr", "amr", "scope", "typ", "idp", "locale", "wids", "exp", "gty",
    ] {
        assert_eq!(
            told(name, &json!(long), &entra())
                .iter()
                .filter(|note| note.0.len() > 400)
                .count(),
            0
        );
    }
}

proptest::proptest! {
    #[test]
    fn no_text_in_any_claim_breaks_it(text in ".*", name in "(sub|aud|iss|acr|amr|scope|typ|idp|locale|zoneinfo|wids|exp|pwd_exp|ver)") {
        for context in [Context::default(), entra()] {
            for note in explain_value(&name, &json!(text), Place::Claims, &context) {
                proptest::prop_assert!(!note.meaning.is_empty());
            }
            let _ = explain_value(&name, &json!(text), Place::Header, &context);
        }
    }
}
