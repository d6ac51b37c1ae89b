//! Forms that do something, and their buttons.

use crate::error::UiError;
use crate::part::alert::{Tone, alert};
use crate::part::texts;
use kobling_model::FlowId;
use leptos::context::Provider;
use leptos::ev::SubmitEvent;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos::server_fn::client::Client;
use leptos::server_fn::codec::PostUrl;
use leptos::server_fn::request::ClientReq;
use leptos::server_fn::{Http, ServerFn};
use serde::de::DeserializeOwned;
use web_sys::FormData;

/// Whether the form around is on its way.
#[derive(Clone, Copy)]
struct Busy(Memo<bool>);

/// A form that posts to a server function. A second press while it is on its way does nothing; when the service cannot
/// be reached, what was typed stays and a sentence says so.
#[component]
pub(crate) fn Act<S, O>(
    action: ServerAction<S>,
    #[prop(optional)] class: &'static str,
    children: Children,
) -> impl IntoView
where
    S: DeserializeOwned
        + ServerFn<Protocol = Http<PostUrl, O>, Output = (), Error = UiError>
        + Clone
        + Send
        + Sync
        + 'static,
    <<S::Client as Client<UiError>>::Request as ClientReq<UiError>>::FormData: From<FormData>,
    S::Client: Client<UiError>,
{
    let busy = action.pending();
    let value = action.value();
    let failed = Signal::derive(move || match value.get() {
        Some(Err(error)) => Some(error),
        _ => None,
    });
    let guard = move |event: SubmitEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        }
    };
    let inside = surround(busy, failed, children);
    view! {
        <ActionForm action=action attr:class=class attr:novalidate=true on:submit:capture=guard>
            {inside}
        </ActionForm>
    }
}

/// The same around every form, whatever it posts to.
fn surround(busy: Memo<bool>, failed: Signal<Option<UiError>>, children: Children) -> AnyView {
    let t = texts();
    let hydrated = crate::browser::Wire::get().hydrated;
    let says = move || {
        // Without script the answer is always another page, and an address that claims otherwise is forged.
        hydrated
            .get()
            .then(|| failed.get())
            .flatten()
            .map(|error| alert(Tone::Danger, (t.problem)(error.0)))
    };
    view! {
        {says}
        <span class="ds-sr-only" role="status">{move || busy.get().then_some(t.common.busy)}</span>
        <Provider value=Busy(busy)>{children()}</Provider>
    }
    .into_any()
}

/// The button that sends the form around it. It stays reachable while the form is on its way.
#[component]
pub(crate) fn Submit(
    #[prop(into)] text: Oco<'static, str>,
    #[prop(default = "primary")] variant: &'static str,
    #[prop(default = "accent")] color: &'static str,
    #[prop(optional)] icon: Option<AnyView>,
    #[prop(optional, into)] about: Option<String>,
) -> impl IntoView {
    let busy = use_context::<Busy>().map(|busy| busy.0);
    let is_busy = move || busy.and_then(|busy| busy.get().then_some("true"));
    view! {
        <button type="submit" class="ds-button" data-variant=variant data-color=color aria-busy=is_busy>
            {icon}
            <span>{text} {about.map(|about| view! { <span class="ds-sr-only">" " {about}</span> })}</span>
        </button>
    }
    .into_any()
}

/// The flow that a form belongs to.
pub(crate) fn of_flow(flow: impl Into<Option<FlowId>>) -> AnyView {
    flow.into()
        .map(|flow| hidden("flow", flow.to_string()))
        .into_any()
}

/// A value that goes along unseen.
pub(crate) fn hidden(name: &'static str, value: String) -> AnyView {
    view! { <input type="hidden" name=name value=value/> }.into_any()
}
