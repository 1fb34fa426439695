//! The provider's keys, a row a key, with what is wrong with each.

use egui::{Align, Id, Layout, Modal, Ui, Vec2};

use crate::engine::ProviderKeys;
use crate::gui::action::{Action, Actions};
use crate::gui::state::State;
use crate::gui::theme::{Tone, icon, palette, space, text};
use crate::gui::widgets::{Badge, Button, Column, Table, Width, chip, dialog_frame, elided, elided_with_tooltip};
use crate::model::keys::Key;

const COLUMNS: [Column; 5] = [
    Column {
        title: "Key id",
        width: Width::Share(1.0),
    },
    Column {
        title: "Kind",
        width: Width::Fixed(110.0),
    },
    Column {
        title: "alg",
        width: Width::Fixed(64.0),
    },
    Column {
        title: "use",
        width: Width::Fixed(40.0),
    },
    Column {
        title: "Verdict",
        width: Width::Share(2.6),
    },
];

/// Draws it while it is open.
pub(super) fn keys_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let Some((_, keys)) = &state.asking.keys else { return };
    let p = palette(ui);
    let room = ui.ctx().content_rect().size();
    let modal = Modal::new(Id::unique("provider keys"))
        .backdrop_color(p.backdrop)
        .frame(dialog_frame(ui, 20))
        .show(ui.ctx(), |ui| {
            ui.set_width((room.x - 120.0).min(760.0));
            head_ui(ui, keys);
            let table = Table {
                columns: &COLUMNS,
                id: "provider keys",
            };
            let size = Vec2::new(ui.available_width(), (room.y - 320.0).clamp(120.0, 320.0));
            ui.allocate_ui_with_layout(size, Layout::top_down(Align::LEFT), |ui| {
                ui.set_min_size(size);
                table.show(ui, keys.set.keys.len(), |ui, row, column, _| {
                    cell_ui(ui, &keys.set.keys[row], column);
                });
            });
            ui.add_space(space::S);
            ui.add(Button::secondary("Close").shortcut("Esc")).clicked()
        });
    if modal.inner || modal.should_close() {
        actions.push(Action::CloseKeys);
    }
}

fn head_ui(ui: &mut Ui, keys: &ProviderKeys) {
    let p = palette(ui);
    let size = Vec2::new(ui.available_width(), space::FIELD);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.label(text::title("What signatures are checked with"));
        ui.add(chip(&match keys.set.keys.len() {
            1 => "1 key".to_owned(),
            many => format!("{many} keys"),
        }));
        if keys.url.is_some() {
            ui.add(chip(&super::timeline::took(keys.latency_ms)));
        }
    });
    match &keys.url {
        Some(url) => elided(ui, text::mono(format!("GET {url}"))),
        None => elided(
            ui,
            text::label(
                "The verification key of the profile: it names no address for keys",
                p.muted,
            ),
        ),
    };
    ui.add_space(space::S);
}

fn cell_ui(ui: &mut Ui, key: &Key, column: usize) {
    let p = palette(ui);
    let words = |text: Option<&str>| text.filter(|text| !text.is_empty()).unwrap_or("—").to_owned();
    match column {
        0 => {
            let kid = words(key.kid.as_deref());
            elided_with_tooltip(ui, text::mono(&kid), &kid);
        }
        1 => {
            elided(ui, text::mono(words(Some(&key.kind()))));
        }
        2 => {
            elided(ui, text::mono(words(key.alg.as_deref())));
        }
        3 => {
            elided(ui, text::mono(words(key.key_use.as_deref())));
        }
        _ => match key.fault() {
            Some(fault) => {
                ui.add(Badge::new(Tone::Warn, "not used").sign(icon::WARNING));
                elided_with_tooltip(ui, text::label(&fault, p.muted), &fault);
            }
            None if key.is_for_signatures() => {
                ui.add(Badge::new(Tone::Ok, "usable").sign(icon::CHECK));
            }
            None => {
                elided(ui, text::label("not for signatures", p.muted));
            }
        },
    }
}
