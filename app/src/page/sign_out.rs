//! `/sign-out`: asks for confirmation if an application requests a sign-out without an `id_token_hint` for the
//! signed-in person; and shows the status of the logout notices on the page after a sign-out.

use super::allow_form_redirect;
#[cfg(feature = "ssr")]
use crate::call::{act, id_if_any};
use crate::error::UiError;
use crate::part::act::{Act, Submit, of_flow};
use crate::part::heading::Heading;
use crate::part::texts;
use crate::part::view::{PageQuery, PageView, Pages, ViewOf};
#[cfg(feature = "ssr")]
use kobling_domain::{Fault, Kobling, Visitor};
use kobling_model::status::NoticeStatus;
use kobling_model::view::{NotifiedItem, SignOutView};
use kobling_model::{FlowId, route};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use std::time::Duration;

/// What `/sign-out` shows.
#[cfg(feature = "ssr")]
pub(super) async fn see(
    kobling: &Kobling,
    visitor: &Visitor,
    query: &PageQuery,
) -> Result<SignOutView, Fault> {
    // A malformed flow id is treated as none.
    let flow = id_if_any(&query.flow).unwrap_or_default();
    kobling.sign_out.view(visitor, flow).await
}

/// Ends the session.
#[server(prefix = "/ui", endpoint = "sign-out")]
pub(crate) async fn sign_out(#[server(default)] flow: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move {
        let flow = id_if_any(&flow).unwrap_or_default();
        kobling.sign_out.asked(&visitor, flow).await
    })
    .await
}

/// Ends all sessions of the account.
#[server(prefix = "/ui", endpoint = "sign-out-everywhere")]
pub(crate) async fn sign_out_everywhere() -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.sign_out.everywhere(&visitor).await }).await
}

pub(super) fn show(view: SignOutView) -> AnyView {
    let t = texts();
    let SignOutView {
        signed_in,
        flow,
        client,
        client_origin,
    } = view;
    let leads_back = client_origin.is_some();
    allow_form_redirect(client_origin.as_deref());
    if !signed_in {
        return nobody(flow.filter(|_| leads_back));
    }
    let ask = client.as_deref().map_or_else(
        || t.account.sign_out_ask_unknown.to_owned(),
        |client| t.account.sign_out_ask(client),
    );
    view! {
        <Heading text=t.account.sign_out_heading/>
        <p class="ds-paragraph">{ask}</p>
        <div class="k-buttons">
            <Act to=SignOut::PATH>
                {of_flow(flow)}
                <Submit text=t.common.sign_out/>
            </Act>
            <a class="ds-button" data-variant="secondary" data-color="accent" href=route::ACCOUNT.path()>{t.account.stay}</a>
        </div>
    }
    .into_any()
}

/// Nobody is signed in, or no longer: nothing to confirm, but perhaps a service to go back to.
fn nobody(back: Option<FlowId>) -> AnyView {
    let t = texts();
    let back = back.map(|flow| {
        view! {
            <Act to=SignOut::PATH>
                {of_flow(Some(flow))}
                <Submit text=t.common.continue_/>
            </Act>
        }
    });
    view! {
        <Heading text=t.account.not_signed_in/>
        <div class="k-buttons">
            {back}
            <a class="ds-link" href=route::LOGIN.path()>{t.problem_page.to_sign_in}</a>
        </div>
    }
    .into_any()
}

/// How often the page polls, at intervals that double: for a minute in total.
const MAX_POLLS: u32 = 5;

/// The status of the logout notices. The list polls for a while; only the list is replaced, since the person may be
/// typing elsewhere on the page.
pub(super) fn notices(items: Vec<NotifiedItem>, query: PageQuery) -> AnyView {
    if items.is_empty() {
        return ().into_any();
    }
    let t = &texts().account;
    let again = query.flow.clone();
    let items = RwSignal::new(items);
    let waiting = move || items.with(|items| is_waiting(items));
    poll(items, Pages::get(), query, 0);
    let list = move || {
        let item = |item: NotifiedItem| {
            view! { <li>{t.notice_status(item.status)} ": " <strong>{item.name}</strong></li> }
        };
        items.get().into_iter().map(item).collect_view()
    };
    let refresh = move || {
        let href = format!("{}?flow={again}", route::LOGIN.path());
        waiting().then(|| view! { <a class="ds-link" href=href>{t.refresh}</a> })
    };
    view! {
        <section class="k-section" aria-labelledby="notices">
            <h2 class="ds-heading" data-size="xs" id="notices">{t.notices_heading}</h2>
            <ul aria-live="polite">{list}</ul>
            {refresh}
        </section>
    }
    .into_any()
}

fn is_waiting(items: &[NotifiedItem]) -> bool {
    items.iter().any(|i| i.status == NoticeStatus::Waiting)
}

/// Schedules the next poll. Does nothing on the server.
fn poll(items: RwSignal<Vec<NotifiedItem>>, pages: Pages, query: PageQuery, polls: u32) {
    if cfg!(feature = "ssr") || polls == MAX_POLLS {
        return;
    }
    set_timeout(
        move || {
            leptos::task::spawn_local(async move {
                // The person may have navigated to another page.
                let waiting = items.try_with_untracked(|items| is_waiting(items));
                if waiting != Some(true) {
                    return;
                }
                if let Ok(PageView::Login(view)) =
                    (pages.fetch)(ViewOf::Page(route::LOGIN), query.clone()).await
                {
                    items.try_set(view.signed_out.unwrap_or_default());
                }
                poll(items, pages, query, polls + 1);
            });
        },
        Duration::from_secs(2 << polls),
    );
}
