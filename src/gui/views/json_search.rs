//! The field that finds a text in the JSON of a token, and the way from one place to the next.

use egui::{Key, Ui};

use crate::gui::json_look::{Hits, MOST_HITS};
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::token_pane::{TokenPane, search_id};
use crate::gui::widgets::{Button, Field, text_field};

const WIDTH: f32 = 260.0;

/// Draws it; says whether another place is to come in sight. `find` gives the places of what is typed.
pub(super) fn json_search_ui(ui: &mut Ui, pane: &mut TokenPane, find: impl Fn(&str) -> std::rc::Rc<Hits>) -> bool {
    let p = palette(ui);
    let mut moved = false;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let field = Field {
            label: "Find in the JSON",
            placeholder: "Name or value",
            ..Field::default()
        };
        let mut step = 0_isize;
        ui.scope(|ui| {
            ui.set_max_width(WIDTH.min(ui.available_width() - 190.0));
            let response = text_field(ui, search_id(), &field, &mut pane.query);
            if response.changed() {
                pane.hit = 0;
                moved = true;
            }
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            if entered {
                step = if ui.input(|input| input.modifiers.shift) { -1 } else { 1 };
            }
            if std::mem::take(&mut pane.wants_focus) || entered {
                response.request_focus();
            }
        });
        let hits = find(&pane.query);
        let count = hits.len();
        let words = match count {
            _ if pane.query.is_empty() => String::new(),
            0 => "not there".to_owned(),
            MOST_HITS.. => format!("{} of {MOST_HITS} or more", pane.hit.min(count - 1) + 1),
            _ => format!("{} of {count}", pane.hit.min(count - 1) + 1),
        };
        let mut button = |ui: &mut Ui, name, sign, by| {
            let button = Button::quiet(name).icon_only(sign).small();
            if ui.add_enabled(count > 1, button).on_hover_text(name).clicked() {
                step = by;
            }
        };
        button(ui, "Previous place", icon::CARET_UP, -1);
        button(ui, "Next place", icon::CARET_DOWN, 1);
        if ui
            .add(Button::quiet("Close the search").icon_only(icon::X).small())
            .clicked()
        {
            pane.end_search();
        }
        ui.label(text::label(words, p.muted));
        if step != 0 && count > 0 {
            let last = count - 1;
            pane.hit = match (pane.hit.min(last), step < 0) {
                (0, true) => last,
                (at, true) => at - 1,
                (at, false) if at == last => 0,
                (at, false) => at + 1,
            };
            moved = true;
        }
    });
    moved
}
