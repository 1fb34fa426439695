//! What was found at an address: what the server offers, what is wrong with it, and what becomes of it.

use egui::{Align, ComboBox, Frame, Layout, Margin, Ui, Vec2};

use super::discover::lookup;
use crate::engine::{Finding, Registration};
use crate::gui::action::{Action, Actions};
use crate::gui::discovering::Discovering;
use crate::gui::inputs::{DiscoverInput, discover_client_id, discover_name_id};
use crate::gui::item::Item;
use crate::gui::screen::{Page, Tab};
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{
    Button, EndButton, Field, SpokenAs as _, elided, key_value, row_with_buttons, section_label, text_field,
};
use crate::model::discovery_changes::Change;
use crate::model::offer::{Offer, Offered};

const KEY: f32 = 190.0;

/// Draws the documents' contents.
pub(super) fn found_ui(
    ui: &mut Ui,
    state: &State,
    input: &mut DiscoverInput,
    finding: &Finding,
    actions: &mut Actions,
) {
    let p = palette(ui);
    let discovered = &finding.discovered;
    doubts_ui(ui, input, finding);
    if let Some(item) = target(state) {
        changes_ui(ui, &changes(state, item));
    }
    servers_ui(ui, state, input, finding, actions);
    if state.discovery.target.is_none() {
        notes_ui(ui, &state.discovery);
    }
    let heading = match discovered.defects.len() {
        0 => "What the server offers".to_owned(),
        1 => "What the server offers, with 1 defect below".to_owned(),
        count => format!("What the server offers, with {count} defects below"),
    };
    section_label(ui, &heading);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.spacing_mut().interact_size.y = 20.0;
        for offer in discovered.offers() {
            offer_ui(ui, &offer);
        }
    });
    if !discovered.defects.is_empty() {
        ui.add_space(space::S);
        section_label(ui, "What is wrong with its metadata");
        for defect in &discovered.defects {
            ui.horizontal_wrapped(|ui| {
                ui.label(text::body(icon::WARNING).font(text::icon_font(14.0)).color(p.warn))
                    .spoken_as("defect");
                ui.label(text::body(&defect.message));
            });
        }
    }
}

/// Why it must not be used, and the way to do so knowingly.
fn doubts_ui(ui: &mut Ui, input: &mut DiscoverInput, finding: &Finding) {
    let p = palette(ui);
    let discovered = &finding.discovered;
    let unusable = discovered.metadata.unusable();
    if discovered.doubts.is_empty() && unusable.is_none() {
        return;
    }
    Frame::new()
        .fill(p.bad_bg)
        .corner_radius(space::RADIUS_CARD)
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            for words in discovered.doubts.iter().map(String::as_str).chain(unusable) {
                ui.horizontal_wrapped(|ui| {
                    ui.label(
                        text::body(icon::SHIELD_WARNING)
                            .font(text::icon_font(16.0))
                            .color(p.bad),
                    )
                    .spoken_as("warning");
                    ui.label(text::body(words));
                });
            }
            if unusable.is_none() {
                ui.checkbox(&mut input.accepts_mismatch, "I know why: use it all the same");
            }
        });
    ui.add_space(space::M);
}

fn servers_ui(ui: &mut Ui, state: &State, input: &DiscoverInput, finding: &Finding, actions: &mut Actions) {
    let choices = finding.discovered.choices();
    let (Some(first), Some(last)) = (choices.first(), &state.discovery.lookup) else {
        return;
    };
    let current = last.authorization_server.as_ref().unwrap_or(first);
    key_value(ui, KEY, "Tokens from", |ui| {
        let mut chosen = None;
        ComboBox::from_id_salt("authorization server")
            .width(300.0)
            .selected_text(current)
            .show_ui(ui, |ui| {
                for choice in choices {
                    if ui.selectable_label(choice == current, choice).clicked() && choice != current {
                        chosen = Some(choice.clone());
                    }
                }
            })
            .response
            .accessible_name("Tokens from");
        if chosen.is_some() {
            actions.push(Action::Discover(Box::new(lookup(input, last.like.clone(), chosen))));
        }
    });
    ui.add_space(space::S);
}

fn offer_ui(ui: &mut Ui, offer: &Offer) {
    let p = palette(ui);
    let (sign, color, word) = match offer.offered {
        Offered::Yes => (icon::CHECK, p.ok, "yes"),
        Offered::No => (icon::MINUS, p.faint, "no"),
        Offered::NotSaid => (icon::QUESTION, p.faint, "not said"),
        Offered::Fact => ("", p.faint, ""),
    };
    key_value(ui, KEY, offer.what, |ui| {
        ui.allocate_ui_with_layout(
            Vec2::new(18.0, ui.spacing().interact_size.y),
            Layout::left_to_right(Align::Center),
            |ui| {
                ui.set_min_width(18.0);
                if !sign.is_empty() {
                    ui.label(text::body(sign).font(text::icon_font(14.0)).color(color))
                        .spoken_as(format!("{}: {word}", offer.what));
                }
            },
        );
        let color = if offer.offered == Offered::Yes || offer.offered == Offered::Fact {
            p.text
        } else {
            p.muted
        };
        let is_address = offer.value.contains("://");
        let words = if is_address {
            text::mono(&offer.value)
        } else {
            text::body(&offer.value)
        };
        elided(ui, words.color(color));
    });
}

fn changes_ui(ui: &mut Ui, changes: &[Change]) {
    let p = palette(ui);
    section_label(ui, "What would change in the profile");
    if changes.is_empty() {
        ui.label(text::body("Nothing: the profile says the same").color(p.muted));
    }
    for change in changes {
        key_value(ui, KEY, change.field.label(), |ui| {
            let before = if change.before.is_empty() {
                "empty"
            } else {
                change.before.trim()
            };
            elided(
                ui,
                text::mono(format!("{before}  →  {}", change.after.replace('\n', " "))).color(p.text),
            );
        });
    }
    ui.add_space(space::M);
}

/// What was chosen for the new profile and may be worth a look.
fn notes_ui(ui: &mut Ui, discovering: &Discovering) {
    let p = palette(ui);
    let notes = discovering.notes();
    if notes.is_empty() {
        return;
    }
    section_label(ui, "What was chosen for the profile");
    for note in notes {
        ui.horizontal_top(|ui| {
            ui.label(text::body(icon::INFO).font(text::icon_font(14.0)).color(p.muted))
                .spoken_as("note");
            ui.label(text::body(note));
        });
    }
    ui.add_space(space::M);
}

fn target(state: &State) -> Option<&Item> {
    state.item(state.discovery.target.as_ref()?)
}

/// What the finding would change in the profile that is brought up to date.
fn changes(state: &State, item: &Item) -> Vec<Change> {
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
