//! The command line as scripts see it: exit status, standard output, standard error.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

#[path = "../../src/model/seeds.rs"]
pub(crate) mod seeds;

#[cfg(unix)]
use std::io::Write as _;

use serde_json::{Value, json};
use tokenscope::model::history::{HistoryEntry, HistoryKind, TokenRecord};
use tokenscope::model::template::Template;
use tokenscope::model::token::Fingerprint;
use tokenscope::model::{Secret, Slug, Token};
use tokenscope::store::Database;

use crate::support::command::{Home, put, wait};
use crate::support::server::{self, Server};
use crate::support::{PATIENCE, callback, client, is_free, parameter};

/// What a first start writes.
const DEMO_PROFILES: [&str; 5] = [
    "erp-net",
    "erp-net-interactive",
    "mycorp-auth",
    "plain-oauth2",
    "redcore",
];

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

const SESSION_KEYS: [&str; 10] = [
    "profile",
    "generation",
    "event",
    "access",
    "id",
    "refresh",
    "scope",
    "clock_skew_s",
    "latency_ms",
    "checks",
];
const TOKEN_KEYS: [&str; 6] = [
    "form",
    "fingerprint",
    "expires_at",
    "expires_from",
    "lifetime_s",
    "remaining_s",
];

#[test]
fn every_subcommand_has_an_example_in_its_help() {
    let home = Home::new();
    let commands: [&[&str]; 25] = [
        &[],
        &["tour"],
        &["demo"],
        &["profile"],
        &["profile", "list"],
        &["profile", "show"],
        &["profile", "new"],
        &["profile", "set"],
        &["profile", "import"],
        &["profile", "export"],
        &["profile", "delete"],
        &["login"],
        &["refresh"],
        &["token"],
        &["status"],
        &["call"],
        &["userinfo"],
        &["introspect"],
        &["keys"],
        &["revoke"],
        &["logout"],
        &["discover"],
        &["inspect"],
        &["forge"],
        &["secret-hash"],
    ];
    for command in commands.iter().chain(&[&["history"][..]]) {
        let ran = home.run(&[command, &["--help"][..]].concat()).ends(0);
        assert!(ran.out.contains("Example"), "{command:?}: {}", ran.out);
        let listed = ran.out.split("Example").next().unwrap();
        if *command == ["profile", "new"] {
            for template in Template::ALL {
                assert!(listed.contains(template.id), "{}: {listed}", template.id);
            }
        }
        // What the help lists is in the list above.
        if command.is_empty() {
            for name in listed.lines().skip_while(|l| !l.starts_with("Commands:")).skip(1) {
                let Some(name) = name.split_whitespace().next() else {
                    break;
                };
                let known = name == "help" || name == "history" || commands.iter().any(|c| c.first() == Some(&name));
                assert!(known, "{name} is not tried here");
            }
        }
    }
    assert!(!home.data_dir().exists(), "help writes nothing");
}

#[test]
fn the_tour_passes_and_is_one_document_with_json() {
    let home = Home::new();
    let ran = home.run(&["tour"]).ends(0);
    assert!(
        ran.out.contains("ERP.net trusted app") && ran.out.trim_end().ends_with("0 failed"),
        "{ran:?}"
    );
    let ran = home.run(&["tour", "--json"]).ends(0);
    let tour = ran.json();
    let steps = tour["steps"].as_array().unwrap();
    assert_eq!(
        (tour["failed"].as_u64(), tour["passed"].as_u64()),
        (Some(0), Some(steps.len() as u64))
    );
    assert!(steps.iter().all(|step| step["outcome"] == "pass"), "{tour}");
    let systems = [
        "ERP.net trusted app",
        "ERP.net interactive app",
        "MyCorp-Auth",
        "Plain OAuth 2.0",
        "redCORE",
    ];
    for system in systems {
        let names: Vec<_> = steps
            .iter()
            .filter(|s| s["system"] == system)
            .map(|s| &s["step"])
            .collect();
        assert!(names.iter().any(|n| *n == "old refresh token is refused"), "{names:?}");
    }
    let said = |name: &str| {
        let step = steps.iter().find(|step| step["step"] == name);
        step.and_then(|step| step["message"].as_str()).unwrap_or_default()
    };
    assert_eq!((said("ten steps"), said("steps (A) to (H)")), ("10 passed", "8 passed"));
    assert!(!home.data_dir().exists(), "the tour has a folder of its own");
}

