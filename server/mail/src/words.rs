//! Texts of mails, without layout.

mod en;
mod nb;

use kobling_domain::ops::mail::Content;
use kobling_model::Lang;

/// The texts of one mail in one language.
pub(crate) struct Text {
    /// The subject.
    pub(crate) subject: String,
    /// The heading: a short summary.
    pub(crate) heading: String,
    /// What happened.
    pub(crate) happened: String,
    /// What to do now, if anything.
    pub(crate) next: String,
    /// The button that opens the address.
    pub(crate) button: &'static str,
    /// What to do if the person did not request it.
    pub(crate) not_you: &'static str,
}

/// Texts shared by all mails in one language.
pub(crate) struct Words {
    /// Above the code.
    pub(crate) code: &'static str,
    /// Between the button and the plain address.
    pub(crate) address: &'static str,
    /// Introduces what to do if the person did not request it.
    pub(crate) was_it_not_you: &'static str,
    /// Footer, before and after the site's name.
    pub(crate) footer: (&'static str, &'static str),
}

/// The shared texts of a language.
pub(crate) const fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Nb => &nb::WORDS,
        Lang::En => &en::WORDS,
    }
}

/// The texts of a mail.
pub(crate) fn text(lang: Lang, content: &Content, site: &str) -> Text {
    match lang {
        Lang::Nb => nb::text(content, site),
        Lang::En => en::text(content, site),
    }
}
