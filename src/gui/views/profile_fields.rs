//! The fields of a profile, group by group; what is rarely needed folds away.

use egui::{Pos2, Rect, Ui, Vec2};

use super::client_secret::{client_secret_ui, secret_hash_ui};
use super::field_control::{field_control_ui, other_profile_ui, rows};
use crate::gui::action::{Action, Actions};
use crate::gui::form_group::{Group, erp_net_name, is_set};
use crate::gui::inputs::{self, ProfileForm};
use crate::gui::item::Item;
use crate::gui::state::State;
use crate::gui::theme::{icon, space, text};
use crate::gui::widgets::{self, Button, field_row, fold_heading};
use crate::gui::words::SAVE_FIRST;
use crate::model::Profile;
use crate::model::field::Field;
use crate::model::profile::{ClientType, FieldError};

/// Room for `ImpersonateAsInternalUserAllowed`.
const TRUSTED_APP_LABEL: f32 = 226.0;

/// Draws them, one below the other.
pub(super) fn profile_fields_ui(
    ui: &mut Ui,
    state: &State,
    item: &Item,
    form: &mut ProfileForm,
    errors: &[FieldError],
    label_width: f32,
    actions: &mut Actions,
) {
    ui.spacing_mut().item_spacing.y = space::XS;
    let is_wrong = |field| errors.iter().any(|error| error.field == field);
    let is_erp_net = form.draft().is_erp_net();
    for group in Group::ALL {
        // Its longest name is much longer than ours.
        let label_width = if group == Group::TRUSTED_APP {
            label_width.max(TRUSTED_APP_LABEL)
        } else {
            label_width
        };
        let fields = group.fields(form.draft(), is_wrong);
        if fields.is_empty() {
            continue;
        }
        let has_error = fields.iter().any(|&field| is_wrong(field));
        let is_open = form.is_open(group, &fields, has_error);
        heading_ui(ui, group, &fields, is_open, form);
        if !is_open {
            continue;
        }
        ui.add_space(space::XS);
        for field in fields {
            let error = errors.iter().find(|error| error.field == field);
            field_ui(ui, state, item, form, field, error, label_width);
            if field == Field::Issuer {
                provider_ui(ui, item, form, label_width, actions);
            }
            if field == Field::ClientAuthentication && !is_erp_net && form.draft().needs_secret() {
                client_secret_ui(ui, item, form, label_width, actions);
            }
        }
        let has_secret = form.draft().needs_secret() || form.draft().client_type == ClientType::Confidential;
        if group == Group::TRUSTED_APP && has_secret {
            client_secret_ui(ui, item, form, label_width, actions);
            secret_hash_ui(ui, &form.secret, label_width, actions);
        }
    }
}

/// What the provider says of itself fills the endpoints in. It is asked by the profile as it is stored.
fn provider_ui(ui: &mut Ui, item: &Item, form: &ProfileForm, label_width: f32, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.add_space(label_width);
        let button = Button::secondary("Fill in from the provider…").icon(icon::MAGNIFYING_GLASS);
        let asked = ui.add_enabled(!form.is_changed(), button);
        if asked.on_disabled_hover_text(SAVE_FIRST).clicked() {
            actions.push(Action::DiscoverFor(item.profile.slug.clone()));
        }
    });
    ui.add_space(space::S);
}

fn heading_ui(ui: &mut Ui, group: Group, fields: &[Field], is_open: bool, form: &mut ProfileForm) {
    if !group.folds() {
        let is_first = ui.min_rect().height() < 1.0;
        ui.add_space(if is_first { 0.0 } else { space::L });
        ui.label(text::strong(group.label()));
        return;
    }
    let aside = if is_open {
        String::new()
    } else {
        summary(fields, form.draft())
    };
    if fold_heading(ui, group.label(), &aside, is_open).clicked() {
        form.toggle(group);
    }
}

/// What is in a group that is closed: how much of it is set, and what there is.
fn summary(fields: &[Field], draft: &Profile) -> String {
    let empty = Profile::default();
    let set = fields.iter().filter(|&&field| is_set(field, draft, &empty)).count();
    let names: Vec<&str> = fields.iter().map(|field| field.label()).collect();
    let names = names.join(", ");
    if set == 0 {
        names
    } else {
        format!("{set} set · {names}")
    }
}

fn field_ui(
    ui: &mut Ui,
    state: &State,
    item: &Item,
    form: &mut ProfileForm,
    field: Field,
    error: Option<&FieldError>,
    label_width: f32,
) {
    let top = ui.cursor().top();
    // Who knows the app by ERP.net's words finds the usual ones below.
    let erp_net = erp_net_name(field, form.draft());
    let hint = match (erp_net, field) {
        (Some(_), Field::IsEnabled | Field::ImpersonateAsInternalUserAllowed) => {
            "Decided in ERP.net, noted here".to_owned()
        }
        (Some(name), _) if name != field.label() => format!("{} · {}", field.label(), field.hint()),
        _ => field.hint().to_owned(),
    };
    let look = widgets::Field {
        label: erp_net.unwrap_or(field.label()),
        hint: &hint,
        error: error.map(|error| error.message.as_str()),
        rows: rows(field),
        ..widgets::Field::default()
    };
    let typed = field_row(ui, label_width, &look, |ui| {
        let id = inputs::field_id(&item.profile.slug, field);
        let text = form.text(field);
        if field == Field::SubjectProfile {
            other_profile_ui(ui, id, state, &item.profile.slug, &look, &text)
        } else {
            field_control_ui(ui, id, field, &look, text)
        }
    });
    let mut is_sought = form.found(field);
    if let Some(typed) = typed {
        form.set(field, &typed);
        // The sentence below the field needs room that may be out of sight.
        is_sought |= form.errors().iter().any(|error| error.field == field);
    }
    if is_sought {
        let row = Rect::from_min_max(Pos2::new(ui.min_rect().left(), top), ui.cursor().min);
        ui.scroll_to_rect(row.expand2(Vec2::new(0.0, 24.0)), None);
    }
}
