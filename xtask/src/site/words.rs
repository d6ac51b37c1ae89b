//! The texts of each language, of which a browser loads one.

use kobling_model::Lang;
use kobling_text::Texts;

use super::publish::{Piece, Role};

/// A file for each language.
pub fn pieces() -> Vec<Piece> {
    let piece = |lang: Lang| Piece {
        role: Role::Words,
        name: format!("{}.txt", lang.tag()),
        bytes: Texts::of(lang).write().into_bytes(),
    };
    Lang::ALL.map(piece).into()
}