#[test]
fn a_login_prints_what_the_contract_says() {
    let home = Home::new();
    let ran = home
        .run_and_sign_in(&["login", "erp-net", "--no-browser", "--json"])
        .ends(0);
    assert!(ran.err.contains("Listening at http://localhost:"), "{ran:?}");
    let document = ran.json();
    assert_eq!(keys(&document), SESSION_KEYS);
    assert_eq!(keys(&document["access"]), TOKEN_KEYS);
    assert_eq!(keys(&document["id"]), TOKEN_KEYS);
    assert_eq!(keys(&document["refresh"]), ["fingerprint", "rotated", "expires_at"]);
    assert_eq!(
        (&document["profile"], &document["event"]),
        (&json!("erp-net"), &json!("login"))
    );
    assert_eq!(document["generation"], 1);
    let access = &document["access"];
    assert_eq!((&access["form"], &access["lifetime_s"]), (&json!("jws"), &json!(3600)));
    assert!(access["fingerprint"].as_str().unwrap().starts_with("sha256:"));
    assert_eq!(
        document["scope"],
        json!(["openid", "profile", "DomainApi", "offline_access"])
    );
    for check in document["checks"].as_array().unwrap() {
        assert_eq!(keys(check), ["id", "outcome", "message", "spec"]);
        assert_ne!(check["outcome"], "fail", "{check}");
    }
    // The same for people.
    let ran = home.run_and_sign_in(&["login", "erp-net", "--no-browser"]).ends(0);
    assert!(
        ran.out.contains("Access token") && ran.out.contains("JWT RS256, expires in"),
        "{ran:?}"
    );
    assert!(!ran.out.contains('\u{1b}'), "no colours into a pipe");
}

#[test]
fn a_refresh_prints_its_generation_and_leaves_its_history() {
    let home = Home::new();
    let ran = home
        .run_and_sign_in(&["refresh", "erp-net", "--no-browser", "--json"])
        .ends(0);
    let document = ran.json();
    assert_eq!(keys(&document), SESSION_KEYS);
    assert_eq!(
        (&document["event"], &document["generation"]),
        (&json!("refresh"), &json!(2))
    );
    assert_eq!(document["refresh"]["rotated"], true);

    let status = home.run(&["status", "erp-net", "--json"]).ends(0).json();
    for key in SESSION_KEYS {
        assert!(keys(&status).contains(&key), "{key} in {status}");
    }
    assert_eq!((&status["event"], &status["generation"]), (&json!("status"), &json!(2)));
    for token in ["access", "id"] {
        for key in ["form", "fingerprint", "expires_from", "lifetime_s"] {
            assert_eq!(status[token][key], document[token][key], "{token} {key}");
        }
    }
    let all = home.run(&["status", "--json"]).ends(0).json();
    assert_eq!(all.as_array().unwrap().len(), DEMO_PROFILES.len());
    let lines = home.run(&["status"]).ends(0).out;
    assert!(
        lines.contains("not logged in") && lines.contains("generation 2"),
        "{lines}"
    );

    let rows = home.run(&["history", "erp-net", "--format", "json"]).ends(0).json();
    let kinds: Vec<_> = rows.as_array().unwrap().iter().map(|row| &row["kind"]).collect();
    assert_eq!(kinds, ["refresh", "login"]);
    assert_eq!(home.run(&["history", "erp-net", "--json"]).ends(0).json(), rows);
    let csv = home.run(&["history", "erp-net", "--format", "csv"]).ends(0).out;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let event = reader
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "event")
        .unwrap();
    let events: Vec<_> = reader.records().map(|row| row.unwrap()[event].to_owned()).collect();
    assert_eq!(events, ["refresh", "login"]);
    let table = home.run(&["history", "erp-net"]).ends(0).out;
    assert!(table.lines().count() == 2 && table.contains("rotated"), "{table}");
    let later = home
        .run(&["history", "erp-net", "--since", "2999-01-01", "--json"])
        .ends(0);
    assert_eq!(later.json(), json!([]));
}

