//! Alerts.

use leptos::prelude::*;

/// The kind of an alert.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// An error, which screen readers announce immediately.
    Danger,
    /// A success.
    Success,
    /// Information.
    Info,
}

/// An alert. New errors and successes receive the focus, so that they are not missed.
pub(crate) fn alert(tone: Tone, text: impl Into<Oco<'static, str>>) -> AnyView {
    let text: Oco<'static, str> = text.into();
    let (color, role) = match tone {
        Tone::Danger => ("danger", Some("alert")),
        Tone::Success => ("success", Some("status")),
        Tone::Info => ("info", None),
    };
    let news = tone != Tone::Info;
    view! {
        <div
            class="ds-alert"
            data-color=color
            role=role
            tabindex=news.then_some("-1")
            data-focus=news.then_some("")
        >
            <p class="ds-paragraph">{text}</p>
        </div>
    }
    .into_any()
}
