//! How a dialog of account settings asks the owner of the account for a proof.

use super::{OF_PASSWORD, beside};
use crate::part::act::{Act, Submit, of_flow};
use crate::part::eid::eid_button;
use crate::part::password::PasswordField;
use crate::part::texts;
use kobling_model::view::ProviderView;
use kobling_model::{FlowId, Problems};
use leptos::prelude::*;

/// Asks for the password, and posts it with the flow.
pub(super) fn by_password(
    to: &'static str,
    flow: FlowId,
    problem: Problems,
    color: &'static str,
) -> AnyView {
    let t = texts();
    view! {
        <Act to=to class="k-form">
            {of_flow(flow)}
            <PasswordField
                name="password"
                label=t.common.password
                hint=t.removal.password
                error=beside(problem, OF_PASSWORD)
                first=true
            />
            <Submit text=t.common.confirm color=color/>
        </Act>
    }
    .into_any()
}

/// Asks for a new sign-in at the provider.
pub(super) fn by_eid(flow: FlowId, provider: &ProviderView) -> AnyView {
    let t = texts();
    view! {
        <p class="ds-paragraph">{t.removal.eid(&provider.name)}</p>
        {eid_button(&provider.id, Some(flow), t.common.confirm_with(&provider.name), "primary")}
    }
    .into_any()
}
