//! `/reset-password`: the page that the reset mail links to.

use super::{OF_NEW_PASSWORD, OF_SECOND_PASSWORD, above, beside};
#[cfg(feature = "ssr")]
use crate::call::{act, id, id_if_any};
use crate::error::UiError;
use crate::part::act::{Act, Submit, hidden};
use crate::part::alert::{Tone, alert};
use crate::part::heading::{Heading, step};
use crate::part::identity::identities;
use crate::part::password::{PasswordChecklist, PasswordField, username};
use crate::part::texts;
#[cfg(feature = "ssr")]
use crate::part::view::PageQuery;
#[cfg(feature = "ssr")]
use kobling_domain::{Fault, Kobling, Visitor};
use kobling_model::view::{LinkItem, ResetStep, ResetView};
use kobling_model::{FlowId, Problem, Problems, route};
use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// What `/reset-password` shows. Viewing it does not consume the ticket.
#[cfg(feature = "ssr")]
pub(super) async fn see(
    kobling: &Kobling,
    visitor: &Visitor,
    query: &PageQuery,
) -> Result<ResetView, Fault> {
    let ticket = (!query.ticket.is_empty()).then_some(query.ticket.as_str());
    kobling
        .recovery
        .reset_view(visitor, ticket, id_if_any(&query.flow)?)
        .await
}

/// Saves the new password.
#[server(prefix = "/ui", endpoint = "reset-password")]
pub(crate) async fn reset_password(
    #[server(default)] ticket: String,
    #[server(default)] password: String,
    #[server(default)] confirm: String,
) -> Result<(), UiError> {
    use kobling_domain::kernel::secret::Password;
    act(|kobling, visitor| async move {
        kobling
            .recovery
            .reset(&visitor, &ticket, Password(password), Password(confirm))
            .await
    })
    .await
}

/// Removes an eID that the person does not recognise.
#[server(prefix = "/ui", endpoint = "remove-after-reset")]
pub(crate) async fn remove_after_reset(
    #[server(default)] flow: String,
    #[server(default)] link: String,
) -> Result<(), UiError> {
    act(|kobling, visitor| async move {
        kobling
            .recovery
            .remove_link(&visitor, id(&flow)?, id(&link)?)
            .await
    })
    .await
}

pub(super) fn show(view: ResetView, ticket: String) -> AnyView {
    let t = texts();
    let content = match view.step {
        ResetStep::Choose { policy, about } => {
            let typed = RwSignal::new(String::new());
            let email = about.email.clone();
            EitherOf3::A(
                view! {
                    <Heading text=t.recovery.new_heading step=step("3", "3", t.step.new_password)/>
                    {above(view.problem, &[OF_NEW_PASSWORD, OF_SECOND_PASSWORD])}
                    <p class="ds-paragraph">{t.recovery.new_intro(&email)}</p>
                    <Act to=ResetPassword::PATH class="k-form">
                        {hidden("ticket", ticket)}
                        {username(email)}
                        <NewPassword policy=policy about=about typed=typed problem=view.problem/>
                        <Submit text=t.recovery.save/>
                    </Act>
                }
                .into_any(),
            )
        }
        ResetStep::Dead => EitherOf3::B(super::problem::problem_page(
            view.problem.first().unwrap_or(Problem::TicketInvalid),
        )),
        ResetStep::Done {
            flow,
            sign_in,
            links,
            notice,
        } => EitherOf3::C(
            view! {
                <Heading text=t.recovery.done said=Some(t.recovery.done_text.to_owned())/>
                {notice.map(|notice| alert(Tone::Success, t.notice.of(notice, "")))}
                {(!links.is_empty()).then(|| can_sign_in(links, flow))}
                <p>
                    <a class="ds-button" data-variant="primary" data-color="accent" href=route::with_step(route::LOGIN, sign_in, route::Step::Password)>
                        {t.common.sign_in}
                    </a>
                </p>
            }
            .into_any(),
        ),
    };
    content.into_any()
}

/// The eIDs that can sign in to the account, each with a button that removes it.
fn can_sign_in(links: Vec<LinkItem>, flow: FlowId) -> AnyView {
    let t = texts();
    view! {
        <section class="k-section" aria-labelledby="identities">
            <h2 class="ds-heading" data-size="xs" id="identities">{t.account.identities}</h2>
            <p class="ds-paragraph">{t.recovery.can_sign_in}</p>
            {identities(links, RemoveAfterReset::PATH, Some(flow))}
        </section>
    }
    .into_any()
}

/// The two fields for a new password, with the checklist between them.
#[component]
pub(crate) fn NewPassword(
    policy: kobling_model::password::Policy,
    about: kobling_model::password::Personal,
    typed: RwSignal<String>,
    problem: Problems,
) -> impl IntoView {
    let t = texts();
    view! {
        <PasswordField
            name="password"
            label=t.password.new
            autocomplete="new-password"
            error=beside(problem, OF_NEW_PASSWORD)
            typed=typed
            also="requirements"
        />
        <PasswordChecklist policy=policy about=about typed=typed/>
        <PasswordField
            name="confirm"
            label=t.password.confirm
            autocomplete="new-password"
            error=beside(problem, OF_SECOND_PASSWORD)
        />
    }
    .into_any()
}