#[test]
fn the_status_knows_the_last_tokens_however_much_happened_since() {
    let home = Home::new();
    home.run(&["profile", "list"]).ends(0);
    let (database, _) = Database::open(&home.data_dir().join("tokenscope.db")).unwrap();
    let row = |kind| HistoryEntry::new(Slug::parse("erp-net").unwrap(), jiff::Timestamp::UNIX_EPOCH, kind);
    let record = |token: &str| {
        let token = Token::new(Secret::from(token), jiff::Timestamp::UNIX_EPOCH, None);
        Some(TokenRecord::of(&token))
    };
    let mut login = row(HistoryKind::Login);
    (login.access, login.id_token) = (record("opaque"), record(seeds::ID_TOKEN));
    database.add(&login).unwrap();
    for _ in 0..250 {
        database.add(&row(HistoryKind::ApiCall)).unwrap();
    }
    drop(database);
    let status = home.run(&["status", "erp-net", "--json"]).ends(0).json();
    assert_eq!(
        (&status["access"]["form"], &status["id"]["form"]),
        (&json!("opaque"), &json!("jws"))
    );
    assert_eq!(
        status["access"]["fingerprint"],
        Fingerprint::of("opaque").to_string(),
        "{status}"
    );
}

#[test]
fn a_login_that_is_denied_ends_with_1_and_an_error_document() {
    let home = Home::new();
    let running = home.start(&["login", "erp-net", "--no-browser", "--json"]);
    let denied = callback(&running.address(), "error=access_denied&error_description=Not+today");
    wait(client().get(denied).send()).unwrap();
    let ran = running.finish().ends(1);
    let error = &ran.json()["error"];
    assert_eq!(keys(error), ["code", "message", "hint", "http_status"]);
    assert_eq!(
        (&error["code"], &error["http_status"]),
        (&json!("access_denied"), &Value::Null)
    );
    assert!(error["message"].as_str().unwrap().contains("Not today"), "{error}");
}

#[test]
fn a_login_to_which_nobody_comes_ends_with_1() {
    let ran = Home::new()
        .run(&["login", "erp-net", "--no-browser", "--timeout", "1", "--json"])
        .ends(1);
    let error = &ran.json()["error"];
    assert_eq!(
        (&error["code"], &error["message"]),
        (&json!("nobody_came"), &json!("Nobody signed in within 1 s"))
    );
}

#[test]
fn a_profile_that_does_not_exist_ends_with_2() {
    let home = Home::new();
    for command in [
        &["login", "nowhere", "--no-browser"][..],
        &["refresh", "nowhere", "--no-browser"],
        &["token", "nowhere", "--no-browser"],
        &["call", "nowhere", "--no-browser"],
        &["status", "nowhere"],
        &["history", "nowhere"],
        &["profile", "show", "nowhere"],
        &["profile", "set", "nowhere", "name=x"],
        &["profile", "export", "nowhere"],
        &["profile", "delete", "nowhere"],
    ] {
        home.run(command)
            .fails(2, &["There is no profile “nowhere”", "tokenscope profile list"]);
        let error = &home.run(&[command, &["--json"][..]].concat()).ends(2).json()["error"];
        assert_eq!(error["code"], "no_profile", "{command:?}");
    }
    home.run(&["login", "../evil", "--no-browser"])
        .fails(2, &["“../evil” is no profile's name"]);
    assert_eq!(
        home.run(&["history", "erp-net"]).ends(0).out,
        "",
        "nothing was written anywhere"
    );
}

#[test]
fn a_token_is_printed_bare_and_is_the_one_in_the_history() {
    let home = Home::new();
    for (kind, key) in [("refresh", "refresh"), ("access", "access"), ("id", "id_token")] {
        let ran = home
            .run_and_sign_in(&["token", "erp-net", "--no-browser", "--kind", kind])
            .ends(0);
        assert_eq!(ran.out.lines().count(), 1);
        let row = &home.run(&["history", "erp-net", "--json"]).ends(0).json()[0];
        assert_eq!(
            row[key]["fingerprint"],
            Fingerprint::of(ran.out.trim_end()).as_str(),
            "{kind}"
        );
    }
    let ran = home.run_and_sign_in(&["token", "erp-net-interactive", "--no-browser", "--kind", "id"]);
    ran.fails(1, &["The provider gave no id token", "openid"]);
}

