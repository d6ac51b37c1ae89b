//! The page's heading and title.

use crate::browser::{Navigator, settle};
use leptos::html;
use leptos::prelude::*;
use leptos_meta::Title;

/// The heading of a page, which is its title too. Where the browser put the page in place itself, the focus goes to
/// what matters most on it, or here.
#[component]
pub(crate) fn Heading(#[prop(into)] text: String) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    if Navigator::get().hydrated.get_untracked() {
        Effect::new(move || {
            if let Some(element) = heading.get() {
                settle(element.into());
            }
        });
    }
    let title = text.clone();
    view! {
        <Title text=title/>
        <h1 class="ds-heading" data-size="md" tabindex="-1" node_ref=heading>{text}</h1>
    }
    .into_any()
}
