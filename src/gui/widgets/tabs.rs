//! The bar of tabs, with a count beside the word where one helps, and a line below the one that is open.

use egui::accesskit::Role;
use egui::{Color32, Pos2, Rect, Sense, Ui, Vec2, WidgetInfo};

use super::focus::focus_ring;
use crate::gui::theme::{Tone, icon, palette, text};

const HEIGHT: f32 = 34.0;

/// One tab.
#[derive(Clone, Debug)]
pub struct Tab<'a, T> {
    /// What it stands for.
    pub value: T,
    /// Its word.
    pub label: &'a str,
    /// How many things are in it.
    pub count: Option<usize>,
    /// Whether the count is of things to look at: it has a sign and this colour then.
    pub tone: Option<Tone>,
    /// The keys that open it, for the tooltip.
    pub shortcut: String,
}

/// Shows the tabs over the whole width and returns the one that was chosen now.
pub fn tab_bar<T: Copy + PartialEq>(ui: &mut Ui, current: T, tabs: &[Tab<'_, T>]) -> Option<T> {
    let p = palette(ui);
    let mut chosen = None;
    let bar = ui
        .horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for tab in tabs {
                let is_current = tab.value == current;
                let layout =
                    |text: &str, font| ui.painter().layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER);
                let word = layout(tab.label, text::medium_font());
                let count = tab.count.map(|count| layout(&count.to_string(), text::label_font()));
                let sign = tab.tone.map(|_| layout(icon::WARNING, text::icon_font(12.0)));
                let marks: f32 = [&count, &sign]
                    .into_iter()
                    .flatten()
                    .map(|mark| mark.size().x + 5.0)
                    .sum();
                let width = word.size().x + marks + 24.0;
                let (rect, response) = ui.allocate_exact_size(Vec2::new(width, HEIGHT), Sense::click());
                response.widget_info(|| WidgetInfo::selected(Role::Tab, ui.is_enabled(), is_current, tab.label));
                let color = if is_current || response.hovered() {
                    p.text
                } else {
                    p.muted
                };
                let middle = rect.center().y - 1.0;
                let mut x = rect.left() + 12.0;
                let word_size = word.size();
                ui.painter()
                    .galley(Pos2::new(x, middle - word_size.y / 2.0), word, color);
                x += word_size.x + 5.0;
                let mark = tab.tone.map_or(p.faint, |tone| p.tone(tone));
                for galley in [count, sign].into_iter().flatten() {
                    let size = galley.size();
                    ui.painter()
                        .galley(Pos2::new(x, middle - size.y / 2.0 + 1.0), galley, mark);
                    x += size.x + 3.0;
                }
                if tab.tone.is_some()
                    && let Some(count) = tab.count
                {
                    let words = format!("{count} to look at");
                    ui.ctx()
                        .accesskit_node_builder(response.id, |node| node.set_description(words));
                }
                if is_current {
                    let line = Rect::from_min_max(Pos2::new(rect.left(), rect.bottom() - 2.0), rect.max);
                    ui.painter().rect_filled(line, 1.0, p.accent);
                }
                focus_ring(ui, &response, rect.shrink(3.0), 4);
                if response.clicked() && !is_current {
                    chosen = Some(tab.value);
                }
                response.on_hover_text(&tab.shortcut);
            }
        })
        .response
        .rect;
    let y = bar.bottom() - 0.5;
    let right = ui.max_rect().right();
    ui.painter()
        .hline(bar.left()..=right, y, egui::Stroke::new(1.0, p.line));
    chosen
}
