//! What is typed and chosen in the scratchpad.

use std::sync::Arc;

use egui::{Context, Id};
use jiff::Timestamp;

use super::ScratchTab;
use super::action::{Example, ScratchAction};
use super::edit_input::EditInput;
use super::examples;
use super::long_text::LongText;
use crate::engine::{Forgery, InspectRequest, KeysFrom};
use crate::gui::check_list::ChecksPane;
use crate::gui::inputs::forget_undo;
use crate::gui::token_pane::TokenPane;
use crate::model::inspection::{Expectations, TokenUse};
use crate::model::keys::SecretForm;
use crate::model::{Secret, Slug};

/// Where keys come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyChoice {
    /// Nowhere.
    #[default]
    Nowhere,
    /// A profile.
    Profile,
    /// The issuer that the token names.
    Issuer,
    /// The address of a key set.
    Address,
    /// A key that was pasted.
    Pasted,
}

impl KeyChoice {
    /// All of them with their words.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Nowhere, "Nowhere"),
        (Self::Profile, "Profile"),
        (Self::Issuer, "Issuer"),
        (Self::Address, "Address"),
        (Self::Pasted, "Pasted key"),
    ];
}

/// What stands in the scratchpad's fields. It goes to the engine and nowhere else.
#[derive(Debug, Default)]
pub struct ScratchInput {
    /// The text.
    pub text: LongText,
    /// The field that the keyboard goes to at the next frame.
    pub wants_focus: Option<Id>,
    /// For so many frames a paste takes the place of all that is there: the clipboard answers a frame or two later, or never.
    pub pastes_over: u8,
    /// Whether keys and expectations are open.
    pub is_open: bool,
    /// Where keys come from.
    pub keys: KeyChoice,
    /// The profile whose keys are used.
    pub profile: Option<Slug>,
    /// The issuer that the person agreed to ask.
    pub issuer_asked: Option<String>,
    /// The address of a key set, as it stands in the field.
    pub address: String,
    /// The address that the person agreed to ask.
    pub address_asked: Option<String>,
    /// A key.
    pub pasted: Secret,
    /// In which form a pasted secret is written.
    pub secret_form: SecretForm,
    /// `iss` that is expected.
    pub issuer: String,
    /// `aud` that is expected.
    pub audience: String,
    /// `nonce` that is expected.
    pub nonce: String,
    /// What the token is for; `None`: it tells.
    pub token_use: Option<TokenUse>,
    /// The time to judge at; empty: now.
    pub at: String,
    /// What is chosen in the token that is shown.
    pub pane: TokenPane,
    /// What is chosen among its checks.
    pub checks: ChecksPane,
    /// Whether, where there is room for one thing, signature and defects are shown and not the checks.
    pub shows_notes: bool,
    /// Header and claims that are being changed.
    pub edit: Option<EditInput>,
    /// What came with the text that stands there.
    lent: Lent,
}

/// Keys and expectations that came with a text: they go with it, where the person has not changed them.
#[derive(Debug, Default)]
struct Lent {
    keys: KeysFrom,
    at: String,
    token_use: Option<TokenUse>,
}

/// The field for the text.
pub fn text_id() -> Id {
    Id::unique("scratchpad text")
}

/// The field for a key.
pub fn key_id() -> Id {
    Id::unique("scratchpad key")
}

/// A field of the expectations, or for the address of a key set.
pub fn lens_id(label: &str) -> Id {
    Id::unique(("scratchpad lens", label))
}

/// The fields of which [`lens_id`] is told.
const LENS_FIELDS: [&str; 5] = ["Issuer", "Audience", "Nonce", "At time", "Key set at"];

impl ScratchInput {
    /// Where keys come from, as far as the person has agreed to it.
    pub fn keys_from(&self) -> KeysFrom {
        match self.keys {
            KeyChoice::Nowhere => KeysFrom::Nowhere,
            KeyChoice::Profile => self.profile.clone().map_or(KeysFrom::Nowhere, KeysFrom::Profile),
            KeyChoice::Issuer => self.issuer_asked.clone().map_or(KeysFrom::Nowhere, KeysFrom::Issuer),
            KeyChoice::Address => self.address_asked.clone().map_or(KeysFrom::Nowhere, KeysFrom::Address),
            KeyChoice::Pasted if self.pasted.expose().trim().is_empty() => KeysFrom::Nowhere,
            KeyChoice::Pasted => KeysFrom::Pasted(self.pasted.clone()),
        }
    }

