//! `/account/email`: changing the address of the account.

use super::{OF_CODE, OF_EMAIL, OF_PASSWORD, above, beside};
#[cfg(feature = "ssr")]
use crate::call::{act, id, id_if_any};
use crate::error::UiError;
use crate::part::act::{Act, Submit, hidden, of_flow};
use crate::part::alert::{Tone, alert};
use crate::part::code::{CodeField, sent};
use crate::part::field::Field;
use crate::part::heading::{Heading, step};
use crate::part::password::PasswordField;
use crate::part::texts;
use crate::part::view::PageQuery;
#[cfg(feature = "ssr")]
use kobling_domain::{Fault, Kobling, Visitor};
use kobling_model::view::{ChangeEmailStep, ChangeEmailView, ClosingItem, ProofView};
use kobling_model::{Problem, route};
use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// What `/account/email` shows.
#[cfg(feature = "ssr")]
pub(super) async fn see(
    kobling: &Kobling,
    visitor: &Visitor,
    query: &PageQuery,
) -> Result<ChangeEmailView, Fault> {
    kobling
        .email
        .view(visitor, id_if_any(&query.flow)?, query.step())
        .await
}

/// Mails a code to the new address.
#[server(prefix = "/ui", endpoint = "change-email")]
pub(crate) async fn change_email(
    #[server(default)] flow: String,
    #[server(default)] email: String,
    #[server(default)] mark: String,
    password: Option<String>,
) -> Result<(), UiError> {
    use kobling_domain::flow::types::Typed;
    use kobling_domain::kernel::secret::Password;
    act(|kobling, visitor| async move {
        let typed = Typed {
            text: &email,
            mark: &mark,
        };
        kobling
            .email
            .send_code(&visitor, id_if_any(&flow)?, typed, password.map(Password))
            .await
    })
    .await
}

/// Starts a step-up with an eID.
#[server(prefix = "/ui", endpoint = "change-email-prove")]
pub(crate) async fn change_email_prove() -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.email.prove(&visitor, "").await }).await
}

/// Mails another code to the same address.
#[server(prefix = "/ui", endpoint = "change-email-resend")]
pub(crate) async fn change_email_resend(#[server(default)] flow: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.email.resend(&visitor, id(&flow)?).await }).await
}

/// Verifies the code sent to the new address.
#[server(prefix = "/ui", endpoint = "change-email-code")]
pub(crate) async fn change_email_code(
    #[server(default)] flow: String,
    #[server(default)] code: String,
) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.email.code(&visitor, id(&flow)?, &code).await })
        .await
}

/// What the change closes, and whom to ask.
fn closes(item: &ClosingItem) -> AnyView {
    let names = item.applications.join(", ");
    let text = texts()
        .account
        .closes(&names, &item.organisation, &item.contact);
    alert(Tone::Info, text)
}

pub(super) fn show(view: ChangeEmailView, query: PageQuery) -> AnyView {
    let t = texts();
    let problem = view.problem;
    let cancel = view! { <a class="ds-button" data-variant="secondary" data-color="accent" href=route::ACCOUNT.path()>{t.common.cancel}</a> };
    let number;
    let mut said = None;
    let content = match (view.step, view.proof) {
        (
            ChangeEmailStep::Code {
                email,
                minutes,
                again,
            },
            _,
        ) => EitherOf3::A({
            let sent = sent(&email, minutes, again && problem.is_none());
            let told =
                (!problem.is_none()).then(|| view! { <p class="ds-paragraph">{sent.clone()}</p> });
            said = Some(sent);
            number = step("2", "2", t.step.code);
            view! {
                {above(problem, &[OF_CODE])}
            {told}
                {matches!(problem.first(), Some(Problem::TooMany(_)))
                    .then(|| view! { <p class="ds-paragraph">{t.common.last_code(&t.time(minutes))}</p> })}
                <Act to=ChangeEmailCode::PATH class="k-form">
                    {of_flow(view.flow)}
                    <CodeField prefilled=query.code error=beside(problem, OF_CODE)/>
                    <div class="k-buttons"><Submit text=t.common.confirm/> {cancel}</div>
                </Act>
                <div class="k-buttons">
                    <Act to=ChangeEmailResend::PATH>
                        {of_flow(view.flow)}
                        <Submit text=t.common.code_again variant="tertiary"/>
                    </Act>
                    <a class="ds-link" href=route::ACCOUNT_EMAIL.path()>{t.common.other_address}</a>
                </div>
            }
            .into_any()
        }),
        (ChangeEmailStep::Address { .. }, ProofView::Eid(provider)) => EitherOf3::B({
            number = Some(t.step.proof.to_owned());
            view! {
                {above(problem, &[])}
                <p class="ds-paragraph">{t.account.email_proof(&provider.name)}</p>
                <div class="k-buttons">
                    <Act to=ChangeEmailProve::PATH><Submit text=t.common.confirm_with(&provider.name)/></Act>
                    {cancel}
                </div>
            }
            .into_any()
        }),
        (ChangeEmailStep::Address { typed }, proof) => {
            let password = (proof == ProofView::Password).then(|| {
                view! {
                    <PasswordField
                        name="password"
                        label=t.common.password
                        hint=t.account.password_proof
                        error=beside(problem, OF_PASSWORD)
                    />
                }
            });
            number = step("1", "2", t.step.new_email);
            EitherOf3::C(
                view! {
                    {above(problem, &[OF_EMAIL, OF_PASSWORD])}
                    <p class="ds-paragraph">{t.account.email_intro(&view.current)}</p>
                    {view.closing.iter().map(closes).collect_view()}
                    <Act to=ChangeEmail::PATH class="k-form">
                        {of_flow(view.flow)}
                        {hidden("mark", view.mark)}
                        <Field
                            name="email"
                            label=t.account.new_email
                            kind="email"
                            autocomplete="email"
                            value=typed
                            error=beside(problem, OF_EMAIL)
                        />
                        {password}
                        <div class="k-buttons"><Submit text=t.common.send_code/> {cancel}</div>
                    </Act>
                }
                .into_any(),
            )
        }
    };
    view! {
        <Heading text=t.account.change_email step=number said=said.filter(|_| problem.is_none())/>
        {content}
    }
    .into_any()
}
