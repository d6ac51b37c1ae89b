//! `/link`: links an eID to an account.

use super::{OF_CODE, OF_EMAIL, OF_NAME, above, allow_form_redirect, beside};
use crate::browser::back_leads_to;
#[cfg(feature = "ssr")]
use crate::call::{act, id};
use crate::error::UiError;
use crate::part::act::{Act, Submit, of_flow};
use crate::part::alert::{Tone, alert};
use crate::part::code::{CodeField, DIGITS, sent};
use crate::part::field::Field;
use crate::part::heading::{Heading, step};
use crate::part::texts;
use crate::part::view::PageQuery;
#[cfg(feature = "ssr")]
use kobling_domain::{Fault, Kobling, Visitor};
use kobling_model::route::{self, Step};
use kobling_model::view::{DoneView, LinkPage, LinkStep, LinkView};
use kobling_model::{FlowId, Problem};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// What `/link` shows.
#[cfg(feature = "ssr")]
pub(super) async fn see(
    kobling: &Kobling,
    visitor: &Visitor,
    query: &PageQuery,
) -> Result<LinkPage, Fault> {
    kobling
        .linking
        .view(visitor, id(&query.flow)?, query.step())
        .await
}

/// Links the eID to the account with the address that the directory confirms.
#[server(prefix = "/ui", endpoint = "link-vouched")]
pub(crate) async fn link_vouched(#[server(default)] flow: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.linking.vouched(&visitor, id(&flow)?).await }).await
}

/// Mails a code to the address.
#[server(prefix = "/ui", endpoint = "link-send-code")]
pub(crate) async fn link_send_code(
    #[server(default)] flow: String,
    email: Option<String>,
) -> Result<(), UiError> {
    act(|kobling, visitor| async move {
        kobling
            .linking
            .send_code(&visitor, id(&flow)?, email.as_deref())
            .await
    })
    .await
}

/// Verifies the code.
#[server(prefix = "/ui", endpoint = "link-code")]
pub(crate) async fn link_code(
    #[server(default)] flow: String,
    #[server(default)] code: String,
) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.linking.code(&visitor, id(&flow)?, &code).await })
        .await
}

/// Returns to the address.
#[server(prefix = "/ui", endpoint = "link-other-address")]
pub(crate) async fn link_other_address(#[server(default)] flow: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.linking.other_address(&visitor, id(&flow)?).await })
        .await
}

/// Links the proven address although it gives no access.
#[server(prefix = "/ui", endpoint = "link-anyway")]
pub(crate) async fn link_anyway(#[server(default)] flow: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.linking.anyway(&visitor, id(&flow)?).await }).await
}

/// Cancels the link.
#[server(prefix = "/ui", endpoint = "link-cancel")]
pub(crate) async fn link_cancel(#[server(default)] flow: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.linking.cancel(&visitor, id(&flow)?).await }).await
}

/// Sets the name of the new account.
#[server(prefix = "/ui", endpoint = "link-name")]
pub(crate) async fn link_name(
    #[server(default)] flow: String,
    #[server(default)] name: String,
) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.linking.name(&visitor, id(&flow)?, &name).await })
        .await
}

pub(super) fn show(view: LinkPage, query: PageQuery) -> AnyView {
    match view {
        LinkPage::Own(view) => own(*view, query.code),
        LinkPage::Done(view) => done(view),
        LinkPage::Foreign => foreign(query.code),
    }
}

/// The flow has ended, perhaps in another window: says so, and leads on.
fn done(view: DoneView) -> AnyView {
    let t = texts();
    let heading = match view.linked {
        Some((provider, email)) => t.step.linked(&provider, &email),
        None => t.step.done.to_owned(),
    };
    let (text, href) = match view.client {
        Some((client, origin)) => (t.step.go_on(&client), origin),
        None => (
            t.common.back_to_account.to_owned(),
            route::ACCOUNT.path().to_owned(),
        ),
    };
    view! {
        <Heading text=heading/>
        <p class="ds-paragraph">{t.step.done_text}</p>
        <p>
            <a class="ds-button" data-variant="primary" data-color="accent" href=href>
                {text}
            </a>
        </p>
    }
    .into_any()
}

/// Leads from an earlier step to the one that the flow is at.
fn go_ahead(flow: FlowId, ahead: Step) -> AnyView {
    let t = texts();
    let href = route::with_step(route::LINK, flow, ahead);
    let (said, text) = match ahead {
        Step::Code => ("", t.step.code),
        _ => (t.step.confirmed, t.common.continue_),
    };
    view! { <p class="ds-paragraph">{said} " " <a class="ds-link" href=href>{text}</a></p> }
        .into_any()
}

/// The link in the mail, opened in another browser than the one that began the flow. Shows the code, which is valid
/// only in that browser.
fn foreign(code: String) -> AnyView {
    let t = texts();
    let fits = code.len() == DIGITS && code.bytes().all(|b| b.is_ascii_digit());
    if !fits {
        return super::problem::problem_page(Problem::FlowExpired);
    }
    view! {
        <Heading text=t.link.foreign_heading/>
        <p class="k-shown-code">{code}</p>
        <p class="ds-paragraph">{t.link.foreign}</p>
    }
    .into_any()
}

