//! The encoding of views between server and browser.
//!
//! Views are encoded as postcard. It has no field names, and so needs no code to parse them, which for all views would
//! be larger than any page.

use leptos::server_fn::codec::Post;
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Encodes requests and responses of a server function as postcard.
pub(crate) type Compact = Post<Postcard>;

/// The prefix of the content type of views, whatever the build.
#[cfg(feature = "ssr")]
pub(crate) const VIEW_TYPE_PREFIX: &str = "application/vnd.kobling.";

/// The content type of views. It names the build, because only the same build can decode them: a page that was loaded
/// before an update is refused rather than decoded wrongly.
pub const VIEW_TYPE: &str = concat!(
    "application/vnd.kobling.",
    env!("KOBLING_BUILD"),
    "+postcard"
);

/// The postcard encoding.
pub(crate) struct Postcard;

impl ContentType for Postcard {
    const CONTENT_TYPE: &'static str = VIEW_TYPE;
}

impl FormatType for Postcard {
    const FORMAT_TYPE: Format = Format::Binary;
}

impl<T: Serialize> Encodes<T> for Postcard {
    type Error = postcard::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        postcard::to_allocvec(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Postcard {
    type Error = postcard::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        postcard::from_bytes(&bytes)
    }
}

/// Id of the element of a document that carries its views.
pub(crate) const ELEMENT: &str = "views";

/// Encodes a value as text inside a document: each byte becomes a character, so that text stays legible.
#[cfg(any(feature = "ssr", test))]
pub(crate) fn to_text<T: Serialize>(value: &T) -> Result<String, postcard::Error> {
    let bytes = postcard::to_allocvec(value)?;
    Ok(bytes.into_iter().map(character).collect())
}

/// Decodes the value; `None` if the text is not of this build.
#[cfg(any(not(feature = "ssr"), test))]
pub(crate) fn from_text<T: DeserializeOwned>(text: &str) -> Option<T> {
    // The low byte of a character is the encoded byte.
    let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
    postcard::from_bytes(&bytes).ok()
}

/// The character for a byte: the same code point, or the one 256 higher if the byte would not survive as text of a
/// `script` element: `<` could end the element, and parsers change control characters.
#[cfg(any(feature = "ssr", test))]
fn character(byte: u8) -> char {
    let safe = byte != b'<' && (byte == b' ' || byte.is_ascii_graphic());
    char::from_u32(u32::from(byte) + if safe { 0 } else { 0x100 }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoded_value_decodes_to_itself() {
        let value: (Vec<u8>, String, Option<i64>) = (
            (0..=255).collect(),
            "<b>Åse 07</b>\0".into(),
            Some(i64::MIN),
        );
        let text = to_text(&value).expect("serialises");
        assert!(!text.contains(['<', '\0', '\n', '\u{7f}', '\u{85}']));
        let back: (Vec<u8>, String, Option<i64>) = from_text(&text).expect("reads back");
        assert_eq!(back, value);
    }

    #[test]
    fn text_in_a_page_stays_legible() {
        let text = to_text(&"kari@nordvik.example").expect("serialises");
        assert!(text.ends_with("kari@nordvik.example"));
    }
}
