//! The list of profiles, each with its state and countdown, and the demo server.

use egui::accesskit::Role;
use egui::{Align, Align2, Color32, CornerRadius, Id, Layout, Pos2, Response, ScrollArea, Sense, Ui, Vec2, WidgetInfo};

use super::item_state::{ItemState, item_state};
use crate::gui::action::{Action, Actions};
use crate::gui::command::UiCommand;
use crate::gui::screen::{Page, Tab};
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{Button, focus_ring, section_label};
use crate::model::Slug;

const ROW: f32 = 48.0;

/// Draws it.
pub(super) fn sidebar_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.horizontal(|ui| {
        ui.add_space(space::S);
        section_label(ui, "Profiles");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let keys = UiCommand::NewProfile.keys(ui.ctx());
            if ui
                .add(Button::quiet("New").icon(icon::PLUS))
                .on_hover_text(format!("New profile ({keys})"))
                .clicked()
            {
                actions.push(Action::Open(Page::NewProfile));
            }
        });
    });
    let tools = 2.0 * ROW + 36.0;
    ScrollArea::vertical()
        .max_height((ui.available_height() - tools).max(ROW))
        .auto_shrink([false, true])
        .show(ui, |ui| {
            let moved = selection_moved(ui, state.screen.slug());
            for item in &state.profiles {
                let selected = state.screen.slug() == Some(&item.profile.slug);
                let look = item_state(state, item);
                let row = row_ui(ui, &item.profile.name, &look, selected);
                if selected && moved || row.gained_focus() {
                    row.scroll_to_me(None);
                }
                if row.clicked() {
                    let tab = state.screen.tab().unwrap_or(Tab::Claims);
                    actions.push(Action::Open(Page::Profile(item.profile.slug.clone(), tab)));
                }
            }
        });
    ui.add_space(space::L);
    ui.horizontal(|ui| {
        ui.add_space(space::S);
        section_label(ui, "Tools");
    });
    let selected = state.screen.page == Some(Page::Scratchpad);
    if row_ui(ui, "Scratchpad", &scratch_look(state), selected).clicked() {
        actions.push(Action::Open(Page::Scratchpad));
    }
    let selected = state.screen.page == Some(Page::DemoServer);
    if row_ui(ui, "Demo server", &demo_look(state), selected).clicked() {
        actions.push(Action::Open(Page::DemoServer));
    }
}

/// Whether another profile is open than at the last frame: its row has to be in sight, and may be scrolled away again.
fn selection_moved(ui: &Ui, slug: Option<&Slug>) -> bool {
    let id = Id::unique("sidebar selection");
    ui.data_mut(|data| {
        let last = data.get_temp_mut_or_default::<Option<Slug>>(id);
        let moved = last.as_ref() != slug;
        *last = slug.cloned();
        moved
    })
}

fn scratch_look(state: &State) -> ItemState {
    let forged = state.scratchpad.forgeries.len();
    let tokens = state
        .scratchpad
        .result
        .as_ref()
        .map_or(0, |result| result.inspections.len());
    let line = match (tokens, forged) {
        (0, _) => "paste any token".to_owned(),
        (1, 0) => "1 token".to_owned(),
        (tokens, 0) => format!("{tokens} tokens"),
        (tokens, forged) => format!("{tokens} tokens, {forged} forged"),
    };
    ItemState {
        tone: Tone::Neutral,
        sign: icon::CLIPBOARD_TEXT,
        filled: false,
        short: String::new(),
        line,
        is_insecure: false,
    }
}

fn demo_look(state: &State) -> ItemState {
    let (tone, sign, line) = match (&state.demo.url, &state.demo.failure) {
        (Some(url), _) => {
            let place = url.trim_start_matches("http://").trim_end_matches('/');
            (Tone::Ok, icon::filled::PLAY, format!("on {place}"))
        }
        (None, Some(_)) => (Tone::Bad, icon::filled::TRIANGLE, "could not start".to_owned()),
        (None, None) => (Tone::Neutral, icon::filled::STOP, "stopped".to_owned()),
    };
    ItemState {
        tone,
        sign,
        filled: true,
        short: String::new(),
        line,
        is_insecure: false,
    }
}

fn row_ui(ui: &mut Ui, name: &str, look: &ItemState, selected: bool) -> Response {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, name));
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_description(look.spoken()));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let fill = match (selected, response.hovered()) {
        (true, _) => p.selected,
        (false, true) => p.raise,
        (false, false) => Color32::TRANSPARENT,
    };
    let painter = ui.painter();
    painter.rect_filled(rect, CornerRadius::same(space::RADIUS_CONTROL), fill);
    let font = if look.filled {
        text::filled_font(13.0)
    } else {
        text::icon_font(14.0)
    };
    let top = rect.top() + 16.0;
    painter.text(
        Pos2::new(rect.left() + 15.0, top),
        Align2::CENTER_CENTER,
        look.sign,
        font,
        p.tone(look.tone),
    );
    let left = rect.left() + 32.0;
    let right = rect.right() - 8.0;
    let short = painter.layout_no_wrap(look.short.clone(), text::mono_font(), p.muted);
    let mut short_width = short.size().x;
    painter.galley(
        Pos2::new(right - short_width, top - short.size().y / 2.0),
        short,
        p.muted,
    );
    if look.is_insecure {
        let at = Pos2::new(right - short_width - 12.0, top);
        let sign = icon::SHIELD_WARNING;
        painter.text(at, Align2::CENTER_CENTER, sign, text::icon_font(15.0), p.bad);
        short_width += 22.0;
    }
    let line = |words: &str, font, color, width: f32| {
        let mut job = egui::text::LayoutJob::simple_singleline(words.to_owned(), font, color);
        job.wrap = egui::text::TextWrapping::truncate_at_width(width);
        painter.layout_job(job)
    };
    let title = line(name, text::medium_font(), p.text, right - left - short_width - 8.0);
    let elided = title.elided;
    painter.galley(Pos2::new(left, top - title.size().y / 2.0), title, p.text);
    let sub = line(&look.line, text::label_font(), p.muted, right - left);
    let sub_elided = sub.elided;
    painter.galley(Pos2::new(left, top + 9.0), sub, p.muted);
    focus_ring(ui, &response, rect.shrink(2.0), space::RADIUS_CONTROL);
    if look.is_insecure {
        response.on_hover_text(format!("{name}\n{}\n{}", look.line, super::insecure::INSECURE))
    } else if elided || sub_elided {
        response.on_hover_text(format!("{name}\n{}", look.line))
    } else {
        response
    }
}
