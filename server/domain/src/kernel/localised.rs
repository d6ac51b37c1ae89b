//! Texts that an operator gives in one or more languages.

use kobling_model::Lang;
use serde::{Deserialize, Serialize};

/// A text in one language for everybody, or in several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Localised {
    /// The same in all languages.
    One(String),
    /// By language.
    Each(Each),
}

/// A text by language; what is missing is read in another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Each {
    /// In Bokmål.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nb: Option<String>,
    /// In Nynorsk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nn: Option<String>,
    /// In English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Localised {
    /// The text in a language, else in the nearest that there is.
    #[must_use]
    pub fn of(&self, lang: Lang) -> &str {
        let each = match self {
            Self::One(text) => return text,
            Self::Each(each) => each,
        };
        let (nb, nn, en) = (&each.nb, &each.nn, &each.en);
        let order = match lang {
            Lang::Nb => [nb, nn, en],
            Lang::Nn => [nn, nb, en],
            Lang::En => [en, nb, nn],
        };
        order
            .into_iter()
            .find_map(Option::as_deref)
            .unwrap_or_default()
    }

    /// The text in all its languages.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let (one, each) = match self {
            Self::One(text) => (Some(text.as_str()), None),
            Self::Each(each) => (None, Some([&each.nb, &each.nn, &each.en])),
        };
        let each = each
            .into_iter()
            .flatten()
            .filter_map(|text| text.as_deref());
        one.into_iter().chain(each)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_in_the_nearest_language_that_there_is() {
        let text = |json: &str| serde_json::from_str::<Localised>(json).expect(json);
        for (json, nb, nn, en) in [
            ("\"Startside\"", "Startside", "Startside", "Startside"),
            (
                "{\"nb\":\"Startside\",\"en\":\"Start page\"}",
                "Startside",
                "Startside",
                "Start page",
            ),
            (
                "{\"nn\":\"Heimeside\"}",
                "Heimeside",
                "Heimeside",
                "Heimeside",
            ),
            ("{\"en\":\"Home\"}", "Home", "Home", "Home"),
            ("{\"nn\":\"Heim\",\"en\":\"Home\"}", "Heim", "Heim", "Home"),
        ] {
            let text = text(json);
            let read = Lang::ALL.map(|lang| text.of(lang));
            assert_eq!(read, [nb, nn, en], "{json}");
        }
        assert!(serde_json::from_str::<Localised>("{\"de\":\"Heim\"}").is_err());
    }

    #[test]
    fn a_text_in_one_language_is_stored_as_it_always_was() {
        for json in ["\"Kart\"", "{\"nb\":\"Kart\",\"en\":\"Map\"}"] {
            let text: Localised = serde_json::from_str(json).expect(json);
            assert_eq!(serde_json::to_string(&text).expect("serialises"), json);
        }
    }
}
