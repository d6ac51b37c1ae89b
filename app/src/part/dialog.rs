//! A modal dialog that the server renders.

use crate::browser::once_connected;
use leptos::html;
use leptos::prelude::*;

/// The class of the form that closes the dialog.
pub(crate) const CANCEL: &str = "k-cancel";

/// A dialog with its heading. The server renders it open, at the top of the page; the browser makes it modal. Escape
/// submits the form of the class [`CANCEL`].
#[component]
pub(crate) fn Dialog(
    heading: &'static str,
    #[prop(default = "dialog-heading")] id: &'static str,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(element) = dialog.get() {
            once_connected(element.into(), make_modal);
        }
    });
    let cancel = move |event: web_sys::Event| {
        event.prevent_default();
        if let Some(form) = dialog.get_untracked().and_then(|d| cancel_form(&d)) {
            _ = form.request_submit();
        }
    };
    view! {
        <dialog class="ds-dialog k-dialog" open=true aria-labelledby=id node_ref=dialog on:cancel=cancel>
            <h2 class="ds-heading" data-size="xs" id=id tabindex="-1">{heading}</h2>
            {children()}
        </dialog>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
fn make_modal(element: &web_sys::HtmlElement) {
    use wasm_bindgen::JsCast;
    let dialog: &web_sys::HtmlDialogElement = element.unchecked_ref();
    if !dialog.matches(":modal").unwrap_or(true) {
        dialog.set_open(false);
        _ = dialog.show_modal();
    }
}

#[cfg(not(feature = "hydrate"))]
fn make_modal(_: &web_sys::HtmlElement) {}

#[cfg(feature = "hydrate")]
fn cancel_form(dialog: &web_sys::HtmlDialogElement) -> Option<web_sys::HtmlFormElement> {
    use wasm_bindgen::JsCast;
    let found = dialog.query_selector(&format!("form.{CANCEL}")).ok()??;
    found.dyn_into().ok()
}

#[cfg(not(feature = "hydrate"))]
fn cancel_form(_: &web_sys::HtmlDialogElement) -> Option<web_sys::HtmlFormElement> {
    None
}
