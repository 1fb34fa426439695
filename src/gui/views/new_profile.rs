//! The page for a new profile: which system it is for.

use egui::accesskit::Role;
use egui::{CornerRadius, Pos2, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::gui::action::{Action, Actions};
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::focus_ring;
use crate::model::template::Template;

/// Draws it.
pub(super) fn new_profile_ui(ui: &mut Ui, actions: &mut Actions) {
    let p = palette(ui);
    ui.label(text::title("New profile"));
    ui.label(
        text::body(
            "A profile is one trusted app. Start from the system it belongs to; everything can be changed after.",
        )
        .color(p.muted),
    );
    ui.add_space(space::S);
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        if row_ui(
            ui,
            "From an address",
            "The issuer or an API is enough: the server says the rest",
        ) {
            actions.push(Action::DiscoverNew);
        }
        for template in Template::ALL {
            if row_ui(ui, template.name, template.about) {
                actions.push(Action::CreateProfile(template.id));
            }
        }
    });
}

fn row_ui(ui: &mut Ui, name: &str, about: &str) -> bool {
    let p = palette(ui);
    let width = ui.available_width().min(620.0);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, 52.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_description(about));
    let painter = ui.painter();
    let (fill, edge) = if response.hovered() {
        (p.raise, p.accent)
    } else {
        (p.card, p.line)
    };
    let radius = CornerRadius::same(space::RADIUS_CARD);
    painter.rect(rect, radius, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
    let left = rect.left() + space::L;
    let title = painter.layout_no_wrap(name.to_owned(), text::strong_font(), p.text);
    painter.galley(Pos2::new(left, rect.top() + 9.0), title, p.text);
    let about = painter.layout_no_wrap(about.to_owned(), text::body_font(), p.muted);
    painter.galley(Pos2::new(left, rect.top() + 28.0), about, p.muted);
    let sign = painter.layout_no_wrap(icon::CARET_RIGHT.to_owned(), text::icon_font(14.0), p.faint);
    let at = Pos2::new(rect.right() - 26.0, rect.center().y - sign.size().y / 2.0);
    painter.galley(at, sign, p.faint);
    focus_ring(ui, &response, rect, space::RADIUS_CARD);
    response.clicked()
}
