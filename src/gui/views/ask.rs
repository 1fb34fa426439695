//! The list of what the provider can be asked about a session.

use egui::{Id, Modal, Ui};

use crate::gui::action::{Action, Actions};
use crate::gui::asking::ProviderRequest;
use crate::gui::item::Item;
use crate::gui::state::State;
use crate::gui::theme::{palette, space, text};
use crate::gui::widgets::{Button, dialog_frame};

/// Draws it while it is open.
pub(super) fn ask_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let Some(item) = state.asking.list.as_ref().and_then(|slug| state.item(slug)) else {
        return;
    };
    let p = palette(ui);
    let modal = Modal::new(Id::unique("ask the provider"))
        .backdrop_color(p.backdrop)
        .frame(dialog_frame(ui, 20))
        .show(ui.ctx(), |ui| {
            ui.set_width(460.0);
            ui.label(text::title("Ask the provider"));
            ui.add_space(space::XS);
            for request in ProviderRequest::ALL {
                if request_ui(ui, item, request) {
                    actions.push(Action::CloseAsk);
                    actions.push(request.action(item.profile.slug.clone()));
                }
            }
            ui.add_space(space::S);
            ui.add(Button::secondary("Close").shortcut("Esc")).clicked()
        });
    if modal.inner || modal.should_close() {
        actions.push(Action::CloseAsk);
    }
}

/// One line: the button, and what it does or why it cannot be used.
fn request_ui(ui: &mut Ui, item: &Item, request: ProviderRequest) -> bool {
    let p = palette(ui);
    let obstacle = request.obstacle(item);
    ui.horizontal(|ui| {
        let button = Button::quiet(request.label()).icon(request.icon());
        let space = (210.0 - button.width(ui)).max(0.0);
        let mut response = ui.add_enabled(obstacle.is_none(), button);
        if let Some(why) = &obstacle {
            response = response.on_disabled_hover_text(why);
        }
        ui.add_space(space);
        let color = if obstacle.is_some() { p.faint } else { p.muted };
        ui.label(text::label(obstacle.as_deref().unwrap_or(request.about()), color));
        response.clicked()
    })
    .inner
}
