//! The heading and title of a page.

use crate::browser::{Navigator, set_focus, set_title};
use leptos::html;
use leptos::prelude::*;

/// The heading of a page, which is also its title. After client-side rendering it sets the focus.
#[component]
pub(crate) fn Heading(#[prop(into)] text: String) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    if Navigator::get().hydrated.get_untracked() {
        Effect::new(move || {
            if let Some(element) = heading.get() {
                set_focus(element.into());
            }
        });
    }
    set_title(&text);
    view! {
        <h1 class="ds-heading" data-size="md" tabindex="-1" node_ref=heading>{text}</h1>
    }
    .into_any()
}
