//! `/no-access`: the person is signed in but has no access to the application.

use super::{OF_EMAIL, above, allow_form_redirect, beside};
#[cfg(feature = "ssr")]
use crate::call::{act, id, id_if_any};
use crate::error::UiError;
use crate::page::sign_out::SignOut;
use crate::part::act::{Act, Submit, of_flow};
use crate::part::eid::eid_button;
use crate::part::field::Field;
use crate::part::heading::Heading;
use crate::part::texts;
#[cfg(feature = "ssr")]
use crate::part::view::PageQuery;
#[cfg(feature = "ssr")]
use kobling_domain::{Fault, Kobling, Visitor};
use kobling_model::route;
use kobling_model::view::NoAccessView;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// What `/no-access` shows.
#[cfg(feature = "ssr")]
pub(super) async fn see(
    kobling: &Kobling,
    visitor: &Visitor,
    query: &PageQuery,
) -> Result<NoAccessView, Fault> {
    kobling
        .destinations
        .no_access_view(visitor, id_if_any(&query.flow)?)
        .await
}

/// Starts linking the eID to another address.
#[server(prefix = "/ui", endpoint = "relink")]
pub(crate) async fn relink(
    #[server(default)] flow: String,
    #[server(default)] email: String,
) -> Result<(), UiError> {
    act(|kobling, visitor| async move {
        kobling
            .linking
            .relink(&visitor, id(&flow)?, Some(&email))
            .await
    })
    .await
}

pub(super) fn show(view: NoAccessView) -> AnyView {
    let t = &texts().no_access;
    allow_form_redirect(view.client_origin.as_deref());
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::FORBIDDEN);
    }
    let wrong_address = view.reason.is_about_address();
    let problem = view.problem;
    let typed = view.typed;
    let next = view.provider.map(|provider| {
        if wrong_address {
            view! {
                <section class="k-section" aria-labelledby="relink">
                    <h2 class="ds-heading" data-size="sm" id="relink">{t.relink(&provider.name)}</h2>
                    <p class="ds-paragraph">{t.repair}</p>
                    <Act to=Relink::PATH class="k-form">
                        {of_flow(view.flow)}
                        <Field
                            name="email"
                            label=texts().common.email
                            kind="email"
                            autocomplete="email"
                            value=typed
                            hint=view.address_hint.map(|hint| texts().link.looks_like(&hint).into())
                            error=beside(problem, OF_EMAIL)
                        />
                        <div class="k-buttons"><Submit text=texts().common.send_code/></div>
                    </Act>
                </section>
            }
            .into_any()
        } else {
            let text = texts().sign_in.with(&provider.name);
            eid_button(&provider.id, Some(view.flow), text, "primary")
        }
    });
    let contact = if view.contact.is_empty() {
        t.operator(&view.client)
    } else {
        view.contact
    };
    view! {
        <Heading text=t.heading(view.reason)/>
        {above(problem, if wrong_address { &[OF_EMAIL] } else { &[] })}
        <p class="ds-paragraph">{t.linked_to} " " <strong>{view.email}</strong> "."</p>
        <p class="ds-paragraph">{t.why(view.reason, &view.organisation, &view.client)}</p>
        {next}
        <p class="ds-paragraph">
            {if wrong_address { t.contact } else { t.help }} " " {contact} ". " {t.reference} " " <strong class="k-reference">{view.reference}</strong> "."
        </p>
        <div class="k-buttons">
            <form method="get" action=route::ACCOUNT.path()>
                <button type="submit" class="ds-button" data-variant="secondary" data-color="accent">
                    {t.to_account}
                </button>
            </form>
            <Act to=SignOut::PATH>
                <Submit text=texts().common.sign_out variant="secondary"/>
            </Act>
        </div>
    }
    .into_any()
}
