//! The page for a profile from an address: what to look up, what was tried, and what is there.

use egui::{Key, ScrollArea, Ui, UiBuilder, Vec2};

use super::discover_failure::failure_ui;
use super::discover_foot::{foot_height, foot_ui};
use super::discover_found::found_ui;
use crate::engine::Lookup;
use crate::gui::action::{Action, Actions};
use crate::gui::discovering::Discovering;
use crate::gui::inputs::{DiscoverInput, Inputs, discover_id};
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, EmptyState, Field, Step, StepState, card_frame, section_label, steps, text_field};
use crate::model::Profile;

/// Draws it.
pub(super) fn discover_ui(ui: &mut Ui, state: &State, inputs: &mut Inputs, actions: &mut Actions) {
    let p = palette(ui);
    let discovering = &state.discovery;
    let input = &mut inputs.discover;
    let target = discovering.target.as_ref().and_then(|slug| state.item(slug));
    let (title, about) = match target {
        Some(item) => (
            format!("Update “{}” from its provider", item.profile.name),
            "Endpoints are brought up to date, and what is empty is filled in. Nothing is changed before you have seen it.",
        ),
        None => (
            "New profile from an address".to_owned(),
            "The address of an issuer, of an API, or of the metadata itself is enough: what the server says of itself \
             becomes a profile.",
        ),
    };
    ui.label(text::title(title));
    ui.label(text::body(about).color(p.muted));
    ui.add_space(space::XS);
    address_ui(ui, state, input, actions);
    ui.add_space(space::S);
    let foot = if discovering.finding.is_some() && discovering.running.is_none_or(|(_, registers)| registers) {
        foot_height(discovering)
    } else {
        0.0
    };
    let room = ui.available_size();
    let frame = card_frame(ui);
    let inner = Vec2::new(room.x - 26.0, (room.y - foot - 26.0).max(60.0));
    frame.show(ui, |ui| {
        let (_, rect) = ui.allocate_space(inner);
        let mut ui = ui.new_child(UiBuilder::new().max_rect(rect));
        ScrollArea::vertical()
            .id_salt("discovered")
            .auto_shrink([false, false])
            .show(&mut ui, |ui| {
                ui.set_max_width(ui.available_width() - 10.0);
                body_ui(ui, state, input, actions);
            });
    });
    if foot > 0.0 {
        ui.add_space(space::S);
        foot_ui(ui, state, input, actions);
    }
}

fn address_ui(ui: &mut Ui, state: &State, input: &mut DiscoverInput, actions: &mut Actions) {
    let discovering = &state.discovery;
    let is_looking = discovering.running.is_some();
    let ready = !is_looking && !input.address.trim().is_empty();
    let button = if is_looking {
        Button::secondary("Cancel").icon(icon::X)
    } else {
        Button::primary("Discover").icon(icon::MAGNIFYING_GLASS)
    };
    ui.horizontal(|ui| {
        let wide = button.width(ui) + ui.spacing().item_spacing.x;
        let entered = ui
            .allocate_ui(Vec2::new(ui.available_width() - wide, space::CONTROL), |ui| {
                let field = Field {
                    label: "Address",
                    placeholder: "https://login.example.com",
                    ..Field::default()
                };
                let response = text_field(ui, discover_id(), &field, &mut input.address);
                if std::mem::take(&mut input.wants_focus) {
                    response.request_focus();
                }
                let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
                if entered {
                    // The address may need a correction.
                    response.request_focus();
                }
                entered
            })
            .inner;
        let clicked = ui.add_enabled(ready || is_looking, button).clicked();
        match discovering.running {
            Some((id, _)) if clicked => actions.push(Action::Cancel(id)),
            None if ready && (clicked || entered) => {
                let like = like(state);
                actions.push(Action::Discover(Box::new(lookup(input, like, None))));
            }
            _ => {}
        }
    });
}

/// The profile whose connection settings are used: the one that is brought up to date, else a new one's.
pub(super) fn like(state: &State) -> Profile {
    let target = state.discovery.target.as_ref().and_then(|slug| state.item(slug));
    target.map_or_else(Profile::default, |item| item.profile.clone())
}

pub(super) fn lookup(input: &DiscoverInput, like: Profile, server: Option<String>) -> Lookup {
    Lookup {
        address: input.address.trim().to_owned(),
        like,
        authorization_server: server,
    }
}

fn body_ui(ui: &mut Ui, state: &State, input: &mut DiscoverInput, actions: &mut Actions) {
    let discovering = &state.discovery;
    let is_looking = discovering.running.is_some_and(|(_, registers)| !registers);
    if let Some(failure) = &discovering.failure {
        failure_ui(ui, state, input, failure, actions);
    }
    if let Some(finding) = discovering.finding.as_ref().filter(|_| !is_looking) {
        found_ui(ui, state, input, finding, actions);
    } else if discovering.lookup.is_none() {
        EmptyState::new(
            icon::LINK,
            "No address yet",
            "Give the issuer as its documentation has it, like https://login.example.com, or the address of an API: what \
             it answers without a token says who gives one",
        )
        .show(ui);
        return;
    } else if is_looking {
        ui.label(text::medium("Looking…"));
    } else if discovering.failure.is_none() {
        ui.label(text::medium("Cancelled. Discover again, or change the address"));
    }
    tried_ui(ui, discovering, is_looking);
}

/// Each address with what came of it.
fn tried_ui(ui: &mut Ui, discovering: &Discovering, is_looking: bool) {
    if discovering.tried.is_empty() {
        return;
    }
    ui.add_space(space::S);
    section_label(ui, "What was tried");
    ui.add_space(space::XS);
    let details: Vec<String> = discovering
        .tried
        .iter()
        .map(|tried| format!("{}: {} · {:.0} ms", tried.looking.label(), tried.said, tried.took_ms))
        .collect();
    let mut list: Vec<Step<'_>> = discovering
        .tried
        .iter()
        .zip(&details)
        .map(|(tried, detail)| Step {
            state: if tried.is_found {
                StepState::Passed
            } else {
                StepState::Skipped
            },
            title: &tried.url,
            detail,
        })
        .collect();
    if is_looking {
        list.push(Step {
            state: StepState::Running,
            title: "The next address",
            detail: "",
        });
    }
    steps(ui, &list);
}
