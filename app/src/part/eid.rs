//! Buttons that lead to an eID provider.

use kobling_model::view::ProviderView;
use kobling_model::{FlowId, route};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// A button that starts a sign-in at the provider. It is a form of its own, and works without script; with script the
/// browser goes there itself, because a page that the browser put in place still has the policy (`form-action`) of the
/// page that was loaded first.
#[component]
pub(crate) fn EidButton(
    provider: ProviderView,
    flow: Option<FlowId>,
    text: String,
    #[prop(default = "secondary")] variant: &'static str,
) -> impl IntoView {
    let target = route::eid_start(provider.id.as_str(), flow);
    let action = route::eid_start(provider.id.as_str(), None);
    let start = move |event: SubmitEvent| {
        event.prevent_default();
        _ = location().assign(&target);
    };
    view! {
        <form method="get" action=action on:submit=start>
            {flow.map(|flow| super::act::hidden("flow", flow.to_string()))}
            <button type="submit" class="ds-button" data-variant=variant data-color="accent">
                {text}
            </button>
        </form>
    }
    .into_any()
}
