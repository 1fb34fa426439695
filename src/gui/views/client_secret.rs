//! The client secret, which is no field of a profile, and what ERP.net keeps of it.

use egui::{Align, Layout, Ui, Vec2};

use crate::gui::action::{Action, Actions};
use crate::gui::inputs::{self, ProfileForm};
use crate::gui::item::Item;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{self, Button, elided, field_row, text_field};
use crate::model::application_secret_hash::application_secret_hash;
use crate::model::template::Template;
use crate::model::{Profile, Secret, SecretKind};

/// Whether the demo server has registered this client with a secret: every other one has to bring its own.
fn knows_secret_of(profile: &Profile) -> bool {
    let mut known = Template::ALL.iter().map(Template::profile);
    profile.uses_demo()
        && known.any(|known| known.uses_demo() && known.needs_secret() && known.client_id == profile.client_id)
}

/// Draws the field. What is typed goes to the engine's memory and nowhere else.
pub(super) fn client_secret_ui(
    ui: &mut Ui,
    item: &Item,
    form: &mut ProfileForm,
    label_width: f32,
    actions: &mut Actions,
) {
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
        } else if knows_secret_of(form.draft()) {
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
            // Whoever changes the address first means the secret for that.
            (*form.draft() != item.profile).then(|| Box::new(form.draft().clone())),
        ));
    }
}

/// Draws `ApplicationSecretHash` of the secret that stands in the form.
pub(super) fn secret_hash_ui(ui: &mut Ui, secret: &Secret, label_width: f32, actions: &mut Actions) {
    let p = palette(ui);
    let look = widgets::Field {
        label: "ApplicationSecretHash",
        hint: "base64(sha256(secret)) · what ERP.net keeps in the place of the secret",
        ..widgets::Field::default()
    };
    field_row(ui, label_width, &look, |ui| {
        let size = Vec2::new(ui.available_width(), space::FIELD);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            if secret.is_empty() {
                elided(
                    ui,
                    text::body("shown once the client secret is typed above").color(p.faint),
                );
                return;
            }
            let hash = application_secret_hash(secret);
            ui.scope(|ui| {
                ui.set_max_width(ui.available_width() - space::FIELD - space::S);
                elided(ui, text::mono(&hash));
            });
            let copy = Button::quiet("Copy ApplicationSecretHash").icon_only(icon::COPY);
            if ui.add(copy).clicked() {
                actions.push(Action::Copy {
                    what: "ApplicationSecretHash".to_owned(),
                    text: hash,
                });
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_demo_server_has_registered_has_a_secret_there() {
        let known = Template::find("erp-net").unwrap().profile();
        assert!(knows_secret_of(&known));
        let public = Template::find("plain-oauth2").unwrap().profile();
        assert!(!knows_secret_of(&public));
        let other = Profile {
            client_id: "nobody.knows".to_owned(),
            ..known.clone()
        };
        assert!(!knows_secret_of(&other));
        let elsewhere = Profile {
            base_url: "https://example.com".to_owned(),
            ..known
        };
        assert!(!knows_secret_of(&elsewhere));
    }
}
