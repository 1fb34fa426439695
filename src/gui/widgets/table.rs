//! Rows and columns: fixed rows, so that thousands cost as much as the few in sight.

use egui::{Align, Layout, Pos2, Rect, ScrollArea, Sense, Stroke, Ui, UiBuilder, Vec2};

use crate::gui::theme::{palette, space, text};

/// How wide a column is.
#[derive(Clone, Copy, Debug)]
pub enum Width {
    /// As many points.
    Fixed(f32),
    /// This share of what the fixed ones leave.
    Share(f32),
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The word above it.
    pub title: &'static str,
    /// How wide it is.
    pub width: Width,
}

/// A table over the whole width of its `Ui`.
#[derive(Debug)]
pub struct Table<'a> {
    /// From left to right.
    pub columns: &'a [Column],
    /// Names the table among others in the same view.
    pub id: &'static str,
}

const GAP: f32 = 12.0;

impl Table<'_> {
    fn spans(&self, left: f32, width: f32) -> Vec<(f32, f32)> {
        let fixed: f32 = self
            .columns
            .iter()
            .map(|column| {
                if let Width::Fixed(width) = column.width {
                    width
                } else {
                    0.0
                }
            })
            .sum();
        let shares: f32 = self
            .columns
            .iter()
            .map(|column| {
                if let Width::Share(share) = column.width {
                    share
                } else {
                    0.0
                }
            })
            .sum();
        let gaps = GAP * (self.columns.len().max(1) - 1) as f32;
        let rest = (width - fixed - gaps - 2.0 * space::S).max(0.0);
        let mut x = left + space::S;
        self.columns
            .iter()
            .map(|column| {
                let width = match column.width {
                    Width::Fixed(width) => width,
                    Width::Share(share) => rest * share / shares.max(f32::EPSILON),
                };
                let span = (x, width);
                x += width + GAP;
                span
            })
            .collect()
    }

    fn cells(&self, ui: &mut Ui, rect: Rect, mut cell: impl FnMut(&mut Ui, usize)) {
        for (index, (x, width)) in self.spans(rect.left(), rect.width()).into_iter().enumerate() {
            let cell_rect = Rect::from_min_size(Pos2::new(x, rect.top()), Vec2::new(width, rect.height()));
            let mut child = ui.new_child(
                UiBuilder::new()
                    .id_salt((rect.top().to_bits(), index))
                    .max_rect(cell_rect)
                    .layout(Layout::left_to_right(Align::Center)),
            );
            child.shrink_clip_rect(cell_rect);
            cell(&mut child, index);
        }
    }

    /// Draws the words above the columns and then `rows` rows, of which only those in sight are asked for.
    /// `cell` draws one: it is told row, column, and whether the pointer is on the row.
    pub fn show(&self, ui: &mut Ui, rows: usize, mut cell: impl FnMut(&mut Ui, usize, usize, bool)) {
        let p = palette(ui);
        ui.spacing_mut().item_spacing.y = 0.0;
        let (head, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 26.0), Sense::hover());
        self.cells(ui, head, |ui, index| {
            ui.label(text::label(self.columns[index].title, p.faint));
        });
        ui.painter()
            .hline(head.x_range(), head.bottom() - 0.5, Stroke::new(1.0, p.line));
        ScrollArea::vertical()
            .id_salt(self.id)
            .auto_shrink([false, false])
            .show_rows(ui, space::ROW, rows, |ui, range| {
                for row in range {
                    let size = Vec2::new(ui.available_width(), space::ROW);
                    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
                    let hot = response.contains_pointer();
                    if hot {
                        ui.painter().rect_filled(rect, 0.0, p.raise.gamma_multiply(0.6));
                    }
                    ui.painter()
                        .hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, p.line));
                    self.cells(ui, rect, |ui, column| cell(ui, row, column, hot));
                }
            });
    }
}
