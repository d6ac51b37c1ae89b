//! The languages of the start page.

/// The languages of the page; the default is Bokmål.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lang {
    #[default]
    Nb,
    En,
}

impl Lang {
    /// The first known language of `ui_locales`.
    pub(crate) fn parse(ui_locales: &str) -> Option<Self> {
        ui_locales
            .split_ascii_whitespace()
            .find_map(|tag| match tag.split('-').next() {
                Some("nb" | "nn" | "no") => Some(Self::Nb),
                Some("en") => Some(Self::En),
                _ => None,
            })
    }

    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Nb => "nb",
            Self::En => "en",
        }
    }

    pub(crate) const fn pick(self, nb: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Nb => nb,
            Self::En => en,
        }
    }
}
