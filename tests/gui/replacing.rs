//! Texts that follow each other in the scratchpad: what belonged to the one before is gone, and nothing waits behind it.

use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::NodeT as _;
use jiff::Timestamp;
use tokenscope::engine::{
    Command, EventKind, Forgery, InspectRequest, Inspected, KeysFrom, OperationId, OperationKind,
};
use tokenscope::model::inspection::{Inspection, Lens};
use tokenscope::model::{Clock as _, Fingerprint, Secret};

use crate::scratchpad::{good, other, request_of};
use crate::support::{Window, jwt, trusted};

const FIELD: &str = "Text with tokens";

/// The tokens of a text, judged at this time or at the one that is expected.
fn look_at(request: &InspectRequest, at: Timestamp) -> Vec<Inspection> {
    let lens = Lens {
        expected: request.expected.clone(),
        ..Lens::default()
    };
    let mut all = Inspection::all(&request.text, &lens, at).0;
    for made in &request.forgeries {
        all.push(Inspection {
            place: made.place.clone(),
            forged: Some(made.what.clone()),
            ..Inspection::of(made.token.clone(), &lens, at)
        });
    }
    all
}

impl Window {
    /// Everything in the field is chosen, and something else is pasted over it.
    fn paste_over(&mut self, text: &str) {
        self.control(FIELD).focus();
        self.settle();
        self.keys(Modifiers::COMMAND, Key::A);
        self.harness.event(Event::Paste(text.to_owned()));
        self.settle();
    }

    /// The engine looks at what it was asked for last, at the time that it is now.
    fn look_now(&mut self) -> InspectRequest {
        let (id, command) = self.only_request();
        let request = request_of(command);
        let inspections = look_at(&request, self.clock.now());
        self.answer(id, inspections);
        request
    }

    /// What can be seen without the keys that a slow server is asked for.
    fn answer_early(&mut self, id: OperationId, request: &InspectRequest) {
        let inspected = Inspected {
            inspections: look_at(request, self.clock.now()),
            left_out: 0,
            keys: None,
            awaits_keys: true,
        };
        self.tell(id, EventKind::Inspected(inspected.into()));
    }

    /// A text was pasted and looked at.
    fn showing(mut self, text: &str) -> Self {
        self.paste(text);
        self.look_now();
        self
    }
}

#[test]
fn a_token_that_expires_is_looked_at_once_and_then_it_settles() {
    let mut window = Window::new().scratching().showing(good().expose());
    window.wait_s(601);
    let (id, command) = window.only_request();
    for _ in 0..5 {
        window.wait_s(1);
    }
    assert!(window.asked().is_empty(), "the look is out");
    let request = request_of(command);
    window.answer(id, look_at(&request, window.clock.now()));
    assert!(window.sees("expired 6 s ago"));
    for _ in 0..5 {
        window.wait_s(1);
    }
    assert!(window.asked().is_empty(), "it does not expire again");
    window.paste_over(other().expose());
    window.look_now();
    assert!(window.sees("someone else") && !window.sees("admin"));
}

#[test]
fn what_an_example_brings_with_it_goes_with_it() {
    let mut window = Window::new().scratching();
    window.click("Try an example");
    let request = window.look_now();
    assert!(matches!(request.keys, KeysFrom::Pasted(_)) && request.expected.at.is_some());
    assert!(window.sees("judged at 2011-03-22 17:43:00 UTC"));
    window.paste_over(good().expose());
    let request = window.look_now();
    assert_eq!((request.keys, request.expected.at), (KeysFrom::Nowhere, None));
    assert!(window.sees("expires in 10 min") && !window.sees("Use now"));
}

#[test]
fn a_letter_more_leaves_what_an_example_brought() {
    let mut window = Window::new().scratching();
    window.click("Try an example");
    window.look_now();
    window.control(FIELD).focus();
    window.settle();
    window.control(FIELD).type_text("x");
    window.settle();
    let request = window.look_now();
    assert!(matches!(request.keys, KeysFrom::Pasted(_)) && request.expected.at.is_some());
}

