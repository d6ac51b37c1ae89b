//! A mail before it becomes plain text or HTML.

use crate::settings::Look;
use crate::words::{Text, Words};
use kobling_model::Lang;

/// The parts of the letter, in order, for both forms.
pub(crate) struct Page<'a> {
    pub(crate) lang: Lang,
    pub(crate) site: &'a str,
    pub(crate) look: &'a Look,
    pub(crate) words: &'static Words,
    pub(crate) text: Text,
    pub(crate) code: Option<&'a str>,
    pub(crate) url: &'a str,
}
