//! The window: bars, sidebar, the open page, and what lies above it.

use egui::{CentralPanel, Frame, Margin, Panel, Ui};

use crate::gui::action::Actions;
use crate::gui::inputs::Inputs;
use crate::gui::screen::Page;
use crate::gui::state::State;
use crate::gui::theme::{palette, space};

/// Draws everything.
pub fn window_ui(ui: &mut Ui, state: &State, inputs: &mut Inputs, actions: &mut Actions) {
    let p = palette(ui);
    let narrow = ui.available_width() < space::NARROW_WINDOW;
    let bar = Frame::new().fill(p.panel).inner_margin(Margin::symmetric(12, 0));
    Panel::top("top bar")
        .exact_size(space::TOP_BAR)
        .resizable(false)
        .frame(bar)
        .show(ui, |ui| super::top_bar::top_bar_ui(ui, state, actions));
    Panel::bottom("status bar")
        .exact_size(space::STATUS_BAR)
        .resizable(false)
        .frame(bar)
        .show(ui, |ui| super::status_bar::status_bar_ui(ui, state));
    Panel::left("sidebar")
        .exact_size(if narrow { space::SIDEBAR_NARROW } else { space::SIDEBAR })
        .resizable(false)
        .frame(Frame::new().fill(p.panel).inner_margin(Margin::symmetric(8, 12)))
        .show(ui, |ui| super::sidebar::sidebar_ui(ui, state, actions));
    CentralPanel::default()
        .frame(Frame::new().fill(p.bg).inner_margin(Margin::same(16)))
        .show(ui, |ui| {
            super::problems::problems_ui(ui, state, actions);
            page_ui(ui, state, inputs, actions);
        });
    super::notices::notices_ui(ui, state, actions);
    super::palette::palette_ui(ui, state, inputs, actions);
    super::shortcuts::shortcuts_ui(ui, state, actions);
    super::api_answer::api_answer_ui(ui, state, actions);
    super::keys::keys_ui(ui, state, actions);
    super::confirm::confirm_delete_ui(ui, state, actions);
    super::ask::ask_ui(ui, state, actions);
    super::confirm_revoke::confirm_revoke_ui(ui, state, actions);
    super::login_again::login_again_ui(ui, state, actions);
    super::login_prompt::login_prompt_ui(ui, state, inputs, actions);
}

fn page_ui(ui: &mut Ui, state: &State, inputs: &mut Inputs, actions: &mut Actions) {
    match &state.screen.page {
        Some(Page::Profile(slug, tab)) => match state.item(slug) {
            Some(item) => super::profile_page::profile_page_ui(ui, state, item, *tab, inputs, actions),
            None => super::empty::no_profile_ui(ui, state, actions),
        },
        Some(Page::NewProfile) => super::new_profile::new_profile_ui(ui, actions),
        Some(Page::Discover) => super::discover::discover_ui(ui, state, inputs, actions),
        Some(Page::Scratchpad) => super::scratchpad::scratchpad_ui(ui, state, &mut inputs.scratch, actions),
        Some(Page::DemoServer) => super::demo::demo_ui(ui, state, actions),
        None => super::empty::no_profile_ui(ui, state, actions),
    }
}
