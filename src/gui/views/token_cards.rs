//! The three cards: what is left of each token, and what it is.

use egui::{Align, Color32, Layout, Ui, UiBuilder, Vec2};

use super::item_state::ABOUT_TO_EXPIRE;
use crate::engine::Session;
use crate::gui::item::Item;
use crate::gui::state::State;
use crate::gui::theme::{Tone, palette, space, text};
use crate::gui::widgets::{card_frame, chip, countdown_ring, elided, elided_with_tooltip, section_label};
use crate::model::lifetime::{self, ExpiresFrom};
use crate::model::{Token, TokenKind};

/// Draws them side by side.
pub(super) fn token_cards_ui(ui: &mut Ui, state: &State, item: &Item, session: &Session) {
    let width = ((ui.available_width() - 2.0 * space::M) / 3.0).floor();
    let small = width < 260.0;
    let inside = Vec2::new(width - 26.0, if small { 100.0 } else { 82.0 });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        for kind in TokenKind::ALL {
            card_frame(ui).show(ui, |ui| {
                // The last one takes what rounding left over.
                let width = if kind == TokenKind::Refresh {
                    ui.available_width() - 1.0
                } else {
                    inside.x
                };
                let (_, rect) = ui.allocate_space(Vec2::new(width, inside.y));
                let mut ui = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::LEFT)));
                ui.shrink_clip_rect(rect.expand(4.0));
                ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
                ui.spacing_mut().interact_size.y = 18.0;
                match session.tokens.get(kind) {
                    Some(token) => card_ui(&mut ui, state, item, session, kind, token, small),
                    None => super::missing_token::missing_token_ui(&mut ui, item, kind, ring_size(small)),
                }
            });
        }
    });
}

const fn ring_size(small: bool) -> f32 {
    if small { 40.0 } else { 52.0 }
}

fn card_ui(ui: &mut Ui, state: &State, item: &Item, session: &Session, kind: TokenKind, token: &Token, small: bool) {
    let p = palette(ui);
    let now = session.now(state.now);
    let life = &token.lifetime;
    let left = life.remaining(now);
    let fraction = life.fraction_left(now);
    let expired = life.is_expired(now);
    let revoked = session.revoked.contains(&kind);
    let spent = revoked || (kind == TokenKind::Refresh && session.is_over);
    let tone = match (kind, fraction) {
        _ if spent => Tone::Bad,
        (TokenKind::Id, _) if expired => Tone::Neutral,
        _ if expired => Tone::Bad,
        (_, None) => Tone::Neutral,
        (_, Some(part)) if part < ABOUT_TO_EXPIRE => Tone::Warn,
        (TokenKind::Refresh, _) => Tone::Accent,
        _ => Tone::Ok,
    };
    let number = match left {
        _ if revoked => "revoked".to_owned(),
        _ if spent => "refused".to_owned(),
        None => "end unknown".to_owned(),
        Some(_) if expired => "expired".to_owned(),
        Some(left) => lifetime::countdown(left),
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        let name = format!("{}: {number}", kind.label());
        let shown = fraction.filter(|_| !spent);
        countdown_ring(ui, ring_size(small), shown, tone, &name);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.horizontal(|ui| {
                section_label(ui, kind.label());
                if !small {
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| fingerprint_ui(ui, token));
                }
            });
            let quiet = (left.is_none() && !spent) || (expired && tone == Tone::Neutral);
            let color = match tone {
                _ if quiet => p.muted,
                Tone::Bad => p.bad,
                Tone::Warn => p.warn,
                _ => p.text,
            };
            elided(ui, text::countdown(number).color(color));
            let (candidates, tooltip) = when(state, item, session, kind, token);
            let can_refresh = session.tokens.refresh.is_some() && !session.is_over;
            let line = if spent && !can_refresh {
                "only a new login helps".to_owned()
            } else if spent {
                "a refresh may give another".to_owned()
            } else {
                fitting(ui, &candidates)
            };
            let tooltip = if revoked {
                format!("The provider was asked to end it, and said yes (RFC 7009 §2.2)\n{tooltip}")
            } else {
                tooltip
            };
            elided_with_tooltip(ui, text::label(line, p.muted), &tooltip);
        });
    });
    ui.horizontal_wrapped(|ui| {
        super::token_badges::token_badges_ui(ui, session, kind, token);
        if small {
            ui.add(chip(&token.fingerprint.short()).mono())
                .on_hover_text(fingerprint_tooltip(token));
        }
    });
}

