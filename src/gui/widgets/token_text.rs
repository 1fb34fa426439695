//! A token as it came, its three parts in their three colours.

use egui::text::{LayoutJob, TextFormat};
use egui::{Label, Response, Stroke, Ui};

use crate::gui::theme::{Palette, palette, text};

/// As much of a token is laid out. The rest is megabytes that nobody reads, and laying them out takes half a second.
const SHOWN_LEN: usize = 16 * 1024;

/// Shows `token` as selectable text, the beginning alone of one that is enormous. What is after the second dot is the signature; with `mask_signature` dots stand
/// for it, so that a picture of the window cannot be replayed.
/// Bytes in `marks` are where something is wrong.
pub fn token_text(ui: &mut Ui, token: &str, mask_signature: bool, marks: &[usize]) -> Response {
    let p = palette(ui);
    let all = token;
    let token = start_of(token, SHOWN_LEN);
    let mut job = LayoutJob::default();
    job.wrap.break_anywhere = true;
    job.wrap.max_width = ui.available_width();
    let format = |color| TextFormat {
        line_height: Some(18.0),
        ..TextFormat::simple(text::mono_font(), color)
    };
    let parts: Vec<&str> = token.split('.').collect();
    if parts.len() < 2 {
        let shown = if mask_signature {
            masked(token)
        } else {
            token.to_owned()
        };
        job.append(&shown, 0.0, format(p.text));
    } else {
        let mut start = 0;
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                job.append(".", 0.0, format(p.text));
            }
            match index {
                0 => marked(&mut job, part, start, marks, &format(p.header), p),
                1 => marked(&mut job, part, start, marks, &format(p.payload), p),
                _ if mask_signature => job.append(&masked(part), 0.0, format(p.signature)),
                _ => marked(&mut job, part, start, marks, &format(p.signature), p),
            }
            start += part.len() + 1;
        }
    }
    let response = ui.add(Label::new(job).selectable(true));
    if token.len() < all.len() {
        let words = format!(
            "… and {} bytes more: copy the token to have all of it",
            all.len() - token.len()
        );
        ui.label(text::label(words, p.muted));
    }
    response
}

/// Appends `part`, which begins at byte `start` of the token, with the characters at `marks` made to stand out. One at
/// the very end stands for something that is missing there: the last character is shown for it.
fn marked(job: &mut LayoutJob, part: &str, start: usize, marks: &[usize], format: &TextFormat, p: &Palette) {
    let broken = TextFormat {
        color: p.warn,
        background: p.warn_bg,
        underline: Stroke::new(1.0, p.warn),
        ..format.clone()
    };
    let mut done = 0;
    for mark in marks.iter().filter_map(|mark| mark.checked_sub(start)) {
        let from = part.floor_char_boundary(mark.min(part.len().saturating_sub(1)));
        let to = part.ceil_char_boundary(from + 1);
        if mark > part.len() || from < done || part.is_empty() {
            continue;
        }
        job.append(&part[done..from], 0.0, format.clone());
        job.append(&part[from..to], 0.0, broken.clone());
        done = to;
    }
    job.append(&part[done..], 0.0, format.clone());
}

/// The first `len` bytes, or a few less where that would cut a character.
fn start_of(text: &str, len: usize) -> &str {
    &text[..text.floor_char_boundary(len)]
}

/// Dots: at most twelve, so that the length says nothing either.
fn masked(text: &str) -> String {
    "•".repeat(text.len().min(12))
}
