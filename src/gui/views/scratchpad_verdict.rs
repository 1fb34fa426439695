//! The verdict on a token of the scratchpad: a row of badges, a word for the list, its form.

use egui::Ui;

use super::token_badges::signature_look;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{Badge, chip, elided};
use crate::model::checks::Outcome;
use crate::model::inspection::Inspection;
use crate::model::jwt::Form;
use crate::model::lifetime::relative;
use crate::model::verify::SignatureStatus;

/// What it is, whether its signature holds, and how long it lives.
pub(super) fn verdict_ui(ui: &mut Ui, inspection: &Inspection) {
    let p = palette(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        if let Some(what) = &inspection.forged {
            ui.add(Badge::new(Tone::Warn, "Forged"))
                .on_hover_text(format!("Made for tests: {}", what.join("; ")));
        }
        ui.add(chip(&form_words(inspection)));
        let signature = &inspection.signature;
        if inspection.token.decoded.form != Form::Opaque {
            let (tone, words) = signature_look(signature.status);
            ui.add(Badge::new(tone, words)).on_hover_text(&signature.reason);
        }
        if let Some(expires_at) = inspection.token.lifetime.expires_at {
            let is_over = expires_at <= inspection.at;
            let words = relative(expires_at, inspection.at);
            let (tone, words) = if is_over {
                (Tone::Bad, format!("expired {words}"))
            } else {
                (Tone::Ok, format!("expires {words}"))
            };
            ui.add(Badge::new(tone, &words).sign(icon::CLOCK));
        }
        let mut why = signature.reason.clone();
        if let Some(Err(reason)) = inspection
            .decryption
            .as_ref()
            .map(|decryption| decryption.outcome.as_ref())
        {
            why.clone_from(reason);
        }
        if let Some(note) = inspection.notes.first() {
            why = format!("{why}. {}", note.message);
        }
        ui.add_space(space::XS);
        elided(ui, text::label(why, p.muted));
    });
}

/// Its form and algorithm.
pub(super) fn form_words(inspection: &Inspection) -> String {
    let decoded = &inspection.token.decoded;
    let form = match decoded.form {
        Form::Jws => "JWT",
        Form::Jwe => "encrypted JWT",
        Form::Opaque => "opaque",
        Form::Damaged => "damaged",
    };
    decoded.alg().map_or(form.to_owned(), |alg| {
        format!("{form} · {}", crate::model::body::cut(&alg))
    })
}

/// The verdict in a word.
pub(super) fn verdict(inspection: &Inspection) -> (Tone, &'static str) {
    let failed = inspection.checks.iter().any(|check| check.outcome == Outcome::Fail);
    let has_defects = !inspection.token.decoded.defects.is_empty();
    if inspection.is_forged() {
        return (Tone::Warn, "forged");
    }
    match (inspection.token.decoded.form, inspection.signature.status) {
        (Form::Opaque, _) => (Tone::Neutral, "only its server can read it"),
        (Form::Damaged, _) => (Tone::Warn, "broken"),
        (_, SignatureStatus::Invalid) => (Tone::Bad, "signature invalid"),
        _ if failed => (Tone::Bad, "breaks a rule"),
        (_, SignatureStatus::None) if inspection.token.decoded.form == Form::Jws => (Tone::Warn, "not signed"),
        _ if has_defects => (Tone::Warn, "has defects"),
        (_, SignatureStatus::Valid) => (Tone::Ok, "valid"),
        _ => (Tone::Neutral, "not verified"),
    }
}
