//! Rows and columns: fixed rows, so that thousands cost as much as the few in sight.

use std::borrow::Cow;
use std::ops::Range;

use egui::accesskit::Role;
use egui::style::ScrollAnimation;
use egui::{
    Align, EventFilter, FocusDirection, Id, Key, Layout, Modifiers, Pos2, Rect, Response, ScrollArea, Sense, Stroke,
    Ui, UiBuilder, Vec2, WidgetInfo,
};

use super::focus::focus_ring;
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
        self.head(ui);
        self.scroll(ui, rows, |ui, range| {
            for row in range {
                let size = Vec2::new(ui.available_width(), space::ROW);
                let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
                let hot = response.contains_pointer();
                ground(ui, rect, hot, false);
                self.cells(ui, rect, |ui, column| cell(ui, row, column, hot));
            }
        });
    }

    /// As [`Self::show`], with rows that can be chosen: by a click, by Enter and Space, and by walking through them with
    /// the arrow keys, Home and End. `look` says what a row is.
    pub fn show_choosable<'r>(
        &self,
        ui: &mut Ui,
        rows: usize,
        look: impl Fn(usize) -> RowLook<'r>,
        mut cell: impl FnMut(&mut Ui, usize, usize, bool),
    ) -> Option<Picked> {
        self.head(ui);
        let mut picked = None;
        self.scroll(ui, rows, |ui, range| {
            let top = ui.max_rect().top() - range.start as f32 * space::ROW;
            for row in range {
                let size = Vec2::new(ui.available_width(), space::ROW);
                let (_, rect) = ui.allocate_space(size);
                let RowLook::Choice { name, is_chosen } = look(row) else {
                    ground(ui, rect, false, false);
                    self.cells(ui, rect, |ui, column| cell(ui, row, column, false));
                    continue;
                };
                let response = ui.interact(rect, self.row_id(row), Sense::click());
                response.widget_info(|| WidgetInfo::selected(Role::Row, true, is_chosen, &*name));
                let hot = response.contains_pointer() || response.has_focus();
                ground(ui, rect, hot, is_chosen);
                self.cells(ui, rect, |ui, column| cell(ui, row, column, hot));
                focus_ring(ui, &response, rect.shrink(2.0), space::RADIUS_TAG);
                let modifiers = ui.input(|input| input.modifiers);
                if response.clicked() {
                    response.request_focus();
                    picked = Some(Picked {
                        row,
                        modifiers,
                        is_walked: false,
                    });
                } else if response.gained_focus() {
                    ui.scroll_to_rect_animation(rect, None, ScrollAnimation::none());
                }
                let is_choice = |row| matches!(look(row), RowLook::Choice { .. });
                if let Some(to) = walked(ui, &response, row, rows, is_choice) {
                    self.focus_row(ui, to);
                    let at = Rect::from_min_size(Pos2::new(rect.left(), top + to as f32 * space::ROW), size);
                    ui.scroll_to_rect_animation(at, None, ScrollAnimation::none());
                    picked = Some(Picked {
                        row: to,
                        modifiers,
                        is_walked: true,
                    });
                }
            }
        });
        picked
    }

    /// Gives the keyboard to a row.
    pub fn focus_row(&self, ui: &Ui, row: usize) {
        ui.memory_mut(|memory| memory.request_focus(self.row_id(row)));
    }

    fn row_id(&self, row: usize) -> Id {
        Id::unique(("table row", self.id, row))
    }

    fn head(&self, ui: &mut Ui) {
        let p = palette(ui);
        ui.spacing_mut().item_spacing.y = 0.0;
        let (head, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 26.0), Sense::hover());
        self.cells(ui, head, |ui, index| {
            ui.label(text::label(self.columns[index].title, p.faint));
        });
        ui.painter()
            .hline(head.x_range(), head.bottom() - 0.5, Stroke::new(1.0, p.line));
    }

    fn scroll(&self, ui: &mut Ui, rows: usize, show: impl FnOnce(&mut Ui, Range<usize>)) {
        ScrollArea::vertical()
            .id_salt(self.id)
            .auto_shrink([false, false])
            // Who walks through rows by keys must not run ahead of them.
            .animated(false)
            .show_rows(ui, space::ROW, rows, show);
    }
}

/// What a row of a table is, where rows can be chosen.
#[derive(Clone, Debug)]
pub enum RowLook<'a> {
    /// It can be chosen.
    Choice {
        /// What a screen reader calls it.
        name: Cow<'a, str>,
        /// Whether it is chosen now.
        is_chosen: bool,
    },
    /// It belongs to the row above.
    Aside,
}

/// A row that was chosen now.
#[derive(Clone, Copy, Debug)]
pub struct Picked {
    /// Which.
    pub row: usize,
    /// What was held down with it.
    pub modifiers: Modifiers,
    /// Whether somebody only went there with an arrow key, and has not asked for more.
    pub is_walked: bool,
}

fn ground(ui: &Ui, rect: Rect, hot: bool, is_chosen: bool) {
    let p = palette(ui);
    if is_chosen {
        ui.painter().rect_filled(rect, 0.0, p.selected);
    } else if hot {
        ui.painter().rect_filled(rect, 0.0, p.raise.gamma_multiply(0.6));
    }
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, p.line));
}

/// The row that the keyboard goes to from the one that has it.
pub fn walked(
    ui: &Ui,
    response: &Response,
    row: usize,
    rows: usize,
    is_choice: impl Fn(usize) -> bool,
) -> Option<usize> {
    if !response.has_focus() {
        return None;
    }
    let keys = EventFilter {
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, keys));
    let pressed =
        |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key) || input.consume_key(Modifiers::SHIFT, key));
    let to = if pressed(Key::ArrowDown) {
        (row + 1..rows).find(|&row| is_choice(row))
    } else if pressed(Key::ArrowUp) {
        (0..row).rev().find(|&row| is_choice(row))
    } else if pressed(Key::Home) {
        (0..rows).find(|&row| is_choice(row))
    } else if pressed(Key::End) {
        (0..rows).rev().find(|&row| is_choice(row))
    } else {
        return None;
    };
    // A row holds the arrow keys from its second frame on. In its first one egui has seen the key that is held down, and
    // would go on from here to whatever lies below.
    ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
    to
}
