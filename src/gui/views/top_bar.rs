//! The bar at the top: the name, the way to everything else, the theme and the help.

use egui::accesskit::Role;
use egui::{
    Align, Align2, CornerRadius, Layout, Pos2, Rect, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo,
};

use crate::gui::action::{Action, Actions};
use crate::gui::command::UiCommand;
use crate::gui::screen::ThemeChoice;
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Button, focus_ring};

/// Draws it.
pub(super) fn top_bar_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let bar = ui.max_rect();
    brand_ui(ui, bar);

    let width = (bar.width() - 460.0).clamp(220.0, 420.0);
    let middle = Rect::from_center_size(bar.center(), Vec2::new(width, space::FIELD));
    search_ui(ui, middle, actions);

    let mut right = ui.new_child(
        UiBuilder::new()
            .max_rect(bar)
            .layout(Layout::right_to_left(Align::Center)),
    );
    right.spacing_mut().item_spacing.x = space::XS;
    if right
        .add(Button::quiet("Shortcuts").icon_only(icon::QUESTION))
        .clicked()
    {
        actions.push(Action::OpenShortcuts);
    }
    let theme = state.screen.theme;
    let sign = match theme {
        ThemeChoice::System => icon::CIRCLE_HALF,
        ThemeChoice::Dark => icon::MOON,
        ThemeChoice::Light => icon::SUN,
    };
    let name = format!("Theme: {}", theme.label().to_lowercase());
    if right.add(Button::quiet(&name).icon_only(sign)).clicked() {
        actions.push(Action::SetTheme(theme.next()));
    }
}

/// The name, with three dots in the colours of a token's three parts.
fn brand_ui(ui: &mut Ui, bar: Rect) {
    let p = palette(ui);
    let y = bar.center().y;
    for (index, color) in [p.header, p.payload, p.signature].into_iter().enumerate() {
        let center = Pos2::new(bar.left() + 4.0 + 9.0 * index as f32, y);
        ui.painter().circle_filled(center, 3.0, color);
    }
    let rect = Rect::from_min_max(Pos2::new(bar.left() + 34.0, bar.top()), bar.max);
    let mut left = ui.new_child(
        UiBuilder::new()
            .max_rect(rect)
            .layout(Layout::left_to_right(Align::Center)),
    );
    left.label(text::strong("Tokenscope").size(14.0));
}

/// Looks like a field and opens the palette.
fn search_ui(ui: &mut Ui, rect: Rect, actions: &mut Actions) {
    let p = palette(ui);
    let words = "Search profiles or run a command…";
    let response = ui.allocate_rect(rect, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, words));
    let fill = if response.hovered() { p.hover } else { p.raise };
    let painter = ui.painter();
    painter.rect_filled(rect, CornerRadius::same(space::RADIUS_CONTROL), fill);
    let words_at = Pos2::new(rect.left() + 32.0, rect.center().y);
    let icon_at = Pos2::new(rect.left() + 10.0, rect.center().y);
    painter.text(
        icon_at,
        Align2::LEFT_CENTER,
        icon::MAGNIFYING_GLASS,
        text::icon_font(14.0),
        p.faint,
    );
    // Where the bar is narrow the words end before the keys.
    painter.with_clip_rect(rect.with_max_x(rect.right() - 64.0)).text(
        words_at,
        Align2::LEFT_CENTER,
        words,
        text::body_font(),
        p.faint,
    );
    let keys = UiCommand::Palette.keys(ui.ctx());
    if !keys.is_empty() {
        let galley = painter.layout_no_wrap(keys, text::label_font(), p.muted);
        let size = galley.size() + Vec2::new(10.0, 4.0);
        let chip = Align2::RIGHT_CENTER.anchor_size(Pos2::new(rect.right() - 6.0, rect.center().y), size);
        painter.rect(
            chip,
            CornerRadius::same(space::RADIUS_TAG),
            p.panel,
            Stroke::new(1.0, p.line),
            StrokeKind::Inside,
        );
        painter.galley(chip.min + Vec2::new(5.0, 2.0), galley, p.muted);
    }
    focus_ring(ui, &response, rect, space::RADIUS_CONTROL);
    if response.clicked() {
        actions.push(Action::OpenPalette);
    }
}
