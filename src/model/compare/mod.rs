//! Two tokens side by side: what came, what went, what changed, and what that means.
//!
//! Start with [`compare`], which takes two lists of members and works in time linear to them. [`records`] and [`decoded`]
//! do so for header and claims of what was kept in the history and of what was decoded. [`verdicts`] adds the rules for a
//! refresh, and says in words what the changes mean.

mod difference;
mod lifetime;
mod powers;
mod remarks;
mod sameness;
mod scope;
mod verdicts;

use std::collections::{HashMap, HashSet};

pub use difference::{Difference, Inner, Reshaped};
pub use lifetime::LifetimeChange;
pub use remarks::{Remark, Weight};
pub use verdicts::{Relation, Verdicts, verdicts, verdicts_of_records};

use super::history::TokenRecord;
use super::jwt::Decoded;
use super::members::{Member, Reading, read_members};
use sameness::is_same;

/// How two lists of members differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What only the later one has, in its order.
    pub added: Vec<Member>,
    /// What only the earlier one has, in its order.
    pub removed: Vec<Member>,
    /// What both have with another value, in the later one's order.
    pub changed: Vec<Changed>,
    /// How many names have the same value in both.
    pub unchanged: usize,
    /// How the lifetime changed, where both say one.
    pub lifetime: Option<LifetimeChange>,
    /// Where a name is: for a look-up a row.
    index: HashMap<String, Slot>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Added,
    Removed,
    Changed(usize),
}

/// A member whose value changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The name.
    pub name: String,
    /// The value before, as JSON text. Where a name stands twice, the last value counts, as most readers do it.
    pub before: String,
    /// The value after.
    pub after: String,
    /// What exactly changed.
    pub difference: Difference,
    /// Whether either of the two had to be mended or stood behind a break: nothing of it is to be believed.
    pub is_mended: bool,
}

/// What happened to one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark<'a> {
    /// It was not there before.
    Added,
    /// It is no longer there.
    Removed,
    /// It has another value.
    Changed(&'a Changed),
}

impl Comparison {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    /// What happened to `name`; `None` where it is as it was.
    pub fn mark(&self, name: &str) -> Option<Mark<'_>> {
        Some(match self.index.get(name)? {
            Slot::Added => Mark::Added,
            Slot::Removed => Mark::Removed,
            Slot::Changed(i) => Mark::Changed(&self.changed[*i]),
        })
    }

    /// The change of `name`, where its value is another one.
    pub fn change_of(&self, name: &str) -> Option<&Changed> {
        match self.mark(name)? {
            Mark::Changed(changed) => Some(changed),
            Mark::Added | Mark::Removed => None,
        }
    }

    /// Whether a name has the same value in both, or the same elements written otherwise; or is in neither.
    fn is_the_same(&self, name: &str) -> bool {
        match self.mark(name) {
            None => true,
            Some(Mark::Changed(changed)) => changed.difference.the_same_written_otherwise().is_some(),
            Some(Mark::Added | Mark::Removed) => false,
        }
    }

    /// How they differ in a few words: `2 changed, 1 new, 1 gone`. `None` where nothing does.
    pub fn summary(&self) -> Option<String> {
        let counts = [
            (self.changed.len(), "changed"),
            (self.added.len(), "new"),
            (self.removed.len(), "gone"),
        ];
        let words: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}

/// Header and claims of two tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenComparison {
    /// The headers.
    pub header: Comparison,
    /// The claims.
    pub claims: Comparison,
}

impl TokenComparison {
    /// Whether nothing differs but, maybe, the signature.
    pub fn is_empty(&self) -> bool {
        self.header.is_empty() && self.claims.is_empty()
    }
}

/// Compares two lists of members. A name that stands twice is the same only where all its values are, in their order.
pub fn compare(before: &[Member], after: &[Member]) -> Comparison {
    let (old, new) = (by_name(before), by_name(after));
    let mut comparison = Comparison {
        lifetime: LifetimeChange::of(before, after),
        ..Comparison::default()
    };
    for (i, member) in after.iter().enumerate() {
        let now = &new[member.name.as_str()];
        // Each name once, where its last value stands.
        if now.last() != Some(&i) {
            continue;
        }
        let Some(was) = old.get(member.name.as_str()) else {
            comparison.index.insert(member.name.to_string(), Slot::Added);
            comparison.added.push(member.clone());
            continue;
        };
        let is_unchanged = was.len() == now.len()
            && was
                .iter()
                .zip(now)
                .all(|(was, now)| is_same(&before[*was].raw, &after[*now].raw));
        if is_unchanged {
            comparison.unchanged += 1;
            continue;
        }
        let earlier = was.last().map(|i| &before[*i]);
        let last = earlier.map_or("", |earlier| earlier.raw.as_str());
        let difference = if was.len() != now.len() && is_same(last, &member.raw) {
            Difference::Repeated {
                before: was.len(),
                after: now.len(),
            }
        } else {
            Difference::between(&member.name, last, &member.raw)
        };
        let slot = Slot::Changed(comparison.changed.len());
        comparison.index.insert(member.name.to_string(), slot);
        comparison.changed.push(Changed {
            name: member.name.to_string(),
            before: last.to_owned(),
            after: member.raw.to_string(),
            difference,
            is_mended: is_mended(member) || earlier.is_some_and(is_mended),
        });
    }
    for (i, member) in before.iter().enumerate() {
        let is_last = old[member.name.as_str()].last() == Some(&i);
        if is_last && !new.contains_key(member.name.as_str()) {
            comparison.index.insert(member.name.to_string(), Slot::Removed);
            comparison.removed.push(member.clone());
        }
    }
    comparison
}

/// Where each name stands. A hostile token has a hundred thousand of them.
fn by_name(members: &[Member]) -> HashMap<&str, Vec<usize>> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::with_capacity(members.len());
    for (i, member) in members.iter().enumerate() {
        places.entry(&member.name).or_default().push(i);
    }
    places
}

/// Compares two decoded tokens.
pub fn decoded(before: &Decoded, after: &Decoded) -> TokenComparison {
    TokenComparison {
        header: compare(&before.header.members, &after.header.members),
        claims: compare(&before.payload.members, &after.payload.members),
    }
}

/// Compares two tokens as the history keeps them. To hold a live token against a kept one, make a record of it first
/// ([`TokenRecord::of`]): a record has no signatures, those of tokens inside claims included.
pub fn records(before: &TokenRecord, after: &TokenRecord) -> TokenComparison {
    let header = |record: &TokenRecord| record.header.as_deref().map(|json| read_members(json).0);
    TokenComparison {
        header: compare(&header(before).unwrap_or_default(), &header(after).unwrap_or_default()),
        claims: compare(&kept_claims(before), &kept_claims(after)),
    }
}

/// The claims that a record keeps. Which of them were mended is known, and no longer how.
pub fn kept_claims(record: &TokenRecord) -> Vec<Member> {
    let json = record.claims.as_deref();
    let mut members = json.map(|json| read_members(json).0).unwrap_or_default();
    if !record.mended.is_empty() {
        let mended: HashSet<&str> = record.mended.iter().map(String::as_str).collect();
        let named = |member: &&mut Member| mended.contains(member.name.as_str());
        for member in members.iter_mut().filter(named) {
            member.reading = Reading::Mended;
        }
    }
    members
}

/// Whether a member was not read as it was written.
pub fn is_mended(member: &Member) -> bool {
    member.reading != Reading::Clean
}

#[cfg(test)]
mod tests;
