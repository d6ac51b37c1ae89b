//! The style shared by the demo's applications.

use maud::{DOCTYPE, Markup, html};

/// Where the stylesheet is served.
pub(crate) const STYLESHEET: &str = "/look.css";
/// Where the icon is served.
pub(crate) const ICON: &str = "/icon.svg";

/// The icon: a ring.
pub(crate) const ICON_SVG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="11" fill="none" stroke="#3d6b8e" stroke-width="6"/></svg>"##;

/// The stylesheet. Every text has a contrast of at least 4.5 to 1.
pub(crate) const CSS: &str = include_str!("look.css");

/// A complete page.
pub(crate) fn frame(lang: &str, title: &str, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                link rel="icon" type="image/svg+xml" href=(ICON);
                link rel="stylesheet" href=(STYLESHEET);
            }
            body { main { (main) } }
        }
    }
}

/// A page with a message and a link.
pub(crate) fn message(lang: &str, heading: &str, text: &str, next: Option<(&str, &str)>) -> Markup {
    frame(
        lang,
        heading,
        &html! {
            h1 { (heading) }
            p { (text) }
            @if let Some((address, label)) = next {
                p { a href=(address) { (label) } }
            }
        },
    )
}

/// The page for unknown addresses.
pub(crate) fn not_found() -> Markup {
    message(
        "nb",
        "Fant ikke siden",
        "Det er ingenting på denne adressen.",
        None,
    )
}
