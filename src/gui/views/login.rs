//! A login under way: what has happened, what is waited for, and what the person does.

use egui::{Margin, ScrollArea, Ui, Vec2};

use crate::engine::OperationId;
use crate::gui::action::Actions;
use crate::gui::inputs::Inputs;
use crate::gui::item::Item;
use crate::gui::login_progress::Login;
use crate::gui::state::State;
use crate::gui::theme::{Tone, space, text};
use crate::gui::widgets::{card_frame, notice};

/// Draws it.
pub(super) fn login_ui(
    ui: &mut Ui,
    state: &State,
    item: &Item,
    id: OperationId,
    login: &Login,
    inputs: &mut Inputs,
    actions: &mut Actions,
) {
    let size = ui.available_size() - Vec2::splat(42.0);
    card_frame(ui).inner_margin(Margin::same(20)).show(ui, |ui| {
        ui.set_min_size(size);
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.label(text::title(title(login)).size(15.0));
            ui.add_space(space::M);
            let waits = !login.called_back && !login.exchanging && !login.checking;
            let url = login.url.as_ref().filter(|_| waits);
            let by_hand_first = login.paste_only.as_ref().filter(|_| waits);
            if let Some(why) = by_hand_first {
                notice(ui, Tone::Warn, "The answer has to be pasted", why, |_| {});
                ui.add_space(space::S);
                if let Some(url) = url {
                    super::login_by_hand::login_by_hand_ui(ui, id, login, url, inputs, actions);
                    ui.add_space(space::L);
                }
            }
            if let Some(fingerprint) = login.certificate.as_ref().filter(|_| waits) {
                certificate_ui(ui, fingerprint);
            }
            if let Some(prompt) = login.device.as_ref().filter(|_| !login.checking) {
                super::device_code::device_code_ui(ui, state, prompt, actions);
                ui.add_space(space::L);
            }
            match item.walkthrough(state.now) {
                Some(walkthrough) if !item.profile.grant.has_redirect() => {
                    super::walkthrough::walkthrough_ui(ui, &walkthrough);
                }
                _ => super::login_steps::login_steps_ui(ui, state, item, login),
            }
            if let Some(url) = url.filter(|_| by_hand_first.is_none()) {
                super::login_by_hand::login_by_hand_ui(ui, id, login, url, inputs, actions);
            }
        });
    });
}

fn title(login: &Login) -> &'static str {
    if login.checking {
        "Checking the tokens"
    } else if login.called_back || login.exchanging {
        "Getting the tokens"
    } else if login.device.is_some() {
        "Waiting for you on another device"
    } else if login.url.is_some() {
        "Waiting for you in the browser"
    } else {
        "Getting ready"
    }
}

/// The browser cannot know the certificate that was made for this login: that must not come as a surprise.
fn certificate_ui(ui: &mut Ui, fingerprint: &str) {
    let words = "The redirect URI is https on this machine, so this program made a certificate for this login alone, and \
                 the browser does not know it. After you signed in, compare the certificate's SHA-256 fingerprint with the \
                 one below; when they are the same, click “Advanced”, then “Proceed” or “Accept the risk”. Or stay on the \
                 warning and paste the address that it stands at";
    notice(ui, Tone::Warn, "The browser will warn you once", words, |ui| {
        ui.add_space(space::XS);
        ui.add(egui::Label::new(text::mono(fingerprint)).selectable(true).wrap());
    });
    ui.add_space(space::M);
}
