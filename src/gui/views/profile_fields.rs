//! The fields of a profile, and the client secret, which is none of them.

use egui::{ComboBox, Id, Pos2, Rect, Ui, Vec2};

use crate::gui::action::{Action, Actions};
use crate::gui::inputs::{self, ProfileForm};
use crate::gui::item::Item;
use crate::gui::theme::space;
use crate::gui::widgets::{self, field_row, segmented, text_field};
use crate::model::field::Field;
use crate::model::profile::FieldError;
use crate::model::{Secret, SecretKind};

/// Draws them, one below the other.
pub(super) fn profile_fields_ui(
    ui: &mut Ui,
    item: &Item,
    form: &mut ProfileForm,
    errors: &[FieldError],
    label_width: f32,
    actions: &mut Actions,
) {
    ui.spacing_mut().item_spacing.y = space::XS;
    for field in Field::ALL.into_iter().filter(|field| field.applies_to(&item.profile)) {
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
            let id = inputs::field_id(&item.profile.slug, field);
            field_ui(ui, id, field, &look, form.text(field))
        });
        if let Some(typed) = typed {
            form.set(field, &typed);
            if form.errors().iter().any(|error| error.field == field) {
                // The sentence below the field needs room that may be out of sight.
                let row = Rect::from_min_max(Pos2::new(ui.min_rect().left(), top), ui.cursor().min);
                ui.scroll_to_rect(row.expand2(Vec2::new(0.0, 24.0)), None);
            }
        }
        if field == Field::ClientAuthentication && form.draft().client_authentication.needs_secret() {
            secret_ui(ui, item, form, label_width, actions);
        }
    }
}

/// The control of a field; what was typed or chosen now.
fn field_ui(ui: &mut Ui, id: Id, field: Field, look: &widgets::Field<'_>, mut value: String) -> Option<String> {
    let choices = field.choices();
    match choices.len() {
        0 => text_field(ui, id, look, &mut value).changed().then_some(value),
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
    let has_secret = item.secrets.contains(&SecretKind::ClientSecret);
    let hint = if has_secret {
        "Held in memory only: not in this profile's file, gone when you close"
    } else {
        "Kept in memory only: not in this profile's file, gone when you close"
    };
    let look = widgets::Field {
        label: "Client secret",
        hint,
        placeholder: if has_secret && form.secret.is_empty() {
            "••••••••"
        } else if item.profile.uses_demo() {
            "the demo server's own"
        } else {
            "none yet"
        },
        password: true,
        ..widgets::Field::default()
    };
    let changed = field_row(ui, label_width, &look, |ui| {
        let mut typed = form.secret.expose().to_owned();
        let changed = text_field(ui, inputs::secret_id(&item.profile.slug), &look, &mut typed).changed();
        form.secret = Secret::new(typed);
        changed
    });
    if changed {
        actions.push(Action::SetSecret(
            item.profile.slug.clone(),
            SecretKind::ClientSecret,
            form.secret.clone(),
        ));
    }
}