#[test]
fn another_time_than_now_is_said_beside_the_verdict_and_left_by_a_click() {
    let mut window = Window::new().scratching().showing(good().expose());
    window.click("Keys and expectations");
    window.type_into("At time", "2026-11-20");
    let (id, command) = window.asked().pop().unwrap();
    let request = request_of(command);
    window.answer(id, look_at(&request, window.clock.now()));
    window.asked();
    assert!(window.sees("judged at 00:00:00 UTC") && window.sees("expires in 13 h"));
    window.click("Use now");
    assert_eq!(window.look_now().expected.at, None);
    assert!(!window.sees("Use now") && window.sees("expires in 10 min"));
}

#[test]
fn clear_forgets_what_was_expected_too() {
    let mut window = Window::new().scratching().showing(good().expose());
    window.click("Keys and expectations");
    for (field, text) in [("Audience", "a"), ("Nonce", "n"), ("At time", "1")] {
        window.type_into(field, text);
    }
    window.look_now();
    window.click("Clear");
    let (id, command) = window.only_request();
    window.answer(id, look_at(&request_of(command), window.clock.now()));
    window.paste(good().expose());
    assert_eq!(window.look_now().expected, InspectRequest::default().expected);
}

#[test]
fn a_profiles_keys_go_with_its_token() {
    let mut window = Window::new().scratching();
    window.click("ERP.net trusted app");
    window.asked();
    window.click("Inspect in scratchpad");
    assert_eq!(window.look_now().keys, KeysFrom::Profile(trusted()));
    window.paste_over(other().expose());
    let request = window.look_now();
    assert_eq!((request.keys, request.expected.token_use), (KeysFrom::Nowhere, None));
}

