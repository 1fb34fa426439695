//! Small words in a frame: facts in grey, verdicts in their colour with their sign.

use egui::accesskit::Role;
use egui::{Color32, CornerRadius, Pos2, Response, Sense, Stroke, StrokeKind, Ui, Vec2, Widget, WidgetInfo};

use crate::gui::theme::{Tone, icon, palette, space, text};

/// The sign that says the same as a state's colour.
pub const fn state_sign(tone: Tone) -> Option<&'static str> {
    match tone {
        Tone::Neutral => None,
        Tone::Accent => Some(icon::CLOCK),
        Tone::Ok => Some(icon::CHECK),
        Tone::Warn => Some(icon::WARNING),
        Tone::Bad => Some(icon::X),
    }
}

/// A verdict or a fact about a token.
#[must_use = "a badge is shown with `ui.add`"]
pub struct Badge<'a> {
    tone: Tone,
    sign: Option<&'a str>,
    text: &'a str,
    mono: bool,
    max_width: f32,
}

impl<'a> Badge<'a> {
    /// A badge with the sign that belongs to `tone`.
    pub fn new(tone: Tone, text: &'a str) -> Self {
        Self {
            tone,
            sign: state_sign(tone),
            text,
            mono: false,
            max_width: f32::INFINITY,
        }
    }

    /// Another sign than the usual one.
    pub fn sign(mut self, sign: &'a str) -> Self {
        self.sign = Some(sign);
        self
    }

    /// In the typeface of what came over the wire.
    pub fn mono(mut self) -> Self {
        self.mono = true;
        self
    }

    /// Cut off with `…` when wider than this; the whole text is the tooltip.
    pub fn max_width(mut self, width: f32) -> Self {
        self.max_width = width;
        self
    }
}

/// A grey fact.
pub fn chip(text: &str) -> Badge<'_> {
    Badge::new(Tone::Neutral, text)
}

impl Widget for Badge<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let p = palette(ui);
        let font = if self.mono {
            egui::FontId::monospace(text::LABEL)
        } else {
            text::label_font()
        };
        let sign = self.sign.map(|sign| {
            ui.painter()
                .layout_no_wrap(sign.to_owned(), text::icon_font(12.0), Color32::PLACEHOLDER)
        });
        let sign_width = sign.as_ref().map_or(0.0, |sign| sign.size().x + space::XS);
        let room = self.max_width.min(ui.available_width()) - 12.0 - sign_width;
        let mut job = egui::text::LayoutJob::simple_singleline(self.text.to_owned(), font, Color32::PLACEHOLDER);
        job.wrap = egui::text::TextWrapping::truncate_at_width(room.max(24.0));
        let words = ui.painter().layout_job(job);
        let size = Vec2::new(words.size().x + sign_width + 12.0, 18.0);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.text));
        let elided = words.elided;
        if ui.is_rect_visible(rect) {
            let painter = ui.painter();
            painter.rect(
                rect,
                CornerRadius::same(space::RADIUS_TAG),
                p.tone_bg(self.tone),
                Stroke::NONE,
                StrokeKind::Inside,
            );
            let color = p.tone(self.tone);
            let mut x = rect.left() + 6.0;
            if let Some(sign) = sign {
                painter.galley(Pos2::new(x, rect.center().y - sign.size().y / 2.0), sign, color);
                x += sign_width;
            }
            painter.galley(Pos2::new(x, rect.center().y - words.size().y / 2.0), words, color);
        }
        if elided {
            response.on_hover_text(self.text)
        } else {
            response
        }
    }
}
