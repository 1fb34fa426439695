//! A bounded table of things that run out: codes, tokens, sessions, sign-ins under way.
//!
//! Keys are kept as SHA-256 digests: what opens something is never stored in a form that opens it.

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{SignedDuration, Timestamp};

/// How long an entry is remembered after it ran out, so that its use can be told from one that never was.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// SHA-256 of a key.
type Digest = [u8; 32];

/// Values with an end, looked up by a text that only its owner knows.
pub(super) struct Expiring<V> {
    entries: HashMap<Digest, Entry<V>>,
    capacity: usize,
}

/// A value and when it runs out.
pub(super) struct Entry<V> {
    pub(super) expires_at: Timestamp,
    pub(super) value: V,
}

impl<V> Entry<V> {
    /// A token is dead from its expiry time on (RFC 7519 §4.1.4: "on or after").
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}

impl<V> Expiring<V> {
    /// An empty table that holds up to `capacity` values.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            entries: HashMap::new(),
            capacity,
        }
    }

    /// Adds a value. Forgets what ran out long ago and, when the table is full, the one that runs out first.
    pub(super) fn insert(&mut self, key: &str, value: V, expires_at: Timestamp, now: Timestamp) {
        self.entries
            .retain(|_, entry| now.duration_since(entry.expires_at) < REMEMBERED);
        if self.entries.len() >= self.capacity {
            let first = self
                .entries
                .iter()
                .min_by_key(|(_, entry)| entry.expires_at)
                .map(|(key, _)| *key);
            first.map(|key| self.entries.remove(&key));
        }
        self.entries.insert(hash(key), Entry { expires_at, value });
    }

    /// The entry of this key, run out or not.
    pub(super) fn get(&self, key: &str) -> Option<&Entry<V>> {
        self.entries.get(&hash(key))
    }

    /// The entry of this key, to change it.
    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Entry<V>> {
        self.entries.get_mut(&hash(key))
    }

    /// Forgets the entry of this key, and gives its value unless it has run out.
    pub(super) fn remove(&mut self, key: &str, now: Timestamp) -> Option<V> {
        let entry = self.entries.remove(&hash(key))?;
        (!entry.is_expired(now)).then_some(entry.value)
    }

    /// The value of this key unless it has run out.
    pub(super) fn live(&self, key: &str, now: Timestamp) -> Option<&V> {
        self.get(key)
            .filter(|entry| !entry.is_expired(now))
            .map(|entry| &entry.value)
    }

    /// The value of this key unless it has run out, to change it.
    pub(super) fn live_mut(&mut self, key: &str, now: Timestamp) -> Option<&mut V> {
        self.get_mut(key)
            .filter(|entry| !entry.is_expired(now))
            .map(|entry| &mut entry.value)
    }
}

fn hash(key: &str) -> Digest {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, key.as_bytes()).as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    #[test]
    fn a_value_is_live_until_its_last_second_and_remembered_for_a_day() {
        let mut table = Expiring::with_capacity(10);
        table.insert("a", 1, at(60), at(0));
        assert_eq!(table.live("a", at(59)), Some(&1));
        assert_eq!(table.live("a", at(60)), None);
        assert!(table.get("a").is_some());
        table.insert("b", 2, at(200_060), at(200_000));
        assert!(table.get("a").is_none());
    }

    #[test]
    fn a_full_table_forgets_what_runs_out_first() {
        let mut table = Expiring::with_capacity(2);
        for (key, end) in [("late", 90), ("early", 30), ("new", 60)] {
            table.insert(key, (), at(end), at(0));
        }
        assert!(table.get("early").is_none());
        assert!(table.get("late").is_some() && table.get("new").is_some());
    }
}
