//! The heading and title of a page, and of a step.

use crate::browser::{Navigator, set_focus, set_title};
use crate::part::texts;
use leptos::html;
use leptos::prelude::*;

/// The heading of a page, which is also its title, with that of a step and what has just happened. After client-side
/// rendering the heading of the step, or else that of the page, has the focus. What has happened describes it, so that a
/// screen reader says both.
#[component]
pub(crate) fn Heading(
    #[prop(into)] text: String,
    #[prop(optional_no_strip)] step: Option<String>,
    #[prop(optional_no_strip)] said: Option<String>,
) -> impl IntoView {
    let headings = NodeRef::<html::Div>::new();
    if Navigator::get().hydrated.get_untracked() {
        Effect::new(move || {
            if let Some(element) = headings.get() {
                set_focus(element.into());
            }
        });
    }
    match &step {
        Some(step) => set_title(&[step, " – ", &text].concat()),
        None => set_title(&text),
    }
    let described = said.is_some().then_some("said");
    let alone = step.is_none();
    let step = step.map(|step| {
        view! {
            <h2 class="ds-heading k-step" data-size="2xs" tabindex="-1" aria-describedby=described>{step}</h2>
        }
    });
    let said = said.map(|said| {
        view! {
            <div class="ds-alert" data-color="success" role="status" id="said">
                <p class="ds-paragraph">{said}</p>
            </div>
        }
    });
    view! {
        <div class="k-headings" node_ref=headings>
            <h1
                class="ds-heading"
                data-size="md"
                tabindex=alone.then_some("-1")
                aria-describedby=described.filter(|_| alone)
            >
                {text}
            </h1>
            {step}
        </div>
        {said}
    }
    .into_any()
}

/// The heading of a step that is one of several.
pub(crate) fn step(number: &str, all: &str, what: &str) -> Option<String> {
    Some(texts().step.of(number, all, what))
}
