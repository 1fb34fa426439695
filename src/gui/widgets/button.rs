//! Buttons: one primary a page, secondary ones beside it, quiet ones where a frame would shout.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{
    Align2, Color32, CornerRadius, Galley, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2, Widget,
    WidgetInfo,
};

use super::focus::focus_ring;
use crate::gui::theme::{Palette, palette, space, text};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Primary,
    Secondary,
    Quiet,
    Danger,
    Alarm,
}

/// A button with a word, and an icon and a shortcut where given.
#[must_use = "a button is shown with `ui.add`"]
pub struct Button<'a> {
    kind: Kind,
    label: &'a str,
    show_label: bool,
    icon: Option<&'a str>,
    shortcut: Option<String>,
    small: bool,
    visible: bool,
}

/// What a button is painted of.
struct Parts {
    icon: Option<Arc<Galley>>,
    label: Option<Arc<Galley>>,
    keys: Option<Arc<Galley>>,
    pad: f32,
    size: Vec2,
}

impl<'a> Button<'a> {
    /// The one thing that a person came here to do.
    pub fn primary(label: &'a str) -> Self {
        Self::new(Kind::Primary, label)
    }

    /// Something else that they may want.
    pub fn secondary(label: &'a str) -> Self {
        Self::new(Kind::Secondary, label)
    }

    /// Something at hand that does not ask for attention.
    pub fn quiet(label: &'a str) -> Self {
        Self::new(Kind::Quiet, label)
    }

    /// Something that cannot be undone.
    pub fn danger(label: &'a str) -> Self {
        Self::new(Kind::Danger, label)
    }

    /// Something that is wrong, and leads to where it is.
    pub fn alarm(label: &'a str) -> Self {
        Self::new(Kind::Alarm, label)
    }

    fn new(kind: Kind, label: &'a str) -> Self {
        Self {
            kind,
            label,
            show_label: true,
            icon: None,
            shortcut: None,
            small: false,
            visible: true,
        }
    }

    /// An icon of `theme::icon` before the word.
    pub fn icon(mut self, icon: &'a str) -> Self {
        self.icon = Some(icon);
        self
    }

    /// The icon alone: the word becomes the tooltip and the accessible name.
    pub fn icon_only(mut self, icon: &'a str) -> Self {
        self.icon = Some(icon);
        self.show_label = false;
        self
    }

    /// The keys that do the same, behind the word.
    pub fn shortcut(mut self, keys: impl Into<String>) -> Self {
        self.shortcut = Some(keys.into());
        self
    }

    /// Fits into a line of text.
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// Unless `wanted`, it is painted only under the pointer and with the keyboard on it. It is there all the same.
    pub fn only_when(mut self, wanted: bool) -> Self {
        self.visible = wanted;
        self
    }

    /// How wide it will be.
    pub fn width(&self, ui: &Ui) -> f32 {
        self.parts(ui).size.x
    }

    fn parts(&self, ui: &Ui) -> Parts {
        let layout = |text: &str, font| ui.painter().layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER);
        let icon_size = if self.small { 13.0 } else { 15.0 };
        let icon = self.icon.map(|icon| layout(icon, text::icon_font(icon_size)));
        let label = self.show_label.then(|| layout(self.label, text::medium_font()));
        let keys = self.shortcut.as_ref().map(|keys| layout(keys, text::label_font()));

        let pad = if label.is_some() { space::M } else { 4.0 };
        let mut width = 2.0 * pad;
        let mut parts = 0.0;
        for part in [&icon, &label, &keys].into_iter().flatten() {
            width += part.size().x;
            parts += 1.0;
        }
        width += 6.0 * (parts - 1.0) + if keys.is_some() { 8.0 } else { 0.0 };
        let height = if label.is_some() { space::CONTROL } else { space::FIELD };
        Parts {
            icon,
            label,
            keys,
            pad,
            size: Vec2::new(width.max(height), height),
        }
    }

    /// (fill, border, words)
    fn colors(&self, p: &Palette, response: &Response) -> (Color32, Color32, Color32) {
        let hot = response.hovered() && response.enabled();
        let none = Color32::TRANSPARENT;
        match self.kind {
            Kind::Primary => (if hot { p.accent_hover } else { p.accent }, none, p.on_accent),
            Kind::Secondary => (if hot { p.hover } else { p.raise }, p.line, p.text),
            Kind::Quiet => (
                if hot { p.hover } else { none },
                none,
                if hot { p.text } else { p.muted },
            ),
            Kind::Danger => (if hot { p.bad_bg } else { none }, p.line, p.bad),
            Kind::Alarm => (if hot { p.bad_bg } else { none }, none, p.bad),
        }
    }
}

impl Widget for Button<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let p = palette(ui);
        let Parts {
            icon,
            label,
            keys,
            pad,
            size,
        } = self.parts(ui);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), self.label));

        let shown = self.visible || response.hovered() || response.has_focus();
        if shown && ui.is_rect_visible(rect) {
            let (fill, border, color) = self.colors(p, &response);
            let radius = CornerRadius::same(space::RADIUS_CONTROL);
            let painter = ui.painter();
            painter.rect(rect, radius, fill, Stroke::new(1.0, border), StrokeKind::Inside);
            let mut x = if label.is_some() {
                rect.left() + pad
            } else {
                rect.center().x - icon.as_ref().map_or(0.0, |icon| icon.size().x / 2.0)
            };
            for galley in [icon, label].into_iter().flatten() {
                let size = galley.size();
                painter.galley(Pos2::new(x, rect.center().y - size.y / 2.0), galley, color);
                x += size.x + 6.0;
            }
            if let Some(keys) = keys {
                let box_rect = Rect::from_min_size(
                    Pos2::new(x, rect.center().y - 9.0),
                    Vec2::new(keys.size().x + 8.0, 18.0),
                );
                let edge = if self.kind == Kind::Primary {
                    color.gamma_multiply(0.35)
                } else {
                    p.line
                };
                painter.rect_stroke(
                    box_rect,
                    CornerRadius::same(space::RADIUS_TAG),
                    Stroke::new(1.0, edge),
                    StrokeKind::Inside,
                );
                let at = Align2::CENTER_CENTER.anchor_size(box_rect.center(), keys.size()).min;
                painter.galley(at, keys, color.gamma_multiply(0.85));
            }
            if self.kind == Kind::Primary {
                // Fill and ring have the same colour: what is seen is the gap between them.
                focus_ring(ui, &response, rect.expand(2.0), space::RADIUS_CONTROL + 2);
            } else {
                focus_ring(ui, &response, rect, space::RADIUS_CONTROL);
            }
        }
        if self.show_label {
            response
        } else {
            response.on_hover_text(self.label)
        }
    }
}
