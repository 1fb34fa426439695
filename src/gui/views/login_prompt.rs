//! What a login asks for before it starts.

use egui::{Id, Key, Modal, Ui};

use crate::engine::{Given, KnownUser};
use crate::gui::action::{Action, Actions};
use crate::gui::inputs::Inputs;
use crate::gui::item::Item;
use crate::gui::login_prompt::{LoginPrompt, Wants};
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, Field, dialog_frame, elided, section_label, text_field};
use crate::model::Secret;

const WIDTH: f32 = 400.0;

/// Draws it while it is asked.
pub(super) fn login_prompt_ui(ui: &mut Ui, state: &State, inputs: &mut Inputs, actions: &mut Actions) {
    let Some(prompt) = inputs.login.as_mut() else { return };
    let Some(item) = state.item(&prompt.slug) else { return };
    let p = palette(ui);
    let known: &[KnownUser] = if item.profile.uses_demo() {
        &state.demo.users
    } else {
        &[]
    };
    let modal = Modal::new(Id::unique("login prompt"))
        .backdrop_color(p.backdrop)
        .frame(dialog_frame(ui, 20))
        .show(ui.ctx(), |ui| {
            ui.set_width(WIDTH);
            elided(ui, text::title(format!("Log in to {}", item.profile.name)));
            ui.label(text::body(about(item, prompt)).color(p.muted));
            ui.add_space(space::XS);
            let enter = prompt.wants != Wants::SendingToken && fields_ui(ui, item, prompt, known);
            if prompt.wants == Wants::Password && item.profile.uses_demo() {
                people_ui(ui, item, known, actions);
            }
            ui.add_space(space::S);
            let given = prompt.given(known);
            ui.horizontal(|ui| {
                let words = match prompt.wants {
                    Wants::SendingToken => "Send it and log in",
                    _ => "Log in",
                };
                let log_in = Button::primary(words).icon(icon::SIGN_IN);
                let clicked = ui.add_enabled(given.is_some(), log_in).clicked();
                if let Some(given) = given
                    && (clicked || enter)
                {
                    actions.push(Action::LogInWith(item.profile.slug.clone(), given));
                }
                ui.add(Button::secondary("Cancel").shortcut("Esc")).clicked()
            })
            .inner
        });
    if modal.inner || modal.should_close() {
        actions.push(Action::CloseLoginPrompt);
    }
}

fn about(item: &Item, prompt: &LoginPrompt) -> String {
    let words = match prompt.wants {
        Wants::Password if item.profile.uses_demo() => {
            "User name and password go to the demo server on this machine, and are then forgotten"
        }
        Wants::Password => {
            "User name and password go to the token endpoint of this profile. The password is then forgotten"
        }
        Wants::SubjectToken => {
            "The token goes to the token endpoint of this profile. To use that of another profile, name it in “Exchange the \
             token of”"
        }
        Wants::SendingToken => {
            let Some(ends) = &prompt.ends else { return String::new() };
            return format!(
                "This profile exchanges the token of “{}”. That token comes from {} and would go to {}, which can then use \
                 it. Send it only where you trust that server",
                item.profile.subject_profile.trim(),
                ends.from,
                ends.to
            );
        }
    };
    words.to_owned()
}

/// The fields; true when Enter was pressed in one of them.
fn fields_ui(ui: &mut Ui, item: &Item, prompt: &mut LoginPrompt, known: &[KnownUser]) -> bool {
    let mut enter = false;
    let mut named = false;
    if prompt.wants == Wants::Password {
        let field = Field {
            label: "User name",
            ..Field::default()
        };
        section_label(ui, field.label);
        let response = text_field(ui, LoginPrompt::username_id(), &field, &mut prompt.username);
        enter |= response.lost_focus();
        named = prompt.username.is_empty();
        if named && !prompt.has_focus {
            response.request_focus();
        }
    }
    let is_known = known.iter().any(|user| user.username == prompt.username.trim());
    let field = Field {
        label: match prompt.wants {
            Wants::Password => "Password",
            Wants::SubjectToken | Wants::SendingToken => "Token to exchange",
        },
        placeholder: if is_known { "the demo server's own" } else { "" },
        password: true,
        ..Field::default()
    };
    section_label(ui, field.label);
    // A text field edits a plain text; it goes back into its box at once.
    let mut typed = prompt.secret.expose().to_owned();
    let response = text_field(ui, LoginPrompt::secret_id(), &field, &mut typed);
    prompt.secret = Secret::new(typed);
    enter |= response.lost_focus();
    if !named && !prompt.has_focus {
        response.request_focus();
    }
    prompt.has_focus = true;
    let insecure = item.profile.insecure && !item.profile.uses_demo();
    if insecure {
        let words = format!(
            "{} Insecure is on: anybody on the way can read it",
            icon::SHIELD_WARNING
        );
        ui.label(text::label(words, palette(ui).bad));
    }
    enter && ui.input(|input| input.key_pressed(Key::Enter))
}

/// The people of the demo server, each a click away.
fn people_ui(ui: &mut Ui, item: &Item, known: &[KnownUser], actions: &mut Actions) {
    let p = palette(ui);
    ui.add_space(space::XS);
    section_label(ui, "Or as one whom the demo server knows");
    if known.is_empty() {
        ui.label(text::body("The demo server is starting…").color(p.muted));
    }
    for user in known {
        ui.horizontal(|ui| {
            let button = Button::secondary(&user.username).icon(icon::USER_CIRCLE);
            if ui.add(button).clicked() {
                let given = Given {
                    username: Some(user.username.clone()),
                    ..Given::default()
                };
                actions.push(Action::LogInWith(item.profile.slug.clone(), given));
            }
            elided(ui, text::body(&user.about).color(p.muted));
        });
    }
}
