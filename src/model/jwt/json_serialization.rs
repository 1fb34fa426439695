//! Tokens that are a JSON object (RFC 7515 §7.2, RFC 7516 §7.2), flattened and general.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::part::{self, Read};
use super::{Decoded, DecodedPart, Encrypted, Entry, Form, PartKind, Serialization, compact, encoding, is_unencoded};
use crate::model::defect::{Defect, Part};
use crate::model::lenient_json::{self, JsonKind};
use crate::model::members::{Member, read_members};

/// How many signatures or recipients are looked at.
const MAX_ENTRIES: usize = 100;

/// Decodes a JSON object. `None` when it is no token.
pub(super) fn decode(token: &str) -> Option<Decoded> {
    let json = lenient_json::read(token);
    let object = Object(&json.members);
    let has = |name: &str| object.get(name).is_some();
    let shape = JsonShape {
        has_header: ["protected", "header", "unprotected", "recipients"]
            .into_iter()
            .any(has),
        has_payload: has("payload"),
        has_signature: has("signature") || has("signatures"),
        has_ciphertext: has("ciphertext"),
    };
    let is_jwe = shape.is_jwe();
    // Of one whose payload is detached the list is all there is, and of one that lost its signature the rest.
    let is_detached = || {
        object
            .get("signatures")
            .is_some_and(|list| list.raw.contains("\"protected\""))
    };
    let is_cut = has("payload") && has("protected");
    if !(is_jwe || shape.is_jws() || is_cut || is_detached()) {
        return None;
    }
    let mut decoded = Decoded::new(Form::Damaged);
    let mut reader = Reader {
        is_sound: json.kind == JsonKind::Object,
        defects: Vec::new(),
    };
    part::tell(&json, Part::Token, &mut reader.defects);
    let (list, own) = if is_jwe {
        ("recipients", "encrypted_key")
    } else {
        ("signatures", "signature")
    };
    decoded.serialization = if has(list) {
        Serialization::General
    } else {
        Serialization::Flattened
    };
    // What all have in common is read once, however many there are.
    let is_general = has(list);
    let common = Common {
        protected: reader.protected(object.get("protected").filter(|_| is_jwe || !is_general)),
        shared: Arc::new(reader.open(object.get("unprotected").filter(|_| is_jwe))),
    };
    let names = reader.names(&common, is_jwe);
    if let Some(entries) = object.get(list) {
        if has(own) || has("header") || (!is_jwe && has("protected")) {
            let message =
                format!("{list} stands beside members of the flattened form: which one counts? (RFC 7515 §7.2.2)");
            reader.broken("mixed_serialization", message);
        }
        for raw in reader.list(entries, list) {
            let members = read_members(raw.get()).0;
            let entry = Object(&members);
            let protected = entry.get("protected").map(|member| reader.protected(Some(member)));
            let read = reader.entry(&common, &names, protected, entry.get("header"), entry.get(own), is_jwe);
            decoded.entries.push(read);
        }
    } else {
        let read = reader.entry(&common, &names, None, object.get("header"), object.get(own), is_jwe);
        decoded.entries.push(read);
    }
    if let Some(first) = decoded.entries.first() {
        decoded.header = first.header();
        if is_jwe && decoded.header.member("enc").is_none() && reader.is_sound {
            reader.broken(
                "no_enc",
                "No header has enc: what encrypts the content is not said (RFC 7516 §4.1.2)".to_owned(),
            );
        }
    }
    let first_len = decoded.entries.first().and_then(|entry| entry.len);
    if is_jwe {
        let mut len = |name, which| {
            let text = object.get(name).and_then(Member::as_str);
            compact::part_len(text.as_deref(), which, &mut reader.defects)
        };
        decoded.encrypted = Some(Box::new(Encrypted {
            encrypted_key_len: first_len,
            iv_len: len("iv", Part::Iv),
            ciphertext_len: len("ciphertext", Part::Ciphertext),
            tag_len: len("tag", Part::Tag),
        }));
    } else {
        decoded.signature_len = first_len;
        decoded.payload = reader.payload(object.get("payload"), decoded.entries.first());
    }
    decoded.form = match (reader.is_sound, is_jwe) {
        (false, _) => Form::Damaged,
        (true, true) => Form::Jwe,
        (true, false) => Form::Jws,
    };
    decoded.defects = reader.defects;
    Some(decoded)
}

/// What the members of an object say of whether it is a token. The finder asks the same.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says whether a member is there")]
pub(in crate::model) struct JsonShape {
    /// `protected`, `header`, `unprotected` or `recipients`.
    pub(in crate::model) has_header: bool,
    pub(in crate::model) has_payload: bool,
    /// `signature` or `signatures`.
    pub(in crate::model) has_signature: bool,
    pub(in crate::model) has_ciphertext: bool,
}

impl JsonShape {
    /// A signature alone signs nothing (RFC 7515 §7.2).
    pub(in crate::model) const fn is_jws(self) -> bool {
        self.has_signature && (self.has_payload || self.has_header)
    }

    /// A ciphertext alone says not how it was made (RFC 7516 §7.2).
    pub(in crate::model) const fn is_jwe(self) -> bool {
        self.has_ciphertext && self.has_header
    }
}

/// What all signatures or recipients have in common.
struct Common {
    protected: Arc<DecodedPart>,
    shared: Arc<DecodedPart>,
}

struct Object<'a>(&'a [Member]);