    /// What is expected of a token.
    pub fn expected(&self) -> Expectations {
        let named = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Expectations {
            issuer: named(&self.issuer),
            audience: named(&self.audience),
            nonce: named(&self.nonce),
            token_use: self.token_use,
            at: self.at().ok().flatten(),
            ..Expectations::default()
        }
    }

    /// The time to judge at; `None`: now. The error says how to write one.
    pub fn at(&self) -> Result<Option<Timestamp>, &'static str> {
        let text = self.at.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let seconds = text
            .parse::<i64>()
            .ok()
            .map(Timestamp::from_second)
            .and_then(Result::ok);
        let date = || {
            let date: jiff::civil::Date = text.parse().ok()?;
            Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
        };
        let time = seconds.or_else(|| text.parse().ok()).or_else(date);
        time.map(Some)
            .ok_or("Write it as 2026-01-31, 2026-01-31T12:00:00Z, or seconds since 1970")
    }

    /// What the engine is asked.
    pub fn request(&self, forgeries: &[Arc<Forgery>], asks_for_keys: bool) -> InspectRequest {
        InspectRequest {
            text: self.text.whole(),
            forgeries: forgeries.to_vec(),
            keys: self.keys_from(),
            secret_form: self.secret_form,
            asks_for_keys,
            expected: self.expected(),
            tells_early: true,
        }
    }

    /// Keys and expectations in one line.
    pub fn summary(&self) -> String {
        let keys = match self.keys_from() {
            KeysFrom::Nowhere => "signatures are not checked".to_owned(),
            KeysFrom::Profile(slug) => format!("keys of {slug}"),
            KeysFrom::Issuer(issuer) => format!("keys of {issuer}"),
            KeysFrom::Address(address) => format!("keys from {address}"),
            KeysFrom::Pasted(_) => "a pasted key".to_owned(),
        };
        let expected = self.expected();
        let mut words = vec![keys];
        words.extend(
            expected
                .token_use
                .map(|token_use| use_words_within(token_use).to_owned()),
        );
        words.extend(expected.issuer.map(|issuer| format!("from {issuer}")));
        words.extend(expected.audience.map(|audience| format!("for {audience}")));
        words.extend(expected.nonce.map(|_| "with a nonce".to_owned()));
        words.extend(expected.at.map(|at| format!("at {at}")));
        words.join(" · ")
    }

    /// Forgets all that was pasted, typed and chosen, and what can be undone of it.
    pub fn clear(&mut self, ctx: &Context) {
        *self = Self {
            is_open: self.is_open,
            wants_focus: Some(text_id()),
            ..Self::default()
        };
        forget_undo(ctx, text_id());
        forget_undo(ctx, key_id());
        for label in LENS_FIELDS {
            forget_undo(ctx, lens_id(label));
        }
        EditInput::forget_undo(ctx);
    }

    /// Puts an example in the place of the text, with what it takes to see it as it was meant.
    pub fn show_example(&mut self, ctx: &Context, example: Example) {
        match example {
            Example::Good => {
                self.set_text(ctx, examples::GOOD);
                self.keys = KeyChoice::Pasted;
                self.pasted = Secret::new(examples::GOOD_KEY);
                examples::GOOD_AT.clone_into(&mut self.at);
                self.lend();
            }
            Example::Damaged => self.set_text(ctx, examples::DAMAGED),
        }
    }

    /// Puts a profile's token in the place of the text, to be looked at with the profile's keys and as what it is for.
    pub fn show_token(&mut self, ctx: &Context, token: &Secret, profile: Slug, token_use: Option<TokenUse>) {
        // The person asked to see this token here.
        self.set_text(ctx, token.expose());
        self.keys = KeyChoice::Profile;
        self.profile = Some(profile);
        self.at.clear();
        self.token_use = token_use;
        self.lend();
    }

    /// What is chosen now came with the text.
    fn lend(&mut self) {
        self.lent = Lent {
            keys: self.keys_from(),
            at: self.at.clone(),
            token_use: self.token_use,
        };
    }

    /// Another text took the place of all that stood there: what came with that one goes, and what was searched in it.
    pub fn let_go_of_text(&mut self, ctx: &Context) {
        self.edit = None;
        self.pane.end_search();
        let lent = std::mem::take(&mut self.lent);
        if lent.keys != KeysFrom::Nowhere && lent.keys == self.keys_from() {
            self.keys = KeyChoice::Nowhere;
            self.profile = None;
            self.pasted = Secret::default();
            forget_undo(ctx, key_id());
        }
        if !lent.at.is_empty() && lent.at == self.at {
            self.at.clear();
        }
        if lent.token_use.is_some() && lent.token_use == self.token_use {
            self.token_use = None;
        }
    }

    /// What opens a tab: header and claims are laid out to be changed when that is first asked for.
    pub fn opening(&self, tab: ScratchTab) -> ScratchAction {
        match tab {
            ScratchTab::Edit if self.edit.is_none() => ScratchAction::Edit,
            tab => ScratchAction::Open(tab),
        }
    }

    /// Whether the keyboard goes to this field now; it has it then.
    pub fn takes_focus(&mut self, field: Id) -> bool {
        self.wants_focus.take_if(|wanted| *wanted == field).is_some()
    }

    /// Asks no server for keys any more.
    pub fn leave_keys(&mut self) {
        match self.keys {
            KeyChoice::Profile => self.profile = None,
            KeyChoice::Issuer => self.issuer_asked = None,
            KeyChoice::Address => self.address_asked = None,
            KeyChoice::Nowhere | KeyChoice::Pasted => {}
        }
    }

    /// Opens the field for a key, with the keyboard in it.
    pub fn open_keys(&mut self) {
        self.is_open = true;
        self.keys = KeyChoice::Pasted;
        self.wants_focus = Some(key_id());
    }

    /// Another text stands there: what can be undone of the old one is forgotten.
    pub fn set_text(&mut self, ctx: &Context, text: &str) {
        self.text.set(text);
        self.let_go_of_text(ctx);
        forget_undo(ctx, text_id());
        EditInput::forget_undo(ctx);
    }
}

