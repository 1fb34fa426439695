//! The verdict on a token of the scratchpad: a row of badges, a word for the list, its form.

use egui::{Id, Ui};
use jiff::Timestamp;

use super::token_badges::signature_look;
use crate::gui::action::{Action, Actions};
use crate::gui::scratchpad::ScratchAction;
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{Badge, Button, chip, elided};
use crate::model::checks::Outcome;
use crate::model::inspection::Inspection;
use crate::model::jwt::Form;
use crate::model::lifetime::relative;
use crate::model::verify::SignatureStatus;

/// In such a time what is of an older text fades.
const FADES_IN_S: f32 = 0.25;

/// What it is, whether its signature holds, and how long it lives. Where that was judged at another time than now, it is
/// said beside it.
pub(super) fn verdict_ui(
    ui: &mut Ui,
    state: &State,
    inspection: &Inspection,
    judged_at: Option<Timestamp>,
    actions: &mut Actions,
) {
    let p = palette(ui);
    let now = if judged_at.is_some() { inspection.at } else { state.now };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        if state.scratchpad.is_outdated() && outdated(ui, state) >= 1.0 {
            ui.add(Badge::new(Tone::Accent, "Reading what changed…"));
        }
        if let Some(what) = &inspection.forged {
            ui.add(Badge::new(Tone::Warn, "Forged"))
                .on_hover_text(format!("Made for tests: {}", what.join("; ")));
        }
        ui.add(chip(&form_words(inspection)));
        let signature = &inspection.signature;
        if inspection.token.decoded.form != Form::Opaque && !is_opened(inspection) {
            let (tone, words) = signature_look(signature.status);
            ui.add(Badge::new(tone, words)).on_hover_text(&signature.reason);
        }
        if let Some(expires_at) = inspection.token.lifetime.expires_at {
            let is_over = expires_at <= now;
            let words = relative(expires_at, now);
            let (tone, words) = if is_over {
                (Tone::Bad, format!("expired {words}"))
            } else {
                (Tone::Ok, format!("expires {words}"))
            };
            ui.add(Badge::new(tone, &words).sign(icon::CLOCK));
        }
        if judged_at.is_some() {
            let words = format!("judged at {}", state.times.utc(inspection.at, state.now));
            ui.add(Badge::new(Tone::Warn, &words))
                .on_hover_text("The time under “Keys and expectations”: the token may have ended since");
            if ui.add(Button::quiet("Use now")).clicked() {
                actions.push(Action::Scratch(ScratchAction::JudgeNow));
            }
        }
        let mut why = signature.reason.clone();
        match inspection.decryption.as_ref().map(|one| one.outcome.as_ref()) {
            Some(Err(reason)) => why.clone_from(reason),
            Some(Ok(words)) => why = format!("Decrypted: {words}"),
            None => {}
        }
        if let Some(note) = inspection.notes.first() {
            why = format!("{why}. {}", note.message);
        }
        ui.add_space(space::XS);
        elided(ui, text::label(why, p.muted));
    });
}

/// How far what is shown has faded, because it is of an older text: a look that is back at once does not flicker.
pub(super) fn outdated(ui: &Ui, state: &State) -> f32 {
    let is_outdated = state.scratchpad.is_outdated();
    let id = Id::unique("scratchpad outdated");
    ui.ctx().animate_bool_with_time(id, is_outdated, FADES_IN_S)
}

/// Whether it was encrypted, and what was inside is known. It has no signature of its own: a signed token in there
/// stands in the list.
pub(super) fn is_opened(inspection: &Inspection) -> bool {
    let decryption = inspection.decryption.as_ref();
    decryption.is_some_and(|decryption| decryption.outcome.is_ok())
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
        (Form::Jwe, _) if is_opened(inspection) => (Tone::Ok, "decrypted"),
        (_, SignatureStatus::None) if inspection.token.decoded.form == Form::Jws => (Tone::Warn, "not signed"),
        _ if has_defects => (Tone::Warn, "has defects"),
        (_, SignatureStatus::Valid) => (Tone::Ok, "valid"),
        _ => (Tone::Neutral, "not verified"),
    }
}
