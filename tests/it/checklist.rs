//! The steps of MyCorp-Auth and redCORE on the command line.

use serde_json::Value;

use crate::support::command::Home;

/// `step outcome` of each.
fn outcomes(document: &Value) -> Vec<String> {
    let steps = document["checklist"].as_array().expect("there is a checklist");
    let word = |step: &Value, name: &str| step[name].as_str().expect("a text").to_owned();
    steps
        .iter()
        .map(|step| {
            let keys: Vec<_> = step.as_object().expect("an object").keys().collect();
            assert_eq!(keys, ["step", "title", "outcome", "message"]);
            format!("{} {}", word(step, "step"), word(step, "outcome"))
        })
        .collect()
}

fn message<'a>(document: &'a Value, step: &str) -> &'a str {
    let steps = document["checklist"].as_array().expect("there is a checklist");
    let step = steps.iter().find(|found| found["step"] == step);
    step.and_then(|step| step["message"].as_str()).expect("a message")
}

#[test]
fn a_login_prints_the_ten_steps_as_json_and_as_lines() {
    let home = Home::new();
    let document = home.run(&["login", "mycorp-auth", "--json"]).ends(0).json();
    assert_eq!(
        outcomes(&document),
        [
            "1 pass",
            "2 pass",
            "3 pass",
            "4 pass",
            "5 pass",
            "6 pass",
            "7 pass",
            "8 pass",
            "9 pending",
            "10 pending"
        ]
    );
    assert_eq!(message(&document, "9"), "GET /api/user/profile");
    let ran = home.run(&["login", "mycorp-auth"]).ends(0);
    assert!(ran.out.contains("Ten steps to a refresh token"), "{ran:?}");
    assert!(
        ran.out.contains("✓ 7  Verify the signature") && ran.out.contains("· 9  Try the access token"),
        "{ran:?}"
    );
    // They are told as they happen, in their order.
    let told: Vec<_> = ["✓ 1 ", "✓ 4 ", "✓ 8 "].map(|step| ran.err.find(step)).to_vec();
    assert!(told.iter().all(Option::is_some) && told.is_sorted(), "{ran:?}");
}

#[test]
fn a_refresh_and_a_call_fill_in_the_later_steps() {
    let home = Home::new();
    let refreshed = home.run(&["refresh", "mycorp-auth", "--json"]).ends(0).json();
    assert_eq!(outcomes(&refreshed)[8..], ["9 pending", "10 pass"]);
    assert_eq!(message(&refreshed, "10"), "Generation 2, new refresh token");
    let called = home.run(&["call", "mycorp-auth", "--json"]).ends(0).json();
    assert_eq!(outcomes(&called)[8..], ["9 pass", "10 pending"]);
    assert_eq!(called["http_status"], 200);
}

#[test]
fn a_failed_login_prints_the_steps_beside_the_error() {
    let home = Home::new();
    let arguments = ["login", "mycorp-auth", "--password-stdin"];
    let ran = home
        .run_with(&[&arguments[..], &["--json"]].concat(), "wrong\n")
        .ends(1);
    let document = ran.json();
    assert_eq!(document["error"]["code"], "invalid_credentials");
    assert_eq!(
        outcomes(&document)[..5],
        ["1 pass", "2 pass", "3 pass", "4 fail", "5 skip"]
    );
    assert!(!ran.err.contains("✓ 4 "), "{ran:?}");
    let ran = home.run_with(&arguments, "wrong\n").ends(1);
    assert!(ran.err.contains("✕ 4  Send the request"), "{ran:?}");
}

#[test]
fn an_account_in_no_ldap_group_and_a_scope_without_the_word_fail_their_steps() {
    let home = Home::new();
    let arguments = ["login", "mycorp-auth", "--username", "m.petrova", "--json"];
    let document = home.run(&arguments).ends(0).json();
    assert_eq!(outcomes(&document)[7], "8 fail");
    assert!(message(&document, "8").contains("LDAP groups"));
    home.run(&["profile", "set", "mycorp-auth", "scope=openid"]).ends(0);
    let ran = home.run(&["login", "mycorp-auth", "--json"]).ends(0);
    let document = ran.json();
    assert_eq!(outcomes(&document)[1], "2 fail");
    assert_eq!(document["refresh"], Value::Null);
    assert!(
        ran.err.find("✕ 2 ") < ran.err.find("✓ 4 "),
        "it is told before anything is sent: {ran:?}"
    );
}

#[test]
fn red_core_has_the_steps_a_to_h_and_other_systems_have_none() {
    let home = Home::new();
    let document = home.run(&["refresh", "redcore", "--json"]).ends(0).json();
    assert_eq!(
        outcomes(&document),
        [
            "A pass",
            "B pass",
            "C pending",
            "D pending",
            "E skip",
            "F skip",
            "G pass",
            "H pass"
        ]
    );
    assert!(message(&document, "H").ends_with("kept the old one"));
    let other = home.run_and_sign_in(&["login", "erp-net", "--no-browser", "--json"]);
    assert!(other.ends(0).json().get("checklist").is_none());
}
