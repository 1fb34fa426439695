//! The verdict on a signature: what it rests on, what was noticed, and which keys were tried.

use egui::{Label, Ui};

use super::token_badges::signature_look;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{SpokenAs as _, elided_with_tooltip, section_label, state_sign};
use crate::model::verify::Signature;

/// As many keys are listed; a hostile set has thousands.
const LISTED: usize = 12;

/// Draws it.
pub(super) fn signature_verdict_ui(ui: &mut Ui, signature: &Signature) {
    let p = palette(ui);
    section_label(ui, "Signature");
    verdict_ui(ui, signature);
    for one in &signature.each {
        verdict_ui(ui, one);
    }
    for finding in &signature.findings {
        let words = format!("{} {}", icon::WARNING, finding.message);
        ui.add(Label::new(text::body(words).color(p.warn)).wrap())
            .on_hover_text(format!("{}\n{}", finding.code, finding.spec))
            .spoken_as(&finding.message);
    }
    // Where one key fits at once there is nothing to tell.
    if signature.tried.len() > 1 || signature_look(signature.status).0 != Tone::Ok && !signature.tried.is_empty() {
        ui.add_space(2.0);
        ui.label(text::label("Keys that were tried", p.faint));
        for tried in signature.tried.iter().take(LISTED) {
            let words = format!("{}: {}", tried.key, tried.why);
            elided_with_tooltip(ui, text::label(&words, p.muted), &words);
        }
        if signature.tried.len() > LISTED {
            let more = format!("… and {} more", signature.tried.len() - LISTED);
            ui.label(text::label(more, p.faint));
        }
    }
    ui.add_space(space::S);
}

fn verdict_ui(ui: &mut Ui, signature: &Signature) {
    let p = palette(ui);
    let (tone, _) = signature_look(signature.status);
    let word = match tone {
        Tone::Ok => "Valid",
        Tone::Bad => "Invalid",
        Tone::Warn => "None",
        Tone::Neutral | Tone::Accent => "Not verified",
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let sign = state_sign(tone).unwrap_or(icon::MINUS);
        ui.label(text::medium(format!("{sign} {word}")).color(p.tone(tone)))
            .spoken_as(word);
        ui.label(text::body(&signature.reason).color(p.muted));
    });
}
