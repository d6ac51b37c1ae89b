//! Converts columns to the types of the model. Errors name the column, never its value.

use kobling_domain::kernel::error::{StoreError, Stored};
use kobling_domain::kernel::secret::Digest256;
use kobling_domain::oidc::grant::claims::ClaimsWanted;
use kobling_model::{Email, Lang, Problems, ProviderId};
use serde::{Serialize, de::DeserializeOwned};
use std::str::FromStr;

fn corrupt(column: &str) -> StoreError {
    StoreError::Corrupt(format!("column {column}"))
}

/// An id.
pub fn id<T: FromStr>(text: &str, column: &str) -> Stored<T> {
    text.parse().map_err(|_| corrupt(column))
}

/// An id that may be missing.
pub fn optional_id<T: FromStr>(text: Option<&str>, column: &str) -> Stored<Option<T>> {
    text.map(|text| id(text, column)).transpose()
}

/// An address.
pub fn email(text: &str) -> Stored<Email> {
    Email::parse(text).map_err(|_| corrupt("email"))
}

/// The short name of a provider.
pub fn provider(text: &str) -> Stored<ProviderId> {
    ProviderId::parse(text).ok_or_else(|| corrupt("provider"))
}

/// A language, by its tag.
pub fn lang(text: &str) -> Stored<Lang> {
    Lang::ALL
        .into_iter()
        .find(|lang| lang.tag() == text)
        .ok_or_else(|| corrupt("lang"))
}

/// The problems of a form, by their codes.
pub fn problems(text: Option<&str>) -> Stored<Problems> {
    Problems::parse(text.unwrap_or_default()).ok_or_else(|| corrupt("problem"))
}

/// A structure.
pub fn json<T: DeserializeOwned>(text: &str, column: &str) -> Stored<T> {
    serde_json::from_str(text).map_err(|_| corrupt(column))
}

/// Single claims; an older row has none.
pub fn claims(text: Option<&str>) -> Stored<ClaimsWanted> {
    text.map_or_else(|| Ok(ClaimsWanted::default()), |text| json(text, "claims"))
}

/// Encodes a structure as a parameter.
pub fn to_json<T: Serialize>(value: &T) -> Stored<String> {
    serde_json::to_string(value).map_err(|_| corrupt("being written"))
}

/// Encodes the problems of a form as a parameter.
pub fn from_problems(problems: Problems) -> Option<String> {
    (!problems.is_none()).then(|| problems.to_string())
}

/// Encodes an optional hash as a parameter.
pub fn optional_hash(hash: Option<&Digest256>) -> Option<&str> {
    hash.map(|hash| hash.0.as_str())
}
