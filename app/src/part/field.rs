//! A labelled field with a hint and an error.

use crate::browser::note_error;
use leptos::prelude::*;

/// The value of `aria-describedby`: the ids of the error and the hint.
pub(crate) fn described(id: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (true, true) => Some(format!("{id}-error {id}-hint")),
        (true, false) => Some(format!("{id}-hint")),
        (false, true) => Some(format!("{id}-error")),
        (false, false) => None,
    }
}

/// The error of a field.
pub(crate) fn error_beside(id: &str, error: Option<&'static str>) -> AnyView {
    let id = format!("{id}-error");
    if error.is_some() {
        note_error();
    }
    error
        .map(|error| {
            view! {
                <p class="ds-validation-message" data-field="validation" data-color="danger" id=id>
                    {error}
                </p>
            }
        })
        .into_any()
}

/// The hint of a field.
pub(crate) fn hint_beside(id: &str, hint: Option<Oco<'static, str>>) -> AnyView {
    let id = format!("{id}-hint");
    hint.map(|hint| view! { <p data-field="description" id=id>{hint}</p> })
        .into_any()
}

/// A single-line field. Its name is also its id.
#[component]
pub(crate) fn Field(
    name: &'static str,
    label: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] value: String,
    #[prop(optional_no_strip)] hint: Option<Oco<'static, str>>,
    #[prop(optional_no_strip)] error: Option<&'static str>,
    autocomplete: &'static str,
    #[prop(optional)] readonly: bool,
    #[prop(optional)] first: bool,
) -> impl IntoView {
    let describedby = described(name, hint.is_some(), error.is_some());
    // A name may be written from right to left.
    let dir = (kind == "text").then_some("auto");
    // Email addresses are not capitalised.
    let exact = (kind == "email").then_some("none");
    view! {
        <div class="ds-field">
            <label class="ds-label" for=name>{label}</label>
            {hint_beside(name, hint)}
            <input
                class="ds-input"
                type=kind
                id=name
                name=name
                value=value
                dir=dir
                autocomplete=autocomplete
                autocapitalize=exact
                spellcheck="false"
                readonly=readonly
                aria-invalid=error.map(|_| "true")
                aria-describedby=describedby
                autofocus=first || error.is_some()
            />
            {error_beside(name, error)}
        </div>
    }
    .into_any()
}
