//! Something went wrong: what happened, what to do, and the button that does it.

use std::fmt::Write as _;

use egui::{Align, Frame, Label, Layout, Margin, Ui, Vec2};

use super::checks_table::outcome_look;
use crate::gui::action::{Action, Actions};
use crate::gui::item::{FailedOperation, Item};
use crate::gui::screen::{Page, Tab};
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, SpokenAs as _, card_frame, chip, elided_with_tooltip};
use crate::model::checks::{Check, Outcome};

/// There are no tokens to show beside it: it has the page.
pub(super) fn failure_ui(ui: &mut Ui, item: &Item, failed: &FailedOperation, actions: &mut Actions) {
    let p = palette(ui);
    let size = ui.available_size() - Vec2::splat(42.0);
    card_frame(ui).inner_margin(Margin::same(20)).show(ui, |ui| {
        ui.set_min_size(size);
        ui.set_max_width(640.0_f32.min(size.x));
        ui.horizontal(|ui| {
            ui.label(
                text::body(icon::WARNING_CIRCLE)
                    .font(text::icon_font(20.0))
                    .color(p.bad),
            )
            .spoken_as("failed");
            ui.label(text::title(failed.title()).size(15.0));
            ui.add(chip(&failed.failure.code).mono());
        });
        ui.add_space(space::XS);
        ui.label(text::body(&failed.failure.message));
        if !failed.failure.hint.is_empty() {
            ui.label(text::body(&failed.failure.hint).color(p.muted));
        }
        broken_rules_ui(ui, &failed.failure.checks);
        ui.add_space(space::S);
        ui.horizontal(|ui| {
            if ui.add(Button::primary("Try again").icon(icon::SIGN_IN)).clicked() {
                actions.push(Action::LogIn(item.profile.slug.clone()));
            }
            if ui
                .add(Button::quiet("Edit profile").icon(icon::PENCIL_SIMPLE))
                .clicked()
            {
                actions.push(Action::Open(Page::Profile(item.profile.slug.clone(), Tab::Profile)));
            }
            if ui.add(Button::quiet("Dismiss")).clicked() {
                actions.push(Action::DismissFailure(item.profile.slug.clone()));
            }
        });
    });
}

/// The rules that the answer broke, which may be why: those that it kept are no news here.
fn broken_rules_ui(ui: &mut Ui, checks: &[Check]) {
    let p = palette(ui);
    let mut broken = broken(checks).peekable();
    if broken.peek().is_none() {
        return;
    }
    ui.add_space(space::M);
    ui.label(text::label("The answer broke rules", p.muted));
    for check in broken {
        let (tone, sign, word) = outcome_look(check.outcome);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.label(text::label(sign, p.tone(tone))).spoken_as(word);
            let words = format!("{} ({})", check.message, check.spec);
            ui.add(Label::new(text::body(words)).wrap());
        });
    }
}

fn broken(checks: &[Check]) -> impl Iterator<Item = &Check> {
    let is_broken = |check: &&Check| matches!(check.outcome, Outcome::Fail | Outcome::Warn);
    checks.iter().filter(is_broken)
}

/// Above the tokens that are still there.
pub(super) fn failure_banner_ui(ui: &mut Ui, item: &Item, failed: &FailedOperation, actions: &mut Actions) {
    let p = palette(ui);
    Frame::new()
        .fill(p.bad_bg)
        .corner_radius(space::RADIUS_CARD)
        .inner_margin(Margin::symmetric(12, 6))
        .show(ui, |ui| {
            let size = Vec2::new(ui.available_width(), 34.0);
            ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
                if ui.add(Button::quiet("Dismiss").icon_only(icon::X)).clicked() {
                    actions.push(Action::DismissFailure(item.profile.slug.clone()));
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.label(
                        text::body(icon::WARNING_CIRCLE)
                            .font(text::icon_font(18.0))
                            .color(p.bad),
                    )
                    .spoken_as("failed");
                    ui.vertical(|ui| {
                        ui.spacing_mut().item_spacing.y = 1.0;
                        let words = format!("{}: {}", failed.title(), failed.failure.message);
                        let mut tooltip = format!("{}\n{}\n{}", failed.failure.code, words, failed.failure.hint);
                        for check in broken(&failed.failure.checks) {
                            let (_, _, word) = outcome_look(check.outcome);
                            write!(tooltip, "\n{word}: {} ({})", check.message, check.spec)
                                .expect("a String takes all");
                        }
                        elided_with_tooltip(ui, text::medium(words).color(p.bad), &tooltip);
                        elided_with_tooltip(ui, text::label(&failed.failure.hint, p.text), &tooltip);
                    });
                });
            });
        });
}
