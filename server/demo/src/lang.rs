//! The languages of the demo's own pages.

use axum::http::{HeaderMap, header};
use axum_extra::extract::CookieJar;

/// Where Kobling keeps the language that somebody has chosen. Ports do not divide cookies, so on one host the choice
/// reaches the demo's pages too.
const CHOSEN: &str = "kobling_lang";

/// The languages of the pages; the default is Bokmål.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Bokmål.
    #[default]
    Nb,
    /// Nynorsk.
    Nn,
    /// English.
    En,
}

impl Lang {
    /// The first known language of `ui_locales` or of `Accept-Language`, whose order browsers keep.
    #[must_use]
    pub fn parse(tags: &str) -> Option<Self> {
        tags.split([' ', ','])
            .find_map(|tag| match tag.split(['-', ';']).next() {
                // Who reads Danish, Swedish or Faroese reads Bokmål.
                Some("nb" | "no" | "da" | "sv" | "fo") => Some(Self::Nb),
                Some("nn") => Some(Self::Nn),
                Some("en") => Some(Self::En),
                _ => None,
            })
    }

    /// The language that is asked for, or chosen at Kobling, or that the browser prefers; English if it prefers only
    /// others.
    pub(crate) fn choose(asked: Option<&str>, headers: &HeaderMap) -> Self {
        let asked = asked.and_then(Self::parse);
        let chosen = || Self::parse(CookieJar::from_headers(headers).get(CHOSEN)?.value());
        let preferred = || {
            let tags = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
            let others = !matches!(tags.trim(), "" | "*");
            Self::parse(tags).or(others.then_some(Self::En))
        };
        asked.or_else(chosen).or_else(preferred).unwrap_or_default()
    }

    /// The language tag.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Nb => "nb",
            Self::Nn => "nn",
            Self::En => "en",
        }
    }

    /// One of three texts.
    pub(crate) const fn pick(
        self,
        nb: &'static str,
        nn: &'static str,
        en: &'static str,
    ) -> &'static str {
        match self {
            Self::Nb => nb,
            Self::Nn => nn,
            Self::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_asked_for_or_chosen_or_preferred() {
        let table = [
            ("", "", "", Lang::Nb),
            ("", "", "*", Lang::Nb),
            ("", "", "de-DE,de;q=0.9", Lang::En),
            ("", "", "sv-SE,sv;q=0.9,en;q=0.8", Lang::Nb),
            ("", "", "nn-NO,nn;q=0.9,en;q=0.5", Lang::Nn),
            ("", "", "fr,en-GB;q=0.8,nb;q=0.5", Lang::En),
            ("", "kobling_lang=nb", "en", Lang::Nb),
            ("", "kobling_lang=xx", "en", Lang::En),
            ("fi nn en", "kobling_lang=nb", "en", Lang::Nn),
        ];
        for (asked, cookie, preferred, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, cookie.parse().unwrap());
            headers.insert(header::ACCEPT_LANGUAGE, preferred.parse().unwrap());
            let lang = Lang::choose(Some(asked), &headers);
            assert_eq!(lang, expected, "{asked} {cookie} {preferred}");
        }
    }
}
