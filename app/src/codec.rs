//! How views cross between server and browser.
//!
//! Views go as postcard: without names of fields there is no code that reads names, which for all views together
//! weighs more than any page.

use leptos::server::codee::{Decoder, Encoder};
use leptos::server_fn::codec::Post;
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Question and answer of a server function, as postcard.
pub(crate) type Compact = Post<Postcard>;

/// What every type of a view's content begins with.
#[cfg(feature = "ssr")]
pub(crate) const OF_SOME_BUILD: &str = "application/vnd.kobling.";

/// The type of a view's content. It names the build, because only the same build reads it: a page that has been open for
/// longer than the server is refused rather than misread.
pub const VIEW_TYPE: &str = concat!(
    "application/vnd.kobling.",
    env!("KOBLING_BUILD"),
    "+postcard"
);

/// Values as postcard.
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

/// Inside a page: every byte is a character, so that text can be read there.
impl<T: Serialize> Encoder<T> for Postcard {
    type Error = postcard::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        let bytes = postcard::to_allocvec(value)?;
        Ok(bytes.into_iter().map(character).collect())
    }
}

impl<T: DeserializeOwned> Decoder<T> for Postcard {
    type Error = postcard::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Self::Error> {
        // The low byte of a character is the byte that it stands for.
        let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
        postcard::from_bytes(&bytes)
    }
}

/// The character for a byte: itself, or for what a script in a page cannot hold unharmed the one 256 places on. Leptos
/// writes `<` as JSON would have it and NUL as `\0`, which a digit after it makes another character of.
fn character(byte: u8) -> char {
    let itself = byte != b'<' && (byte == b' ' || byte.is_ascii_graphic());
    char::from_u32(u32::from(byte) + if itself { 0 } else { 0x100 }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_page_reads_back() {
        let value: (Vec<u8>, String, Option<i64>) = (
            (0..=255).collect(),
            "<b>Åse 07</b>\0".into(),
            Some(i64::MIN),
        );
        let text = <Postcard as Encoder<_>>::encode(&value).expect("serialises");
        assert!(!text.contains(['<', '\0', '\n', '\u{7f}', '\u{85}']));
        let back: (Vec<u8>, String, Option<i64>) =
            <Postcard as Decoder<_>>::decode(&text).expect("reads back");
        assert_eq!(back, value);
    }

    #[test]
    fn text_in_a_page_stays_legible() {
        let text = <Postcard as Encoder<_>>::encode(&"kari@nordvik.example").expect("serialises");
        assert!(text.ends_with("kari@nordvik.example"));
    }
}