#[test]
fn the_api_is_called_with_the_token() {
    let home = Home::new();
    let ran = home
        .run_and_sign_in(&["call", "erp-net", "--no-browser", "--json"])
        .ends(0);
    let document = ran.json();
    assert_eq!(
        (&document["http_status"], &document["www_authenticate"]),
        (&json!(200), &Value::Null)
    );
    assert!(document["body"].as_str().unwrap().contains("Balkan Timber OOD"));
    let ran = home.run_and_sign_in(&["call", "erp-net", "--no-browser"]).ends(0);
    let body: Value = ran.json();
    assert_eq!(body["value"].as_array().unwrap().len(), 10);
    home.run(&["call", "erp-net", "http://api.example/v1"])
        .fails(2, &["Without https"]);
    home.run(&["call", "erp-net", "not an address"])
        .fails(2, &["“not an address” is no address"]);
}

#[test]
fn a_login_check_that_failed_is_named_beside_the_data() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // An ID token of another client.
    let tokens = json!({"access_token": "opaque", "token_type": "Bearer", "id_token": seeds::ID_TOKEN}).to_string();
    let script = [&tokens, &tokens, "{}"].map(|body| server::json(200, body));
    let server = runtime.block_on(Server::start(script));
    let home = Home::new();
    let new = ["profile", "new", "--template", "custom", "--name", "Mine"];
    let more = [
        "--base-url",
        server.url.as_str(),
        "--set",
        "api_url=/api",
        "--client-id",
        "mine-1",
    ];
    home.run(&[&new[..], &more].concat()).ends(0);
    let shown = home.run(&["profile", "show", "mine", "--json"]).ends(0).json();
    assert_eq!(shown["client_id"], "mine-1");
    let run = |command: &[&str]| {
        let running = home.start(&[command, &["--no-browser"]].concat());
        wait(client().get(callback(&running.address(), "code=c")).send()).unwrap();
        let ran = running.finish().ends(1);
        assert!(ran.err.contains("✕ id_token.aud: "), "{ran:?}");
        ran
    };
    assert_eq!(run(&["token", "mine"]).out, "opaque\n");
    assert_eq!(run(&["call", "mine", "--json"]).json()["http_status"], 200);
}

