//! Several tokens in the scratchpad: what each is called, how one goes through them, and two beside each other.

use egui::accesskit::{Role, Toggled};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{By, NodeT as _, Queryable as _};
use tokenscope::model::Secret;
use tokenscope::model::inspection::{Inspection, Lens};
use tokenscope::model::jwe::DecryptionKey;

use crate::scratchpad::{good, other, request_of};
use crate::support::{Window, jwt, now};

impl Window {
    /// These tokens stood in a text.
    fn with_tokens(mut self, tokens: Vec<Inspection>) -> Self {
        self.paste("a text");
        let (id, command) = self.only_request();
        request_of(command);
        self.answer(id, tokens);
        self
    }

    /// What has the keyboard.
    fn focused(&self) -> String {
        let all = self.harness.query_all(By::default());
        let mut names = all.filter_map(|node| {
            let node = node.accesskit_node();
            node.is_focused().then(|| node.label()).flatten()
        });
        names.next().unwrap_or_default()
    }

    fn chosen_tab(&self) -> String {
        let mut tabs = self.harness.query_all_by_role(Role::Tab);
        let tab = tabs.find(|tab| tab.accesskit_node().toggled() == Some(Toggled::True));
        tab.and_then(|tab| tab.accesskit_node().label()).unwrap_or_default()
    }
}

fn token(place: &str, token: Secret) -> Inspection {
    Inspection {
        place: place.to_owned(),
        ..Inspection::of(token, &Lens::default(), now())
    }
}

