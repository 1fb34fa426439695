//! What a person can do in the scratchpad.

use super::ScratchTab;
use crate::model::{Fingerprint, Slug, TokenKind};

/// One wish about the scratchpad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScratchAction {
    /// Text, keys or expectations have changed: look again.
    Changed,
    /// Another text took the place of all that stood there: look at it, and let go what belonged to the old one.
    Replaced,
    /// Fetch the keys from where it is said, now.
    AskForKeys,
    /// Wait no longer for keys, and ask nobody for them.
    LeaveKeys,
    /// Open the field for a key.
    OpenKeys,
    /// Judge by the time that it is now.
    JudgeNow,
    /// Put what is on the clipboard in the place of the text.
    Paste,
    /// Forget the text, what was made of it, and what can be undone.
    Clear,
    /// Put an example in the place of the text.
    Show(Example),
    /// Put a profile's token in the place of the text, to be looked at with the profile's keys.
    ShowToken(Slug, TokenKind),
    /// Show this token, counted through all that are listed.
    Choose(usize),
    /// Show this of it.
    Open(ScratchTab),
    /// Compare others with this token; with none.
    CompareWith(Option<Fingerprint>),
    /// Turn two tokens that are compared round.
    TurnComparison,
    /// Put this token on the clipboard, counted through all that are listed.
    Copy(usize),
    /// Show what was inside this encrypted token; of none.
    ShowContent(Option<Fingerprint>),
    /// Put the whole text on the clipboard.
    CopyText,
    /// Open header and claims of the token that is shown, to be changed.
    Edit,
    /// Make a token of what stands in there.
    Forge,
    /// Make a token that tries this attack.
    Attack(&'static str),
    /// Forget a token that was made here.
    DropForgery(Fingerprint),
}

/// A text to try the scratchpad with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// A token that is as it should be.
    Good,
    /// The token of the ERP.net documents, damaged as it is printed there.
    Damaged,
}
