//! The tab Profile: the form, each field with its hint or its error, and what will be sent.

use egui::{Align, ComboBox, Id, Key, KeyboardShortcut, Layout, Modifiers, ScrollArea, Ui, UiBuilder, Vec2};

use crate::gui::action::{Action, Actions};
use crate::gui::inputs::{Inputs, ProfileForm};
use crate::gui::state::{Item, State};
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{self, Button, card_frame, field_row, segmented, text_field};
use crate::model::Secret;
use crate::model::field::Field;
use crate::model::profile::FieldError;

const SIDE: f32 = 360.0;
pub(super) const SAVE: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::S);

/// Draws it.
pub(super) fn profile_ui(ui: &mut Ui, state: &State, item: &Item, inputs: &mut Inputs, actions: &mut Actions) {
    let form = inputs.form(&item.profile);
    let size = ui.available_size();
    let both = size.x >= 820.0;
    let side = if both { SIDE + space::M } else { 0.0 };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        card_of(ui, Vec2::new(size.x - side, size.y), |ui| {
            let errors = form.draft().validate();
            let (_, foot) = {
                let room = ui.available_size();
                let body = Vec2::new(room.x, room.y - space::CONTROL - space::M);
                ui.allocate_ui(body, |ui| {
                    ui.set_min_size(body);
                    ScrollArea::vertical()
                        .id_salt("form")
                        .auto_shrink([false, false])
                        .show(ui, |ui| {
                            let label_width = if both { 162.0 } else { 140.0 };
                            // The scroll bar must not lie on the fields.
                            ui.set_max_width(ui.available_width() - 10.0);
                            fields_ui(ui, item, form, &errors, label_width, actions);
                        });
                });
                ui.allocate_space(Vec2::new(room.x, space::CONTROL))
            };
            let mut foot = ui.new_child(UiBuilder::new().max_rect(foot));
            foot_ui(&mut foot, item, form, &errors, actions);
        });
        if both {
            card_of(ui, Vec2::new(SIDE, size.y), |ui| {
                super::preview::preview_ui(ui, state, form.draft());
            });
        }
    });
}

fn card_of(ui: &mut Ui, size: Vec2, contents: impl FnOnce(&mut Ui)) {
    card_frame(ui).show(ui, |ui| {
        let (_, rect) = ui.allocate_space(size - Vec2::splat(26.0));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::LEFT)));
        contents(&mut ui);
    });
}

fn fields_ui(
    ui: &mut Ui,
    item: &Item,
    form: &mut ProfileForm,
    errors: &[FieldError],
    label_width: f32,
    actions: &mut Actions,
) {
    ui.spacing_mut().item_spacing.y = space::XS;
    for field in Field::ALL {
        let top = ui.cursor().top();
        let error = errors.iter().find(|error| error.field == field);
        let look = widgets::Field {
            label: field.label(),
            hint: field.hint(),
            error: error.map(|error| error.message.as_str()),
            rows: if field.is_multiline() { 2 } else { 1 },
            ..widgets::Field::default()
        };
        let typed = field_row(ui, label_width, &look, |ui| {
            field_ui(ui, field, &look, form.text(field))
        });
        // A choice can only be one of those that were offered, and any text can be typed.
        if let Some(typed) = typed {
            form.set(field, &typed).unwrap_or_default();
            if form.draft().validate().iter().any(|error| error.field == field) {
                // The sentence below the field needs room that may be out of sight.
                let row = egui::Rect::from_min_max(egui::Pos2::new(ui.min_rect().left(), top), ui.cursor().min);
                ui.scroll_to_rect(row.expand2(Vec2::new(0.0, 24.0)), None);
            }
        }
        if field == Field::ClientAuthentication && form.draft().client_authentication.needs_secret() {
            secret_ui(ui, item, form, label_width, actions);
        }
    }
}

