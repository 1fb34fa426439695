//! The scratchpad: what a person pastes there, what the engine is asked, and what is seen of its answers.

use std::sync::Arc;

use egui::{Event, Key, Modifiers, OutputCommand, Theme, ViewportCommand, ViewportId};
use egui_kittest::SnapshotResults;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tokenscope::engine::{
    Command, EventKind, Failure, ForgeHow, ForgeRequest, Forgery, InspectRequest, Inspected, KeysFrom, OperationId,
    OperationKind, Signer,
};
use tokenscope::model::inspection::{Inspection, Lens, TokenUse};
use tokenscope::model::jwe::DecryptionKey;
use tokenscope::model::{Fingerprint, Secret};

use crate::support::{Window, jwt, now, session, trusted};

const FIELD: &str = "Text with tokens";

pub(crate) fn request_of(command: Command) -> InspectRequest {
    match command {
        Command::Inspect(request) => *request,
        other => panic!("{other:?}"),
    }
}

fn look(request: &InspectRequest) -> Vec<Inspection> {
    let lens = Lens {
        expected: request.expected.clone(),
        ..Lens::default()
    };
    let words = request.text.expose().split_whitespace();
    words
        .map(|word| Inspection::of(Secret::new(word), &lens, now()))
        .collect()
}

impl Window {
    /// The scratchpad is open.
    pub(crate) fn scratching(self) -> Self {
        let mut window = self.with_profiles().with_session();
        window.keys(Modifiers::COMMAND, Key::T);
        window.asked();
        window
    }

    /// Puts a text in, as from the clipboard.
    pub(crate) fn paste(&mut self, text: &str) {
        self.control(FIELD).focus();
        self.settle();
        self.harness.event(Event::Paste(text.to_owned()));
        self.settle();
    }

    /// The engine has looked at what it was asked for.
    pub(crate) fn answer(&mut self, id: OperationId, inspections: Vec<Inspection>) {
        let inspected = Inspected {
            inspections,
            left_out: 0,
            keys: None,
            awaits_keys: false,
        };
        self.answer_with(id, inspected);
    }

    fn answer_with(&mut self, id: OperationId, inspected: Inspected) {
        self.tell(id, EventKind::Inspected(Arc::new(inspected)));
        let (slug, kind, result) = (None, OperationKind::Inspection, Ok(()));
        self.tell(id, EventKind::Finished { slug, kind, result });
    }

    /// A text was pasted and looked at.
    fn with_text(mut self, text: &str) -> Self {
        self.paste(text);
        let (id, command) = self.only_request();
        let inspections = look(&request_of(command));
        self.answer(id, inspections);
        self
    }
}

pub(crate) fn good() -> Secret {
    let exp = now().as_second() + 600;
    jwt(
        r#"{"alg":"RS256","kid":"k1","typ":"at+jwt"}"#,
        &format!(
            r#"{{"iss":"https://login.example.com/id","sub":"admin","aud":"api","exp":{exp},"scope":["openid","profile"]}}"#
        ),
    )
}

