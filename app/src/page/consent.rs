//! `/consent`: the consent to a third-party application, and the list of consents in account settings.

use super::allow_form_redirect;
#[cfg(feature = "ssr")]
use crate::call::{act, id};
use crate::error::UiError;
use crate::part::act::{Act, Submit, hidden, of_flow};
use crate::part::heading::Heading;
use crate::part::texts;
#[cfg(feature = "ssr")]
use crate::part::view::PageQuery;
#[cfg(feature = "ssr")]
use kobling_domain::{Fault, Kobling, Visitor};
use kobling_model::view::{ApplicationItem, ConsentView};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// What `/consent` shows.
#[cfg(feature = "ssr")]
pub(super) async fn see(
    kobling: &Kobling,
    visitor: &Visitor,
    query: &PageQuery,
) -> Result<ConsentView, Fault> {
    kobling.consents.view(visitor, id(&query.flow)?).await
}

/// Gives the consent.
#[server(prefix = "/ui", endpoint = "consent-allow")]
pub(crate) async fn consent_allow(#[server(default)] flow: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.consents.answer(&visitor, id(&flow)?, true).await })
        .await
}

/// Refuses the consent and redirects to the application.
#[server(prefix = "/ui", endpoint = "consent-refuse")]
pub(crate) async fn consent_refuse(#[server(default)] flow: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.consents.answer(&visitor, id(&flow)?, false).await }).await
}

/// Withdraws a consent.
#[server(prefix = "/ui", endpoint = "consent-withdraw")]
pub(crate) async fn consent_withdraw(#[server(default)] client: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.consents.withdraw_from_form(&visitor, &client).await }).await
}

pub(super) fn show(view: ConsentView) -> AnyView {
    let texts = texts();
    let t = &texts.consent;
    allow_form_redirect(view.client_origin.as_deref());
    let fact = |name: &'static str, value: String| {
        view! { <dt>{name}</dt><dd><strong dir="auto">{value}</strong></dd> }
    };
    let account = view.account.map(|account| {
        view! { <p class="ds-paragraph">{texts.no_access.linked_to} " " <strong>{account}</strong> "."</p> }
    });
    view! {
        <Heading text=t.heading(&view.client)/>
        <p class="ds-paragraph">{t.learns(&view.client, &view.host)}</p>
        <dl class="k-facts">
            <dt>{t.you}</dt>
            <dd>{t.you_text}</dd>
            {view.name.map(|name| fact(texts.common.name, name))}
            {view.email.map(|email| fact(texts.common.email, email))}
        </dl>
        {account}
        <p class="ds-paragraph">{t.withdrawn_at}</p>
        <div class="k-buttons">
            <Act to=ConsentAllow::PATH>
                {of_flow(view.flow)}
                <Submit text=t.allow/>
            </Act>
            <Act to=ConsentRefuse::PATH>
                {of_flow(view.flow)}
                <Submit text=texts.common.cancel variant="secondary"/>
            </Act>
        </div>
    }
    .into_any()
}

/// The section **Applikasjoner** of account settings; empty if there are no consents.
pub(super) fn applications(items: Vec<ApplicationItem>) -> AnyView {
    let t = &texts().consent;
    if items.is_empty() {
        return ().into_any();
    }
    let items = items.into_iter().map(application).collect_view();
    view! {
        <section class="k-section" aria-labelledby="applications">
            <h2 class="ds-heading" data-size="xs" id="applications">{t.applications}</h2>
            <ul class="k-items">{items}</ul>
        </section>
    }
    .into_any()
}

fn application(item: ApplicationItem) -> AnyView {
    let texts = texts();
    let t = &texts.consent;
    view! {
        <li>
            <div>
                <strong dir="auto">{item.name.clone()}</strong>
                <p class="k-small">{t.learnt(item.learns)}</p>
                <p class="k-small">{t.given(&texts.moment(item.given_at))}</p>
            </div>
            <Act to=ConsentWithdraw::PATH>
                {hidden("client", item.client)}
                <Submit text=t.withdraw variant="tertiary" color="danger" about=item.name/>
            </Act>
        </li>
    }
    .into_any()
}
