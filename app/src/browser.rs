//! Navigation and focus in the browser. On the server nothing here has an effect; in the browser nothing runs before
//! hydration.

use crate::address::Address;
use crate::part::view::{Carried, Outcome, PageQuery, ViewOf};
#[cfg(feature = "hydrate")]
use kobling_model::route::Page;
use leptos::prelude::*;

/// Navigates in response to the answers of server functions. A link loads a new document: only answers, which carry the
/// next view, and Back and Forward between them change the page in place.
#[derive(Clone, Copy)]
pub(crate) struct Navigator {
    /// Whether the page is hydrated.
    pub hydrated: RwSignal<bool>,
    /// The address of the page.
    pub address: RwSignal<Address>,
    /// Counts answers that redirect to the current page, whose view is then refetched.
    pub visit: RwSignal<u32>,
    /// Counts all answers; the frame's view is refetched after each.
    pub answers: RwSignal<u32>,
    /// The views of the document or of the last answer that have not been used yet.
    carried: StoredValue<Carried>,
    /// Id of the last pressed button that has one.
    pub pressed: StoredValue<String>,
}

impl Navigator {
    /// Created once, with the address of the document and the views that it carries.
    pub fn new(address: Address, carried: Carried) -> Self {
        let navigator = Self {
            hydrated: RwSignal::new(false),
            address: RwSignal::new(address),
            visit: RwSignal::new(0),
            answers: RwSignal::new(0),
            carried: StoredValue::new(carried),
            pressed: StoredValue::new(String::new()),
        };
        #[cfg(not(feature = "ssr"))]
        Effect::new(move || {
            if let Some(html) = document().document_element() {
                _ = html.set_attribute("data-hydrated", "");
            }
            navigator.hydrated.set(true);
            _ = window_event_listener(leptos::ev::popstate, move |_| {
                navigator.address.set(Address::now());
            });
        });
        #[cfg(feature = "hydrate")]
        {
            _ = server_fn::redirect::set_redirect_hook(move |to: &str| navigator.go(to));
        }
        navigator
    }

    /// From the context.
    pub fn get() -> Self {
        expect_context()
    }

    /// Navigates to the location of an answer.
    pub fn go(self, to: &str) {
        self.go_with(to, Carried::default());
    }

    /// Navigates to the location of an answer that carries views.
    #[cfg(feature = "hydrate")]
    pub fn go_with(self, to: &str, carried: Carried) {
        use wasm_bindgen::JsValue;
        self.carried.set_value(carried);
        if !is_page(to) {
            _ = location().assign(to);
            return;
        }
        self.answers.update(|n| *n += 1);
        if to == self.address.with_untracked(Address::whole) {
            self.visit.update(|n| *n += 1);
            return;
        }
        let history = window().history();
        _ = history.and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(to)));
        self.address.set(Address::now());
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    #[cfg(not(feature = "hydrate"))]
    fn go_with(self, _: &str, _: Carried) {}

    /// Loads another page in place of this one once the latter is rendered, so that Back does not return here.
    pub fn replace_after_render(self, to: String) {
        Effect::new(move || _ = location().replace(&to));
    }

    /// Takes a view that the document or the last answer carries.
    pub fn take_view(self, of: ViewOf, query: &PageQuery) -> Option<Outcome> {
        self.carried
            .try_update_value(|carried| carried.take(of, query))
            .flatten()
    }

    /// Takes the sample of the gallery that the document carries.
    pub fn take_sample(self) -> Option<(PageQuery, Outcome)> {
        self.carried
            .try_update_value(Carried::take_sample)
            .flatten()
    }

    /// Navigates once the page that announces it is rendered.
    pub fn go_after_render(self, to: &'static str) {
        Effect::new(move || self.go(to));
    }

    /// Reloads the document once the page that announces it is rendered. Only a fetch from an open page causes this,
    /// and the reloaded document contains its view, so it does not loop.
    pub fn reload_after_render(self) {
        Effect::new(move || _ = location().reload());
    }
}

