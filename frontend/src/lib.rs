//! Entry point of the client-side code.

#![cfg(target_arch = "wasm32")]

use kobling_app::App;
use kobling_model::Lang;
use kobling_text::Texts;
use leptos::prelude::{document, provide_context};
use wasm_bindgen::prelude::wasm_bindgen;

/// Hydrates the page that the server rendered, with the texts of its language.
#[wasm_bindgen]
pub fn hydrate(texts: String) {
    console_error_panic_hook::set_once();
    let lang = document().document_element();
    let lang = lang.and_then(|html| Lang::from_tag(&html.get_attribute("lang")?));
    // Without texts, the page stays as the server rendered it.
    if let Some(texts) = Texts::read(lang.unwrap_or_default(), texts.leak()) {
        let texts: &'static Texts = Box::leak(Box::new(texts));
        leptos::mount::hydrate_body(move || {
            provide_context(texts);
            App()
        });
    }
}
