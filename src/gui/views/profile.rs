//! The tab Profile: the form, each field with its hint or its error, and what will be sent.

use egui::{Align, Key, KeyboardShortcut, Layout, Modifiers, ScrollArea, Ui, UiBuilder, Vec2};

use crate::gui::action::{Action, Actions};
use crate::gui::inputs::{Inputs, ProfileForm};
use crate::gui::item::Item;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, EndButton, card_frame, row_with_buttons};
use crate::model::profile::FieldError;

const SIDE: f32 = 360.0;
pub(super) const SAVE: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::S);

/// Draws it.
pub(super) fn profile_ui(ui: &mut Ui, state: &State, item: &Item, inputs: &mut Inputs, actions: &mut Actions) {
    let is_covered = inputs.is_covered(state);
    let form = inputs.form(&item.profile);
    let size = ui.available_size();
    let both = size.x >= 820.0;
    let side = if both { SIDE + space::M } else { 0.0 };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        card_of(ui, Vec2::new(size.x - side, size.y), |ui| {
            let errors = form.errors();
            let (_, foot) = {
                let room = ui.available_size();
                let body = Vec2::new(room.x, room.y - space::CONTROL - space::M);
                ui.allocate_ui(body, |ui| {
                    ui.set_min_size(body);
                    ScrollArea::vertical()
                        .id_salt("form")
                        .auto_shrink([false, false])
                        .show(ui, |ui| {
                            let label_width = if both { 162.0 } else { 156.0 };
                            // The scroll bar must not lie on the fields.
                            ui.set_max_width(ui.available_width() - 10.0);
                            super::profile_fields::profile_fields_ui(
                                ui,
                                state,
                                item,
                                form,
                                &errors,
                                label_width,
                                actions,
                            );
                        });
                });
                ui.allocate_space(Vec2::new(room.x, space::CONTROL))
            };
            let mut foot = ui.new_child(UiBuilder::new().max_rect(foot));
            foot_ui(&mut foot, item, form, &errors, is_covered, actions);
        });
        if both {
            card_of(ui, Vec2::new(SIDE, size.y), |ui| {
                super::preview::preview_ui(ui, state, form.draft());
            });
        }
    });
}

fn card_of(ui: &mut Ui, size: Vec2, contents: impl FnOnce(&mut Ui)) {
    card_frame(ui).show(ui, |ui| {
        let (_, rect) = ui.allocate_space(size - Vec2::splat(26.0));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::LEFT)));
        contents(&mut ui);
    });
}

fn foot_ui(
    ui: &mut Ui,
    item: &Item,
    form: &mut ProfileForm,
    errors: &[FieldError],
    is_covered: bool,
    actions: &mut Actions,
) {
    let p = palette(ui);
    let slug = || item.profile.slug.clone();
    let changed = form.is_changed();
    let can_save = form.can_save();
    let save = || Action::SaveProfile(Box::new(form.draft().clone()));
    let keys = ui.ctx().format_shortcut(&SAVE);
    let buttons = [
        EndButton::new(Button::secondary("Revert"), Action::RevertProfile(slug())).enabled(changed),
        EndButton::new(Button::primary("Save").shortcut(keys), save()).enabled(can_save),
    ];
    let mut delete = false;
    let mut seeks = false;
    let left = |ui: &mut Ui| {
        delete = ui.add(Button::danger("Delete…").icon(icon::TRASH)).clicked();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| match errors.len() {
            0 if changed => {
                ui.label(text::label("Not saved yet", p.muted));
            }
            0 => {}
            count => {
                let words = if count == 1 {
                    "1 field needs a change".to_owned()
                } else {
                    format!("{count} fields need a change")
                };
                let show = Button::alarm(&words).icon(icon::WARNING_CIRCLE);
                seeks = ui.add(show).on_hover_text("Show the first").clicked();
            }
        });
    };
    let clicked = row_with_buttons(ui, space::CONTROL, left, buttons);
    let pressed = !is_covered && ui.input_mut(|input| input.consume_shortcut(&SAVE));
    let wanted = [
        delete.then(|| Action::AskDelete(slug())),
        clicked,
        (pressed && can_save).then(save),
    ];
    if let Some(first) = errors.first().filter(|_| seeks) {
        form.seek(first.field);
    }
    for action in wanted.into_iter().flatten() {
        actions.push(action);
    }
}