#[cfg(unix)]
#[test]
fn ctrl_c_cancels_a_login_and_stops_the_demo_provider() {
    let home = Home::new();
    let running = home.start(&["login", "erp-net", "--no-browser", "--json"]);
    let address = running.address();
    running.interrupt();
    let error = running.finish().ends(1).json();
    assert_eq!(error["error"]["code"], "cancelled");
    for port in [
        address.port(),
        url::Url::parse(&parameter(&address, "redirect_uri")).unwrap().port(),
    ] {
        wait(is_free(port.unwrap()));
    }
    assert_eq!(home.run(&["history", "erp-net", "--json"]).ends(0).json(), json!([]));

    let mut running = home.start(&["demo", "--always-issue-new-refresh-token"]);
    let base: url::Url = running.line().parse().unwrap();
    let page = wait(async { client().get(base.clone()).send().await.unwrap().text().await.unwrap() });
    assert!(page.contains("my.trusted.app/first"), "{page}");
    let rotation = page.split("always_issue_new_refresh_token").nth(1).unwrap();
    assert!(rotation.split("</dd>").next().unwrap().ends_with(">on"), "{rotation}");
    running.interrupt();
    let ran = running.finish().ends(0);
    assert!(ran.err.contains("Sign in as admin / admin"), "{ran:?}");
    wait(is_free(base.port().unwrap()));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_what_waits_for_standard_input() {
    let home = Home::new();
    // More than a pipe holds: once it is all written, somebody reads.
    let much = vec![b'a'; 1 << 20];
    for command in [
        &["inspect", "-", "--json"][..],
        &["inspect", "--json"],
        &["inspect", "--lines", "--json"],
        &["profile", "import", "-", "--json"],
        &["login", "erp-net", "--secret-file", "/dev/stdin", "--json"],
    ] {
        let (running, mut input) = home.start_fed(command);
        input.write_all(&much).unwrap();
        running.interrupt();
        let error = running.finish().ends(1).json();
        assert_eq!(error["error"]["code"], "cancelled", "{command:?}");
        drop(input);
    }
}

#[test]
fn the_browser_of_the_environment_is_used() {
    let mut home = Home::new();
    let noted = home.dir.path().join("address");
    let script = home.file(
        "browser.sh",
        &format!(
            "#!/bin/sh\nprintf %s \"$1\" > '{0}.new' && mv '{0}.new' '{0}'\n",
            noted.display()
        ),
    );
    #[cfg(unix)]
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    home.set("BROWSER", script.to_str().unwrap());
    let running = home.start(&["login", "erp-net", "--json"]);
    let deadline = std::time::Instant::now() + PATIENCE;
    while !noted.exists() {
        assert!(std::time::Instant::now() < deadline, "the browser was not opened");
        std::thread::yield_now();
    }
    let address: url::Url = std::fs::read_to_string(&noted).unwrap().parse().unwrap();
    assert_eq!(address, running.address());
    wait(tokenscope::cli::visitor::sign_in(&address, "j.doe", "demo")).unwrap();
    let ran = running.finish().ends(0);
    assert!(ran.err.contains("Sign in in the browser that was opened"), "{ran:?}");
    assert_eq!(ran.json()["generation"], 1);
}

#[test]
fn without_any_browser_the_address_is_printed_and_the_login_goes_on() {
    let mut home = Home::new();
    home.set("PATH", home.dir.path().to_str().unwrap().to_owned().as_str());
    let ran = home.run_and_sign_in(&["login", "erp-net", "--json"]).ends(0);
    assert!(ran.err.contains("No browser could be opened"), "{ran:?}");
    assert!(ran.err.contains("Open the address yourself"), "{ran:?}");
}

#[test]
fn profiles_are_made_changed_exported_imported_and_deleted() {
    let home = Home::new();
    let new = [
        "profile",
        "new",
        "--template",
        "erp-net",
        "--name",
        "My ERP",
        "--base-url",
        "https://erp.example",
    ];
    assert_eq!(home.run(&new).ends(0).out, "my-erp\n");
    // The name is taken: the next one is another profile.
    let scope = ["--set", "scope=openid DomainApi", "--json"];
    let second = home.run(&[&new[..], &scope].concat()).ends(0).json();
    assert_eq!(
        (&second["slug"], &second["scope"]),
        (&json!("my-erp-2"), &json!("openid DomainApi"))
    );
    assert_eq!(second["base_url"], "https://erp.example");

    home.run(&[
        "profile",
        "set",
        "my-erp",
        "pkce=false",
        "notes=For the workshop = mine",
    ])
    .ends(0);
    let shown = home.run(&["profile", "show", "my-erp", "--json"]).ends(0).json();
    assert_eq!(
        (&shown["pkce"], &shown["notes"]),
        (&json!(false), &json!("For the workshop = mine"))
    );
    let lines = home.run(&["profile", "show", "my-erp"]).ends(0).out;
    assert!(
        lines
            .lines()
            .any(|line| line.starts_with("notes ") && line.ends_with("For the workshop = mine"))
    );

    let exported = home.run(&["profile", "export", "my-erp"]).ends(0);
    assert_eq!(exported.json(), shown);
    let file = home.file("mail.json", &exported.out);
    assert_eq!(
        home.run(&["profile", "import", file.to_str().unwrap()]).ends(0).out,
        "my-erp-3\n"
    );
    let imported = home
        .run_with(&["profile", "import", "-", "--json"], &exported.out)
        .ends(0)
        .json();
    assert_eq!(
        (&imported["slug"], &imported["notes"]),
        (&json!("my-erp-4"), &shown["notes"])
    );

    home.run(&["profile", "delete", "my-erp-2"]).ends(0);
    let deleted = home.run(&["profile", "delete", "my-erp-3", "--json"]).ends(0).json();
    assert_eq!(deleted, json!({"deleted": "my-erp-3"}));
    let listed = home.run(&["profile", "list", "--json"]).ends(0).json();
    let mut slugs: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["slug"].as_str().unwrap())
        .collect();
    slugs.sort_unstable();
    let mut expected = [&DEMO_PROFILES[..], &["my-erp", "my-erp-4"]].concat();
    expected.sort_unstable();
    assert_eq!(slugs, expected);
    assert_eq!(
        home.run(&["profile", "list"]).ends(0).out.lines().count(),
        expected.len()
    );
}

#[test]
fn an_empty_import_says_that_it_is_empty() {
    let home = Home::new();
    let run = home.run_with(&["profile", "import", "-"], "\n").ends(2);
    assert!(run.err.contains("Standard input is empty"), "{}", run.err);
}

