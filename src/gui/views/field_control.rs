//! The control of one field of a profile: a text, a switch, or a choice of few or of many.

use egui::{ComboBox, Id, Ui};

use crate::gui::state::State;
use crate::gui::widgets::{self, segmented, text_field};
use crate::model::Slug;
use crate::model::field::Field;

/// Draws it and gives what was typed or chosen now.
pub(super) fn field_control_ui(
    ui: &mut Ui,
    id: Id,
    field: Field,
    look: &widgets::Field<'_>,
    mut value: String,
) -> Option<String> {
    let choices = field.choices();
    let named: Vec<(&str, &str)> = choices
        .iter()
        .map(|&choice| (choice, choice_name(field, choice)))
        .collect();
    match named.len() {
        0 => text_field(ui, id, look, &mut value).changed().then_some(value),
        1..=3 => {
            let current = choices.iter().copied().find(|&choice| choice == value)?;
            segmented(ui, current, &named).map(str::to_owned)
        }
        _ => list_ui(ui, id, look.label, &value, &named),
    }
}

/// The choice of another profile: people know them by their names, the field holds the slug.
pub(super) fn other_profile_ui(
    ui: &mut Ui,
    id: Id,
    state: &State,
    own: &Slug,
    look: &widgets::Field<'_>,
    value: &str,
) -> Option<String> {
    let others = state.profiles.iter().map(|item| &item.profile);
    let others = others.filter(|profile| profile.slug != *own);
    let mut named = vec![("", "none: paste a token at the login")];
    named.extend(others.map(|profile| (profile.slug.as_str(), profile.name.as_str())));
    list_ui(ui, id, look.label, value, &named)
}

/// One of many, each a value and its name.
fn list_ui(ui: &mut Ui, id: Id, label: &str, value: &str, named: &[(&str, &str)]) -> Option<String> {
    let mut chosen = None;
    let current = named.iter().find(|(choice, _)| *choice == value);
    let response = ComboBox::from_id_salt(id)
        .width(ui.available_width().min(320.0))
        .height(320.0)
        .truncate()
        .selected_text(current.map_or(value, |(_, name)| name))
        .show_ui(ui, |ui| {
            for &(choice, name) in named {
                if ui.selectable_label(choice == value, name).clicked() {
                    chosen = Some(choice.to_owned());
                }
            }
        })
        .response
        .accessible_name(label);
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    chosen
}

/// How many lines of a field are in sight before it grows.
pub(super) fn rows(field: Field) -> usize {
    match field {
        Field::VerificationKey | Field::CaCertificates | Field::ClientCertificate | Field::AuthorizationDetails => 3,
        field if field.is_multiline() => 2,
        _ => 1,
    }
}

fn choice_name(field: Field, choice: &str) -> &str {
    match (field, choice) {
        (Field::Pkce, "true") => "On, S256",
        (Field::IsEnabled | Field::ImpersonateAsInternalUserAllowed, "true") => "Yes",
        (Field::IsEnabled | Field::ImpersonateAsInternalUserAllowed, "false") => "No",
        (_, "true") => "On",
        (_, "false") => "Off",
        (Field::RefreshClientAuthentication, "") => "as at the login",
        (Field::RefreshTokenRotation, "") => "either",
        (_, "") => "the provider chooses",
        (Field::ClientAuthentication | Field::RefreshClientAuthentication, "none") => "none: client_id alone",
        (Field::ClientAuthentication | Field::RefreshClientAuthentication, "omitted") => "omitted: not even client_id",
        (Field::Grant, "authorization_code") => "authorization_code: the browser",
        (Field::Grant, "implicit") => "implicit: discouraged",
        (Field::Grant, "password") => "password: discouraged",
        (Field::Grant, "json_login") => "json_login: user name as JSON",
        (Field::Grant, "client_credentials") => "client_credentials: no person",
        (Field::Grant, "device_code") => "device_code: another device",
        (_, choice) => choice,
    }
}
