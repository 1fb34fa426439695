//! What a session must be like.

use crate::engine::Session;
use crate::model::TokenKind;
use crate::model::checks::Outcome;
use crate::model::verify::SignatureStatus;
use crate::model::walkthrough::{StageState, Walkthrough};

/// Both tokens are other ones than before.
pub(super) fn both_new(before: &Session, after: &Session) -> Result<String, String> {
    for kind in [TokenKind::Access, TokenKind::Refresh] {
        if is_same(before, after, kind) {
            return Err(format!("the {} is not a new one", kind.label().to_lowercase()));
        }
    }
    Ok(format!("both tokens are new, generation {}", after.generation))
}

/// The access token is another one, the refresh token stayed.
pub(super) fn refresh_token_kept(before: &Session, after: &Session) -> Result<String, String> {
    if is_same(before, after, TokenKind::Access) {
        return Err("the access token is not a new one".to_owned());
    }
    if after.tokens.refresh_rotated || !is_same(before, after, TokenKind::Refresh) {
        return Err("the refresh token is a new one".to_owned());
    }
    Ok(format!(
        "new access token, kept the refresh token, generation {}",
        after.generation
    ))
}

fn is_same(before: &Session, after: &Session, kind: TokenKind) -> bool {
    match (before.tokens.get(kind), after.tokens.get(kind)) {
        (Some(old), Some(new)) => old.fingerprint == new.fingerprint,
        _ => true,
    }
}

/// No check failed.
pub(super) fn checks_passed(session: &Session) -> Result<String, String> {
    if let Some(check) = session.checks.iter().find(|check| check.outcome == Outcome::Fail) {
        return Err(format!("{}: {}", check.id, check.message));
    }
    let passed = session.checks.iter().filter(|check| check.outcome == Outcome::Pass);
    Ok(match passed.count() {
        0 => "no check failed".to_owned(),
        1 => "1 check passed".to_owned(),
        count => format!("{count} checks passed"),
    })
}

/// Every signature is valid and no check failed.
pub(super) fn all_valid(session: &Session) -> Result<String, String> {
    let invalid = session
        .signatures
        .iter()
        .find(|(_, signature)| signature.status != SignatureStatus::Valid);
    match invalid {
        Some((kind, signature)) => Err(format!("{}: {}", kind.label(), signature.reason)),
        None => checks_passed(session),
    }
}

/// These oddities of the token response were found and named.
pub(super) fn defects_named(session: &Session, codes: &[&str]) -> Result<String, String> {
    let defects = &session.tokens.defects;
    let missing = codes
        .iter()
        .find(|code| !defects.iter().any(|defect| defect.code == **code));
    match missing {
        Some(code) => Err(format!("{code} was not found")),
        None => Ok(codes.join(", ")),
    }
}

/// These steps are so far; the others have passed.
pub(super) fn steps_are(walkthrough: &Walkthrough, others: &[(&str, StageState)]) -> Result<String, String> {
    let wanted = |mark: &str| {
        let other = others.iter().find(|(of, _)| *of == mark);
        other.map_or(StageState::Passed, |(_, state)| *state)
    };
    let wrong = walkthrough
        .stages
        .iter()
        .find(|stage| stage.state != wanted(stage.mark));
    if let Some(stage) = wrong {
        return Err(format!(
            "{} {}: {} {}",
            stage.mark,
            stage.title,
            stage.state.as_str(),
            stage.why
        ));
    }
    let passed = walkthrough.stages.len() - others.len();
    let others = others
        .iter()
        .map(|(mark, state)| format!(", {mark} {}", state.as_str()));
    Ok(format!("{passed} passed{}", others.collect::<String>()))
}
