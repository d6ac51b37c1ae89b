//! Strict parsing of a JSON object from an untrusted source.

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::{Map, Value};
use std::fmt;

/// Members without duplicates; the map of serde_json keeps the last one instead of failing.
struct Members(Map<String, Value>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Once;
        impl<'de> Visitor<'de> for Once {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members, A::Error> {
                let mut all = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if all.insert(name, value).is_some() {
                        return Err(A::Error::custom("duplicate member"));
                    }
                }
                Ok(Members(all))
            }
        }
        deserializer.deserialize_map(Once)
    }
}

/// The members of a JSON object, without those that are null.
///
/// # Errors
/// The error message of the parser.
pub fn members(body: &[u8]) -> Result<Map<String, Value>, String> {
    let Members(mut all) = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    all.retain(|_, value| !value.is_null());
    Ok(all)
}
