//! A login under way: what has happened, what is waited for, and what to do without a browser.

use egui::{Frame, Margin, ScrollArea};
use egui::{Ui, Vec2};

use crate::engine::OperationId;
use crate::gui::action::{Action, Actions};
use crate::gui::inputs::{Inputs, PastedCallback, callback_id};
use crate::gui::item::Item;
use crate::gui::login_progress::Login;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, Field, Step, StepState, card_frame, elided, section_label, steps, text_field};
use crate::model::{Secret, lifetime};

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
            match item.walkthrough(state.now) {
                Some(walkthrough) if !item.profile.grant.has_redirect() => {
                    super::walkthrough::walkthrough_ui(ui, &walkthrough);
                }
                _ => steps_ui(ui, state, item, login),
            }
            if let Some(url) = &login.url
                && !login.called_back
            {
                by_hand_ui(ui, id, url, inputs, actions);
            }
        });
    });
}

fn title(login: &Login) -> &'static str {
    if login.checking {
        "Checking the tokens"
    } else if login.called_back || login.exchanging {
        "Getting the tokens"
    } else if login.url.is_some() {
        "Waiting for you in the browser"
    } else {
        "Getting ready"
    }
}

fn steps_ui(ui: &mut Ui, state: &State, item: &Item, login: &Login) {
    let demo = item.profile.uses_demo();
    let listening = login
        .listening
        .as_ref()
        .map_or(String::new(), |address| format!("{address}, this machine only"));
    let (browser, browser_detail) = match &login.browser {
        None => (pending_or_running(login.listening.is_some()), String::new()),
        Some(Ok(())) if demo => (
            StepState::Passed,
            "sign in there as admin with the password admin".to_owned(),
        ),
        Some(Ok(())) => (StepState::Passed, "sign in there".to_owned()),
        Some(Err(why)) => (StepState::Failed, format!("{why} · open the address below yourself")),
    };
    let waiting = match (login.called_back, login.url.is_some()) {
        (true, _) => StepState::Passed,
        (false, true) => StepState::Running,
        (false, false) => StepState::Pending,
    };
    let left = login
        .deadline
        .filter(|_| waiting == StepState::Running)
        .map_or(String::new(), |deadline| {
            format!("{} left", lifetime::countdown(deadline.duration_since(state.now)))
        });
    let left = match &login.stray {
        Some(stray) if !login.called_back => format!("{left} · {stray}"),
        _ => left,
    };
    let (keys, keys_detail) = match &login.keys {
        None if item.profile.jwks_uri.trim().is_empty() => (
            StepState::Skipped,
            "no JWKS address · signatures stay unverified".to_owned(),
        ),
        None => (pending_or_running(login.url.is_some()), String::new()),
        Some((Ok(1), ms)) => (StepState::Passed, format!("1 key found in {ms:.0} ms")),
        Some((Ok(count), ms)) => (StepState::Passed, format!("{count} keys found in {ms:.0} ms")),
        Some((Err(why), _)) => (StepState::Skipped, format!("{why} · signatures stay unverified")),
    };
    let step = |state, title, detail| Step { state, title, detail };
    let done_or = |done: bool, running: bool| match (done, running) {
        (true, _) => StepState::Passed,
        (false, running) => pending_or_running(running),
    };
    let checked = if item.profile.response_type.has_id_token() || item.profile.scopes().any(|scope| scope == "openid") {
        "Check signature, nonce and hashes"
    } else {
        "Check the signature"
    };
    steps(
        ui,
        &[
            step(keys, "Get the provider's keys", &keys_detail),
            step(
                done_or(login.listening.is_some(), true),
                "Listening for the callback",
                &listening,
            ),
            step(browser, "Browser opened", &browser_detail),
            step(waiting, "Waiting for the callback", &left),
            step(
                done_or(login.checking, login.called_back),
                "Exchange the code for tokens",
                "",
            ),
            step(done_or(false, login.checking), checked, ""),
        ],
    );
}

const fn pending_or_running(running: bool) -> StepState {
    if running {
        StepState::Running
    } else {
        StepState::Pending
    }
}

/// The address to open elsewhere, and a field for the address that came back.
fn by_hand_ui(ui: &mut Ui, id: OperationId, url: &str, inputs: &mut Inputs, actions: &mut Actions) {
    let p = palette(ui);
    section_label(ui, "No browser? Open this address anywhere on this machine");
    Frame::new()
        .fill(p.bg)
        .stroke(egui::Stroke::new(1.0, p.line))
        .corner_radius(space::RADIUS_CONTROL)
        .inner_margin(Margin::symmetric(8, 6))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            elided(ui, text::mono(url));
        });
    let mut opened = false;
    ui.horizontal(|ui| {
        if ui.add(Button::secondary("Copy address").icon(icon::COPY)).clicked() {
            actions.push(Action::Copy {
                what: "address".to_owned(),
                text: url.to_owned(),
            });
        }
        if ui
            .add(Button::quiet("Open again").icon(icon::ARROW_SQUARE_OUT))
            .clicked()
        {
            actions.push(Action::OpenUrl(url.to_owned()));
        }
        if inputs.callback.is_none() && ui.add(Button::quiet("Paste the callback address instead…")).clicked() {
            inputs.callback = Some(PastedCallback {
                login: id,
                address: Secret::default(),
            });
            opened = true;
        }
    });
    if let Some(pasted) = inputs.callback.as_mut().filter(|pasted| pasted.login == id) {
        ui.add_space(space::S);
        let field = Field {
            label: "Callback address",
            hint: "After you signed in elsewhere, the browser stands at an address that begins with the redirect URI. \
                   Copy all of it, code and state included",
            placeholder: "http://localhost/signin-callback?code=…&state=…",
            ..Field::default()
        };
        section_label(ui, field.label);
        // A text field edits a plain text; it goes back into its box at once.
        let mut address = pasted.address.expose().to_owned();
        let response = text_field(ui, callback_id(), &field, &mut address);
        if opened {
            response.request_focus();
        }
        let enter = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        pasted.address = Secret::new(address);
        ui.label(text::label(field.hint, p.faint));
        let ready = !pasted.address.expose().trim().is_empty();
        ui.horizontal(|ui| {
            let go = ui.add_enabled(ready, Button::secondary("Use this address")).clicked();
            if ready && (go || enter) {
                let trimmed = Secret::new(pasted.address.expose().trim());
                actions.push(Action::PasteCallback(id, trimmed));
            }
        });
    }
}
