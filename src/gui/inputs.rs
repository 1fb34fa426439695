//! What is being typed and not yet used.

use egui::text_edit::TextEditState;
use egui::{Context, Id};

use super::check_list::ChecksPane;
use super::comparing::TimelinePane;
use super::form_group::{self, Group};
use super::login_prompt::LoginPrompt;
use super::scratchpad::ScratchInput;
use super::state::State;
use super::token_pane::TokenPane;
use crate::engine::OperationId;
use crate::model::field::Field;
use crate::model::profile::FieldError;
use crate::model::{Profile, Secret, Slug};

/// Texts in fields.
#[derive(Debug, Default)]
pub struct Inputs {
    /// The palette, while it is open.
    pub palette: Option<PaletteInput>,
    /// The forms that were opened, one a profile: going to another page loses nothing.
    pub forms: Vec<ProfileForm>,
    /// The callback address that is being pasted, while its field is open. It holds a code.
    pub callback: Option<PastedCallback>,
    /// The page for a profile from an address.
    pub discover: DiscoverInput,
    /// What a login asks for before it starts, while it asks.
    pub login: Option<LoginPrompt>,
    /// Who logged in last by user name, one a profile: who mistypes a password does not type the name again.
    pub usernames: Vec<(Slug, String)>,
    /// What is chosen in the tab Claims.
    pub claims: TokenPane,
    /// What stands in the scratchpad.
    pub scratch: ScratchInput,
    /// What is chosen in the tab Checks.
    pub checks: ChecksPane,
    /// What is chosen in the tab Timeline.
    pub timeline: TimelinePane,
}

/// What stands on the page for a profile from an address.
#[derive(Debug, Default)]
pub struct DiscoverInput {
    /// The address.
    pub address: String,
    /// What the new profile will be called.
    pub name: String,
    /// What was suggested for that.
    pub suggested: String,
    /// Its client id.
    pub client_id: String,
    /// What the server wants to see before it registers anybody. Goes to the engine and nowhere else.
    pub initial_access_token: Secret,
    /// Whether metadata of another issuer is used knowingly.
    pub accepts_mismatch: bool,
    /// Whether the keyboard goes to the address at the next frame.
    pub wants_focus: bool,
}

impl DiscoverInput {
    /// Another server is looked up: what was suggested or typed for the last one is not for this one.
    pub(super) fn forget_server(&mut self) {
        self.client_id.clear();
        if self.name == self.suggested {
            self.name.clear();
        }
    }
}

/// A callback address that is being pasted.
#[derive(Debug)]
pub struct PastedCallback {
    /// The login that it is for. No other one may see it.
    pub login: OperationId,
    /// What stands in the field.
    pub address: Secret,
}

/// The palette's search.
#[derive(Debug, Default)]
pub struct PaletteInput {
    /// What is searched for.
    pub query: String,
    /// Which hit is marked.
    pub marked: usize,
}

/// A profile while it is edited.
#[derive(Debug)]
pub struct ProfileForm {
    /// The profile as it is stored.
    stored: Profile,
    /// The profile as it stands in the form.
    draft: Profile,
    /// What stands in the text fields: a space that was just typed is not yet part of a value.
    texts: Vec<(Field, String)>,
    /// Texts that are no value of their field, like letters where a number must be.
    unreadable: Vec<FieldError>,
    /// The groups that were opened or closed; the others are open when something in them is set.
    folds: Vec<(Group, bool)>,
    /// The field that the person wants to see.
    sought: Option<Field>,
    /// The client secret as typed; the engine gets it as it changes.
    pub secret: Secret,
}

/// The field for the callback address.
pub fn callback_id() -> Id {
    Id::unique("callback address")
}

/// The field for the address of a discovery.
pub fn discover_id() -> Id {
    Id::unique("discover address")
}

/// The field for the initial access token of a registration.
pub fn discover_token_id() -> Id {
    Id::unique("discover initial access token")
}

/// The field for the name of a profile from an address.
pub fn discover_name_id() -> Id {
    Id::unique("discover name")
}

/// The field for the client id of a profile from an address.
pub fn discover_client_id() -> Id {
    Id::unique("discover client id")
}

/// The field for a profile's client secret.
pub fn secret_id(slug: &Slug) -> Id {
    Id::unique(("client secret", slug.as_str()))
}

/// The field for a part of a profile.
pub fn field_id(slug: &Slug, field: Field) -> Id {
    Id::unique(("profile field", slug.as_str(), field))
}

