//! Parameters of protocol requests: each at most once (RFC 6749 §3.1), and of limited length.

use std::collections::HashMap;

/// The longest accepted value, in bytes.
const LONGEST: usize = 4_096;

/// Parameters by name.
pub(crate) struct Parameters(HashMap<String, String>);

/// A parameter is duplicate or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

impl Parameters {
    /// Parses a query or form body. Parameters without a value count as omitted (RFC 6749 §3.1).
    pub(crate) fn parse(encoded: &[u8]) -> Result<Self, Malformed> {
        let mut all = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(encoded) {
            // No valid value contains NUL, and PostgreSQL cannot store one.
            if value.len() > LONGEST || name.len() > 128 || value.contains('\0') {
                return Err(Malformed);
            }
            if value.is_empty() {
                continue;
            }
            if all.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(Malformed);
            }
        }
        Ok(Self(all))
    }

    /// The parameters that occur once and are not too long, of a query that [`Parameters::parse`] refuses: the error is
    /// sent to the redirect URI among them.
    pub(crate) fn unambiguous(encoded: &[u8]) -> Self {
        let mut all: HashMap<String, Option<String>> = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(encoded) {
            let sound = value.len() <= LONGEST && !value.contains('\0') && !value.is_empty();
            let value = sound.then(|| value.into_owned());
            all.entry(name.into_owned())
                .and_modify(|known| *known = None)
                .or_insert(value);
        }
        let sound = all
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        Self(sound.collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Encoded as a form.
    pub(crate) fn encoded(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }

    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubled_and_overlong_parameters_are_refused() {
        assert!(Parameters::parse(b"a=1&a=2").is_err());
        assert!(Parameters::parse(format!("a={}", "x".repeat(LONGEST + 1)).as_bytes()).is_err());
        let good = Parameters::parse(b"a=1&b=&c=%20x").expect("well-formed");
        assert_eq!(good.get("a"), Some("1"));
        assert_eq!(good.get("b"), None);
        assert_eq!(good.get("c"), Some(" x"));
    }

    #[test]
    fn of_a_query_that_is_refused_only_what_stands_once_counts() {
        let long = format!("a=1&a=1&b=2&c={}&d=", "x".repeat(LONGEST + 1));
        let some = Parameters::unambiguous(long.as_bytes());
        assert_eq!(
            ["a", "b", "c", "d"].map(|name| some.get(name)),
            [None, Some("2"), None, None]
        );
    }
}
