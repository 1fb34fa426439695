//! A heading that opens and closes what stands below it.

use egui::accesskit::Role;
use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, CornerRadius, Pos2, Response, Sense, Ui, Vec2, WidgetInfo};

use super::focus::focus_ring;
use crate::gui::theme::{icon, palette, space, text};

/// Shows `label` over the whole width, with `aside` in grey behind it. Click, Enter and Space are the response's click.
pub fn fold_heading(ui: &mut Ui, label: &str, aside: &str, is_open: bool) -> Response {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), space::FIELD), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), label));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_expanded(is_open);
        node.set_description(aside);
    });
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, CornerRadius::same(space::RADIUS_CONTROL), p.raise);
    }
    let y = rect.center().y;
    let sign = if is_open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
    let at = Pos2::new(rect.left() + 7.0, y);
    painter.text(at, Align2::CENTER_CENTER, sign, text::icon_font(13.0), p.muted);
    let words = painter.layout_no_wrap(label.to_owned(), text::strong_font(), p.text);
    let left = rect.left() + 20.0;
    let end = left + words.size().x;
    painter.galley(Pos2::new(left, y - words.size().y / 2.0), words, p.text);
    let mut job = LayoutJob::simple_singleline(aside.to_owned(), text::label_font(), p.faint);
    job.wrap = TextWrapping::truncate_at_width((rect.right() - end - space::L).max(0.0));
    let aside = painter.layout_job(job);
    let at = Pos2::new(end + space::M, y - aside.size().y / 2.0 + 1.0);
    painter.galley(at, aside, p.faint);
    focus_ring(ui, &response, rect, space::RADIUS_CONTROL);
    response
}
