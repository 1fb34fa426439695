//! The code of a device login (RFC 8628 §3.3): large, with the address where it is entered and a QR code of it.

use egui::text::{LayoutJob, TextFormat};
use egui::{Label, Ui};

use crate::engine::DevicePrompt;
use crate::gui::action::{Action, Actions};
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, qr_code, section_label};
use crate::model::lifetime;

const CODE_SIZE: f32 = 210.0;

/// Draws it.
pub(super) fn device_code_ui(ui: &mut Ui, state: &State, prompt: &DevicePrompt, actions: &mut Actions) {
    let address = &prompt.verification_uri;
    let scanned = prompt.verification_uri_complete.as_ref();
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::XL;
        // Without the code in the address scanning still saves the typing of the address.
        let has_picture = qr_code(ui, CODE_SIZE, scanned.unwrap_or(address)).is_some();
        ui.vertical(|ui| {
            section_label(ui, "On any device, open");
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = space::S;
                if ui.link(text::mono(address).size(14.0)).clicked() {
                    actions.push(Action::OpenUrl(scanned.unwrap_or(address).clone()));
                }
                copy_ui(ui, "address", address, actions);
            });
            ui.add_space(space::S);
            section_label(ui, "and enter the code");
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = space::S;
                ui.add(Label::new(user_code(ui, &prompt.user_code)).selectable(true).wrap());
                copy_ui(ui, "code", &prompt.user_code, actions);
            });
            ui.add_space(space::S);
            let p = palette(ui);
            let left = prompt.expires_at.duration_since(state.now);
            let words = if left.is_positive() {
                format!("The code lives {} more", lifetime::countdown(left))
            } else {
                "The code has expired: log in again".to_owned()
            };
            ui.label(text::body(words).color(p.muted));
            if has_picture {
                let words = if scanned.is_some() {
                    "Or scan the picture: the code is in its address"
                } else {
                    "Or scan the picture and enter the code there"
                };
                ui.label(text::body(words).color(p.muted));
            }
        });
    });
}

/// The code in large letters with room between them: it is read aloud and typed on a television.
fn user_code(ui: &Ui, code: &str) -> LayoutJob {
    let mut job = LayoutJob::default();
    job.wrap.break_anywhere = true;
    let format = TextFormat {
        extra_letter_spacing: 3.0,
        ..TextFormat::simple(text::user_code_font(), palette(ui).text)
    };
    job.append(code, 0.0, format);
    job
}

fn copy_ui(ui: &mut Ui, what: &str, text: &str, actions: &mut Actions) {
    let name = format!("Copy {what}");
    if ui.add(Button::quiet(&name).icon_only(icon::COPY)).clicked() {
        actions.push(Action::Copy {
            what: what.to_owned(),
            text: text.to_owned(),
        });
    }
}