/// The control of a field; what was typed or chosen now.
fn field_ui(ui: &mut Ui, field: Field, look: &widgets::Field<'_>, mut value: String) -> Option<String> {
    let choices = field.choices();
    match choices.len() {
        0 => text_field(ui, Id::unique(("profile field", field)), look, &mut value)
            .changed()
            .then_some(value),
        1 | 2 => {
            let named: Vec<(&str, &str)> = choices
                .iter()
                .map(|&choice| (choice, choice_name(field, choice)))
                .collect();
            let current = choices.iter().copied().find(|&choice| choice == value)?;
            segmented(ui, current, &named).map(str::to_owned)
        }
        _ => {
            let mut chosen = None;
            ComboBox::from_id_salt(("profile field", field))
                .width(220.0)
                .selected_text(choice_name(field, &value))
                .show_ui(ui, |ui| {
                    for choice in choices {
                        let is_current = choice == value;
                        if ui.selectable_label(is_current, choice_name(field, choice)).clicked() {
                            chosen = Some(choice.to_owned());
                        }
                    }
                })
                .response
                .accessible_name(look.label);
            chosen
        }
    }
}

fn choice_name(field: Field, choice: &str) -> &str {
    match (field, choice) {
        (Field::Pkce, "true") => "On, S256",
        (Field::Pkce, _) => "Off",
        (_, "") => "the provider chooses",
        (_, choice) => choice,
    }
}

/// Not a field of the profile: it goes to the engine's memory and nowhere else.
fn secret_ui(ui: &mut Ui, item: &Item, form: &mut ProfileForm, label_width: f32, actions: &mut Actions) {
    let hint = if item.has_secret {
        "Held in memory only: not in this profile's file, gone when you close"
    } else {
        "Kept in memory only: not in this profile's file, gone when you close"
    };
    let look = widgets::Field {
        label: "Client secret",
        hint,
        placeholder: if item.has_secret && form.secret.is_empty() {
            "••••••••"
        } else {
            "none yet"
        },
        password: true,
        ..widgets::Field::default()
    };
    let changed = field_row(ui, label_width, &look, |ui| {
        let mut typed = form.secret.expose().to_owned();
        let changed = text_field(
            ui,
            Id::unique(("client secret", item.profile.slug.as_str())),
            &look,
            &mut typed,
        )
        .changed();
        form.secret = Secret::new(typed);
        changed
    });
    if changed {
        actions.push(Action::SetClientSecret(item.profile.slug.clone(), form.secret.clone()));
    }
}

fn foot_ui(ui: &mut Ui, item: &Item, form: &ProfileForm, errors: &[FieldError], actions: &mut Actions) {
    let p = palette(ui);
    let slug = || item.profile.slug.clone();
    let changed = form.is_changed();
    // A profile with errors can be stored: half a form is better than a lost one.
    let can_save = changed;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let keys = ui.ctx().format_shortcut(&SAVE);
        let clicked = ui
            .add_enabled(can_save, Button::primary("Save").shortcut(keys))
            .clicked();
        let pressed = ui.input_mut(|input| input.consume_shortcut(&SAVE));
        if can_save && (clicked || pressed) {
            actions.push(Action::SaveProfile(Box::new(form.draft().clone())));
        }
        if ui.add_enabled(changed, Button::secondary("Revert")).clicked() {
            actions.push(Action::RevertProfile(slug()));
        }
        let words = match (errors.len(), changed) {
            (0, true) => ("Not saved yet".to_owned(), p.muted),
            (0, false) => (String::new(), p.muted),
            (1, _) => (format!("{} 1 field needs a change", icon::WARNING_CIRCLE), p.bad),
            (n, _) => (format!("{} {n} fields need a change", icon::WARNING_CIRCLE), p.bad),
        };
        ui.label(text::label(words.0, words.1));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            if ui.add(Button::danger("Delete…").icon(icon::TRASH)).clicked() {
                actions.push(Action::AskDelete(slug()));
            }
        });
    });
}
