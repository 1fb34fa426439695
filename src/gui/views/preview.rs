//! What the profile will send, before it is sent.

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, Label, ScrollArea, Ui};
use url::Url;

use crate::gui::planned::{NEW_EACH_TIME, Planned, planned};
use crate::gui::state::State;
use crate::gui::theme::{Palette, palette, space, text};
use crate::gui::widgets::section_label;
use crate::model::Profile;

/// Draws it.
pub(super) fn preview_ui(ui: &mut Ui, state: &State, profile: &Profile) {
    let p = palette(ui);
    ui.spacing_mut().item_spacing.y = space::S;
    ui.label(text::strong("What will be sent"));
    // While the demo server is stopped its port is not known yet.
    let demo = state.demo.url.as_deref().unwrap_or("http://127.0.0.1/");
    let demo = Url::parse(demo).ok();
    ScrollArea::vertical()
        .id_salt("preview")
        .auto_shrink([false, false])
        .show(ui, |ui| match profile.endpoints(demo.as_ref()) {
            Err(_) => {
                ui.label(text::body("Shown once the endpoints are in order").color(p.muted));
            }
            Ok(endpoints) => {
                for request in planned(profile, &endpoints) {
                    section_label(ui, request.when);
                    request_ui(ui, p, &request);
                    ui.add_space(space::S);
                }
                let any_port = profile.grant.has_redirect()
                    && profile.redirect_target().is_ok_and(|target| target.port() == Some(0));
                if any_port {
                    ui.label(text::label("Port 0 becomes a free port at each login", p.muted));
                }
            }
        });
}

fn format(color: Color32) -> TextFormat {
    TextFormat {
        line_height: Some(17.5),
        ..TextFormat::simple(text::mono_font(), color)
    }
}

fn request_ui(ui: &mut Ui, p: &Palette, request: &Planned) {
    let mut job = LayoutJob::default();
    job.wrap.break_anywhere = true;
    let origin = request.url.origin().ascii_serialization();
    job.append(&format!("{} {origin}", request.method), 0.0, format(p.muted));
    job.append(request.url.path(), 0.0, format(p.text));
    if let Some(query) = request.url.query() {
        job.append(&format!("?{query}"), 0.0, format(p.text));
    }
    if request.is_json {
        json(&mut job, p, &request.parameters);
    } else {
        form(&mut job, p, request);
    }
    ui.add(Label::new(job).selectable(true));
    for note in &request.notes {
        ui.label(text::label(note, p.muted));
    }
}

fn form(job: &mut LayoutJob, p: &Palette, request: &Planned) {
    for (index, (name, value)) in request.parameters.iter().enumerate() {
        let mark = match (index, request.method, request.url.query()) {
            (0, "GET", None) => '?',
            (0, "POST", _) => ' ',
            _ => '&',
        };
        job.append(&format!("\n {mark}"), 0.0, format(p.faint));
        job.append(name, 0.0, format(p.payload));
        job.append("=", 0.0, format(p.faint));
        append_value(job, p, value);
    }
}

fn json(job: &mut LayoutJob, p: &Palette, parameters: &[(String, String)]) {
    job.append("\n {", 0.0, format(p.faint));
    for (index, (name, value)) in parameters.iter().enumerate() {
        let mark = if index == 0 { "" } else { "," };
        job.append(&format!("{mark}\n   "), 0.0, format(p.faint));
        job.append(&format!("\"{name}\""), 0.0, format(p.payload));
        job.append(": ", 0.0, format(p.faint));
        append_value(job, p, &serde_json::Value::from(value.as_str()).to_string());
    }
    job.append("\n }", 0.0, format(p.faint));
}

fn append_value(job: &mut LayoutJob, p: &Palette, value: &str) {
    match value {
        NEW_EACH_TIME => job.append("new each time", 0.0, format(p.faint)),
        value => job.append(value, 0.0, format(p.text)),
    }
}
