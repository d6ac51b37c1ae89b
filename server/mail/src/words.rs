//! What letters say, apart from how they look.

mod en;
mod nb;

use kobling_domain::mail::Content;
use kobling_model::Lang;

/// One letter in one language.
pub(crate) struct Text {
    /// The subject.
    pub(crate) subject: String,
    /// The heading: in a few words what this is about.
    pub(crate) heading: String,
    /// What happened.
    pub(crate) happened: String,
    /// What to do now, if anything.
    pub(crate) next: String,
    /// The button that opens the address.
    pub(crate) button: &'static str,
    /// What to do if it was somebody else.
    pub(crate) not_you: &'static str,
}

/// What all letters in one language have in common.
pub(crate) struct Words {
    /// Above the code.
    pub(crate) code: &'static str,
    /// Between the button and the plain address.
    pub(crate) address: &'static str,
    /// Before what to do if it was somebody else.
    pub(crate) was_it_not_you: &'static str,
    /// Under the letter, before and after the name of the place.
    pub(crate) footer: (&'static str, &'static str),
}

/// The common words of a language.
pub(crate) const fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Nb => &nb::WORDS,
        Lang::En => &en::WORDS,
    }
}

/// Words a letter.
pub(crate) fn text(lang: Lang, content: &Content, site: &str) -> Text {
    match lang {
        Lang::Nb => nb::text(content, site),
        Lang::En => en::text(content, site),
    }
}
