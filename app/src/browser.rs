//! What only a browser has. On the server these are empty; nothing here runs before the page has been taken over.

use crate::part::view::{Carried, Outcome, PageQuery, ViewOf};
use kobling_model::route;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The line between the pages and the server's answers.
#[derive(Clone, Copy)]
pub(crate) struct Navigator {
    /// The browser has taken over.
    pub hydrated: RwSignal<bool>,
    /// Counts answers that lead to the page one is on: its view is fetched anew.
    pub visit: RwSignal<u32>,
    /// Counts all answers: what stands around the page is fetched anew.
    pub answers: RwSignal<u32>,
    target: RwSignal<Option<String>>,
    /// What the last answer carried and nobody has taken yet.
    carried: StoredValue<Carried>,
    /// Id of the button that was pressed last, of those that have one.
    pub pressed: StoredValue<String>,
}

impl Navigator {
    /// Lays it, once, around the router.
    pub fn lay() -> Self {
        let navigator = Self {
            hydrated: RwSignal::new(false),
            visit: RwSignal::new(0),
            answers: RwSignal::new(0),
            target: RwSignal::new(None),
            carried: StoredValue::default(),
            pressed: StoredValue::new(String::new()),
        };
        Effect::new(move || {
            if let Some(html) = document().document_element() {
                _ = html.set_attribute("data-hydrated", "");
            }
            navigator.hydrated.set(true);
        });
        // The first hook stays: this comes before the router's, which would take every path of ours for a page.
        #[cfg(feature = "hydrate")]
        {
            _ = server_fn::redirect::set_redirect_hook(move |to: &str| navigator.lead(to));
        }
        navigator
    }

    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// Goes where an answer leads.
    pub fn lead(self, to: &str) {
        self.lead_with(to, Carried::default());
    }

    /// Goes where an answer leads, with the views that it carries.
    pub fn lead_with(self, to: &str, carried: Carried) {
        self.carried.set_value(carried);
        self.target.set(Some(to.to_owned()));
    }

    /// Takes a view that the last answer carried.
    pub fn carried(self, of: ViewOf, query: &PageQuery) -> Option<Outcome> {
        self.carried
            .try_update_value(|carried| carried.take(of, query))
            .flatten()
    }

    /// Goes there once the browser has put the page in place that says so.
    pub fn lead_soon(self, to: &'static str) {
        Effect::new(move || self.lead(to));
    }

    /// Loads the page anew once the browser has put in place what says so. Only a question asked from a page that is open
    /// already leads here, and the page loaded anew comes with its view: it does not go round.
    pub fn reload_soon(self) {
        Effect::new(move || _ = location().reload());
    }

    /// Follows the answers; called inside the router.
    pub fn follow(self) {
        let navigate = use_navigate();
        Effect::new(move || {
            let Some(to) = self.target.get() else { return };
            let here = location();
            let current = format!(
                "{}{}",
                here.pathname().unwrap_or_default(),
                here.search().unwrap_or_default()
            );
            if !is_page(&to) {
                _ = here.assign(&to);
                return;
            }
            self.answers.update(|n| *n += 1);
            if to == current {
                self.visit.update(|n| *n += 1);
            } else {
                navigate(&to, NavigateOptions::default());
            }
        });
    }
}

/// Whether a path is one of the pages, rather than an endpoint of the server's or somewhere else.
fn is_page(to: &str) -> bool {
    let path = to.split(['?', '#']).next().unwrap_or_default();
    route::Page::from_path(path).is_some()
}

/// What is read out after a page, or a step of one, has been put in place: what is wrong first, then what is new, then
/// the field to begin with.
const FOCUS: [&str; 6] = [
    "dialog [aria-invalid=true]",
    "dialog [autofocus]",
    "dialog h2",
    "main [aria-invalid=true]",
    "main [data-focus]",
    "main [autofocus]",
];

/// Moves the focus to where the person goes on: see [`FOCUS`]; else to the button that was pressed, if the page still
/// has it; else to the heading.
pub(crate) fn settle(heading: web_sys::HtmlElement) {
    let pressed = Navigator::get().pressed;
    once_connected(heading, move |heading| {
        let first = FOCUS
            .iter()
            .find_map(|selector| document().query_selector(selector).ok().flatten());
        let pressed = || document().get_element_by_id(&pressed.get_value());
        match first.or_else(pressed) {
            Some(element) => focus(&element),
            None => _ = heading.focus(),
        }
    });
}

#[cfg(feature = "hydrate")]
fn focus(element: &web_sys::Element) {
    use wasm_bindgen::JsCast;
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        _ = element.focus();
    }
}

#[cfg(not(feature = "hydrate"))]
fn focus(_: &web_sys::Element) {}

/// Does something with an element once it is part of the document: at once, or within two seconds of frames.
pub(crate) fn once_connected(
    element: web_sys::HtmlElement,
    then: impl FnOnce(&web_sys::HtmlElement) + 'static,
) {
    wait(element, Box::new(then), 120);
}

fn wait(element: web_sys::HtmlElement, then: Box<dyn FnOnce(&web_sys::HtmlElement)>, frames: u8) {
    if element.is_connected() {
        then(&element);
    } else if frames > 0 {
        request_animation_frame(move || wait(element, then, frames - 1));
    }
}