/// Makes Back lead to a page of ours where it would lead to a page of the eID provider, which is answered and of no use.
/// Only for a page that the browser has loaded from another site, and once.
#[cfg(feature = "hydrate")]
pub(crate) fn back_leads_to(to: String) {
    use wasm_bindgen::JsValue;
    if Navigator::get().hydrated.get_untracked() {
        return;
    }
    Effect::new(move || {
        let here = location();
        let (Ok(history), Ok(origin), Ok(href)) = (window().history(), here.origin(), here.href())
        else {
            return;
        };
        let is_first = history.length().is_ok_and(|length| length < 2);
        let is_done = history.state().is_ok_and(|state| !state.is_null());
        if is_first || is_done || document().referrer().starts_with(&origin) {
            return;
        }
        _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&to));
        _ = history.push_state_with_url(&JsValue::TRUE, "", Some(&href));
    });
}

#[cfg(not(feature = "hydrate"))]
pub(crate) fn back_leads_to(_: String) {}

/// Sets the title of the document, to which the name of the site is added.
#[cfg(feature = "ssr")]
pub(crate) fn set_title(page: &str) {
    crate::head::Head::get().set_title(page);
}

/// The document that the server sends has its title already.
#[cfg(not(feature = "ssr"))]
pub(crate) fn set_title(page: &str) {
    if Navigator::get().hydrated.get_untracked() {
        document().set_title(&title(page, &of_html("data-site")));
    }
}

/// Notes that the page shows an error: the title says so.
pub(crate) fn note_error() {
    #[cfg(feature = "ssr")]
    crate::head::Head::get().mark_title(crate::part::texts().common.error);
}

/// Puts the word for an error before the title as long as the page shows one.
pub(crate) fn mark_title(word: &str) {
    const ERROR: &str = "main [aria-invalid=true], main [role=alert], .k-summary li";
    let title = document().title();
    let bare = title.strip_prefix(word).unwrap_or(&title);
    let shown = document()
        .query_selector(ERROR)
        .is_ok_and(|it| it.is_some());
    document().set_title(&[if shown { word } else { "" }, bare].concat());
}

/// The title of a document.
pub(crate) fn title(page: &str, site: &str) -> String {
    format!("{page} – {site}")
}

/// An attribute of the document's root element; empty if there is none.
#[cfg(not(feature = "ssr"))]
pub(crate) fn of_html(name: &str) -> String {
    document()
        .document_element()
        .and_then(|html| html.get_attribute(name))
        .unwrap_or_default()
}

/// Whether an address is one of the pages, not an endpoint of the server or another site.
#[cfg(feature = "hydrate")]
fn is_page(to: &str) -> bool {
    let path = to.split(['?', '#']).next().unwrap_or_default();
    Page::from_path(path).is_some()
}

/// The elements that receive the focus after a page, or a step of one, is rendered: errors first, several before a
/// single one, then news.
const FOCUS: [&str; 6] = [
    "dialog [aria-invalid=true]",
    "dialog [autofocus]",
    "dialog h2",
    ".k-summary",
    "main [aria-invalid=true]",
    "main [data-focus]",
];

/// Marks the title, and moves the focus to the first match of [`FOCUS`]; otherwise to the button that was pressed, if the
/// page still has it; otherwise to the heading. Waits until the headings are part of the document.
pub(crate) fn set_focus(headings: web_sys::HtmlElement) {
    let pressed = Navigator::get().pressed;
    let word = crate::part::texts().common.error;
    once_connected(headings, move |_| {
        mark_title(word);
        let find = |selector: &str| document().query_selector(selector).ok().flatten();
        let first = FOCUS.into_iter().find_map(find);
        let pressed = || document().get_element_by_id(&pressed.get_value());
        let heading = || find(".k-headings [tabindex]");
        if let Some(element) = first.or_else(pressed).or_else(heading) {
            focus(&element);
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

/// Calls `then` once the element is part of the document; gives up after 120 animation frames.
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
