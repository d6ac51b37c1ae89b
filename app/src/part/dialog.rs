//! A dialog that the server opens.

use crate::browser::once_connected;
use leptos::html;
use leptos::prelude::*;

/// Marks the form that closes the dialog.
pub(crate) const CANCEL: &str = "k-cancel";

/// A dialog with its heading. The server renders it open, at the top of the page; the browser puts it in front of the
/// page and keeps the focus inside. Escape sends the form of the class
/// [`CANCEL`].
#[component]
pub(crate) fn Dialog(
    heading: &'static str,
    #[prop(default = "dialog-heading")] id: &'static str,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(element) = dialog.get() {
            once_connected(element.into(), lift);
        }
    });
    let escaped = move |event: web_sys::Event| {
        event.prevent_default();
        if let Some(form) = dialog.get_untracked().and_then(|dialog| way_out(&dialog)) {
            _ = form.request_submit();
        }
    };
    view! {
        <dialog class="ds-dialog k-dialog" open=true aria-labelledby=id node_ref=dialog on:cancel=escaped>
            <h2 class="ds-heading" data-size="xs" id=id tabindex="-1">{heading}</h2>
            {children()}
        </dialog>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
fn lift(element: &web_sys::HtmlElement) {
    use wasm_bindgen::JsCast;
    let dialog: &web_sys::HtmlDialogElement = element.unchecked_ref();
    if !dialog.matches(":modal").unwrap_or(true) {
        dialog.set_open(false);
        _ = dialog.show_modal();
    }
}

#[cfg(not(feature = "hydrate"))]
fn lift(_: &web_sys::HtmlElement) {}

#[cfg(feature = "hydrate")]
fn way_out(dialog: &web_sys::HtmlDialogElement) -> Option<web_sys::HtmlFormElement> {
    use wasm_bindgen::JsCast;
    let found = dialog.query_selector(&format!("form.{CANCEL}")).ok()??;
    found.dyn_into().ok()
}

#[cfg(not(feature = "hydrate"))]
fn way_out(_: &web_sys::HtmlDialogElement) -> Option<web_sys::HtmlFormElement> {
    None
}