#[test]
fn a_new_text_shows_its_first_token_and_a_forged_one_is_removed_by_its_row() {
    let mut window = Window::new().scratching().showing(good().expose());
    window.click("Edit…");
    window.click("Old signature");
    window.click("Make the token");
    let forged = jwt(r#"{"alg":"RS256"}"#, r#"{"sub":"forged"}"#);
    window.make(&forged);
    window.look_now();
    assert!(window.sees("forged") && window.sees("2 tokens"));
    window.paste_over(other().expose());
    window.look_now();
    assert!(window.sees("someone else"), "the first token of the new text");
    window.click("Remove Changed token");
    assert!(window.look_now().forgeries.is_empty());
    assert!(!window.sees("Changed token") && window.sees("someone else"));
}

impl Window {
    /// The engine makes the token that it was asked for.
    fn make(&mut self, token: &Secret) {
        let (id, command) = self.only_request();
        assert!(matches!(command, Command::Forge(_)), "{command:?}");
        let forgery = Forgery {
            fingerprint: Fingerprint::of(token.expose()),
            token: token.clone(),
            what: vec!["something".to_owned()],
            place: "Changed token".to_owned(),
            publish: None,
        };
        self.tell(id, EventKind::Forged(forgery.into()));
        let (slug, kind, result) = (None, OperationKind::Inspection, Ok(()));
        self.tell(id, EventKind::Finished { slug, kind, result });
    }
}

#[test]
fn after_an_attack_the_next_one_is_a_click_away() {
    let mut window = Window::new().scratching().showing(good().expose());
    window.click("Edit…");
    window.click("Attacks");
    window.click("Make: Unsigned (none)");
    window.make(&jwt(r#"{"alg":"none"}"#, r#"{"sub":"forged"}"#));
    window.look_now();
    assert!(window.sees("2 tokens") && window.sees("Made “Changed token”: it stands in the list"));
    window.click("Make: Unsigned (none)");
    assert!(matches!(window.only_request().1, Command::Forge(_)));
}

#[test]
fn a_slow_server_holds_up_no_text() {
    let mut window = Window::new().scratching().showing(good().expose());
    window.click("Keys and expectations");
    window.click("Address");
    window.look_now();
    window.type_into("Key set at", "https://idp.example/jwks");
    window.click("Fetch keys");
    let (first, command) = window.only_request();
    window.answer_early(first, &request_of(command));
    assert!(window.sees("Fetching keys…") && window.sees("admin") && !window.sees("reading…"));
    window.paste_over(other().expose());
    let mut asked = window.asked();
    let (second, command) = asked.pop().unwrap();
    let request = request_of(command);
    assert!(
        matches!(asked[..], [(_, Command::Cancel(id))] if id == first),
        "{asked:?}"
    );
    assert_eq!((request.text.clone(), request.asks_for_keys), (other(), false));
    assert!(!window.sees("admin"), "the old result is not that of the new text");
    window.answer_early(second, &request);
    assert!(window.sees("someone else") && window.sees("Fetching keys…"));
    window.answer(second, look_at(&request, window.clock.now()));
    assert!(window.sees("someone else") && !window.sees("Fetching keys…"));
}

#[test]
fn a_question_for_keys_is_taken_back() {
    for by_keys in [false, true] {
        let mut window = Window::new().scratching().showing(good().expose());
        window.click("Keys and expectations");
        window.click("Issuer");
        window.look_now();
        window.click("Ask login.example.com");
        let (id, command) = window.only_request();
        window.answer_early(id, &request_of(command));
        if by_keys {
            window.keys(Modifiers::NONE, Key::Escape);
        } else {
            window.click("Cancel");
        }
        let mut asked = window.asked();
        let request = request_of(asked.pop().unwrap().1);
        assert!(matches!(asked[..], [(_, Command::Cancel(of))] if of == id), "{asked:?}");
        assert_eq!(request.keys, KeysFrom::Nowhere);
        assert!(!window.sees("Fetching keys…"));
    }
}

#[test]
fn what_is_of_an_older_text_says_so() {
    let mut window = Window::new().scratching().showing(good().expose());
    window.control(FIELD).focus();
    window.settle();
    window.control(FIELD).type_text("x");
    window.settle();
    window.settle();
    assert!(window.sees("Reading what changed…"));
    window.look_now();
    assert!(!window.sees("Reading what changed…"));
}

#[test]
fn the_countdown_of_a_pasted_token_runs() {
    let mut window = Window::new().scratching().showing(good().expose());
    assert!(window.sees("expires in 10 min"));
    window.wait_s(120);
    assert!(window.sees("expires in 8 min"));
    assert!(window.asked().is_empty());
}

#[test]
fn a_search_ends_with_its_text() {
    let mut window = Window::new().scratching().showing(good().expose());
    window.click("Find a claim");
    window.type_into("Find among the claims", "no such claim");
    assert!(window.sees("No claim has that"));
    window.click("Clear the search");
    assert!(window.sees("admin") && !window.sees("Find among the claims"));
    window.click("Find a claim");
    window.type_into("Find among the claims", "admin");
    window.paste_over(other().expose());
    window.look_now();
    assert!(window.sees("someone else") && !window.sees("Find among the claims"));
}

#[test]
fn what_is_pasted_outside_any_field_takes_the_place_of_the_text() {
    let text = format!("{} {}", good().expose(), other().expose());
    let mut window = Window::new().scratching().showing(&text);
    window.click("Token 2");
    window.harness.event(Event::Paste(good().expose().to_owned()));
    window.settle();
    assert_eq!(window.look_now().text, good());
    window.click("Keys and expectations");
    window.control("Audience").focus();
    window.settle();
    window.harness.event(Event::Paste("https://api.example".to_owned()));
    window.settle();
    let request = request_of(window.asked().pop().unwrap().1);
    assert_eq!(request.text, good(), "it is for the field that has the keyboard");
    assert_eq!(request.expected.audience.as_deref(), Some("https://api.example"));
}

#[test]
fn the_key_of_an_encrypted_token_has_a_place() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/jwe/rfc.json");
    let all: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let token = all[0]["tokens"][0].as_str().unwrap();
    let mut window = Window::new().scratching().showing(token);
    window.click("Give the key");
    window.look_now();
    let has_focus = window.control("Key").accesskit_node().is_focused();
    assert!(has_focus, "the keyboard is in the field for the key");
}