impl<'a> Object<'a> {
    fn get(&self, name: &str) -> Option<&'a Member> {
        self.0.iter().rev().find(|member| member.name == name)
    }
}

struct Reader {
    is_sound: bool,
    defects: Vec<Defect>,
}

impl Reader {
    fn broken(&mut self, code: &str, message: String) {
        self.is_sound = false;
        self.defects.push(Defect::new(Part::Token, code, message));
    }

    fn list<'a>(&mut self, list: &'a Member, name: &str) -> Vec<&'a RawValue> {
        let mut entries = serde_json::from_str::<Vec<&RawValue>>(&list.raw).unwrap_or_default();
        if entries.is_empty() {
            self.broken(
                "no_entries",
                format!("{name} is not a list with something in it (RFC 7515 §7.2.1, RFC 7516 §7.2.1)"),
            );
        }
        if entries.len() > MAX_ENTRIES {
            let message = format!(
                "{name} has {} entries: the first {MAX_ENTRIES} were read",
                entries.len()
            );
            self.defects.push(Defect::new(Part::Token, "too_many_entries", message));
            entries.truncate(MAX_ENTRIES);
        }
        entries
    }

    fn protected(&mut self, member: Option<&Member>) -> Arc<DecodedPart> {
        let Some(text) = member.and_then(|member| self.text(member)) else {
            return Arc::default();
        };
        let read = part::decode(&text, Part::Header, &mut self.defects);
        self.is_sound &= read.is_sound && (read.part.is_object || read.part.kind == PartKind::Empty);
        Arc::new(read.part)
    }

    fn open(&mut self, member: Option<&Member>) -> DecodedPart {
        let members = member.map(|member| self.members(member));
        members.map(DecodedPart::of_members).unwrap_or_default()
    }

    /// The names of what all have in common.
    fn names<'a>(&mut self, common: &'a Common, is_jwe: bool) -> HashSet<&'a str> {
        let mut names: HashSet<&str> = common.protected.members.iter().map(|m| m.name.as_str()).collect();
        let twice = common.shared.members.iter().find(|member| !names.insert(&member.name));
        if let Some(member) = twice {
            self.twice(&member.name, is_jwe);
        }
        names
    }

    fn entry(
        &mut self,
        common: &Common,
        names: &HashSet<&str>,
        protected: Option<Arc<DecodedPart>>,
        header: Option<&Member>,
        own: Option<&Member>,
        is_jwe: bool,
    ) -> Entry {
        let mut entry = Entry {
            own: self.open(header),
            shared: Arc::clone(&common.shared),
            ..Entry::default()
        };
        let mut seen: HashSet<&str> = HashSet::new();
        if let Some(protected) = &protected {
            seen.extend(protected.members.iter().map(|member| member.name.as_str()));
        }
        let twice = entry
            .own
            .members
            .iter()
            .find(|member| names.contains(member.name.as_str()) || !seen.insert(&member.name));
        if let Some(member) = twice {
            self.twice(&member.name, is_jwe);
        }
        entry.protected = protected.unwrap_or_else(|| Arc::clone(&common.protected));
        let which = if is_jwe { Part::EncryptedKey } else { Part::Signature };
        match own.and_then(|member| self.text(member)) {
            Some(text) => entry.len = encoding::decoded_len(&text, which, &mut self.defects),
            None if is_jwe => entry.len = Some(0),
            None => self.broken("no_signature", "There is no signature (RFC 7515 §7.2.1)".to_owned()),
        }
        entry
    }

    /// A name stands in one of the headers only (RFC 7515 §7.2.1).
    fn twice(&mut self, name: &str, is_jwe: bool) {
        let message = format!(
            "“{}” stands in two headers of the same {}: each name must be in one only ({})",
            crate::model::body::cut(name),
            if is_jwe { "recipient" } else { "signature" },
            if is_jwe { "RFC 7516 §7.2.1" } else { "RFC 7515 §7.2.1" }
        );
        self.defects
            .push(Defect::new(Part::Header, "header_name_twice", message));
    }

    fn members(&mut self, member: &Member) -> Vec<Member> {
        let (members, result) = read_members(&member.raw);
        if result.is_err() {
            let message = format!(
                "{} is not a JSON object (RFC 7515 §7.2.1, RFC 7516 §7.2.1)",
                member.name
            );
            self.broken("not_an_object", message);
        }
        members
    }

    fn text(&mut self, member: &Member) -> Option<String> {
        let text = member.as_str();
        if text.is_none() {
            let message = format!("{} is not a text (RFC 7515 §7.2.1, RFC 7516 §7.2.1)", member.name);
            self.broken("not_a_text", message);
        }
        text.map(std::borrow::Cow::into_owned)
    }

    fn payload(&mut self, payload: Option<&Member>, first: Option<&Entry>) -> DecodedPart {
        let Some(member) = payload else {
            return part::decode("", Part::Payload, &mut self.defects).part;
        };
        let Some(text) = self.text(member) else {
            // Somebody put the claims there as they are.
            return part::of_bytes(member.raw.as_bytes().to_vec(), Part::Payload, &mut self.defects);
        };
        let read = match first {
            // It must be protected (RFC 7797 §3).
            Some(entry) if is_unencoded(&entry.protected) => {
                let header = Read {
                    part: (*entry.protected).clone(),
                    is_sound: true,
                };
                compact::unencoded(&header, &text, &mut self.defects)
            }
            _ => part::decode(&text, Part::Payload, &mut self.defects),
        };
        self.is_sound &= read.is_sound;
        read.part
    }
}
