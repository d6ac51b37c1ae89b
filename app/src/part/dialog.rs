//! A dialog that the server opens.

use leptos::html;
use leptos::prelude::*;

/// A dialog with its heading. The server renders it open, at the top of the page; the browser puts it in front of the
/// page and keeps the focus inside. Escape does what `cancel` does.
#[component]
pub(crate) fn Dialog(
    heading: &'static str,
    cancel: impl Fn() + 'static,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(element) = dialog.get()
            && !element.matches(":modal").unwrap_or(true)
        {
            request_animation_frame(move || {
                element.set_open(false);
                _ = element.show_modal();
            });
        }
    });
    let escaped = move |event: web_sys::Event| {
        event.prevent_default();
        cancel();
    };
    view! {
        <dialog class="ds-dialog k-dialog" open=true aria-labelledby="dialog-heading" node_ref=dialog on:cancel=escaped>
            <h2 class="ds-heading" data-size="xs" id="dialog-heading" tabindex="-1">{heading}</h2>
            {children()}
        </dialog>
    }
    .into_any()
}
