//! Buttons that start a sign-in at an eID provider.

use crate::part::act::of_flow;
use kobling_model::{FlowId, ProviderId, route};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// A button that starts a sign-in at the provider, for a flow or a new one. It is a form, so it works without
/// JavaScript. With JavaScript it navigates instead, because after client-side navigation the policy (`form-action`) of
/// the page that was loaded first still applies.
pub(crate) fn eid_button(
    provider: &ProviderId,
    flow: Option<FlowId>,
    text: String,
    variant: &'static str,
) -> AnyView {
    let action = route::eid_start(provider.as_str(), None);
    let target = route::eid_start(provider.as_str(), flow);
    let start = move |event: SubmitEvent| {
        event.prevent_default();
        _ = location().assign(&target);
    };
    view! {
        <form method="get" action=action class="k-eid" on:submit=start>
            {of_flow(flow)}
            <button type="submit" class="ds-button" data-variant=variant data-color="accent">
                {text}
            </button>
        </form>
    }
    .into_any()
}
