//! What was found at an address: what the server offers, and what is wrong with it.

use egui::{Align, ComboBox, Frame, Layout, Margin, Stroke, Ui, Vec2};

use super::discover::lookup;
use super::discover_foot::{changes, target};
use crate::engine::Finding;
use crate::gui::action::{Action, Actions};
use crate::gui::discovering::Discovering;
use crate::gui::inputs::DiscoverInput;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{SpokenAs as _, elided, key_value, section_label};
use crate::model::metadata::discovery::ServerMetadata;
use crate::model::metadata::discovery_changes::Change;
use crate::model::metadata::offer::{Offer, Offered};

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
    let unusable = unusable.map(|why| format!("{why}. {}", ServerMetadata::UNUSABLE_HINT));
    if discovered.doubts.is_empty() && unusable.is_none() {
        return;
    }
    Frame::new()
        .fill(p.bad_bg)
        .corner_radius(space::RADIUS_CARD)
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            for words in discovered.doubts.iter().map(String::as_str).chain(unusable.as_deref()) {
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
                let widgets = &mut ui.visuals_mut().widgets;
                for visuals in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
                    // The usual frame has too little contrast on red.
                    visuals.bg_fill = p.card;
                    visuals.bg_stroke = Stroke::new(1.0, p.text);
                    visuals.fg_stroke.color = p.text;
                }
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
        ui.horizontal_wrapped(|ui| {
            ui.label(text::body(icon::INFO).font(text::icon_font(14.0)).color(p.muted))
                .spoken_as("note");
            ui.label(text::body(note));
        });
    }
    ui.add_space(space::M);
}
