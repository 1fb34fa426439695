//! Why nothing was found at an address, or no client registered, and what can be done about it there and then.

use egui::{Frame, Margin, Ui};

use super::discover::{like, lookup};
use crate::engine::Failure;
use crate::gui::action::{Action, Actions};
use crate::gui::inputs::{DiscoverInput, discover_token_id};
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, Field, SpokenAs as _, chip, field_row, text_field};
use crate::model::{Profile, Secret};

/// Draws it.
pub(super) fn failure_ui(
    ui: &mut Ui,
    state: &State,
    input: &mut DiscoverInput,
    failure: &Failure,
    actions: &mut Actions,
) {
    let p = palette(ui);
    Frame::new()
        .fill(p.bad_bg)
        .corner_radius(space::RADIUS_CARD)
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal(|ui| {
                ui.label(
                    text::body(icon::WARNING_CIRCLE)
                        .font(text::icon_font(18.0))
                        .color(p.bad),
                )
                .spoken_as("failed");
                let title = if state.discovery.finding.is_some() {
                    "The app was not registered"
                } else {
                    "Nothing was found"
                };
                ui.label(text::strong(title));
                ui.add(chip(&failure.code).mono());
            });
            ui.label(text::body(&failure.message));
            if !failure.hint.is_empty() {
                ui.label(text::body(&failure.hint).color(p.muted));
            }
            let wants_token = state.discovery.finding.is_some() && matches!(failure.http_status, Some(401 | 403));
            if wants_token {
                token_ui(ui, input);
            }
            let on_purpose = match failure.code.as_str() {
                "not_https" => Some("Look without https, for a test"),
                "tls" => Some("Accept any certificate, for a test"),
                _ => None,
            };
            if let Some(label) = on_purpose.filter(|_| state.discovery.finding.is_none())
                && ui.add(Button::danger(label).icon(icon::SHIELD_WARNING)).clicked()
            {
                let like = Profile {
                    insecure: true,
                    ..like(state)
                };
                actions.push(Action::Discover(Box::new(lookup(input, like, None))));
            }
        });
    ui.add_space(space::M);
}

/// What a server may want to see before it registers anybody (RFC 7591 §3).
fn token_ui(ui: &mut Ui, input: &mut DiscoverInput) {
    let field = Field {
        label: "Initial access token",
        hint: "From the server's operator. Used for the registration alone, and kept nowhere",
        password: true,
        ..Field::default()
    };
    field_row(ui, 130.0, &field, |ui| {
        // A text field edits a plain text; it goes back into its box at once.
        let mut typed = input.initial_access_token.expose().to_owned();
        text_field(ui, discover_token_id(), &field, &mut typed);
        input.initial_access_token = Secret::new(typed);
    });
}