/// What a token is for, in a word or two.
pub const fn use_words(token_use: Option<TokenUse>) -> &'static str {
    match token_use {
        None => "The token tells",
        Some(TokenUse::Id) => "ID token",
        Some(TokenUse::Access) => "Access token",
        Some(TokenUse::Any) => "Just a JWT",
    }
}

/// The same within a line.
const fn use_words_within(token_use: TokenUse) -> &'static str {
    match token_use {
        TokenUse::Id => "ID token",
        TokenUse::Access => "access token",
        TokenUse::Any => "just a JWT",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_asked_only_when_the_person_said_so() {
        let mut input = ScratchInput {
            keys: KeyChoice::Address,
            address: "https://idp.example/jwks".to_owned(),
            ..ScratchInput::default()
        };
        assert_eq!(input.keys_from(), KeysFrom::Nowhere);
        input.address_asked = Some(input.address.clone());
        assert_eq!(
            input.keys_from(),
            KeysFrom::Address("https://idp.example/jwks".to_owned())
        );
        input.keys = KeyChoice::Issuer;
        assert_eq!(input.keys_from(), KeysFrom::Nowhere);
    }

    #[test]
    fn a_time_is_a_date_seconds_or_both_with_a_zone() {
        let mut input = ScratchInput::default();
        assert_eq!(input.at(), Ok(None));
        for (text, at) in [
            ("1655057724", "2022-06-12T18:15:24Z"),
            ("2026-01-31", "2026-01-31T00:00:00Z"),
            (" 2026-01-31T12:00:00+01:00 ", "2026-01-31T11:00:00Z"),
        ] {
            text.clone_into(&mut input.at);
            assert_eq!(input.at().unwrap().unwrap().to_string(), at);
        }
        "yesterday".clone_into(&mut input.at);
        assert!(input.at().is_err());
        assert_eq!(input.expected().at, None);
    }

    #[test]
    fn what_came_with_a_text_goes_with_it_and_what_a_person_chose_stays() {
        let ctx = Context::default();
        let mut input = ScratchInput::default();
        input.show_example(&ctx, Example::Good);
        assert!(matches!(input.keys_from(), KeysFrom::Pasted(_)) && !input.at.is_empty());
        input.let_go_of_text(&ctx);
        assert_eq!((input.keys_from(), input.at.as_str()), (KeysFrom::Nowhere, ""));
        assert!(input.pasted.is_empty());
        input.show_example(&ctx, Example::Good);
        input.pasted = Secret::new("mine");
        "2026-01-31".clone_into(&mut input.at);
        input.let_go_of_text(&ctx);
        assert_eq!(input.keys_from(), KeysFrom::Pasted(Secret::new("mine")));
        assert_eq!(input.at, "2026-01-31");
    }

    #[test]
    fn the_line_says_what_is_checked_and_holds_no_key() {
        let input = ScratchInput {
            keys: KeyChoice::Pasted,
            pasted: Secret::new("hunter2"),
            audience: "api".to_owned(),
            token_use: Some(TokenUse::Access),
            ..ScratchInput::default()
        };
        assert_eq!(input.summary(), "a pasted key · access token · for api");
        assert!(!format!("{input:?}").contains("hunter2"));
    }
}
