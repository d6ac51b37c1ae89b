//! Sentences that stand out.

use leptos::prelude::*;

/// What a sentence is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something is wrong; read out at once.
    Danger,
    /// Something worked.
    Success,
    /// Good to know.
    Info,
}

/// A sentence that stands out. Good and bad news take the focus when they are new, so that they are not missed.
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
