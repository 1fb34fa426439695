//! What the command line looks at, asks for and says before anybody signs in.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

use serde_json::json;
use tokio::runtime::Runtime;
use url::Url;

use crate::support::command::Home;
use crate::support::server::{self, Server};

/// A profile of the template `custom`, with these fields.
fn make(home: &Home, name: &str, base: &Url, fields: &[&str]) {
    let mut command = vec!["profile", "new", "--template", "custom", "--name", name];
    command.extend(["--base-url", base.as_str()]);
    for field in fields {
        command.extend(["--set", field]);
    }
    home.run(&command).ends(0);
}

fn tokens(access: &str) -> server::Reply {
    let issued = "urn:ietf:params:oauth:token-type:access_token";
    let answer = json!({"access_token": access, "token_type": "Bearer", "expires_in": 60, "issued_token_type": issued});
    server::json(200, &answer.to_string())
}

fn nowhere() -> Url {
    "http://127.0.0.1:9/".parse().unwrap()
}

#[test]
fn an_endpoint_that_is_missing_is_said_before_anybody_signs_in() {
    let home = Home::new();
    let empty = [
        "userinfo_endpoint=",
        "introspection_endpoint=",
        "revocation_endpoint=",
        "end_session_endpoint=",
        "api_url=",
    ];
    make(&home, "Mine", &nowhere(), &empty);
    for (command, code, label) in [
        ("userinfo", "invalid_profile", "Userinfo endpoint"),
        ("introspect", "invalid_profile", "Introspection endpoint"),
        ("revoke", "invalid_profile", "Revocation endpoint"),
        ("logout", "invalid_profile", "Logout endpoint"),
        ("call", "no_api", "API to try"),
    ] {
        let words = format!("Fill in “{label}” in the profile");
        let ran = home.run(&[command, "mine", "--no-browser"]).fails(2, &[&words]);
        assert!(!ran.err.contains("open: "), "{ran:?}");
        let error = &home.run(&[command, "mine", "--no-browser", "--json"]).ends(2).json()["error"];
        assert_eq!(error["code"], code);
    }
}

#[test]
fn the_profile_whose_token_is_exchanged_is_logged_in_to_first() {
    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(Server::start([tokens("of-the-person"), tokens("exchanged")]));
    let home = Home::new();
    let person = ["grant=password", "username=jane", "scope="];
    make(&home, "Person", &server.url, &person);
    let exchanging = ["grant=token_exchange", "subject_profile=person", "scope="];
    make(&home, "Backend", &server.url, &exchanging);
    let ran = home
        .run_with(&["token", "backend", "--password-stdin"], "pa55word\n")
        .ends(0);
    assert_eq!(ran.out, "exchanged\n");
    assert!(ran.err.contains("Logging in to person first"), "{ran:?}");
    let requests = server.requests();
    assert!(requests[0].contains("grant_type=password"), "{requests:?}");
    assert!(requests[0].contains("username=jane") && requests[0].contains("password=pa55word"));
    assert!(requests[1].contains("subject_token=of-the-person"), "{requests:?}");
}

#[test]
fn a_profile_whose_token_cannot_be_had_is_named() {
    let home = Home::new();
    for (name, subject) in [("Lost", "nosuch"), ("Own", "own"), ("Bare", "")] {
        let subject = format!("subject_profile={subject}");
        make(&home, name, &nowhere(), &["grant=token_exchange", "scope=", &subject]);
    }
    make(&home, "Person", &nowhere(), &["grant=password", "scope="]);
    let on_it = ["grant=token_exchange", "subject_profile=person", "scope="];
    make(&home, "Backend", &nowhere(), &on_it);
    home.run(&["login", "lost"]).fails(2, &["There is no profile “nosuch”"]);
    home.run(&["login", "own"]).fails(
        2,
        &["“own” would exchange a token of its own", "“Exchange the token of”"],
    );
    home.run(&["login", "bare"]).fails(2, &["--subject-token-file"]);
    home.run(&["login", "backend"])
        .fails(2, &["“person”: ", "no password was given"]);
}

#[test]
fn the_token_to_exchange_comes_from_standard_input() {
    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(Server::start([tokens("exchanged")]));
    let home = Home::new();
    // A profile to take the token of is not needed then.
    let exchanging = ["grant=token_exchange", "subject_profile=nosuch", "scope="];
    make(&home, "Backend", &server.url, &exchanging);
    let command = ["token", "backend", "--subject-token-file", "-"];
    let ran = home.run_with(&command, "handed-on\nmore\n").ends(0);
    assert_eq!(ran.out, "exchanged\n");
    let request = &server.requests()[0];
    assert!(request.contains("subject_token=handed-on&"), "{request}");
    home.run_with(&[&command[..], &["--password-stdin"]].concat(), "one\n")
        .fails(2, &["cannot both be read from standard input"]);
}

