//! Everything about one check: how it ended and why, what the rule is for, what to do.

use egui::{Label, RichText, ScrollArea, Ui};

use super::checks_table::outcome_look;
use super::section::section_ui;
use crate::gui::action::{Action, Actions};
use crate::gui::check_list::{CheckLine, ChecksPane};
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{Badge, Button, chip, section_label};
use crate::model::checks::Outcome;

/// Draws it. With a pane it stands in place of the list, and leads back to it.
pub(super) fn check_details_ui(ui: &mut Ui, line: &CheckLine, pane: Option<&mut ChecksPane>, actions: &mut Actions) {
    if let Some(pane) = pane
        && ui.add(Button::quiet("All checks").icon(icon::LIST_BULLETS)).clicked()
    {
        pane.chosen = None;
    }
    let p = palette(ui);
    let check = &line.check;
    let (tone, sign, word) = outcome_look(check.outcome);
    let wrapped = |ui: &mut Ui, words: RichText| ui.add(Label::new(words).wrap().selectable(true));
    ScrollArea::vertical()
        .id_salt(("check", &*check.id))
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            let color = if tone == Tone::Bad { p.bad } else { p.text };
            wrapped(ui, text::strong(&line.title).color(color));
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                ui.add(Badge::new(tone, word).sign(sign));
                ui.add(chip(line.group.label()));
            });
            // Nothing is broken where a check could not be made: there is nothing to mend, but something is missing.
            let is_skipped = check.outcome == Outcome::Skip;
            if !is_skipped {
                wrapped(ui, text::body(&*check.message));
            }
            if let Some(rule) = line.rule {
                wrapped(ui, text::body(rule.about).color(p.muted));
                if matches!(check.outcome, Outcome::Warn | Outcome::Fail) {
                    ui.add_space(space::XS);
                    section_label(ui, "What to do");
                    wrapped(ui, text::body(rule.advice));
                }
            }
            if is_skipped {
                ui.add_space(space::XS);
                section_label(ui, "What is missing");
                wrapped(ui, text::body(&*check.message));
            }
            ui.add_space(space::XS);
            section_label(ui, "The rule");
            section_ui(ui, &check.spec, actions);
            ui.horizontal(|ui| {
                ui.label(text::mono(&*check.id).color(p.faint));
                let copy = Button::quiet("Copy the check's id").icon_only(icon::COPY).small();
                if ui.add(copy).clicked() {
                    actions.push(Action::Copy {
                        what: "the check's id".to_owned(),
                        text: check.id.to_string(),
                    });
                }
            });
        });
}
