//! Buttons that lead to an eID provider.

use crate::part::act::{hidden, of_flow};
use kobling_model::{FlowId, ProviderId, route};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// What a sign-in at the provider is for.
#[derive(Clone, Copy)]
pub(crate) enum Towards {
    /// A flow, or a sign-in from the beginning.
    Flow(Option<FlowId>),
    /// Adding the electronic ID to the account that is signed in.
    Account,
}

/// A button that starts a sign-in at the provider. It is a form of its own, and works without script; with script the
/// browser goes there itself, because a page that the browser put in place still has the policy (`form-action`) of the
/// page that was loaded first.
pub(crate) fn eid_button(
    provider: &ProviderId,
    towards: Towards,
    text: String,
    variant: &'static str,
) -> AnyView {
    let action = route::eid_start(provider.as_str(), None);
    let (target, goes_along) = match towards {
        Towards::Flow(flow) => (route::eid_start(provider.as_str(), flow), of_flow(flow)),
        Towards::Account => (format!("{action}?add=true"), hidden("add", "true".into())),
    };
    let start = move |event: SubmitEvent| {
        event.prevent_default();
        _ = location().assign(&target);
    };
    view! {
        <form method="get" action=action on:submit=start>
            {goes_along}
            <button type="submit" class="ds-button" data-variant=variant data-color="accent">
                {text}
            </button>
        </form>
    }
    .into_any()
}
