//! What is to be said of a token beside its checks: how it was forged, its signature, its defects, what was encrypted.

use egui::{Label, ScrollArea, Ui};

use super::decrypted_content::decrypted_content_ui;
use super::scratchpad_verdict::is_opened;
use crate::gui::action::{Action, Actions};
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{Button, SpokenAs as _, elided, section_label, state_sign};
use crate::model::inspection::{Decryption, Inspection};

/// So many rows of a kind are shown; a hostile token has a hundred thousand.
const MOST_ROWS: usize = 200;

/// Draws it over all the room that there is.
pub(super) fn scratchpad_notes_ui(ui: &mut Ui, state: &State, inspection: &Inspection, actions: &mut Actions) {
    ScrollArea::vertical()
        .id_salt(("scratchpad notes", inspection.token.fingerprint.as_str()))
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 10.0);
            ui.spacing_mut().item_spacing.y = space::XS;
            forged_ui(ui, state, inspection, actions);
            if !is_opened(inspection) {
                signature_ui(ui, inspection);
            }
            defects_ui(ui, inspection);
            if let Some(decryption) = &inspection.decryption {
                decryption_ui(ui, state, inspection, decryption, actions);
            }
        });
}

/// What was changed to make it, and what the tester has to serve for it.
fn forged_ui(ui: &mut Ui, state: &State, inspection: &Inspection, actions: &mut Actions) {
    let Some(what) = &inspection.forged else { return };
    section_label(ui, "Forged: what was changed");
    for words in what {
        line_ui(ui, Tone::Warn, words, "");
    }
    let mut made = state.scratchpad.forgeries.iter();
    let made = made.find(|made| made.fingerprint == inspection.token.fingerprint);
    if let Some(publish) = made.and_then(|made| made.publish.as_ref()) {
        let words = format!("Serve this at {}", publish.address);
        line_ui(ui, Tone::Accent, &words, publish.content_type);
        ui.add(Label::new(text::mono(&publish.body)).wrap());
        if ui.add(Button::secondary("Copy document").icon(icon::COPY)).clicked() {
            actions.push(Action::Copy {
                what: "document".to_owned(),
                text: publish.body.clone(),
            });
        }
    }
    ui.add_space(space::S);
}

fn signature_ui(ui: &mut Ui, inspection: &Inspection) {
    let signature = &inspection.signature;
    let (tone, word) = super::token_badges::signature_look(signature.status);
    section_label(ui, "Signature");
    line_ui(ui, tone, &signature.reason, word);
    for finding in signature.findings.iter().take(MOST_ROWS) {
        line_ui(ui, Tone::Warn, &finding.message, &finding.spec);
    }
    for (at, each) in signature.each.iter().enumerate().take(MOST_ROWS) {
        let (tone, word) = super::token_badges::signature_look(each.status);
        line_ui(ui, tone, &format!("Signature {}: {}", at + 1, each.reason), word);
    }
    if !signature.tried.is_empty() {
        ui.add_space(space::XS);
        section_label(ui, "Keys that were tried");
    }
    for tried in &signature.tried {
        line_ui(ui, Tone::Neutral, &format!("{}: {}", tried.key, tried.why), "");
    }
    ui.add_space(space::S);
}

fn defects_ui(ui: &mut Ui, inspection: &Inspection) {
    let defects = &inspection.token.decoded.defects;
    if inspection.notes.is_empty() && defects.is_empty() {
        return;
    }
    section_label(ui, "Defects");
    for defect in inspection.notes.iter().chain(defects).take(MOST_ROWS) {
        let place = match defect.offset {
            Some(offset) => format!("{} · at byte {offset}", defect.part.as_str()),
            None => defect.part.as_str().to_owned(),
        };
        line_ui(ui, Tone::Warn, &defect.message, &place);
    }
    more_ui(ui, defects.len());
    ui.add_space(space::S);
}

fn decryption_ui(ui: &mut Ui, state: &State, inspection: &Inspection, decryption: &Decryption, actions: &mut Actions) {
    section_label(ui, "Decryption");
    match &decryption.outcome {
        Ok(words) => line_ui(ui, Tone::Ok, words, ""),
        Err(why) => line_ui(ui, Tone::Warn, why, ""),
    }
    for words in &decryption.findings {
        line_ui(ui, Tone::Warn, words, "");
    }
    for (key, why) in decryption.tried.iter().take(MOST_ROWS) {
        line_ui(ui, Tone::Neutral, &format!("{key}: {why}"), "");
    }
    if let Some(content) = &decryption.content
        && !is_shown_elsewhere(inspection)
    {
        decrypted_content_ui(ui, state, &inspection.token, content, actions);
    }
    ui.add_space(space::S);
}

/// Whether what was inside is shown as claims, or as a token of its own.
fn is_shown_elsewhere(inspection: &Inspection) -> bool {
    inspection.token.decoded.payload.is_object || !inspection.inner.is_empty()
}

/// A sentence with the sign of its tone, and where it comes from behind it.
fn line_ui(ui: &mut Ui, tone: Tone, words: &str, aside: &str) {
    let p = palette(ui);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let sign = state_sign(tone).unwrap_or(icon::MINUS);
        ui.label(text::label(sign, p.tone(tone))).spoken_as("");
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add(Label::new(text::body(words)).wrap());
            if !aside.is_empty() {
                elided(ui, text::label(aside, p.faint));
            }
        });
    });
}

fn more_ui(ui: &mut Ui, count: usize) {
    if count > MOST_ROWS {
        let words = format!("and {} more", count - MOST_ROWS);
        ui.label(text::label(words, palette(ui).muted));
    }
}
