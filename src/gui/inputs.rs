//! What is being typed and not yet used.

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
    /// The pasted callback address, while its field is open. It holds a code.
    pub callback: Option<Secret>,
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
    /// The client secret as typed; the engine gets it as it changes.
    pub secret: Secret,
}

impl Inputs {
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
                let secret = std::mem::take(&mut form.secret);
                *form = ProfileForm::new(profile.clone());
                form.secret = secret;
            }
        }
        form
    }

    /// Forgets what was typed into the form of a profile, but not its secret.
    pub fn revert(&mut self, slug: &Slug) {
        for form in &mut self.forms {
            if form.stored.slug == *slug {
                let secret = std::mem::take(&mut form.secret);
                *form = ProfileForm::new(form.stored.clone());
                form.secret = secret;
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
            secret: Secret::default(),
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

    /// Everything that is wrong with what stands in the form.
    pub fn errors(&self) -> Vec<FieldError> {
        let mut errors = self.unreadable.clone();
        errors.extend(self.draft.validate());
        errors
    }

    /// Whether it holds something that is not stored.
    pub fn is_changed(&self) -> bool {
        self.draft != self.stored || !self.unreadable.is_empty()
    }

    /// Whether it can be stored. A profile with errors can: half a form is better than a lost one.
    pub fn can_save(&self) -> bool {
        self.draft != self.stored && self.unreadable.is_empty()
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
