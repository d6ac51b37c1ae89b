//! The field for a one-time code.

use crate::browser::Navigator;
use crate::part::field::{described, error_beside, hint_beside};
use crate::part::texts;
use leptos::html;
use leptos::prelude::*;

/// The digits of a code.
pub(crate) const DIGITS: usize = 8;

/// Where the code went, and that an earlier one is void.
pub(crate) fn sent(email: &str, minutes: i64, again: bool) -> String {
    let t = texts();
    let sent = t.common.code_sent(email, &t.time(minutes));
    if again {
        [t.step.code_again, " ", &sent].concat()
    } else {
        sent
    }
}

/// One field for the whole code. Characters other than digits are removed, so a code can be pasted with surrounding
/// text; the last digit submits the form.
#[component]
pub(crate) fn CodeField(
    #[prop(optional)] prefilled: String,
    #[prop(optional_no_strip)] error: Option<&'static str>,
) -> impl IntoView {
    let t = &texts().common;
    let hydrated = Navigator::get().hydrated;
    let field = NodeRef::<html::Input>::new();
    let typed = move |_| {
        let Some(element) = field.get_untracked() else {
            return;
        };
        let value = element.value();
        let digits: String = value
            .chars()
            .filter(char::is_ascii_digit)
            .take(DIGITS)
            .collect();
        if digits != value {
            element.set_value(&digits);
        }
        if digits.len() == DIGITS
            && let Some(form) = element.form()
        {
            _ = form.request_submit();
        }
    };
    let hint = move || {
        hydrated
            .get()
            .then(|| hint_beside("code", Some(t.code_hint.into())))
    };
    view! {
        <div class="ds-field">
            <label class="ds-label" for="code">{t.code}</label>
            {hint}
            <input
                class="ds-input k-code"
                type="text"
                id="code"
                name="code"
                value=prefilled
                inputmode="numeric"
                autocomplete="one-time-code"
                spellcheck="false"
                aria-invalid=error.map(|_| "true")
                aria-describedby=move || described("code", hydrated.get(), error.is_some())
                autofocus=true
                node_ref=field
                on:input=typed
            />
            {error_beside("code", error)}
        </div>
    }
    .into_any()
}
