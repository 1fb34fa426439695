//! What a person has opened and chosen where a token is shown.

use std::collections::BTreeSet;

use egui::Id;

use crate::model::Token;
use crate::model::token::Fingerprint;

/// Where a claim of the same name is looked for when another token is shown: not through a hundred thousand.
const LOOKED_THROUGH: usize = 2000;

/// One place where tokens are shown: the tab Claims, the scratchpad. What is chosen there goes with the next token.
#[derive(Debug, Default)]
pub struct TokenPane {
    /// What is searched for among the claims.
    pub query: String,
    /// Whether the field for that is open.
    pub is_searching: bool,
    /// Whether the keyboard goes to that field at the next frame.
    pub wants_focus: bool,
    /// Which of the places that were found in the JSON one stands at, counted from 0.
    pub hit: usize,
    /// The place of the claim whose details are shown.
    pub chosen: Option<usize>,
    /// The claims whose notes were opened or closed.
    pub toggled: BTreeSet<usize>,
    /// The claim whose row gets the keyboard back at the next frame: its details were closed.
    pub coming_back: Option<usize>,
    /// Whether a claim that an arrow key leads to shows its details: not where they would take the list's place.
    pub walking_opens: bool,
    chosen_name: String,
    token: Option<Fingerprint>,
}

/// The field for what is searched for among the claims.
pub fn search_id() -> Id {
    Id::unique("claims search")
}

impl TokenPane {
    /// `token` is shown: when it is another one than before, the claim of the same name is chosen.
    pub fn show(&mut self, token: &Token) {
        if self.token.as_ref() == Some(&token.fingerprint) {
            return;
        }
        self.token = Some(token.fingerprint.clone());
        self.toggled.clear();
        self.coming_back = None;
        self.hit = 0;
        let members = &token.decoded.payload.members;
        self.chosen = self.chosen.and_then(|_| {
            let mut names = members.iter().take(LOOKED_THROUGH);
            names.position(|member| member.name == self.chosen_name)
        });
    }

    /// Shows the details of the claim at this place; those of no claim when that is `None`.
    pub fn choose(&mut self, token: &Token, at: Option<usize>) {
        if at.is_none() {
            self.coming_back = self.chosen;
        }
        self.chosen = at;
        if let Some(member) = at.and_then(|at| token.decoded.payload.members.get(at)) {
            member.name.as_str().clone_into(&mut self.chosen_name);
        }
    }

    /// Opens the search, with the keyboard in it.
    pub fn search(&mut self) {
        self.is_searching = true;
        self.wants_focus = true;
    }

    /// Closes the search: every claim is shown again.
    pub fn end_search(&mut self) {
        self.is_searching = false;
        self.hit = 0;
        self.query.clear();
    }

    /// Closes what was opened last: details, then the search. Says whether there was something.
    pub fn close(&mut self) -> bool {
        if let Some(chosen) = self.chosen.take() {
            self.coming_back = Some(chosen);
            return true;
        }
        let was_searching = self.is_searching;
        self.end_search();
        was_searching
    }
}
