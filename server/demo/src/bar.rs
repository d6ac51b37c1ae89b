//! The bar that leads to all four services of the demo, and back to its beginning.

use maud::{Markup, html};

use crate::lang::Lang;

/// The services of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Kobling itself.
    Kobling,
    /// The start page.
    StartPage,
    /// The simulated eID.
    Eid,
    /// The mailbox.
    Mailbox,
}

/// The origins that the bar leads to.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Kobling's.
    pub kobling: String,
    /// The start page's.
    pub start_page: String,
    /// The simulated eID's.
    pub eid: String,
    /// The mailbox's.
    pub mailbox: String,
}

impl Bar {
    /// The bar on a page of `here`, as HTML.
    #[must_use]
    pub fn html(&self, lang: Lang, here: Service) -> String {
        self.on(lang, here).into_string()
    }

    /// The bar on a page of `here`. It is no list, so that it is not mistaken for one of the page's own.
    pub(crate) fn on(&self, lang: Lang, here: Service) -> Markup {
        let places = [
            (
                Service::StartPage,
                format!("{}/enterprise", self.start_page),
                lang.pick("Startside", "Startside", "Start page"),
            ),
            (Service::Eid, format!("{}/", self.eid), "eID"),
            (
                Service::Mailbox,
                format!("{}/", self.mailbox),
                lang.pick("Postkasse", "Postkasse", "Mailbox"),
            ),
            (
                Service::Kobling,
                format!("{}/account", self.kobling),
                lang.pick(
                    "Kontoinnstillinger",
                    "Kontoinnstillingar",
                    "Account settings",
                ),
            ),
        ];
        html! {
            nav.k-demo aria-label=(lang.pick("Demoen", "Demoen", "The demo")) {
                span { (lang.pick(
                    "Dette er en demo. Personene er oppdiktet.",
                    "Dette er ein demo. Personane er oppdikta.",
                    "This is a demo. The people are made up.",
                )) }
                @for (service, address, name) in &places {
                    " " a href=(address)
                        aria-current=[(*service == here && here != Service::Kobling).then_some("true")] { (name) }
                }
                " " a href=(format!("{}{RESTART}", self.start_page)) {
                    (lang.pick("Begynn på nytt", "Begynn på nytt", "Start again"))
                    // Kobling's pages have a way of that name themselves, which leads elsewhere.
                    @if here == Service::Kobling {
                        span.ds-sr-only { (lang.pick(" i demoen", " i demoen", " in the demo")) }
                    }
                }
            }
        }
    }
}

/// Where the demo is restarted, at the start page's origin.
pub(crate) const RESTART: &str = "/enterprise/restart";
