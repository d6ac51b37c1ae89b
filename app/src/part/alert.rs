//! Alerts.

use crate::browser::note_error;
use crate::part::texts;
use leptos::prelude::*;
use std::borrow::Cow;

/// The kind of an alert.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// An error, which screen readers announce immediately.
    Danger,
    /// A success.
    Success,
    /// What has happened, neither good nor bad.
    Told,
    /// Information that belongs to the page.
    Info,
}

/// An alert. What is new receives the focus, so that it is not missed.
pub(crate) fn alert(tone: Tone, text: impl Into<Oco<'static, str>>) -> AnyView {
    let text: Oco<'static, str> = text.into();
    let (color, role) = match tone {
        Tone::Danger => ("danger", Some("alert")),
        Tone::Success => ("success", Some("status")),
        Tone::Told => ("info", Some("status")),
        Tone::Info => ("info", None),
    };
    let news = tone != Tone::Info;
    if tone == Tone::Danger {
        note_error();
    }
    view! {
        <div
            class="ds-alert"
            data-color=color
            role=role
            tabindex=news.then_some("-1")
            autofocus=news
            data-focus=news.then_some("")
        >
            <p class="ds-paragraph">{text}</p>
        </div>
    }
    .into_any()
}

/// What is wrong with a form, each error with the id of its field if it has one. Receives the focus, with and without
/// client-side code: it comes before the fields.
pub(crate) fn summary(errors: Vec<(Option<&'static str>, Cow<'static, str>)>) -> AnyView {
    note_error();
    let lines = errors
        .into_iter()
        .map(|(field, text)| {
            // Removed by this id when the field is right again.
            let id = field.map(|field| [field, "-listed"].concat());
            let line = match field {
                Some(field) => {
                    let href = ["#", field].concat();
                    view! { <a class="ds-link" href=href>{text}</a> }.into_any()
                }
                None => text.into_any(),
            };
            view! { <li id=id>{line}</li> }
        })
        .collect_view();
    view! {
        <div
            class="ds-alert k-summary"
            data-color="danger"
            role="group"
            aria-labelledby="summary"
            aria-describedby="errors"
            tabindex="-1"
            autofocus=true
        >
            <h2 class="ds-heading" data-size="2xs" id="summary">{texts().common.summary}</h2>
            <ul class="ds-list" id="errors">{lines}</ul>
        </div>
    }
    .into_any()
}
