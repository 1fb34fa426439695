//! A token as it came, its three parts in their three colours.

use egui::text::{LayoutJob, TextFormat};
use egui::{Label, Response, Ui};

use crate::gui::theme::{palette, text};

/// As much of a token is laid out. The rest is megabytes that nobody reads, and laying them out takes half a second.
const SHOWN_LEN: usize = 16 * 1024;

/// Shows `token` as selectable text, the beginning alone of one that is enormous. What is after the second dot is the signature; with `mask_signature` dots stand
/// for it, so that a picture of the window cannot be replayed.
pub fn token_text(ui: &mut Ui, token: &str, mask_signature: bool) -> Response {
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
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                job.append(".", 0.0, format(p.text));
            }
            match index {
                0 => job.append(part, 0.0, format(p.header)),
                1 => job.append(part, 0.0, format(p.payload)),
                _ if mask_signature => job.append(&masked(part), 0.0, format(p.signature)),
                _ => job.append(part, 0.0, format(p.signature)),
            }
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

/// The first `len` bytes, or a few less where that would cut a character.
fn start_of(text: &str, len: usize) -> &str {
    &text[..text.floor_char_boundary(len)]
}

/// Dots: at most twelve, so that the length says nothing either.
fn masked(text: &str) -> String {
    "•".repeat(text.len().min(12))
}
