//! That a profile's connection protects nothing: said on its page as long as it is so.

use egui::Ui;

use crate::gui::action::{Action, Actions};
use crate::gui::item::Item;
use crate::gui::screen::{Page, Tab};
use crate::gui::theme::{Tone, icon};
use crate::gui::widgets::{Button, notice};

/// The words for it in a bar.
pub(super) const INSECURE: &str = "Insecure: certificates are not checked";

/// Draws the banner, while it is so.
pub(super) fn insecure_ui(ui: &mut Ui, item: &Item, tab: Tab, actions: &mut Actions) {
    if !item.profile.insecure {
        return;
    }
    let words = "This profile takes any certificate and plain HTTP: anybody on the way can read and change everything. \
                 Switch “Insecure” off when the test is over";
    notice(ui, Tone::Bad, INSECURE, words, |ui| {
        if tab != Tab::Profile
            && ui
                .add(Button::quiet("Edit profile").icon(icon::PENCIL_SIMPLE))
                .clicked()
        {
            actions.push(Action::Open(Page::Profile(item.profile.slug.clone(), Tab::Profile)));
        }
    });
}
