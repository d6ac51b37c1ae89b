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

/// The first character of a text that stands for texts by language, where one text is stored. Nobody but the operator can set
/// such a name: what others choose must be displayable, which a control character is not.
const MARK: char = '\u{1e}';

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

    /// As one text, for where a name is stored: itself, or the texts by language.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::One(text) => text.clone(),
            Self::Each(each) => {
                let json = serde_json::to_string(each).unwrap_or_default();
                format!("{MARK}{json}")
            }
        }
    }

    /// Replaces what [`Self::to_text`] returned by the text in a language.
    pub fn choose(text: &mut String, lang: Lang) {
        let each = text
            .strip_prefix(MARK)
            .and_then(|json| serde_json::from_str(json).ok());
        if let Some(each) = each {
            Self::Each(each).of(lang).clone_into(text);
        }
    }

    /// The text in a language that stands for what [`Self::to_text`] returned.
    #[must_use]
    pub fn chosen(mut text: String, lang: Lang) -> String {
        Self::choose(&mut text, lang);
        text
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
    use crate::kernel::displayable::is_displayable;

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
    fn a_stored_text_is_chosen_by_language_and_another_stays() {
        let name = Localised::Each(Each {
            nb: Some("Kart".into()),
            nn: None,
            en: Some("Map".into()),
        });
        assert!(
            !is_displayable(&name.to_text()),
            "only an operator can set it"
        );
        for (stored, lang, shown) in [
            (name.to_text(), Lang::Nn, "Kart"),
            (name.to_text(), Lang::En, "Map"),
            ("Kart".into(), Lang::En, "Kart"),
            ("{\"nb\":\"Kart\"}".into(), Lang::Nb, "{\"nb\":\"Kart\"}"),
            (
                "\u{1e}{\"de\":\"Karte\"}".into(),
                Lang::Nb,
                "\u{1e}{\"de\":\"Karte\"}",
            ),
        ] {
            let mut text: String = stored;
            Localised::choose(&mut text, lang);
            assert_eq!(text, shown);
        }
    }

    #[test]
    fn a_text_in_one_language_is_stored_as_it_always_was() {
        for json in ["\"Kart\"", "{\"nb\":\"Kart\",\"en\":\"Map\"}"] {
            let text: Localised = serde_json::from_str(json).expect(json);
            assert_eq!(serde_json::to_string(&text).expect("serialises"), json);
        }
    }
}
