//! A row with buttons at its right end.

use egui::{Align, Layout, Pos2, Rect, Ui, UiBuilder, Vec2};

use super::button::Button;

/// One of the buttons at the end of a row, and what it stands for.
#[must_use = "it is shown with `row_with_buttons`"]
pub struct EndButton<'a, T> {
    button: Button<'a>,
    tooltip: &'a str,
    enabled: bool,
    value: T,
}

impl<'a, T> EndButton<'a, T> {
    /// A click on `button` gives `value`.
    pub fn new(button: Button<'a>, value: T) -> Self {
        Self {
            button,
            tooltip: "",
            enabled: true,
            value,
        }
    }

    /// What is said when the pointer rests on it, also while it cannot be clicked.
    pub fn tooltip(mut self, words: &'a str) -> Self {
        self.tooltip = words;
        self
    }

    /// Whether it can be clicked now.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }
}

/// Draws a row over the whole width: `left` in the room that the buttons leave, then `buttons`, given from left to
/// right, and returns what was clicked. The keyboard goes through a row in the order in which it is drawn, so a layout
/// from the right would turn Tab round: the buttons are measured instead.
pub fn row_with_buttons<'a, T>(
    ui: &mut Ui,
    height: f32,
    left: impl FnOnce(&mut Ui),
    buttons: impl IntoIterator<Item = EndButton<'a, T>>,
) -> Option<T> {
    let buttons: Vec<EndButton<'a, T>> = buttons.into_iter().collect();
    let gap = ui.spacing().item_spacing.x;
    let wide: f32 = buttons.iter().map(|end| end.button.width(ui) + gap).sum();
    let size = Vec2::new(ui.available_width(), height);
    let (_, row) = ui.allocate_space(size);
    let border = row.right() - wide;
    let part = |ui: &mut Ui, min_x: f32, max_x: f32| {
        let rect = Rect::from_min_max(Pos2::new(min_x, row.top()), Pos2::new(max_x, row.bottom()));
        ui.new_child(
            UiBuilder::new()
                .max_rect(rect)
                .layout(Layout::left_to_right(Align::Center)),
        )
    };
    left(&mut part(ui, row.left(), border.max(row.left())));
    let mut end = part(ui, border + gap, row.right());
    let mut clicked = None;
    for EndButton {
        button,
        tooltip,
        enabled,
        value,
    } in buttons
    {
        let mut response = end.add_enabled(enabled, button);
        if !tooltip.is_empty() {
            response = response.on_hover_text(tooltip).on_disabled_hover_text(tooltip);
        }
        if response.clicked() {
            clicked = Some(value);
        }
    }
    clicked
}
