//! A letter becomes subject, text and HTML. Pure.

use crate::{
    html, plain,
    words::{Text, Words, text, words},
};
use kobling_domain::mail::{Content, Letter};
use kobling_model::Lang;

/// A worded letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, on one line.
    pub subject: String,
    /// The whole letter as plain text.
    pub text: String,
    /// The whole letter as an HTML document.
    pub html: String,
}

/// The letter with its parts in order, for both forms of it.
pub(crate) struct Page<'a> {
    pub(crate) lang: Lang,
    pub(crate) site: &'a str,
    pub(crate) words: &'static Words,
    pub(crate) text: Text,
    pub(crate) code: Option<&'a str>,
    pub(crate) url: &'a str,
}

/// Words a letter. Control characters in names count as spaces, so that nothing of them can become a header.
#[must_use]
pub fn render(letter: &Letter, site_name: &str) -> Rendered {
    let site = one_line(site_name);
    let content = tidy(&letter.content);
    let (code, url) = parts(&content);
    let page = Page {
        lang: letter.lang,
        site: &site,
        words: words(letter.lang),
        text: text(letter.lang, &content, &site),
        code,
        url,
    };
    Rendered {
        text: plain::letter(&page),
        html: html::letter(&page),
        subject: page.text.subject,
    }
}

/// A name on one line, without control characters and double spaces.
pub(crate) fn one_line(name: &str) -> String {
    name.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Provider names come from configuration; the rest is made here.
fn tidy(content: &Content) -> Content {
    let mut content = content.clone();
    match &mut content {
        Content::LinkCode { provider, .. }
        | Content::Linked { provider, .. }
        | Content::LinkRemoved { provider, .. }
        | Content::LinkMoved { provider, .. } => *provider = one_line(provider),
        Content::EmailCode { .. }
        | Content::Reset { .. }
        | Content::PasswordChanged { .. }
        | Content::EmailChanged { .. } => {}
    }
    content
}

/// The code, if there is one, and the address.
fn parts(content: &Content) -> (Option<&str>, &str) {
    match content {
        Content::LinkCode { code, url, .. } | Content::EmailCode { code, url, .. } => {
            (Some(code), url)
        }
        Content::Reset { url, .. }
        | Content::PasswordChanged { url }
        | Content::Linked { url, .. }
        | Content::LinkRemoved { url, .. }
        | Content::LinkMoved { url, .. }
        | Content::EmailChanged { url, .. } => (None, url),
    }
}

#[cfg(test)]
mod tests;
