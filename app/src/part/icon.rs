//! Icons, in the colour of the surrounding text. All are decorative: the text beside them says the same.

use leptos::prelude::*;

fn icon(path: &'static str) -> AnyView {
    view! {
        <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=path fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"></path>
        </svg>
    }
    .into_any()
}

pub(crate) fn trash() -> AnyView {
    icon("M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5")
}

pub(crate) fn check() -> AnyView {
    icon("M5 12.5l4.5 4.5L19 7.5")
}

pub(crate) fn circle() -> AnyView {
    icon("M12 5a7 7 0 1 0 0 14a7 7 0 1 0 0-14")
}
