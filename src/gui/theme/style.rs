//! The palette as egui's own style, for what egui draws by itself: text fields, menus, tooltips, scroll bars.

use egui::style::{ScrollStyle, Selection, WidgetVisuals, Widgets};
use egui::{Color32, CornerRadius, Margin, Shadow, Stroke, Style, TextStyle, Theme, Vec2, Visuals};

use super::colors::shade;
use super::palette::{DARK, LIGHT, Palette};
use super::{space, text};

pub(super) fn style(theme: Theme) -> Style {
    let p = match theme {
        Theme::Dark => &DARK,
        Theme::Light => &LIGHT,
    };
    let mut style = theme.default_style();
    style.text_styles = [
        (TextStyle::Small, text::label_font()),
        (TextStyle::Body, text::body_font()),
        (TextStyle::Button, text::medium_font()),
        (TextStyle::Heading, text::title_font()),
        (TextStyle::Monospace, text::mono_font()),
    ]
    .into();
    style.visuals = visuals(theme, p);
    style.animation_time = 0.08;
    style.interaction.tooltip_delay = 0.35;
    style.interaction.selectable_labels = false;
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::splat(space::S);
    spacing.button_padding = Vec2::new(space::M, 6.0);
    spacing.interact_size = Vec2::new(space::FIELD, space::FIELD);
    spacing.menu_margin = Margin::same(6);
    spacing.window_margin = Margin::same(20);
    spacing.tooltip_width = 420.0;
    spacing.combo_width = 160.0;
    spacing.icon_spacing = 6.0;
    spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        floating_width: 4.0,
        ..ScrollStyle::floating()
    };
    style
}

fn visuals(theme: Theme, p: &Palette) -> Visuals {
    let dark = theme == Theme::Dark;
    let shadow = Shadow {
        offset: [0, 6],
        blur: 24,
        spread: 0,
        color: shade(if dark { 120 } else { 40 }),
    };
    Visuals {
        dark_mode: dark,
        weak_text_color: Some(p.muted),
        widgets: widgets(p),
        selection: Selection {
            bg_fill: p.selected,
            stroke: Stroke::new(1.5, p.accent),
        },
        hyperlink_color: p.accent,
        faint_bg_color: p.raise,
        extreme_bg_color: p.bg,
        text_edit_bg_color: Some(if dark { p.bg } else { p.card }),
        code_bg_color: p.raise,
        warn_fg_color: p.warn,
        error_fg_color: p.bad,
        window_corner_radius: CornerRadius::same(12),
        window_shadow: shadow,
        window_fill: p.card,
        window_stroke: Stroke::new(1.0, p.line),
        menu_corner_radius: CornerRadius::same(space::RADIUS_CARD),
        panel_fill: p.bg,
        popup_shadow: shadow,
        striped: false,
        interact_cursor: None,
        disabled_alpha: 0.5,
        ..theme.default_visuals()
    }
}

fn widgets(p: &Palette) -> Widgets {
    let state = |fill: Color32, edge: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, edge),
        corner_radius: CornerRadius::same(space::RADIUS_CONTROL),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    Widgets {
        noninteractive: state(p.card, p.line, p.text),
        inactive: state(p.raise, p.line, p.text),
        hovered: state(p.hover, p.line, p.text),
        active: state(p.hover, p.accent, p.text),
        open: state(p.hover, p.line, p.text),
    }
}