fn named(sub: &str) -> Secret {
    jwt(r#"{"alg":"RS256"}"#, &format!(r#"{{"sub":"{sub}"}}"#))
}

fn three() -> Vec<Inspection> {
    ["alice", "bob", "carol"].map(|sub| token("", named(sub))).to_vec()
}

#[test]
fn tokens_that_stood_alike_have_numbers_and_names() {
    let bearer = "Authorization: Bearer";
    let tokens = ["alice", "bob"].map(|sub| token(bearer, named(sub)));
    let mut window = Window::new().scratching().with_tokens(tokens.to_vec());
    window.click("2 · bob · Authorization: Bearer");
    window.click("Compare");
    assert!(window.sees("1 · alice · Authorization: Bearer"));
}

#[test]
fn a_row_that_was_clicked_is_where_the_arrow_keys_go_on() {
    let mut window = Window::new().scratching().with_tokens(three());
    window.click("Token 1");
    window.keys(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(window.focused(), "Token 2");
    assert!(window.sees("bob") && !window.sees("alice"));
    window.keys(Modifiers::NONE, Key::End);
    assert!(window.sees("carol"));
}

#[test]
fn the_row_of_the_chosen_token_comes_in_sight() {
    let tokens = (0..60).map(|at| token("", named(&format!("subject {at}")))).collect();
    let mut window = Window::new().scratching().with_tokens(tokens);
    window.click("Token 1");
    window.keys(Modifiers::NONE, Key::End);
    assert!(window.sees("Token 60") && window.sees("subject 59"));
    assert!(!window.sees("Token 1"));
}

#[test]
fn an_arrow_key_that_is_held_down_goes_from_row_to_row() {
    let claims: Vec<String> = (0..60).map(|at| format!(r#""claim{at}":{at}"#)).collect();
    let token = jwt(r#"{"alg":"RS256"}"#, &format!("{{{}}}", claims.join(",")));
    let mut window = Window::new()
        .scratching()
        .with_tokens(vec![Inspection::of(token, &Lens::default(), now())]);
    window.click("Claim claim0");
    for at in 1..50 {
        window.harness.key_press(Key::ArrowDown);
        window.harness.step();
        assert_eq!(window.focused(), format!("Claim claim{at}"));
    }
}

#[test]
fn escape_closes_what_was_opened_and_the_row_has_the_keyboard_again() {
    let mut window = Window::new().scratching().with_tokens(vec![token("", good())]);
    window.keys(Modifiers::COMMAND, Key::F);
    window.click("Claim sub");
    assert!(window.sees("Close details"));
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(!window.sees("Close details") && window.sees("Find among the claims"));
    assert_eq!(window.focused(), "Claim sub");
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(!window.sees("Find among the claims"));
    window.click("Claim sub");
    window.click("Close details");
    assert_eq!(window.focused(), "Claim sub");
}

#[test]
fn the_numbers_open_the_tabs_of_the_token() {
    let mut window = Window::new().scratching().with_tokens(three());
    for (key, tab) in [
        (Key::Num2, "Findings"),
        (Key::Num3, "Compare"),
        (Key::Num4, "Edit…"),
        (Key::Num1, "Claims"),
    ] {
        window.keys(Modifiers::COMMAND, key);
        assert_eq!(window.chosen_tab(), tab);
    }
}

#[test]
fn with_two_tokens_the_first_is_compared_with_the_second_until_they_are_swapped() {
    let tokens = vec![token("", good()), token("", other())];
    let mut window = Window::new().scratching().with_tokens(tokens);
    window.click("Compare");
    let copied = window.copied_by("Copy comparison");
    assert!(copied[0].contains("Token 2 compared with Token 1"), "{copied:?}");
    window.click("Swap");
    let copied = window.copied_by("Copy comparison");
    assert!(copied[0].contains("Token 1 compared with Token 2"), "{copied:?}");
    assert!(!window.sees("Compare with another"), "there is no other one");
}

#[test]
fn compare_with_another_leads_to_the_choice_and_offers_no_opaque_token() {
    let mut tokens = three();
    tokens.push(token(
        "refresh_token in JSON",
        Secret::new("8F2A6C0D4E1B4F7A9C3D5E6F70819A2B"),
    ));
    let mut window = Window::new().scratching().with_tokens(tokens);
    window.click("Compare");
    assert!(!window.sees("Compare with refresh_token in JSON") && !window.sees("Compare with Token 1"));
    window.click("Compare with Token 3");
    assert!(window.sees("Swap"));
    window.click("Compare with another");
    assert!(window.sees("Compare with Token 2"));
    assert_eq!(window.chosen_tab(), "Compare");
    window.click("refresh_token in JSON");
    assert_eq!(window.chosen_tab(), "Claims");
}

#[test]
fn a_text_that_passes_for_a_number_stands_in_quotes() {
    let claims = r#"{"a":"42","b":42,"c":"","d":"no number"}"#;
    let token = Inspection::of(jwt(r#"{"alg":"RS256"}"#, claims), &Lens::default(), now());
    let window = Window::new().scratching().with_tokens(vec![token]);
    for words in ["\"42\"", "42", "\"\"", "no number"] {
        assert!(window.sees(words), "{words}");
    }
}

#[test]
fn a_token_that_was_encrypted_is_pointed_to() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/jwe/rfc.json");
    let all: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let lens = Lens {
        decryption_keys: DecryptionKey::parse(&Secret::new(all[0]["key"].to_string())).unwrap(),
        ..Lens::default()
    };
    let encrypted = Secret::new(all[0]["tokens"][0].as_str().unwrap());
    let outer = Inspection {
        inner: vec![token("inside, decrypted", good())],
        ..Inspection::of(encrypted, &lens, now())
    };
    let mut window = Window::new().scratching().with_tokens(vec![outer]);
    assert!(window.sees("What was encrypted is a token") && !window.sees("cannot be checked"));
    window.click("Show the token inside");
    assert!(window.sees("admin"));
}

#[test]
fn a_check_that_could_not_be_made_says_what_is_missing() {
    let mut window = Window::new().scratching().with_tokens(vec![token("", good())]);
    window.click("Findings");
    window.click("The signature is valid: not checked");
    assert!(window.sees("What is missing") && !window.sees("What to do"));
}