/// A text field remembers what stood in it, to undo: that must not outlive the text itself.
pub(super) fn forget_undo(ctx: &Context, field: Id) {
    if TextEditState::load(ctx, field).is_some() {
        TextEditState::default().store(ctx, field);
    }
}

impl Inputs {
    /// Drops what was typed for something that is gone: a deleted profile, a login that has ended or is out of sight.
    pub fn forget_gone(&mut self, ctx: &Context, state: &State) {
        self.forms.retain(|form| {
            let slug = &form.stored.slug;
            let there = state.item(slug).is_some();
            if !there {
                forget_undo(ctx, secret_id(slug));
                for field in Field::ALL {
                    forget_undo(ctx, field_id(slug, field));
                }
            }
            there
        });
        let discovery = &state.discovery;
        let has_use = discovery.finding.is_some() && discovery.registered.is_none();
        if !has_use && !self.discover.initial_access_token.is_empty() {
            self.discover.initial_access_token = Secret::default();
            forget_undo(ctx, discover_token_id());
        }
        let login = state.selected().and_then(|item| item.login()).map(|(id, _)| id);
        if self.callback.as_ref().is_some_and(|pasted| Some(pasted.login) != login) {
            self.close_callback(ctx);
        }
        if self
            .login
            .as_ref()
            .is_some_and(|prompt| state.item(&prompt.slug).is_none())
        {
            self.close_login(ctx);
        }
        self.usernames.retain(|(slug, _)| state.item(slug).is_some());
    }

    /// Closes what a login asks for and forgets what was typed.
    pub fn close_login(&mut self, ctx: &Context) {
        self.login = None;
        LoginPrompt::forget_undo(ctx);
    }

    /// Closes the field for the callback address and forgets what stood in it.
    pub fn close_callback(&mut self, ctx: &Context) {
        self.callback = None;
        forget_undo(ctx, callback_id());
    }

    /// Whether the form of this profile holds something that is not stored.
    pub fn is_changed(&self, slug: &Slug) -> bool {
        self.forms
            .iter()
            .any(|form| form.stored.slug == *slug && form.is_changed())
    }

    /// Whether something lies above the window: it has the keys.
    pub fn is_covered(&self, state: &State) -> bool {
        state.screen.shortcuts
            || state.screen.confirm_delete.is_some()
            || state.api_answer.is_some()
            || state.asking.is_open()
            || self.login.is_some()
            || self.palette.is_some()
    }

    /// The form of `profile`, made when there is none, and brought up to date when the profile was stored.
    pub fn form(&mut self, profile: &Profile) -> &mut ProfileForm {
        let known = self.forms.iter().position(|form| form.stored.slug == profile.slug);
        let at = known.unwrap_or_else(|| {
            self.forms.push(ProfileForm::new(profile.clone()));
            self.forms.len() - 1
        });
        let form = &mut self.forms[at];
        if form.stored != *profile {
            let keep_draft = form.is_changed() && form.draft != *profile;
            if keep_draft {
                form.stored = profile.clone();
            } else {
                form.start_over(profile.clone());
            }
        }
        form
    }

    /// Forgets what was typed into the form of a profile, but not its secret.
    pub fn revert(&mut self, slug: &Slug) {
        for form in &mut self.forms {
            if form.stored.slug == *slug {
                form.start_over(form.stored.clone());
            }
        }
    }
}

impl ProfileForm {
    fn new(profile: Profile) -> Self {
        Self {
            texts: Field::ALL.map(|field| (field, field.get(&profile))).to_vec(),
            unreadable: Vec::new(),
            draft: profile.clone(),
            stored: profile,
            folds: Vec::new(),
            sought: None,
            secret: Secret::default(),
        }
    }

    /// Another profile is stored: what was typed for the one before goes, but not the secret, nor what is open.
    fn start_over(&mut self, profile: Profile) {
        *self = Self {
            secret: std::mem::take(&mut self.secret),
            folds: std::mem::take(&mut self.folds),
            ..Self::new(profile)
        };
    }

