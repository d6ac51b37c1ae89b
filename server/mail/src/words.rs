//! Texts of mails, without layout.

mod en;
mod nb;
mod nn;
mod types;

use kobling_domain::ops::mail::Content;
use kobling_model::Lang;

pub(crate) use types::{Text, Words};

/// The shared texts of a language.
pub(crate) const fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Nb => &nb::WORDS,
        Lang::Nn => &nn::WORDS,
        Lang::En => &en::WORDS,
    }
}

/// The texts of a mail.
pub(crate) fn text(lang: Lang, content: &Content, site: &str) -> Text {
    match lang {
        Lang::Nb => nb::text(content, site),
        Lang::Nn => nn::text(content, site),
        Lang::En => en::text(content, site),
    }
}
