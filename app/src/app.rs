//! The root of the pages.

use crate::address::Address;
use crate::browser::Navigator;
use crate::page::view::PAGES;
use crate::part::frame::Frame;
use crate::part::load::page;
use crate::part::view::Carried;
use kobling_text::Texts;
use leptos::prelude::*;

/// The whole application.
#[component]
pub fn App() -> impl IntoView {
    let (texts, address, mut carried) = given();
    let brand = std::mem::take(&mut carried.brand);
    provide_context(texts);
    provide_context(Navigator::new(address, carried));
    provide_context(PAGES);
    view! { <Frame brand=brand>{page()}</Frame> }
}

/// The texts, the address and the views of the page: from the renderer on the server, from the document in the browser.
#[cfg(feature = "ssr")]
fn given() -> (&'static Texts, Address, Carried) {
    let (lang, address, carried) = crate::head::Head::get().take_given();
    (Texts::of(lang), address, carried)
}

#[cfg(not(feature = "ssr"))]
fn given() -> (&'static Texts, Address, Carried) {
    // Views that cannot be decoded are fetched.
    let carried = document()
        .get_element_by_id(crate::codec::ELEMENT)
        .and_then(|element| element.text_content())
        .and_then(|text| crate::codec::from_text(&text));
    (
        expect_context(),
        Address::now(),
        carried.unwrap_or_default(),
    )
}