fn own(view: LinkView, code: String) -> AnyView {
    let t = texts();
    allow_form_redirect(view.client_origin.as_deref());
    let provider = view.provider.name;
    let problem = view.problem;
    if view.ahead.is_none()
        && matches!(
            view.step,
            LinkStep::Vouched { .. } | LinkStep::Address { .. }
        )
    {
        let came_from = match view.moves_from {
            Some(_) => route::NO_ACCESS,
            None => route::LOGIN,
        };
        back_leads_to(route::with_flow(came_from, view.flow));
    }
    let moves = view
        .moves_from
        .map(|from| alert(Tone::Info, t.link.moves(&provider, &from)));
    // Presented as a link, but a form: it changes state, which a GET must not.
    let cancel = view! {
        <Act to=LinkCancel::PATH class="k-cancel">
            {of_flow(view.flow)}
            <button type="submit" role="link" class="ds-button" data-variant="secondary" data-color="accent">
                {t.common.cancel}
            </button>
        </Act>
    };
    let mut heading = t.link.heading(&provider);
    let (mut said, mut number) = (None, None);
    let ahead = view.ahead.map(|ahead| go_ahead(view.flow, ahead));
    let content = match view.step {
        LinkStep::Vouched {
            email,
            organisation,
            contact,
        } => view! {
            {above(problem, &[OF_EMAIL])}
            <Act to=LinkVouched::PATH class="k-form">
                {of_flow(view.flow)}
                <Field
                    name="email"
                    label=t.common.email
                    kind="email"
                    autocomplete="email"
                    value=email
                    readonly=true
                    hint=Some(t.link.vouched(&organisation).into())
                    error=beside(problem, OF_EMAIL)
                />
                <p class="ds-paragraph" data-size="sm">{t.link.wrong(&contact)}</p>
                <div class="k-buttons"><Submit text=t.link.link/></div>
            </Act>
        }
        .into_any(),
        LinkStep::Address { typed, fixed } => {
            let hint = view
                .organisation
                .and_then(|organisation| organisation.address_hint)
                .filter(|_| !fixed)
                .map(|hint| t.link.looks_like(&hint));
            let intro = if fixed {
                t.link.fixed.to_owned()
            } else {
                t.link.which(&provider)
            };
            number = step("1", "3", t.step.email);
            view! {
                {above(problem, &[OF_EMAIL])}
                {ahead}
                <p class="ds-paragraph">{intro}</p>
                <Act to=LinkSendCode::PATH class="k-form">
                    {of_flow(view.flow)}
                    <Field
                        name="email"
                        label=t.common.email
                        kind="email"
                        autocomplete="email"
                        value=typed
                        hint=hint.map(Into::into)
                        readonly=fixed
                        error=beside(problem, OF_EMAIL)
                    />
                    <div class="k-buttons"><Submit text=t.common.send_code/></div>
                </Act>
            }
            .into_any()
        }
        LinkStep::Code {
            email,
            minutes,
            fixed,
            again,
        } => {
            let sent = sent(&email, minutes, again && problem.is_none());
            let told =
                (!problem.is_none()).then(|| view! { <p class="ds-paragraph">{sent.clone()}</p> });
            said = Some(sent);
            number = step("2", "3", t.step.code);
            view! {
            {above(problem, &[OF_CODE])}
            {told}
            {matches!(problem.first(), Some(Problem::TooMany(_)))
                .then(|| view! { <p class="ds-paragraph">{t.common.last_code(&t.time(minutes))}</p> })}
            <Act to=LinkCode::PATH class="k-form">
                {of_flow(view.flow)}
                <CodeField prefilled=code error=beside(problem, OF_CODE)/>
                <div class="k-buttons"><Submit text=t.common.confirm/></div>
            </Act>
            <div class="k-buttons">
                <Act to=LinkSendCode::PATH>
                    {of_flow(view.flow)}
                    <Submit text=t.common.code_again variant="tertiary"/>
                </Act>
                {(!fixed)
                    .then(|| {
                        view! {
                            <Act to=LinkOtherAddress::PATH>
                                {of_flow(view.flow)}
                                <Submit text=t.common.other_address variant="tertiary"/>
                            </Act>
                        }
                    })}
            </div>
        }
        .into_any()
        }
        LinkStep::Caution { email } => {
            let client = view.client.unwrap_or_default();
            heading = t.link.caution(&client);
            said = Some(t.step.confirmed.to_owned());
            let (organisation, contact) = view
                .organisation
                .map(|organisation| (organisation.name, organisation.contact))
                .unwrap_or_default();
            view! {
                {above(problem, &[])}
                <p class="ds-paragraph">{t.link.caution_why(&email, &organisation, &client)}</p>
                {(!contact.is_empty())
                    .then(|| view! { <p class="ds-paragraph">{t.link.caution_contact(&contact)}</p> })}
                <div class="k-buttons">
                    <Act to=LinkOtherAddress::PATH>
                        {of_flow(view.flow)}
                        <Submit text=t.link.use_another/>
                    </Act>
                    <Act to=LinkAnyway::PATH>
                        {of_flow(view.flow)}
                        <Submit text=t.link.anyway variant="secondary"/>
                    </Act>
                </div>
            }
            .into_any()
        }
        LinkStep::Name { typed } => {
            said = Some(t.step.confirmed.to_owned());
            number = step("3", "3", t.step.name);
            view! {
                {above(problem, &[OF_NAME])}
                <p class="ds-paragraph">{t.link.name_intro}</p>
                <Act to=LinkName::PATH class="k-form">
                    {of_flow(view.flow)}
                    <Field
                        name="name"
                        label=t.common.name
                        autocomplete="name"
                        value=typed
                        hint=Some(t.link.name_hint.into())
                        error=beside(problem, OF_NAME)
                        first=true
                    />
                    <div class="k-buttons"><Submit text=t.common.continue_/></div>
                </Act>
            }
            .into_any()
        }
    };
    view! {
        <Heading text=heading step=number said=said.filter(|_| problem.is_none())/>
        {moves}
        {content}
        {cancel}
    }
    .into_any()
}
