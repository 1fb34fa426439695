//! Sentences that are put together.

use crate::engine::Failure;

/// Why nothing is done with a profile whose form holds something else.
pub(super) const SAVE_FIRST: &str = "Save or revert the changes first";

/// What happened and what to do, as one text. Either may end with a full stop or be empty: others wrote them.
pub(super) fn joined(what: &str, hint: &str) -> String {
    let what = what.trim_end_matches(['.', ' ']);
    let hint = hint.trim_end_matches(['.', ' ']);
    match (what, hint) {
        (what, "") => what.to_owned(),
        ("", hint) => hint.to_owned(),
        (what, hint) => format!("{what}. {hint}"),
    }
}

/// A failure as one text.
pub(super) fn sentences(failure: &Failure) -> String {
    joined(&failure.message, &failure.hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sentences_are_divided_by_one_full_stop_and_end_with_none() {
        for (what, hint, together) in [
            ("It is taken", "Free it", "It is taken. Free it"),
            ("It is taken.", "Free it.", "It is taken. Free it"),
            ("It is taken", "", "It is taken"),
            ("It is taken. ", "", "It is taken"),
            ("", "Free it", "Free it"),
        ] {
            assert_eq!(joined(what, hint), together);
        }
    }
}
