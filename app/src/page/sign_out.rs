//! `/sign-out`: asks before signing out, when an application asks for it without saying whom it means.

use crate::error::UiError;
use crate::part::act::{Act, Submit};
use crate::part::heading::Heading;
use crate::part::texts;
use kobling_model::route;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// Ends the session.
#[server(prefix = "/ui", endpoint = "sign-out")]
pub(crate) async fn sign_out() -> Result<(), UiError> {
    crate::call::act(|kobling, visitor| async move { kobling.sign_out(&visitor).await }).await
}

#[component]
pub(crate) fn SignOutPage() -> impl IntoView {
    let t = texts();
    view! {
        <Heading text=t.account.sign_out_heading/>
        <p class="ds-paragraph">{t.account.sign_out_ask}</p>
        <div class="k-buttons">
            <Act to=SignOut::PATH>
                <Submit text=t.common.sign_out/>
            </Act>
            <a class="ds-link" href=route::ACCOUNT>{t.account.stay}</a>
        </div>
    }
    .into_any()
}
