//! Single-use entries that expire.

use std::collections::HashMap;

use crate::clock::Seconds;

/// A map whose entries expire.
pub(crate) struct Expiring<T>(HashMap<String, Entry<T>>);

struct Entry<T> {
    expires: Seconds,
    value: T,
}

impl<T> Default for Expiring<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T> Expiring<T> {
    /// Stores `value` until `expires`, and removes expired entries.
    pub(crate) fn insert(&mut self, key: String, value: T, expires: Seconds, now: Seconds) {
        self.0.retain(|_, entry| entry.expires > now);
        self.0.insert(key, Entry { expires, value });
    }

    /// The entry, unless expired.
    pub(crate) fn get(&self, key: &str, now: Seconds) -> Option<&T> {
        self.0
            .get(key)
            .filter(|entry| entry.expires > now)
            .map(|entry| &entry.value)
    }

    /// Removes and returns the entry; of several callers, one gets it.
    pub(crate) fn take(&mut self, key: &str, now: Seconds) -> Option<T> {
        self.0
            .remove(key)
            .filter(|entry| entry.expires > now)
            .map(|entry| entry.value)
    }

    /// Changes the expiry of an entry.
    pub(crate) fn extend(&mut self, key: &str, expires: Seconds) {
        if let Some(entry) = self.0.get_mut(key) {
            entry.expires = expires;
        }
    }

    /// Removes the entries that satisfy a condition.
    pub(crate) fn remove_where(&mut self, condition: impl Fn(&T) -> bool) {
        self.0.retain(|_, entry| !condition(&entry.value));
    }
}
