//! A token as it came, its three parts in their three colours.

use egui::text::{LayoutJob, TextFormat};
use egui::{Label, Response, Ui};

use crate::gui::theme::{palette, text};

/// Shows `token` as selectable text. What is after the second dot is the signature; with `mask_signature` dots stand
/// for it, so that a picture of the window cannot be replayed.
pub fn token_text(ui: &mut Ui, token: &str, mask_signature: bool) -> Response {
    let p = palette(ui);
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
    ui.add(Label::new(job).selectable(true))
}

/// Dots: at most twelve, so that the length says nothing either.
fn masked(text: &str) -> String {
    "•".repeat(text.len().min(12))
}
