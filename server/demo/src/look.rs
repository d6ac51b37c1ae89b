//! The style shared by the demo's applications.

use maud::{DOCTYPE, Markup, html};

use crate::{
    bar::{Bar, Service},
    lang::Lang,
};

/// Where the stylesheet is served.
pub(crate) const STYLESHEET: &str = "/look.css";
/// Where the icon is served.
pub(crate) const ICON: &str = "/icon.svg";

/// The icon: a ring.
pub(crate) const ICON_SVG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="11" fill="none" stroke="#3d6b8e" stroke-width="6"/></svg>"##;

/// The stylesheet. Every text has a contrast of at least 4.5 to 1.
pub(crate) const CSS: &str = include_str!("look.css");

/// How the pages of one service look.
#[derive(Clone)]
pub(crate) struct Look {
    /// In the demo, the bar that leads to the other services.
    pub(crate) bar: Option<Bar>,
    pub(crate) service: Service,
}

impl Look {
    /// A complete page. `main` is named by the title, which tells it from that of a mail in a frame.
    pub(crate) fn page(&self, lang: Lang, title: &str, main: &Markup) -> Markup {
        self.page_with(lang, title, main, None)
    }

    /// The same with a script.
    pub(crate) fn page_with(
        &self,
        lang: Lang,
        title: &str,
        main: &Markup,
        script: Option<&str>,
    ) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(lang.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    title { (title) }
                    link rel="icon" type="image/svg+xml" href=(ICON);
                    link rel="stylesheet" href=(STYLESHEET);
                    @if let Some(script) = script {
                        script src=(script) defer {}
                    }
                }
                body {
                    @if let Some(bar) = &self.bar {
                        (bar.on(lang, self.service))
                    }
                    main aria-label=(title) { (main) }
                }
            }
        }
    }

    /// A page with a message and a link.
    pub(crate) fn message(
        &self,
        lang: Lang,
        heading: &str,
        text: &str,
        next: Option<(&str, &str)>,
    ) -> Markup {
        let main = html! {
            h1 { (heading) }
            p { (text) }
            @if let Some((address, label)) = next {
                p { a href=(address) { (label) } }
            }
        };
        self.page(lang, heading, &main)
    }

    /// The page for unknown addresses.
    pub(crate) fn not_found(&self, lang: Lang) -> Markup {
        self.message(
            lang,
            lang.pick("Fant ikke siden", "Fann ikkje sida", "Page not found"),
            lang.pick(
                "Det er ingenting på denne adressen.",
                "Det er ingenting på denne adressa.",
                "There is nothing at this address.",
            ),
            None,
        )
    }
}
