//! The languages of Kobling.

use serde::{Deserialize, Serialize};

/// A language of all pages and mails. Bokmål is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Norwegian Bokmål.
    #[default]
    Nb,
    /// Norwegian Nynorsk.
    Nn,
    /// English.
    En,
}

impl Lang {
    /// All languages, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Nb, Self::Nn, Self::En];

    /// The BCP 47 tag, for `<html lang>` and `ui_locales`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Nb => "nb",
            Self::Nn => "nn",
            Self::En => "en",
        }
    }

    /// The language's own name, for the button that selects it.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Nb => "Norsk bokmål",
            Self::Nn => "Norsk nynorsk",
            Self::En => "English",
        }
    }

    /// The language of a BCP 47 tag, by its first subtag. `no` is Bokmål.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "nb" | "no" => Some(Self::Nb),
            "nn" => Some(Self::Nn),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}
