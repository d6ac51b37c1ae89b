//! A modal dialog that the server renders.

use crate::browser::{once_connected, set_title};
use leptos::html;
use leptos::prelude::*;

/// The class of the button that closes the dialog, or of its form.
pub(crate) const CANCEL: &str = "k-cancel";

/// A dialog with its heading. The server renders it open, at the top of the page; the browser makes it modal. Escape
/// presses the button of the class [`CANCEL`]; once the dialog is gone, the focus returns to where it was. The
/// title of the document names the step.
#[component]
pub(crate) fn Dialog(
    heading: &'static str,
    #[prop(default = "dialog-heading")] id: &'static str,
    #[prop(optional_no_strip)] step: Option<String>,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(element) = dialog.get() {
            once_connected(element.into(), make_modal);
        }
    });
    let described = step.is_some().then_some("dialog-step");
    let step = step.map(|step| {
        set_title(&[&step, " – ", heading].concat());
        view! { <p class="k-step" id="dialog-step">{step}</p> }
    });
    let cancel = move |event: web_sys::Event| {
        event.prevent_default();
        if let Some(dialog) = dialog.get_untracked() {
            press_cancel(&dialog);
        }
    };
    on_cleanup(move || {
        if let Some(dialog) = dialog.try_get_untracked().flatten() {
            dialog.close();
        }
    });
    view! {
        <dialog class="ds-dialog k-dialog" open=true aria-labelledby=id node_ref=dialog on:cancel=cancel>
            <h2 class="ds-heading" data-size="xs" id=id tabindex="-1" aria-describedby=described>{heading}</h2>
            {step}
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
fn press_cancel(dialog: &web_sys::HtmlDialogElement) {
    use wasm_bindgen::JsCast;
    let found = dialog.query_selector(".k-cancel button, button.k-cancel");
    if let Ok(Some(button)) = found {
        button.unchecked_ref::<web_sys::HtmlElement>().click();
    }
}

#[cfg(not(feature = "hydrate"))]
fn press_cancel(_: &web_sys::HtmlDialogElement) {}