#[test]
fn what_export_prints_is_what_import_reads() {
    let home = Home::new();
    let exported = home
        .run(&["profile", "export", "erp-net", "erp-net-interactive"])
        .ends(0);
    let file = home.file("both.json", &exported.out);
    let import = ["profile", "import", file.to_str().unwrap()];
    let names: Vec<String> = exported
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|profile| profile["name"].as_str().unwrap().to_owned())
        .collect();
    let first = home.run(&import).ends(0).out;
    assert_eq!(first.lines().count(), 2, "{first}");
    let second = home.run(&[&import[..], &["--json"]].concat()).ends(0).json();
    let second: Vec<_> = second.as_array().unwrap().iter().map(|p| p["name"].clone()).collect();
    assert_eq!(second, names);
    // Two of one name in one list, and comments, as people write them.
    let one = home.run(&["profile", "export", "erp-net"]).ends(0).out;
    let twice = home
        .run_with(&["profile", "import", "-"], &format!("// mine\n[{one}, {one},]"))
        .ends(0);
    let slugs: std::collections::HashSet<_> = twice.out.lines().collect();
    assert_eq!(slugs.len(), 2, "{twice:?}");
    let count = || home.run(&["profile", "list"]).ends(0).out.lines().count();
    assert_eq!(count(), 11);

    // One that cannot be used keeps the good one before it out as well.
    for (bad, says) in [
        ("{\"name\": 1}", "has a number in “name”"),
        ("7", "holds no JSON object"),
        ("{\"name\": \"Half\"}", "client_id"),
    ] {
        let file = home.file("half.json", &format!("[{one}, {bad}]"));
        home.run(&["profile", "import", file.to_str().unwrap()])
            .fails(2, &["Profile 2 of", says, "Nothing was imported"]);
    }
    let bad = one.replace(
        "\"token_parameters\": []",
        "\"token_parameters\": [\"client_secret=s3cret\"]",
    );
    assert_ne!(bad, one);
    let file = home.file("secret.json", &bad);
    let ran = home
        .run(&["profile", "import", file.to_str().unwrap()])
        .fails(2, &["a profile holds none"]);
    assert!(!ran.err.contains("s3cret"), "{ran:?}");
    home.run_with(&["profile", "import", "-"], "[]")
        .fails(2, &["no profile in it", "Nothing was imported"]);
    assert_eq!(count(), 11);
}

#[test]
fn a_change_that_cannot_be_leaves_the_profile_as_it_was() {
    let home = Home::new();
    home.run(&["profile", "list"]).ends(0);
    let before = std::fs::read(home.profile_file("erp-net")).unwrap();
    for (changes, says) in [
        (&["redirect_uri=http://app.example/cb"][..], "redirect_uri"),
        (&["response_type=token"], "response_type"),
        (&["client_id="], "client_id"),
        // The good half of a change is not made either.
        (&["notes=changed", "scope=profile"], "openid"),
        (&["colour=red"], "There is no field “colour”"),
        (&["notes"], "has no ="),
        (&["token_parameters=client_secret=s3cret"], "a profile holds none"),
    ] {
        let arguments = [&["profile", "set", "erp-net"][..], changes].concat();
        home.run(&arguments).fails(2, &[says]);
        assert_eq!(
            std::fs::read(home.profile_file("erp-net")).unwrap(),
            before,
            "{changes:?}"
        );
    }
    let new = ["profile", "new", "--template", "custom", "--name", "x"];
    home.run(&[&new[..], &["--register"]].concat()).fails(2, &["--issuer"]);
    home.run(&["profile", "new", "--template", "nope", "--name", "x"])
        .fails(2, &["“nope”", "erp-net, erp-net-interactive"]);
    for (text, says) in [
        ("", "is empty"),
        ("{\"name\":", "not valid JSON"),
        ("{\"version\": 99}", "newer version"),
    ] {
        let file = home.file("import.json", text);
        home.run(&["profile", "import", file.to_str().unwrap()])
            .fails(2, &[says, "Nothing was imported"]);
    }
    home.run(&["profile", "import", "/nowhere/x.json"])
        .fails(2, &["/nowhere/x.json could not be read"]);
    assert_eq!(
        std::fs::read_dir(home.data_dir().join("profiles")).unwrap().count(),
        DEMO_PROFILES.len()
    );
}