#[cfg(target_os = "linux")]
#[test]
fn at_a_terminal_name_and_password_are_asked_for_and_the_password_is_not_shown() {
    use std::io::{Read as _, Write as _};
    use std::process::{Command, Stdio};

    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(Server::start([tokens("opaque")]));
    let home = Home::new();
    make(&home, "Mine", &server.url, &["grant=password", "scope="]);
    // script (util-linux) gives the program a terminal.
    let command = format!("'{}' token mine", env!("CARGO_BIN_EXE_tokenscope"));
    let mut child = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .env("TOKENSCOPE_DATA_DIR", home.data_dir())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut shown = String::new();
    let mut wait_for = |words: &str| {
        let mut byte = [0];
        while !shown.ends_with(words) {
            assert_eq!(output.read(&mut byte).unwrap(), 1, "it ended after {shown}");
            shown.push(char::from(byte[0]));
        }
    };
    wait_for("User name: ");
    input.write_all(b"jane\n").unwrap();
    wait_for("password: ");
    input.write_all(b"pa55word\n").unwrap();
    wait_for("opaque");
    assert!(child.wait().unwrap().success(), "{shown}");
    assert!(shown.contains("jane") && !shown.contains("pa55word"), "{shown}");
    let request = &server.requests()[0];
    assert!(
        request.contains("username=jane") && request.contains("password=pa55word"),
        "{request}"
    );
}

#[test]
fn an_insecure_profile_says_so_before_it_is_used() {
    let home = Home::new();
    make(&home, "Mine", &nowhere(), &["insecure=true"]);
    let login = ["login", "mine", "--no-browser", "--timeout", "1"];
    let warnings = |command: &[&str]| {
        let ran = home.run(command);
        let lines: Vec<_> = ran.err.lines().map(str::to_owned).collect();
        let at = lines.iter().position(|line| line.starts_with("▲ Insecure: "));
        (at, lines.iter().filter(|line| line.contains("Insecure")).count())
    };
    assert_eq!(warnings(&login), (Some(0), 1));
    let discover = ["discover", "http://127.0.0.1:9/", "--set", "insecure=true"];
    assert_eq!(warnings(&discover).0, Some(0));
    home.run(&["profile", "set", "mine", "insecure=false"]).ends(0);
    assert_eq!(warnings(&login), (None, 0));
}

#[test]
fn wrong_usage_is_a_document_with_json_and_text_without() {
    let home = Home::new();
    for (command, says) in [
        (&["login", "erp-net", "--jsn"][..], "unexpected argument '--jsn'"),
        (&["history"], "<PROFILE>"),
        (&["nosuch"], "unrecognized subcommand 'nosuch'"),
        (&["profile"], "missing"),
    ] {
        let ran = home.run(command).ends(2);
        assert_eq!(ran.out, "", "{ran:?}");
        let ran = home.run(&[command, &["--json"][..]].concat()).ends(2);
        let error = &ran.json()["error"];
        assert_eq!(error["code"], "usage");
        let said = |key: &str| error[key].as_str().unwrap().to_owned();
        assert!(
            !said("hint").is_empty() && !said("message").starts_with("error"),
            "{error}"
        );
        // clap knows better what is missing when --json follows.
        assert!(command == ["profile"] || said("message").contains(says), "{error}");
        assert!(!ran.err.is_empty());
    }
    let ran = home.run(&["login", "--jsn", "--", "--json"]).ends(2);
    assert_eq!(ran.out, "", "what stands behind -- is no option");
    let help = home.run(&["login", "--help", "--json"]).ends(0);
    assert!(help.out.contains("Example:") && help.err.is_empty(), "{help:?}");
    let version = home.run(&["--version", "--json"]).ends(0);
    assert_eq!(
        version.out.trim_end(),
        format!("tokenscope {}", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn the_values_of_a_profile_stand_in_one_column() {
    let home = Home::new();
    let shown = home.run(&["profile", "show", "erp-net"]).ends(0).out;
    let value_at = |key: &str| {
        let line = shown.lines().find(|line| line.split(' ').next() == Some(key)).unwrap();
        let after = line[key.len()..].trim_start().len();
        line.len() - after
    };
    let column = value_at("name");
    for key in ["impersonate_as_internal_user_allowed", "client_id", "token_endpoint"] {
        assert_eq!(value_at(key), column, "{key}: {shown}");
    }
}