    /// Whether a group's fields are shown. It opens by itself when one of them is wrong, or is set when it is first seen,
    /// and then stays open: what is being typed must not fold away under the fingers.
    pub fn is_open(&mut self, group: Group, fields: &[Field], is_wrong: bool) -> bool {
        if !group.folds() {
            return true;
        }
        let known = self.folds.iter().position(|(of, _)| *of == group);
        let at = known.unwrap_or_else(|| {
            let empty = Profile::default();
            let is_set = fields
                .iter()
                .any(|&field| form_group::is_set(field, &self.draft, &empty));
            self.folds.push((group, is_set));
            self.folds.len() - 1
        });
        self.folds[at].1 |= is_wrong;
        self.folds[at].1
    }

    /// The form scrolls to this field when it is drawn next.
    pub fn seek(&mut self, field: Field) {
        self.sought = Some(field);
    }

    /// Whether this is the field that is sought; it is then no longer.
    pub fn found(&mut self, field: Field) -> bool {
        self.sought.take_if(|sought| *sought == field).is_some()
    }

    /// Opens a group that is closed, or the other way round.
    pub fn toggle(&mut self, group: Group) {
        for (of, is_open) in &mut self.folds {
            if *of == group {
                *is_open = !*is_open;
            }
        }
    }

    /// The profile as it stands in the form.
    pub fn draft(&self) -> &Profile {
        &self.draft
    }

    /// What stands in a field.
    pub fn text(&self, field: Field) -> String {
        self.texts
            .iter()
            .find_map(|(of, text)| (*of == field).then(|| text.clone()))
            .unwrap_or_default()
    }

    /// Something was typed or chosen. It stays in the field even when it is no value of it.
    pub fn set(&mut self, field: Field, text: &str) {
        for (of, kept) in &mut self.texts {
            if *of == field {
                text.clone_into(kept);
            }
        }
        self.unreadable.retain(|error| error.field != field);
        self.unreadable.extend(field.set(&mut self.draft, text).err());
    }

    /// Everything that is wrong with what stands in the form. What keeps it from being stored comes first.
    pub fn errors(&self) -> Vec<FieldError> {
        let mut errors = self.unreadable.clone();
        errors.extend(self.draft.stored_secret());
        for error in self.draft.validate() {
            // One sentence a field.
            if errors.iter().all(|known| known.field != error.field) {
                errors.push(error);
            }
        }
        errors
    }

    /// Whether it holds something that is not stored.
    pub fn is_changed(&self) -> bool {
        self.draft != self.stored || !self.unreadable.is_empty()
    }

    /// Whether it can be stored. A profile with errors can: half a form is better than a lost one. One with a secret in
    /// it cannot: the file is there to be mailed.
    pub fn can_save(&self) -> bool {
        self.draft != self.stored && self.unreadable.is_empty() && self.draft.stored_secret().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::template::Template;

    fn profile() -> Profile {
        Template::find("erp-net").unwrap().profile()
    }

    #[test]
    fn a_space_at_the_end_stays_while_typing() {
        let mut inputs = Inputs::default();
        let form = inputs.form(&profile());
        form.set(Field::Scope, "openid ");
        assert_eq!(form.text(Field::Scope), "openid ");
        assert_eq!(form.draft().scope, "openid");
    }

    #[test]
    fn a_stored_profile_is_no_longer_changed() {
        let mut inputs = Inputs::default();
        inputs.form(&profile()).set(Field::Name, "Other");
        assert!(inputs.form(&profile()).is_changed());
        let stored = inputs.forms[0].draft().clone();
        assert!(!inputs.form(&stored).is_changed());
    }

    #[test]
    fn a_change_from_elsewhere_does_not_eat_what_was_typed() {
        let mut inputs = Inputs::default();
        inputs.form(&profile()).set(Field::Name, "Typed");
        let elsewhere = Profile {
            notes: "from elsewhere".to_owned(),
            ..profile()
        };
        assert_eq!(inputs.form(&elsewhere).draft().name, "Typed");
        inputs.revert(&elsewhere.slug);
        assert_eq!(inputs.form(&elsewhere).draft(), &elsewhere);
    }

    #[test]
    fn a_text_that_is_no_value_stays_and_is_explained() {
        let mut inputs = Inputs::default();
        let form = inputs.form(&profile());
        form.set(Field::RefreshTokenLifetime, "a month");
        assert_eq!(form.text(Field::RefreshTokenLifetime), "a month");
        assert_eq!(form.errors()[0].field, Field::RefreshTokenLifetime);
        assert!(form.is_changed() && !form.can_save());
        form.set(Field::RefreshTokenLifetime, "2592001");
        assert!(form.errors().is_empty() && form.can_save());
    }
}
