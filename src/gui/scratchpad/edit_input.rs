//! Header and claims while they are changed, and what the result is signed with.

use std::fmt;

use egui::{Context, Id};
use zeroize::Zeroizing;

use crate::engine::{ForgeHow, Signer};
use crate::gui::inputs::forget_undo;
use crate::model::inspection::Inspection;
use crate::model::jwt::DecodedPart;
use crate::model::keys::SecretForm;
use crate::model::members::{Member, read_members};
use crate::model::{Fingerprint, Secret};

/// How the changed token is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignChoice {
    /// With the key that was pasted for checking: private, or a secret.
    #[default]
    PastedKey,
    /// With the demo server's key.
    Demo,
    /// Not at all, and it says so: `alg` is `none` (RFC 7515 appendix A.5).
    None,
    /// With the signature that it had.
    Keep,
    /// Not at all, and it does not say so.
    Strip,
}

impl SignChoice {
    /// All of them with their words.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::PastedKey, "Pasted key"),
        (Self::Demo, "Demo server"),
        (Self::None, "alg none"),
        (Self::Keep, "Old signature"),
        (Self::Strip, "No signature"),
    ];
}

/// Header and claims of a token that is being changed.
#[derive(Default)]
pub struct EditInput {
    /// The header, as JSON.
    pub header: Zeroizing<String>,
    /// The claims, as JSON.
    pub claims: Zeroizing<String>,
    /// How the result is signed.
    pub sign: SignChoice,
    /// Whether the header says that it is forged.
    pub marks: bool,
    /// The provider's public key, for an attack that needs it.
    pub public_key: String,
    /// An address that the tester serves, for an attack that needs it.
    pub address: String,
    /// Whether the attacks are shown in the place of the texts.
    pub shows_attacks: bool,
    /// Header and claims as they were opened.
    opened: (Zeroizing<String>, Zeroizing<String>),
    token: Option<Fingerprint>,
}

/// The field for the header.
pub fn header_id() -> Id {
    Id::unique("scratchpad edited header")
}

/// The field for the claims.
pub fn claims_id() -> Id {
    Id::unique("scratchpad edited claims")
}

/// A part longer than this is not edited in the window: laying it out takes longer than a frame.
pub const MAX_EDITED: usize = 32 * 1024;

impl EditInput {
    /// Whether [`Self::of`] gives something.
    pub fn is_possible(inspection: &Inspection) -> bool {
        let decoded = &inspection.token.decoded;
        let fits = |part: &DecodedPart| part.text.as_ref().is_some_and(|text| text.len() <= MAX_EDITED);
        fits(&decoded.header) && fits(&decoded.payload)
    }

    /// Opens a token. `None` when it has no parts that can be changed, or is too long for it.
    pub fn of(inspection: &Inspection) -> Option<Self> {
        let decoded = &inspection.token.decoded;
        let text = |part: &DecodedPart| {
            let text = part.text.as_deref()?;
            (text.len() <= MAX_EDITED).then(|| Zeroizing::new(pretty(text)))
        };
        let (header, claims) = (text(&decoded.header)?, text(&decoded.payload)?);
        Some(Self {
            opened: (header.clone(), claims.clone()),
            header,
            claims,
            marks: true,
            token: Some(inspection.token.fingerprint.clone()),
            ..Self::default()
        })
    }

    /// Whether this is of the token that is shown.
    pub fn is_of(&self, inspection: &Inspection) -> bool {
        self.token.as_ref() == Some(&inspection.token.fingerprint)
    }

    /// What stands in the texts, where they were changed.
    pub fn how(&self) -> ForgeHow {
        let changed = |text: &Zeroizing<String>, opened: &Zeroizing<String>| {
            (**text != **opened).then(|| Secret::new(text.as_str()))
        };
        ForgeHow::Edit {
            header: changed(&self.header, &self.opened.0),
            claims: changed(&self.claims, &self.opened.1),
        }
    }

    /// What an attack is given.
    pub fn attack(&self, id: &'static str) -> ForgeHow {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        ForgeHow::Attack {
            id,
            // Byte by byte as the server holds it: with the line break at its end.
            public_key: given(&self.public_key).map(|_| self.public_key.clone()),
            address: given(&self.address),
        }
    }

    /// What the result is signed with.
    pub fn signer(&self, pasted: &Secret, form: SecretForm) -> Signer {
        match self.sign {
            SignChoice::PastedKey => Signer::Key(pasted.clone(), form),
            SignChoice::Demo => Signer::Demo,
            SignChoice::None => Signer::Nothing,
            SignChoice::Keep => Signer::Keep,
            SignChoice::Strip => Signer::Strip,
        }
    }

    pub(super) fn forget_undo(ctx: &Context) {
        forget_undo(ctx, header_id());
        forget_undo(ctx, claims_id());
    }
}

/// With a line for each member, where it is JSON. Members and digits stay as they are.
fn pretty(text: &str) -> String {
    let (members, read) = read_members(text);
    if read.is_err() || members.is_empty() {
        return text.to_owned();
    }
    let lines: Vec<String> = members
        .iter()
        .map(|member: &Member| format!("  {}: {}", serde_json::Value::from(member.name.as_str()), member.raw))
        .collect();
    format!("{{\n{}\n}}", lines.join(",\n"))
}

/// What is wrong with a text that should be a JSON object, and where.
pub fn json_problem(text: &str) -> Option<String> {
    match serde_json::from_str::<&serde_json::value::RawValue>(text) {
        Ok(raw) if raw.get().trim_start().starts_with('{') => None,
        Ok(_) => Some("A JSON object is wanted: {…}".to_owned()),
        Err(error) => Some(format!(
            "This is no JSON: line {}, column {} ({})",
            error.line(),
            error.column(),
            reason(&error)
        )),
    }
}

/// The reason without the place, which is said in words.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

impl fmt::Debug for EditInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EditInput")
            .field("sign", &self.sign)
            .field("marks", &self.marks)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_member_has_a_line_and_its_digits() {
        assert_eq!(
            pretty(r#"{"a":1.10,"b":{"c":[1, 2]}}"#),
            "{\n  \"a\": 1.10,\n  \"b\": {\"c\":[1, 2]}\n}"
        );
        assert_eq!(pretty("{}"), "{}");
        assert_eq!(pretty("not json"), "not json");
    }

    #[test]
    fn a_mistake_is_said_with_its_place() {
        assert_eq!(json_problem(r#"{"a":1}"#), None);
        assert!(json_problem("[1]").unwrap().contains("object"));
        let problem = json_problem("{\n  \"a\": ,\n}").unwrap();
        assert!(problem.contains("line 2"), "{problem}");
    }
}
