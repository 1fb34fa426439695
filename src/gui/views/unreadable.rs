//! What stands where a token has no claims to show: what is known of it all the same.

use egui::{Label, ScrollArea, Ui};

use super::decrypted_content::decrypted_content_ui;
use super::token_view::TokenView;
use crate::gui::action::{Action, Actions};
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::visible_text::visible;
use crate::gui::widgets::{Button, EmptyState, SpokenAs as _, key_value, section_label};
use crate::model::jwt::{Encrypted, Opaque, PartKind};

const KEYS: f32 = 120.0;

/// Draws it. What an opaque token says in clear is a piece of it, and masked like its signature.
pub(super) fn unreadable_ui(ui: &mut Ui, state: &State, view: &TokenView<'_>, actions: &mut Actions) {
    let decoded = &view.token.decoded;
    let reveal = state.screen.reveal;
    if let Some(opaque) = &decoded.opaque {
        return facts_ui(ui, "Only the provider can read this token", |ui| {
            opaque_ui(ui, opaque, reveal);
        });
    }
    if let Some(encrypted) = &decoded.encrypted {
        let title = match (view.content, &view.inside) {
            (Some(_), Some(_)) => "What was encrypted is a token",
            (Some(_), None) => "What was encrypted is no claims",
            (None, _) => "This token is encrypted",
        };
        return facts_ui(ui, title, |ui| match (view.content, &view.inside) {
            (Some(_), Some(inside)) => inside_ui(ui, inside, actions),
            (Some(content), None) => decrypted_content_ui(ui, state, view.token, content, actions),
            (None, _) => encrypted_ui(ui, view, encrypted, actions),
        });
    }
    let kind = decoded.payload.kind;
    let (title, help) = match kind {
        PartKind::Object => ("No claims", "The payload is an empty JSON object".to_owned()),
        PartKind::Missing | PartKind::BrokenJson => (
            "No claim can be read",
            "What is broken stands above, the rest under JSON and in the token".to_owned(),
        ),
        kind => ("No claims", format!("The payload is {}: JSON shows it", kind.words())),
    };
    EmptyState::new(icon::EYE_SLASH, title, &help).show(ui);
}

fn facts_ui(ui: &mut Ui, title: &str, facts: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical()
        .id_salt("what is known")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            ui.spacing_mut().interact_size.y = 18.0;
            ui.add_space(space::S);
            ui.label(text::strong(title));
            ui.add_space(space::XS);
            facts(ui);
        });
}

fn fact_ui(ui: &mut Ui, key: &str, value: &str) {
    key_value(ui, KEYS, key, |ui| {
        ui.add(Label::new(text::body(value)).wrap().selectable(true));
    });
}

fn opaque_ui(ui: &mut Ui, opaque: &Opaque, reveal: bool) {
    let p = palette(ui);
    fact_ui(ui, "Length", &format!("{} characters", opaque.length));
    fact_ui(ui, "Alphabet", opaque.alphabet.words());
    let bits = format!(
        "looks like {} bits; {} at most in so many characters",
        opaque.entropy_bits, opaque.capacity_bits
    );
    fact_ui(ui, "Hard to guess", &bits);
    if let Some(weakness) = opaque.weakness() {
        let words = format!("{} {weakness}", icon::WARNING);
        ui.add(Label::new(text::body(words).color(p.warn)).wrap())
            .spoken_as(weakness);
    }
    ui.add_space(space::S);
    section_label(ui, "Shapes that it has");
    if opaque.shapes.is_empty() {
        ui.label(text::body("None that is known here: a random text").color(p.muted));
    }
    for shape in &opaque.shapes {
        ui.label(text::medium(shape.name));
        ui.add(Label::new(text::label(shape.about, p.muted)).wrap());
        for fact in &shape.facts {
            if reveal {
                fact_ui(ui, fact.name, &visible(fact.value.expose()));
            } else {
                fact_ui(ui, fact.name, "hidden: choose “Show signature”");
            }
        }
        ui.add_space(space::XS);
    }
}

/// Points to the token that was encrypted.
fn inside_ui(ui: &mut Ui, inside: &Action, actions: &mut Actions) {
    let help = "It stands in the list, below this one: “inside, decrypted”";
    ui.add(Label::new(text::body(help).color(palette(ui).muted)).wrap());
    ui.add_space(space::XS);
    if ui
        .add(Button::secondary("Show the token inside").icon(icon::ARROW_RIGHT))
        .clicked()
    {
        actions.push(inside.clone());
    }
}

fn encrypted_ui(ui: &mut Ui, view: &TokenView<'_>, encrypted: &Encrypted, actions: &mut Actions) {
    let help = match view.opens_keys {
        Some(_) => "Its claims can be read with the key that it was encrypted for: a private key, or a secret",
        None => "Its claims can be read in the scratchpad, with the key that it was encrypted for",
    };
    ui.add(Label::new(text::body(help).color(palette(ui).muted)).wrap());
    ui.add_space(space::XS);
    if let Some(opens) = &view.opens_keys {
        if ui.add(Button::secondary("Give the key").icon(icon::KEY)).clicked() {
            actions.push(opens.clone());
        }
        ui.add_space(space::XS);
    }
    let bytes = |len: Option<usize>| match len {
        None => "cannot be decoded".to_owned(),
        Some(0) => "empty".to_owned(),
        Some(len) => format!("{len} bytes"),
    };
    fact_ui(ui, "Encrypted key", &bytes(encrypted.encrypted_key_len));
    fact_ui(ui, "Nonce (IV)", &bytes(encrypted.iv_len));
    fact_ui(ui, "Content", &bytes(encrypted.ciphertext_len));
    fact_ui(ui, "Tag", &bytes(encrypted.tag_len));
}
