//! The palette: every profile and every command, by a few letters.

use egui::accesskit::Role;
use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Area, CornerRadius, Id, Key, Modal, Modifiers, Pos2, ScrollArea, Sense, Ui, Vec2, WidgetInfo};

use super::item_state::item_state;
use crate::gui::action::{Action, Actions};
use crate::gui::command::UiCommand;
use crate::gui::inputs::{Inputs, PaletteInput};
use crate::gui::screen::{Page, Tab};
use crate::gui::state::State;
use crate::gui::theme::{icon, palette, space, text};
use crate::gui::widgets::{Field, dialog_frame, text_field};

const ROW: f32 = 34.0;

struct Hit {
    icon: &'static str,
    label: String,
    aside: String,
    action: Action,
}

/// Draws it while it is open.
pub(super) fn palette_ui(ui: &mut Ui, state: &State, inputs: &mut Inputs, actions: &mut Actions) {
    let Some(input) = &mut inputs.palette else { return };
    let p = palette(ui);
    let id = Id::unique("palette");
    let area = Area::new(id)
        .kind(egui::UiKind::Modal)
        .anchor(Align2::CENTER_TOP, Vec2::new(0.0, 72.0))
        .order(egui::Order::Foreground)
        .interactable(true);
    let modal = Modal::new(id)
        .area(area)
        .backdrop_color(p.backdrop)
        .frame(dialog_frame(ui, 8))
        .show(ui.ctx(), |ui| {
            ui.set_width((ui.ctx().content_rect().width() - 80.0).min(520.0));
            let hits = hits(ui, state, &input.query);
            let chosen = keys(ui, input, hits.len());
            let field = Field {
                label: "Search profiles and commands",
                placeholder: "Type a profile or a command",
                ..Field::default()
            };
            let field_id = id.with("query");
            let response = text_field(ui, field_id, &field, &mut input.query);
            if response.changed() {
                input.marked = 0;
            }
            if !response.has_focus() {
                response.request_focus();
            }
            ui.add_space(space::XS);
            list_ui(ui, &hits, input, chosen)
        });
    if let Some(action) = modal.inner {
        actions.push(Action::ClosePalette);
        actions.push(action);
    } else if modal.should_close() {
        actions.push(Action::ClosePalette);
    }
}

/// Moves the mark; true when the marked hit is wanted.
fn keys(ui: &mut Ui, input: &mut PaletteInput, count: usize) -> bool {
    let pressed = |ui: &mut Ui, key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
    if pressed(ui, Key::ArrowDown) {
        input.marked += 1;
    }
    if pressed(ui, Key::ArrowUp) {
        input.marked = input.marked.saturating_sub(1);
    }
    input.marked = input.marked.min(count.saturating_sub(1));
    pressed(ui, Key::Enter)
}

fn list_ui(ui: &mut Ui, hits: &[Hit], input: &mut PaletteInput, chosen: bool) -> Option<Action> {
    let p = palette(ui);
    if hits.is_empty() {
        ui.label(text::body("Nothing is called that").color(p.muted));
        return None;
    }
    let mut action = None;
    ScrollArea::vertical().max_height(10.0 * ROW).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (index, hit) in hits.iter().enumerate() {
            let marked = index == input.marked;
            let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::click());
            response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, marked, &hit.label));
            if marked {
                ui.painter()
                    .rect_filled(rect, CornerRadius::same(space::RADIUS_CONTROL), p.selected);
                if chosen || ui.input(|i| i.key_pressed(Key::ArrowDown) || i.key_pressed(Key::ArrowUp)) {
                    response.scroll_to_me(None);
                }
            } else if response.hovered() {
                ui.painter()
                    .rect_filled(rect, CornerRadius::same(space::RADIUS_CONTROL), p.raise);
            }
            let painter = ui.painter();
            let y = rect.center().y;
            let at = |x| Pos2::new(x, y);
            painter.text(
                at(rect.left() + 18.0),
                Align2::CENTER_CENTER,
                hit.icon,
                text::icon_font(15.0),
                p.muted,
            );
            let cut = |words: &str, font, color, width: f32| {
                let mut job = LayoutJob::simple_singleline(words.to_owned(), font, color);
                job.wrap = TextWrapping::truncate_at_width(width);
                painter.layout_job(job)
            };
            let room = rect.width() - 46.0;
            let aside = cut(&hit.aside, text::label_font(), p.muted, room / 2.0);
            let label_room = room - aside.size().x - space::M;
            let label = cut(&hit.label, text::medium_font(), p.text, label_room);
            let is_cut = label.elided || aside.elided;
            let aside_left = rect.right() - 10.0 - aside.size().x;
            let middle = |height: f32| y - height / 2.0;
            painter.galley(Pos2::new(rect.left() + 36.0, middle(label.size().y)), label, p.text);
            painter.galley(Pos2::new(aside_left, middle(aside.size().y)), aside, p.muted);
            let response = if is_cut {
                response.on_hover_text(format!("{}\n{}", hit.label, hit.aside))
            } else {
                response
            };
            if response.clicked() || (marked && chosen) {
                action = Some(hit.action.clone());
            }
        }
    });
    action
}

/// Profiles and commands that can be used now and hold every word of `query`.
fn hits(ui: &Ui, state: &State, query: &str) -> Vec<Hit> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let fits = |texts: &[&str]| {
        let all = texts.join(" ").to_lowercase();
        words.iter().all(|word| all.contains(word.as_str()))
    };
    let profiles = state.profiles.iter().filter_map(|item| {
        let profile = &item.profile;
        fits(&[&profile.name, profile.slug.as_str(), &profile.client_id]).then(|| Hit {
            icon: icon::KEY,
            label: profile.name.clone(),
            aside: item_state(state, item).line,
            action: Action::Open(Page::Profile(
                profile.slug.clone(),
                state.screen.tab().unwrap_or(Tab::Claims),
            )),
        })
    });
    let commands = UiCommand::ALL
        .into_iter()
        .filter(|&command| command != UiCommand::Palette && fits(&[command.label()]))
        .filter_map(|command| {
            Some(Hit {
                icon: command.icon(),
                label: command.label().to_owned(),
                aside: command.keys(ui.ctx()),
                action: command.action(state)?,
            })
        });
    let (profiles, commands): (Vec<Hit>, Vec<Hit>) = (profiles.collect(), commands.collect());
    // Without a word, commands come first: they are fewer and are what one opens the palette for.
    if words.is_empty() {
        commands.into_iter().chain(profiles).collect()
    } else {
        profiles.into_iter().chain(commands).collect()
    }
}