#[test]
fn a_profile_file_that_cannot_be_used_is_named_and_left_as_it_is() {
    let home = Home::new();
    home.run(&["profile", "list"]).ends(0);
    let file = home.profile_file("erp-net");
    let whole = std::fs::read(&file).unwrap();
    let path = file.to_str().unwrap();
    for (bytes, says) in [
        (&b""[..], "is empty"),
        (&whole[..whole.len() / 2], "not valid JSON"),
        (b"{\"version\": 99, \"name\": \"A\"}", "newer version"),
        (b"{\"name\": \"\xff\"}", "not UTF-8"),
    ] {
        put(&file, bytes);
        for command in [
            &["profile", "show", "erp-net"][..],
            &["login", "erp-net", "--no-browser"],
            &["profile", "set", "erp-net", "notes=x"],
            &["profile", "export", "erp-net"],
        ] {
            home.run(command).fails(2, &[path, says]);
            assert_eq!(std::fs::read(&file).unwrap(), bytes, "{command:?}");
        }
        // The others work.
        let ran = home.run(&["profile", "list"]).ends(0);
        assert!(
            ran.out.starts_with("erp-net-interactive ") && ran.out.lines().count() == DEMO_PROFILES.len() - 1,
            "{ran:?}"
        );
        assert!(ran.err.contains(path) && ran.err.contains(says), "{ran:?}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let home = Home::new();
    // A file where the folder should be: not even an administrator can write below it.
    let file = home.file("data", "mine");
    let ran = home.run(&["profile", "list"]).fails(2, &[file.to_str().unwrap()]);
    assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_without_rights_is_named_with_the_way_out() {
    // Not even an administrator can make a folder there.
    Home::new()
        .run(&["--data-dir", "/proc/tokenscope", "profile", "list"])
        .fails(2, &["/proc/tokenscope"]);
}

#[test]
fn a_database_of_a_newer_version_is_left_as_it_is() {
    let home = Home::new();
    home.run(&["profile", "list"]).ends(0);
    let file = home.data_dir().join("tokenscope.db");
    rusqlite::Connection::open(&file)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let before = std::fs::read(&file).unwrap();
    for command in [
        &["history", "erp-net"][..],
        &["login", "erp-net", "--no-browser"],
        &["profile", "list"],
    ] {
        home.run(command)
            .fails(2, &[file.to_str().unwrap(), "newer version", "update Tokenscope"]);
    }
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn a_taken_redirect_port_is_named_with_the_way_out() {
    let home = Home::new();
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let uri = format!("redirect_uri=http://localhost:{port}/signin-callback");
    home.run(&["profile", "set", "erp-net", &uri]).ends(0);
    let command = ["login", "erp-net", "--no-browser"];
    home.run(&command)
        .fails(2, &[&format!("Port {port} is in use"), "redirect URI"]);
    let error = &home.run(&[&command[..], &["--json"]].concat()).ends(2).json()["error"];
    assert_eq!(error["code"], "port_in_use");
    // The port is the test's own: nobody has come there.
    taken.set_nonblocking(true).unwrap();
    taken.accept().unwrap_err();
}

#[test]
fn a_taken_demo_port_is_named() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    Home::new().run(&["demo", "--port", &port]).fails(2, &[&port]);
}

#[test]
fn wrong_usage_ends_with_2() {
    let home = Home::new();
    for command in [
        &["bogus"][..],
        &["login"],
        &["login", "erp-net", "--password", "x"],
        &["token", "erp-net", "--kind", "best"],
        &["history", "erp-net", "--format", "xml"],
    ] {
        let ran = home.run(command).ends(2);
        assert!(ran.out.is_empty() && ran.err.contains("error"), "{ran:?}");
    }
    home.run(&["history", "erp-net", "--since", "soon"])
        .fails(2, &["“soon” is no time", "2026-01-31"]);
    for format in ["table", "csv"] {
        let ran = home.run(&["history", "erp-net", "--json", "--format", format]).ends(2);
        assert_eq!(ran.json()["error"]["code"], "usage");
        assert!(ran.err.contains("Choose one"), "{ran:?}");
    }
    home.run(&["history", "erp-net", "--json", "--format", "json"]).ends(0);
    let missing = ["login", "erp-net", "--no-browser", "--secret-file", "/nowhere/secret"];
    home.run(&missing).fails(2, &["/nowhere/secret could not be read"]);
}