pub(crate) fn other() -> Secret {
    jwt(r#"{"alg":"ES256"}"#, r#"{"sub":"someone else","aud":"api"}"#)
}

#[test]
fn what_is_pasted_is_looked_at_and_shown() {
    let mut window = Window::new().scratching();
    assert!(window.sees("Nothing pasted yet"));
    window.paste(good().expose());
    let (id, command) = window.only_request();
    let request = request_of(command);
    assert_eq!(
        (request.text.clone(), request.keys.clone()),
        (good(), KeysFrom::Nowhere)
    );
    assert!(window.sees("Reading…"));
    window.answer(id, look(&request));
    for words in ["admin", "expires in 10 min", "JWT · RS256"] {
        assert!(window.sees(words), "{words}");
    }
}

#[test]
fn one_look_runs_at_a_time_and_only_the_newest_text_follows() {
    let mut window = Window::new().scratching();
    window.paste("aaa");
    let (first, command) = window.only_request();
    for letter in ["b", "c", "d"] {
        window.control(FIELD).type_text(letter);
        window.settle();
    }
    assert!(window.asked().is_empty(), "the first one is still out");
    let old = look(&request_of(command));
    window.answer(first, old);
    let (second, command) = window.only_request();
    let newest = request_of(command);
    assert_eq!(newest.text.expose(), "aaabcd");
    assert!(window.sees("Reading…"), "the answer to an older text is not shown");
    window.answer(second, look(&newest));
    assert!(window.sees("opaque"));
    assert!(window.asked().is_empty());
}

#[test]
fn several_tokens_are_listed_and_each_can_be_shown() {
    let text = format!("{} {}", good().expose(), other().expose());
    let mut window = Window::new().scratching().with_text(&text);
    assert!(window.sees("2 tokens"));
    assert!(window.sees("admin"));
    window.click("Token 2");
    assert!(window.sees("someone else"));
    assert!(!window.sees("admin"));
    assert!(window.asked().is_empty(), "nothing has to be looked at for that");
}

#[test]
fn a_server_is_asked_for_keys_only_on_a_click_that_names_it() {
    let mut window = Window::new().scratching().with_text(good().expose());
    window.click("Keys and expectations");
    window.click("Issuer");
    let (id, command) = window.only_request();
    let asked = request_of(command);
    assert_eq!(asked.keys, KeysFrom::Nowhere);
    window.answer(id, look(&asked));
    window.click("Ask login.example.com");
    let (_, command) = window.only_request();
    let asked = request_of(command);
    let issuer = KeysFrom::Issuer("https://login.example.com/id".to_owned());
    assert_eq!((asked.keys, asked.asks_for_keys), (issuer, true));
}

#[test]
fn the_address_of_a_key_set_is_asked_when_it_is_whole() {
    let mut window = Window::new().scratching().with_text(good().expose());
    window.click("Keys and expectations");
    window.click("Address");
    let (id, command) = window.only_request();
    window.answer(id, look(&request_of(command)));
    window.type_into("Key set at", "https://idp.example/jwks");
    assert!(window.asked().is_empty());
    window.click("Fetch keys");
    let (id, command) = window.only_request();
    let asked = request_of(command);
    assert_eq!(asked.keys, KeysFrom::Address("https://idp.example/jwks".to_owned()));
    let inspected = Inspected {
        inspections: look(&asked),
        left_out: 0,
        keys: Some(Err("the JWKS address answered 404".to_owned())),
        awaits_keys: false,
    };
    window.answer_with(id, inspected);
    assert!(window.sees("No keys: the JWKS address answered 404"));
}

#[test]
fn expectations_go_with_the_look_and_stand_in_the_folded_line() {
    let mut window = Window::new().scratching().with_text(good().expose());
    window.click("Keys and expectations");
    window.click("Access token");
    let (id, command) = window.only_request();
    let asked = request_of(command);
    assert_eq!(asked.expected.token_use, Some(TokenUse::Access));
    window.answer(id, look(&asked));
    window.type_into("Audience", "api");
    let newest = window.asked().pop().unwrap();
    let asked = request_of(newest.1);
    assert_eq!(asked.expected.audience.as_deref(), Some("api"));
    window.type_into("At time", "when it was");
    assert!(window.sees("Write it as 2026-01-31, 2026-01-31T12:00:00Z, or seconds since 1970"));
    window.click("Keys and expectations");
    let fold = window.control("Keys and expectations");
    let line = fold.accesskit_node().description().unwrap_or_default();
    assert_eq!(line, "signatures are not checked · access token · for api");
}

#[test]
fn a_pasted_key_is_masked_and_goes_with_the_look() {
    let mut window = Window::new().scratching().with_text(good().expose());
    window.click("Keys and expectations");
    window.click("Pasted key");
    let (id, command) = window.only_request();
    window.answer(id, look(&request_of(command)));
    window.type_into("Key", "hunter2");
    let asked = request_of(window.asked().pop().unwrap().1);
    assert_eq!(asked.keys, KeysFrom::Pasted(Secret::new("hunter2")));
    assert!(!window.sees("hunter2"));
    let masked = window.control("Key").accesskit_node().value().unwrap_or_default();
    assert!(!masked.contains("hunter2"), "{masked}");
}

#[test]
fn clear_forgets_the_text_and_what_can_be_undone() {
    let mut window = Window::new().scratching().with_text(good().expose());
    window.control(FIELD).type_text(" more");
    window.settle();
    let (id, command) = window.only_request();
    window.answer(id, look(&request_of(command)));
    window.click("Clear");
    assert!(window.sees("Nothing pasted yet"));
    window.control(FIELD).focus();
    window.keys(Modifiers::COMMAND, Key::Z);
    let value = window.control(FIELD).accesskit_node().value().unwrap_or_default();
    assert_eq!(value, "");
    assert!(
        window
            .asked()
            .iter()
            .all(|(_, command)| !matches!(command, Command::Inspect(_)))
    );
}

#[test]
fn paste_takes_the_clipboard_in_the_place_of_what_is_there() {
    let mut window = Window::new().scratching().with_text("old");
    window.control("Paste").click();
    window.harness.step();
    let commands = &window.harness.output().viewport_output[&ViewportId::ROOT].commands;
    assert!(commands.contains(&ViewportCommand::RequestPaste));
    window.harness.event(Event::Paste("new".to_owned()));
    window.settle();
    let asked = request_of(window.only_request().1);
    assert_eq!(asked.text.expose(), "new");
}

#[test]
fn a_megabyte_is_edited_through_a_piece_of_it() {
    let long = "x".repeat(1024 * 1024);
    let mut window = Window::new().scratching().with_text(&long);
    let words = "A long text: bytes 1 to 4,096 of 1,048,576 stand here to be edited. All of it is read";
    let end = "A long text: bytes 1,044,481 to 1,048,576 of 1,048,576 stand here to be edited. All of it is read";
    assert!(window.sees(end) || window.sees(words));
    window.click("Earlier");
    window.click("Later");
    window.control(FIELD).focus();
    window.control(FIELD).type_text("y");
    window.settle();
    let (id, command) = window.only_request();
    let asked = request_of(command);
    assert_eq!(asked.text.expose().len(), long.len() + 1);
    assert_eq!(asked.text.expose().matches('y').count(), 1);
    window.answer(id, look(&asked));
    // All of it is taken by Ctrl A, though only a piece is shown.
    window.keys(Modifiers::COMMAND, Key::A);
    window.harness.event(Event::Copy);
    window.harness.step();
    let commands = &window.harness.output().platform_output.commands;
    let copied = commands
        .iter()
        .any(|command| matches!(command, OutputCommand::CopyText(text) if text.len() > long.len()));
    assert!(copied);
    window.harness.event(Event::Paste("short".to_owned()));
    window.settle();
    let (_, command) = window.only_request();
    assert_eq!(request_of(command).text.expose(), "short");
}

#[test]
fn a_profiles_token_is_opened_with_its_keys() {
    let mut window = Window::new().scratching();
    window.click("ERP.net trusted app");
    window.asked();
    window.keys(Modifiers::COMMAND, Key::K);
    window
        .control("Search profiles and commands")
        .type_text("inspect id token");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    let (_, command) = window.only_request();
    let asked = request_of(command);
    assert_eq!(asked.text, session(3).tokens.id.unwrap().value);
    assert_eq!(asked.keys, KeysFrom::Profile(trusted()));
    assert_eq!(asked.expected.token_use, Some(TokenUse::Id));
}

#[test]
fn a_token_that_expires_is_looked_at_again() {
    let mut window = Window::new().scratching().with_text(good().expose());
    window.wait_s(599);
    assert!(window.asked().is_empty());
    window.wait_s(2);
    let (_, command) = window.only_request();
    assert_eq!(request_of(command).text, good());
}

#[test]
fn a_forged_token_is_called_so_wherever_it_is_and_when_it_is_copied() {
    let mut window = Window::new().scratching();
    window.paste(good().expose());
    let (id, command) = window.only_request();
    let mut inspections = look(&request_of(command));
    inspections[0].forged = Some(vec!["aud is now “admin-api”".to_owned()]);
    window.answer(id, inspections);
    assert!(window.sees("Forged"));
    let copied = window.copied_by("Copy token");
    assert_eq!(copied, [good().expose().to_owned()]);
    assert!(window.sees("Copied a forged token: for tests of your own servers only"));
    window.click("Findings");
    assert!(window.sees("aud is now “admin-api”"));
}

impl Window {
    /// A token is opened to be changed.
    fn editing(self) -> Self {
        let mut window = self.scratching().with_text(good().expose());
        window.click("Edit…");
        window
    }
}

fn forge_request(command: Command) -> ForgeRequest {
    match command {
        Command::Forge(request) => *request,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_token_is_changed_as_text_and_made_with_what_was_chosen() {
    let mut window = Window::new().editing();
    assert!(window.asked().is_empty());
    window.type_into("Payload", "{\"sub\": }");
    let problem = "This is no JSON: line 1, column 9 (expected value)";
    assert!(window.sees(problem));
    window.type_into("Payload", "{\"sub\": \"root\"}");
    window.click("Old signature");
    window.click("Make the token");
    let (id, command) = window.only_request();
    let request = forge_request(command);
    assert_eq!(
        (request.token, request.signer, request.marks),
        (good(), Signer::Keep, true)
    );
    let ForgeHow::Edit { header, claims } = request.how else {
        panic!("it is an edit");
    };
    assert_eq!((header, claims), (None, Some(Secret::new("{\"sub\": \"root\"}"))));
    let forged = other();
    let forgery = Forgery {
        fingerprint: Fingerprint::of(forged.expose()),
        token: forged.clone(),
        what: vec!["Claims: sub is now \"root\"".to_owned()],
        place: "Changed token".to_owned(),
        publish: None,
    };
    window.tell(id, EventKind::Forged(Arc::new(forgery)));
    let (slug, kind, result) = (None, OperationKind::Inspection, Ok(()));
    window.tell(id, EventKind::Finished { slug, kind, result });
    // It is looked at with the others, and shown.
    let (id, command) = window.only_request();
    let asked = request_of(command);
    assert_eq!(asked.forgeries[0].token, forged);
    let mut inspections = look(&asked);
    let mut made = Inspection::of(forged, &Lens::default(), now());
    made.forged = Some(asked.forgeries[0].what.clone());
    made.place = "Changed token".to_owned();
    inspections.push(made);
    window.answer(id, inspections);
    assert!(window.sees("Forged") && window.sees("someone else"));
    assert!(window.sees("Changed token"));
}

#[test]
fn an_attack_is_made_by_a_click_and_says_what_it_needs() {
    let mut window = Window::new().editing();
    window.click("Attacks");
    window.click("Make: Unsigned (none)");
    let (id, command) = window.only_request();
    let request = forge_request(command);
    assert!(
        matches!(request.how, ForgeHow::Attack { id: "alg_none", .. }),
        "{request:?}"
    );
    let needs_key = window.control("Make: HMAC with the public key");
    assert!(needs_key.accesskit_node().is_disabled());
    let (slug, kind) = (None, OperationKind::Inspection);
    let result = Err(Failure::local(
        "not_forged",
        "The token has no signature to keep",
        "Choose another one",
    ));
    window.tell(id, EventKind::Finished { slug, kind, result });
    assert!(window.sees("No token was made"));
    assert!(window.sees("The token has no signature to keep. Choose another one"));
}

#[test]
fn two_tokens_of_a_text_are_compared() {
    let text = format!("{} {}", good().expose(), other().expose());
    let mut window = Window::new().scratching().with_text(&text);
    window.click("Compare");
    assert!(window.sees("Token 2") && window.sees("someone else"));
    assert!(
        window.sees("Token 1") && window.sees("admin"),
        "there is nothing to choose"
    );
}

#[test]
fn a_check_of_a_finding_shows_what_to_do() {
    let mut window = Window::new().scratching().with_text(good().expose());
    window.click("Findings");
    let copied = window.copied_by("Copy report");
    assert!(
        copied[0].contains("Checks of Token 1") && copied[0].contains("## Token"),
        "{copied:?}"
    );
    assert!(window.sees("Signature"));
    window.click("Failed and warnings");
    window.click("Skipped");
    window.click("All");
    let row = window
        .harness
        .query_all_by_role(egui::accesskit::Role::Row)
        .find_map(|row| row.accesskit_node().label())
        .expect("a check");
    window.click(&row);
    assert!(window.sees("The rule"), "{row}");
    window.click("Close details");
    assert!(!window.sees("The rule"));
}

#[test]
fn what_was_encrypted_and_is_no_claims_is_masked_until_it_is_asked_for() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/jwe/rfc.json");
    let all: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut window = Window::new().scratching();
    window.paste(all[0]["tokens"][0].as_str().unwrap());
    let (id, command) = window.only_request();
    let key = Secret::new(all[0]["key"].to_string());
    let lens = Lens {
        decryption_keys: DecryptionKey::parse(&key).unwrap(),
        ..Lens::default()
    };
    window.answer(id, Inspection::all(&request_of(command).text, &lens, now()).0);
    let plaintext = all[0]["plaintext"].as_str().unwrap();
    assert!(window.sees("What was encrypted is no claims") && !window.sees(plaintext));
    window.click("Show signature");
    assert!(!window.sees(plaintext), "a signature is another thing");
    window.click("Show content");
    assert!(window.sees(plaintext));
    window.click("Findings");
    assert!(window.sees(plaintext));
    window.click("Hide content");
    assert!(!window.sees(plaintext));
    assert_eq!(window.copied_by("Copy content"), [plaintext.to_owned()]);
}

#[test]
fn the_keys_for_a_search_find_in_the_scratchpad_too() {
    let mut window = Window::new().scratching().with_text(good().expose());
    window.click("JSON");
    window.keys(Modifiers::COMMAND, Key::F);
    window.type_into("Find in the JSON", "i");
    assert!(window.sees("1 of 8"), "places of the letter in header and payload");
    window.control("Find in the JSON").focus();
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert!(window.sees("2 of 8"));
    window.keys(Modifiers::SHIFT, Key::Enter);
    window.click("Previous place");
    assert!(window.sees("8 of 8"));
    window.click("Close the search");
    assert!(!window.sees("Find in the JSON") && !window.sees("8 of 8"));
}

#[test]
fn the_scratchpad_looks_as_it_did() {
    let mut results = SnapshotResults::new();
    let text = format!("{} {}", good().expose(), other().expose());
    let mut window = Window::new().scratching().with_text(&text);
    results.add(window.harness.try_snapshot("scratchpad_dark"));
    let mut window = Window::sized(900.0, 600.0, Theme::Light).editing();
    window.click("Attacks");
    results.add(window.harness.try_snapshot("scratchpad_attacks_small_light"));
}
