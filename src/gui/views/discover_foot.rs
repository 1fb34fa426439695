//! What becomes of what was found: a new profile with its client, or a profile that is brought up to date.

use egui::{Align, Layout, Ui, Vec2};

use crate::engine::Registration;
use crate::gui::action::{Action, Actions};
use crate::gui::discovering::Discovering;
use crate::gui::inputs::{DiscoverInput, discover_client_id, discover_name_id};
use crate::gui::item::Item;
use crate::gui::screen::{Page, Tab};
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, EndButton, Field, SpokenAs as _, elided, row_with_buttons, text_field};
use crate::model::metadata::discovery_changes::Change;

/// The profile that is brought up to date.
pub(super) fn target(state: &State) -> Option<&Item> {
    state.item(state.discovery.target.as_ref()?)
}

/// What the finding would change in the profile that is brought up to date.
pub(super) fn changes(state: &State, item: &Item) -> Vec<Change> {
    let base = if item.profile.uses_demo() {
        state.demo.url.clone().unwrap_or_default()
    } else {
        item.profile.base_url.trim().to_owned()
    };
    let base = url::Url::parse(&base).ok();
    let finding = state.discovery.finding.as_ref();
    finding.map_or_else(Vec::new, |finding| {
        finding.discovered.changes(&item.profile, base.as_ref())
    })
}

/// How much room the buttons and fields at the bottom take.
pub(super) fn foot_height(discovering: &Discovering) -> f32 {
    if discovering.target.is_some() {
        space::CONTROL + space::M
    } else {
        2.0 * space::CONTROL + space::XL
    }
}

/// Draws what becomes of it.
pub(super) fn foot_ui(ui: &mut Ui, state: &State, input: &mut DiscoverInput, actions: &mut Actions) {
    let discovering = &state.discovery;
    let Some(finding) = &discovering.finding else { return };
    let discovered = &finding.discovered;
    let may_use = discovered.metadata.unusable().is_none() && (discovered.doubts.is_empty() || input.accepts_mismatch);
    if let Some(item) = target(state) {
        let changes = changes(state, item);
        let back = Action::Open(Page::Profile(item.profile.slug.clone(), Tab::Profile));
        let mut profile = item.profile.clone();
        for change in &changes {
            change.apply(&mut profile);
        }
        let buttons = [
            EndButton::new(Button::secondary("Leave it as it is"), back),
            EndButton::new(
                Button::primary("Update profile"),
                Action::UpdateProfile(Box::new(profile)),
            )
            .enabled(may_use && !changes.is_empty()),
        ];
        if let Some(action) = row_with_buttons(ui, space::CONTROL, |_| {}, buttons) {
            actions.push(action);
        }
        return;
    }
    fields_ui(ui, discovering, input);
    let draft = discovering.draft(&input.name, &input.client_id);
    let registration = Registration {
        profile: draft.clone(),
        metadata: Some(discovered.metadata.clone()),
        initial_access_token: (!input.initial_access_token.is_empty()).then(|| input.initial_access_token.clone()),
    };
    let is_busy = discovering.running.is_some();
    let register = EndButton::new(
        Button::secondary("Register this app"),
        Action::Register(Box::new(registration)),
    )
    .tooltip("Asks the server to make a client for this app (RFC 7591)")
    .enabled(may_use && !is_busy && discovering.registered.is_none());
    let create = EndButton::new(
        Button::primary("Create profile"),
        Action::CreateDiscovered(Box::new(draft)),
    )
    .enabled(may_use && !is_busy && !input.name.trim().is_empty());
    let buttons = discovered
        .can_register()
        .then_some(register)
        .into_iter()
        .chain([create]);
    if let Some(action) = row_with_buttons(ui, space::CONTROL, |ui| registered_ui(ui, discovering), buttons) {
        actions.push(action);
    }
}

/// Name and client id, side by side.
fn fields_ui(ui: &mut Ui, discovering: &Discovering, input: &mut DiscoverInput) {
    let finding = discovering.finding.as_ref();
    let name = Field {
        label: "Name",
        ..Field::default()
    };
    let client = Field {
        label: "Client id",
        placeholder: if finding.is_some_and(|finding| finding.discovered.can_register()) {
            "or register this app"
        } else {
            "as the server knows it"
        },
        ..Field::default()
    };
    let registered = discovering.registered.as_ref();
    let mut known = registered.and_then(|registered| registered.response.client_id.clone());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        let half = (ui.available_width() - space::M) / 2.0;
        labelled(ui, half, name.label, |ui| {
            text_field(ui, discover_name_id(), &name, &mut input.name);
        });
        labelled(ui, half, client.label, |ui| match &mut known {
            Some(known) => {
                // It is the server's word.
                ui.add_enabled_ui(false, |ui| text_field(ui, discover_client_id(), &client, known));
            }
            None => {
                text_field(ui, discover_client_id(), &client, &mut input.client_id);
            }
        });
    });
}

fn labelled(ui: &mut Ui, width: f32, label: &str, field: impl FnOnce(&mut Ui)) {
    let color = palette(ui).muted;
    let size = Vec2::new(width, space::CONTROL);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        ui.label(text::body(label).color(color));
        field(ui);
    });
}

/// What the registration gave.
fn registered_ui(ui: &mut Ui, discovering: &Discovering) {
    let p = palette(ui);
    let words = match (&discovering.registered, discovering.running) {
        (None, Some((_, true))) => "Registering…".to_owned(),
        (Some(registered), _) => {
            let secret = if registered.response.client_secret.is_some() {
                ". Its secret is held in memory only"
            } else {
                ""
            };
            let changed = registered.differences.first().map(|d| format!(". {d}"));
            format!("{} Registered{secret}{}", icon::CHECK, changed.unwrap_or_default())
        }
        _ => return,
    };
    let spoken = words.trim_start_matches(icon::CHECK).trim().to_owned();
    elided(ui, text::label(words, p.muted)).spoken_as(spoken);
}
