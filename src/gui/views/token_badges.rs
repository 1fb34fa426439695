//! What a token is and what was found about it, in a row of badges.

use egui::Ui;

use crate::engine::{LoggedOut, Session};
use crate::gui::theme::{Tone, icon};
use crate::gui::widgets::{Badge, chip};
use crate::model::checks::Outcome;
use crate::model::forge;
use crate::model::jwt::Form;
use crate::model::verify::SignatureStatus;
use crate::model::{Token, TokenKind};

/// Draws them.
pub(super) fn token_badges_ui(ui: &mut Ui, session: &Session, kind: TokenKind, token: &Token) {
    if let Some(logged_out) = session.logged_out {
        let why = match logged_out {
            LoggedOut::CameBack => "The browser came back from the logout. Tokens may outlive that",
            LoggedOut::Sent => "The browser was sent to log out. What happened there cannot be seen from here",
        };
        ui.add(Badge::new(Tone::Warn, "logged out").sign(icon::SIGN_OUT))
            .on_hover_text(why);
    }
    let decoded = &token.decoded;
    if forge::is_marked(decoded) {
        ui.add(Badge::new(Tone::Warn, "Forged"))
            .on_hover_text("Its header says that it was made for tests with this program");
    }
    let form = match decoded.form {
        Form::Jws => "JWT",
        Form::Jwe => "encrypted JWT",
        Form::Opaque => "opaque",
        Form::Damaged => "damaged",
    };
    let what = decoded.alg().map_or(form.to_owned(), |alg| format!("{form} · {alg}"));
    if decoded.defects.is_empty() {
        ui.add(chip(&what));
    } else {
        ui.add(Badge::new(Tone::Warn, &what))
            .on_hover_text(format!("{} defects, listed below", decoded.defects.len()));
    }
    if let Some(signature) = session.signature(kind)
        && decoded.form != Form::Opaque
    {
        let (tone, words) = signature_look(signature.status);
        ui.add(Badge::new(tone, words)).on_hover_text(&signature.reason);
    }
    if kind == TokenKind::Access && session.tokens.is_bound() {
        ui.add(chip("DPoP"))
            .on_hover_text("Works only together with the key that it is bound to (RFC 9449 §5)");
    }
    if kind == TokenKind::Id {
        checks_ui(ui, session);
    }
    if kind == TokenKind::Refresh && session.generation > 1 {
        let (badge, why) = if session.tokens.refresh_rotated {
            (
                Badge::new(Tone::Ok, "rotated").sign(icon::ARROW_CLOCKWISE),
                "The last refresh gave a new refresh token (RFC 9700 §4.14.2)",
            )
        } else {
            (
                chip("kept"),
                "The last refresh gave no new refresh token: the old one stays in use (RFC 6749 §6)",
            )
        };
        ui.add(badge).on_hover_text(why);
    }
    if kind == TokenKind::Refresh {
        ui.add(chip(&format!("generation {}", session.generation)));
    }
}

/// A verdict in a word and a tone.
pub(super) const fn signature_look(status: SignatureStatus) -> (Tone, &'static str) {
    match status {
        SignatureStatus::Valid => (Tone::Ok, "signature"),
        SignatureStatus::Invalid => (Tone::Bad, "signature invalid"),
        SignatureStatus::Unverified => (Tone::Neutral, "not verified"),
        SignatureStatus::Unsupported => (Tone::Neutral, "cannot be checked"),
        SignatureStatus::None => (Tone::Warn, "unsigned"),
    }
}

/// What failed by name, the rest as a number.
fn checks_ui(ui: &mut Ui, session: &Session) {
    let of_id: Vec<_> = session
        .checks
        .iter()
        // The signature has a badge of its own.
        .filter(|check| check.id.starts_with("id_token.") && check.id != "id_token.signature")
        .collect();
    let short = |id: &str| id.trim_start_matches("id_token.").to_owned();
    for check in &of_id {
        let tone = match check.outcome {
            Outcome::Fail => Tone::Bad,
            Outcome::Warn => Tone::Warn,
            Outcome::Pass | Outcome::Skip => continue,
        };
        ui.add(Badge::new(tone, &short(&check.id)))
            .on_hover_text(format!("{} · {}", check.message, check.spec));
    }
    let passed: Vec<_> = of_id.iter().filter(|check| check.outcome == Outcome::Pass).collect();
    if !passed.is_empty() {
        let list: Vec<String> = of_id
            .iter()
            .map(|check| format!("{} {}: {}", sign(check.outcome), short(&check.id), check.message))
            .collect();
        let words = format!("{} checks", passed.len());
        ui.add(Badge::new(Tone::Ok, &words)).on_hover_text(list.join("\n"));
    }
}

const fn sign(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => icon::CHECK,
        Outcome::Warn => icon::WARNING,
        Outcome::Fail => icon::X,
        Outcome::Skip => icon::MINUS,
    }
}
