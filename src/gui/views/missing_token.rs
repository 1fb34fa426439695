//! The card of a token that did not come: why, and what would bring it.

use egui::Ui;

use crate::gui::item::Item;
use crate::gui::theme::{Tone, palette, space, text};
use crate::gui::widgets::{countdown_ring, elided_with_tooltip, section_label};
use crate::model::TokenKind;
use crate::model::profile::Grant;

/// Why a token is not there and what would bring it: in few words, and with the section.
fn why_missing(item: &Item, kind: TokenKind) -> (&'static str, &'static str) {
    let grant = item.profile.grant;
    let asked = item.profile.scopes().any(|scope| scope == "openid");
    match kind {
        TokenKind::Access if grant == Grant::Implicit => {
            let long = "The response type has none: ask for it with one with token · OIDC Core §3.2.2.1";
            ("not asked for", long)
        }
        TokenKind::Access => ("none came", "The provider gave none"),
        TokenKind::Id if matches!(grant, Grant::ClientCredentials | Grant::JwtBearer) => {
            let long = "Nobody signed in with this grant: there is nobody that an ID token could tell about";
            ("nobody signed in", long)
        }
        TokenKind::Id if asked => (
            "none came",
            "The scope openid asked for it, and none came · OIDC Core §3.1.3.3",
        ),
        TokenKind::Id => (
            "not asked for",
            "Only OpenID Connect has it: where the provider speaks that, ask with the scope openid · OIDC Core §3.1.2.1",
        ),
        TokenKind::Refresh if grant == Grant::Implicit => (
            "none with this grant",
            "The implicit grant gives none · RFC 6749 §4.2.2",
        ),
        TokenKind::Refresh if grant == Grant::ClientCredentials => {
            ("none with this grant", "This grant should give none · RFC 6749 §4.4.3")
        }
        TokenKind::Refresh => (
            "ask with offline_access",
            "Ask for it with a scope like offline_access · OIDC Core §11",
        ),
    }
}

/// Draws the card of a token that is not there, with an empty ring of `diameter` points.
pub(super) fn missing_token_ui(ui: &mut Ui, item: &Item, kind: TokenKind, diameter: f32) {
    let p = palette(ui);
    let (why, tooltip) = why_missing(item, kind);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        countdown_ring(ui, diameter, None, Tone::Neutral, "no token");
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            section_label(ui, kind.label());
            ui.label(text::countdown("none").color(p.muted));
            elided_with_tooltip(ui, text::label(why, p.muted), tooltip);
        });
    });
}
