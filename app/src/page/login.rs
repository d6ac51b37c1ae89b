//! `/login`: the two steps of the sign-in.

use super::sign_out::notices;
use super::{OF_EMAIL, OF_PASSWORD, above, allow_form_redirect, beside};
#[cfg(feature = "ssr")]
use crate::call::{act, id, id_if_any};
use crate::error::UiError;
use crate::part::act::{Act, Submit, of_flow};
use crate::part::alert::{Tone, alert};
use crate::part::eid::eid_button;
use crate::part::field::Field;
use crate::part::heading::{Heading, step};
use crate::part::password::{PasswordField, username};
use crate::part::texts;
use crate::part::view::PageQuery;
#[cfg(feature = "ssr")]
use kobling_domain::{Fault, Kobling, Visitor};
use kobling_model::view::{SignInStep, SignInView};
use kobling_model::{FlowId, route};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// What `/login` shows.
#[cfg(feature = "ssr")]
pub(super) async fn see(
    kobling: &Kobling,
    visitor: &Visitor,
    query: &PageQuery,
) -> Result<SignInView, Fault> {
    kobling
        .sign_in
        .view(visitor, id_if_any(&query.flow)?, query.step())
        .await
}

/// Step 1: the address.
#[server(prefix = "/ui", endpoint = "identify")]
pub(crate) async fn identify(
    #[server(default)] flow: String,
    #[server(default)] email: String,
) -> Result<(), UiError> {
    act(|kobling, visitor| async move {
        kobling
            .sign_in
            .identify(&visitor, id_if_any(&flow)?, &email)
            .await
    })
    .await
}

/// Step 2: the password.
#[server(prefix = "/ui", endpoint = "password-sign-in")]
pub(crate) async fn password_sign_in(
    #[server(default)] flow: String,
    #[server(default)] password: String,
) -> Result<(), UiError> {
    use kobling_domain::kernel::secret::Password;
    act(|kobling, visitor| async move {
        kobling
            .sign_in
            .by_password(&visitor, id(&flow)?, Password(password))
            .await
    })
    .await
}

/// Returns to step 1.
#[server(prefix = "/ui", endpoint = "other-address")]
pub(crate) async fn other_address(#[server(default)] flow: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.sign_in.other_address(&visitor, id(&flow)?).await })
        .await
}

pub(super) fn show(view: SignInView, query: PageQuery) -> AnyView {
    let t = texts();
    allow_form_redirect(view.client_origin.as_deref());
    let towards = view.client.map(|client| {
        view! { <p class="ds-paragraph">{t.sign_in.towards(&client)}</p> }
    });
    let signed_out = view.signed_out.map(|items| {
        view! {
            {alert(Tone::Success, t.sign_in.signed_out)}
            {notices(items, query)}
        }
    });
    let (of_eid, of_form) = if view.eid_first {
        ("primary", "secondary")
    } else {
        ("secondary", "primary")
    };
    let providers = view
        .providers
        .into_iter()
        .map(|provider| {
            let text = t.sign_in.with(&provider.name);
            eid_button(&provider.id, view.flow, text, of_eid)
        })
        .collect_view()
        .into_any();
    let content = match view.step {
        SignInStep::Address { typed } => {
            let form = view! {
                <Act to=Identify::PATH class="k-form">
                    {of_flow(view.flow)}
                    <Field
                        name="email"
                        label=t.common.email
                        kind="email"
                        autocomplete="username"
                        value=typed
                        error=beside(view.problem, OF_EMAIL)
                    />
                    <Submit text=t.common.next variant=of_form/>
                </Act>
            }
            .into_any();
            let or = view! { <p class="k-or">{t.sign_in.or}</p> }.into_any();
            // The order in the document is the order that is seen and heard.
            let ways = if view.eid_first {
                [providers, or, form]
            } else {
                [form, or, providers]
            };
            Either::Left(
                view! {
                    <Heading text=t.sign_in.heading step=step("1", "2", t.step.email)/>
                    {signed_out}
                    {above(view.problem, &[OF_EMAIL])}
                    {towards}
                    {ways.into_iter().collect_view()}
                }
                .into_any(),
            )
        }
        SignInStep::Password { email } => {
            let name = email.clone();
            Either::Right(
                view! {
                    <Heading text=t.sign_in.heading step=step("2", "2", t.step.password)/>
                    {above(view.problem, &[OF_PASSWORD])}
                    {towards}
                    <Act to=OtherAddress::PATH class="k-address">
                        {of_flow(view.flow)}
                        <p class="ds-paragraph">
                            {t.sign_in.as_whom} " " <strong>{email}</strong>
                        </p>
                        <Submit text=t.common.other_address variant="tertiary"/>
                    </Act>
                    <Act to=PasswordSignIn::PATH class="k-form">
                        {of_flow(view.flow)}
                        {username(name)}
                        <PasswordField
                            name="password"
                            label=t.common.password
                            error=beside(view.problem, OF_PASSWORD)
                            first=true
                        />
                        <Submit text=t.sign_in.heading/>
                    </Act>
                    <p><a class="ds-link" href=forgot(view.flow)>{t.sign_in.forgot}</a></p>
                }
                .into_any(),
            )
        }
    };
    content.into_any()
}

fn forgot(flow: Option<FlowId>) -> String {
    flow.map_or_else(
        || route::FORGOT_PASSWORD.to_string(),
        |flow| route::with_flow(route::FORGOT_PASSWORD, flow),
    )
}
