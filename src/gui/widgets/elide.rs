//! Text that gives way: cut off with `…`, whole in the tooltip.

use egui::{Label, Response, RichText, Sense, Ui};

/// One line, cut off at the available width. egui shows the whole text as a tooltip when it is cut off.
pub fn elided(ui: &mut Ui, words: impl Into<RichText>) -> Response {
    ui.add(Label::new(words.into()).truncate().sense(Sense::hover()))
}

/// As [`elided`], with a tooltip that says more than the text does.
pub fn elided_with_tooltip(ui: &mut Ui, words: impl Into<RichText>, tooltip: &str) -> Response {
    ui.add(
        Label::new(words.into())
            .truncate()
            .show_tooltip_when_elided(false)
            .sense(Sense::hover()),
    )
    .on_hover_text(tooltip)
}
