//! What the profile will send, before it is sent.

use egui::text::{LayoutJob, TextFormat};
use egui::{Label, ScrollArea, Ui};
use url::Url;

use crate::gui::state::State;
use crate::gui::theme::{Palette, palette, space, text};
use crate::gui::widgets::section_label;
use crate::model::profile::{ClientAuthentication, Endpoints};
use crate::model::{Profile, authorize};

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
            Ok(endpoints) => requests_ui(ui, p, profile, &endpoints),
        });
}

fn requests_ui(ui: &mut Ui, p: &Palette, profile: &Profile, endpoints: &Endpoints) {
    section_label(ui, "In the browser");
    if let Some(authorization) = &endpoints.authorization {
        request_ui(ui, p, "GET", authorization, '?', &authorize::preview(profile));
    }

    ui.add_space(space::S);
    section_label(ui, "Then, by this program");
    let mut body = vec![
        ("grant_type".to_owned(), "authorization_code".to_owned()),
        ("code".to_owned(), "…".to_owned()),
        ("redirect_uri".to_owned(), profile.redirect_uri.clone()),
    ];
    let in_body = matches!(
        profile.client_authentication,
        ClientAuthentication::None | ClientAuthentication::ClientSecretPost
    );
    if in_body {
        body.push(("client_id".to_owned(), profile.client_id.clone()));
    }
    if profile.client_authentication == ClientAuthentication::ClientSecretPost {
        body.push(("client_secret".to_owned(), "•••".to_owned()));
    }
    if profile.pkce {
        body.push(("code_verifier".to_owned(), "…".to_owned()));
    }
    for (name, value) in profile.token_pairs() {
        body.push((name.to_owned(), value.to_owned()));
    }
    if let Some(token) = &endpoints.token {
        request_ui(ui, p, "POST", token, ' ', &body);
    }
    if !in_body {
        let words = "with client id and secret in the header Authorization: Basic";
        ui.label(text::label(words, p.muted));
    }
    if profile.redirect_target().is_ok_and(|target| target.port() == Some(0)) {
        ui.label(text::label("Port 0 becomes a free port at each login", p.muted));
    }
}

fn request_ui(ui: &mut Ui, p: &Palette, method: &str, url: &Url, first: char, parameters: &[(String, String)]) {
    let mut job = LayoutJob::default();
    job.wrap.break_anywhere = true;
    let format = |color| TextFormat {
        line_height: Some(17.5),
        ..TextFormat::simple(text::mono_font(), color)
    };
    let origin = url.origin().ascii_serialization();
    job.append(&format!("{method} "), 0.0, format(p.muted));
    job.append(&origin, 0.0, format(p.muted));
    job.append(url.path(), 0.0, format(p.text));
    for (index, (name, value)) in parameters.iter().enumerate() {
        let mark = if index == 0 { first } else { '&' };
        job.append(&format!("\n {mark}"), 0.0, format(p.faint));
        job.append(name, 0.0, format(p.payload));
        job.append("=", 0.0, format(p.faint));
        match value.as_str() {
            "…" => job.append("new each time", 0.0, format(p.faint)),
            value => job.append(value, 0.0, format(p.text)),
        }
    }
    ui.add(Label::new(job).selectable(true));
}
