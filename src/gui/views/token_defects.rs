//! What is broken in a token, and what was wrong with the answer that brought it.

use egui::{ScrollArea, Ui};

use super::token_view::TokenView;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{SpokenAs as _, elided_with_tooltip};

/// More than these scroll.
const IN_SIGHT: f32 = 5.0;
/// As many are listed: a hostile token has a hundred thousand.
const LISTED: usize = 200;

/// Draws it.
pub(super) fn token_defects_ui(ui: &mut Ui, view: &TokenView<'_>) {
    let p = palette(ui);
    let of_token = &view.token.decoded.defects;
    let all = of_token
        .iter()
        .map(|defect| (defect, "token"))
        .chain(view.response_defects.iter().map(|defect| (defect, "token response")));
    let count = of_token.len() + view.response_defects.len();
    if count == 0 {
        return;
    }
    ScrollArea::vertical()
        .id_salt("defects")
        .max_height(IN_SIGHT * 20.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            for (defect, of) in all.take(LISTED) {
                let words = format!("{}  {}", icon::WARNING, defect.message);
                let place = defect.offset.map_or(String::new(), |byte| format!(", byte {byte}"));
                let tooltip = format!(
                    "{} · {of}, {}{place}\n{}",
                    defect.code,
                    defect.part.as_str(),
                    defect.message
                );
                elided_with_tooltip(ui, text::label(words, p.warn), &tooltip).spoken_as(&defect.message);
            }
            if count > LISTED {
                ui.label(text::label(format!("… and {} more", count - LISTED), p.muted));
            }
        });
}
