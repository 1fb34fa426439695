//! A text field with its label, and its hint or its error below.

use egui::{Align, CornerRadius, Frame, Id, Layout, Margin, Response, ScrollArea, Stroke, TextEdit, Ui, Vec2};

use super::focus::focus_ring;
use super::spoken::SpokenAs as _;
use crate::gui::theme::{icon, palette, space, text};

/// What stands around the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Field<'a> {
    /// What the text is. Also the accessible name.
    pub label: &'a str,
    /// Below the text, in grey. May be empty.
    pub hint: &'a str,
    /// In place of the hint, in red with a sign.
    pub error: Option<&'a str>,
    /// Inside the field while it is empty.
    pub placeholder: &'a str,
    /// Dots in place of characters.
    pub password: bool,
    /// Lines in sight; 0 and 1 are one.
    pub rows: usize,
    /// How high a field with several lines is at most before it scrolls; 0 is the usual height.
    pub most_height: f32,
}

/// How high a field with several lines grows before it scrolls.
const MOST_LINES_HEIGHT: f32 = 128.0;

/// The frame and the text alone, as wide as there is room.
pub fn text_field(ui: &mut Ui, id: Id, field: &Field<'_>, value: &mut String) -> Response {
    let p = palette(ui);
    let edge = if field.error.is_some() { p.bad } else { p.line };
    let fill = ui.visuals().text_edit_bg_color();
    let frame = Frame::new()
        .fill(fill)
        .stroke(Stroke::new(1.0, edge))
        .corner_radius(CornerRadius::same(space::RADIUS_CONTROL))
        .inner_margin(Margin::symmetric(8, 5));
    let edit = if field.rows > 1 {
        TextEdit::multiline(value).desired_rows(field.rows)
    } else {
        TextEdit::singleline(value)
    };
    let edit = edit
        .id(id)
        .font(text::mono_font())
        .password(field.password)
        .hint_text(text::mono(field.placeholder).color(p.faint))
        .desired_width(f32::INFINITY);
    let (response, rect) = if field.rows > 1 {
        // A whole certificate would push everything else out of sight: it scrolls within its frame.
        let most = if field.most_height > 0.0 {
            field.most_height
        } else {
            MOST_LINES_HEIGHT
        };
        let shown = frame.show(ui, |ui| {
            ScrollArea::vertical()
                .id_salt(id)
                .max_height(most)
                .min_scrolled_height(most)
                .show(ui, |ui| ui.add(edit.frame(Frame::NONE)))
                .inner
        });
        (shown.inner, shown.response.rect)
    } else {
        let response = ui.add(edit.frame(frame).min_size(Vec2::new(0.0, space::FIELD)));
        let rect = response.rect;
        (response, rect)
    };
    let response = response.accessible_name(field.label);
    if response.gained_focus() {
        // Tab may lead to one that is out of sight.
        ui.scroll_to_rect(rect.expand(space::S), None);
    }
    focus_ring(ui, &response, rect.shrink(2.0), space::RADIUS_CONTROL - 2);
    response
}

/// Label at the left, `control` at the right, hint or error below it.
pub fn field_row<R>(ui: &mut Ui, label_width: f32, field: &Field<'_>, control: impl FnOnce(&mut Ui) -> R) -> R {
    let p = palette(ui);
    let result = ui
        .horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.allocate_ui_with_layout(
                Vec2::new(label_width, space::FIELD),
                Layout::left_to_right(Align::Center),
                |ui| {
                    ui.set_min_width(label_width);
                    ui.label(text::body(field.label).color(p.muted));
                },
            );
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = space::XS;
                let result = control(ui);
                if let Some(error) = field.error {
                    let words = format!("{} {error}", icon::WARNING_CIRCLE);
                    ui.label(text::label(words, p.bad)).spoken_as(error);
                } else if !field.hint.is_empty() {
                    ui.label(text::label(field.hint, p.faint));
                }
                result
            })
            .inner
        })
        .inner;
    ui.add_space(space::S);
    result
}