/// Where a token's end is known from, in words.
const fn known_from(from: ExpiresFrom) -> &'static str {
    match from {
        ExpiresFrom::ExpiresIn => "Known from expires_in",
        ExpiresFrom::Exp => "Known from exp",
        ExpiresFrom::Both => "Known from expires_in and exp, which agree",
        ExpiresFrom::Documented => "As the profile says: the response does not",
        ExpiresFrom::Unknown => "Not known",
    }
}

/// Lines that say when it ends, the fullest first, and a tooltip with everything.
fn when(state: &State, item: &Item, session: &Session, kind: TokenKind, token: &Token) -> (Vec<String>, String) {
    let life = &token.lifetime;
    let now = session.now(state.now);
    let lives = match (life.from, life.lifetime_s()) {
        (ExpiresFrom::Documented, _) => " · as documented".to_owned(),
        (_, Some(s)) => format!(" · lives {}", lifetime::span(s)),
        (_, None) => String::new(),
    };
    let Some(end) = life.expires_at else {
        let why = match kind {
            TokenKind::Refresh => "the provider did not say how long",
            _ => "neither expires_in nor exp",
        };
        let since = state.times.full(life.starts_at);
        return (vec![why.to_owned()], format!("In use since\n{since}"));
    };
    let (local, utc) = (state.times.local(end, state.now), state.times.utc(end, state.now));
    let same = utc.trim_end_matches(" UTC") == local;
    let disagreement = life.disagreement_s.map_or(String::new(), |s| {
        format!("\nexp lies {s:+} s from what expires_in says")
    });
    let mut tooltip = format!(
        "Ends\n{}\n{}{lives}{disagreement}",
        state.times.full(end),
        known_from(life.from)
    );
    if item.profile.api_url.is_empty() && kind == TokenKind::Access {
        tooltip.push_str("\nNo API to try it on: add one in the profile");
    }
    let mut lines = Vec::new();
    if life.is_expired(now) {
        let ago = lifetime::relative(end, now);
        lines.push(format!("{ago} · {local} · {utc}{lives}"));
        lines.push(format!("{ago} · {local} · {utc}"));
        lines.push(format!("{ago} · {local}"));
        lines.push(ago);
    } else if same {
        lines.extend([format!("until {utc}{lives}"), format!("until {utc}")]);
    } else {
        lines.extend([
            format!("until {local} · {utc}{lives}"),
            format!("until {local} · {utc}"),
            format!("until {local}"),
            format!("until {}", local.split(' ').next().unwrap_or(&local)),
        ]);
    }
    if life.from == ExpiresFrom::Documented && !life.is_expired(now) {
        // Where not everything has room, that no response promised this end matters more than its hour.
        let date = local.split(' ').next().unwrap_or(&local);
        lines.insert(1, format!("until {date}{lives}"));
    }
    (lines, tooltip)
}

/// The first of `candidates` that there is room for, else the last.
fn fitting(ui: &Ui, candidates: &[String]) -> String {
    let room = ui.available_width();
    let width = |words: &str| {
        ui.painter()
            .layout_no_wrap(words.to_owned(), text::label_font(), Color32::PLACEHOLDER)
            .size()
            .x
    };
    candidates
        .iter()
        .find(|words| width(words) <= room)
        .or(candidates.last())
        .cloned()
        .unwrap_or_default()
}

fn fingerprint_ui(ui: &mut Ui, token: &Token) {
    let p = palette(ui);
    let words = text::mono(token.fingerprint.short()).size(text::LABEL).color(p.faint);
    ui.label(words).on_hover_text(fingerprint_tooltip(token));
}

fn fingerprint_tooltip(token: &Token) -> String {
    format!("Fingerprint: the start of the token's SHA-256\n{}", token.fingerprint)
}
