//! `/account/password`: changing the password of the account, or creating one.

use super::reset_password::NewPassword;
use super::{OF_NEW_PASSWORD, OF_SECOND_PASSWORD, OfField, above, beside};
#[cfg(feature = "ssr")]
use crate::call::{act, id_if_any};
use crate::error::UiError;
use crate::part::act::{Act, Submit};
use crate::part::heading::Heading;
use crate::part::password::{PasswordField, username};
use crate::part::texts;
#[cfg(feature = "ssr")]
use crate::part::view::PageQuery;
#[cfg(feature = "ssr")]
use kobling_domain::{Fault, Kobling, Visitor};
use kobling_model::view::{ChangePasswordView, ProofView};
use kobling_model::{Problem, route};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// Problems that are shown beside the current password.
const OF_CURRENT: OfField = (
    "current",
    &[Problem::PasswordMissing, Problem::PasswordWrong],
);

/// What `/account/password` shows.
#[cfg(feature = "ssr")]
pub(super) async fn see(
    kobling: &Kobling,
    visitor: &Visitor,
    query: &PageQuery,
) -> Result<ChangePasswordView, Fault> {
    kobling
        .password
        .view(visitor, id_if_any(&query.flow)?)
        .await
}

/// Changes the password.
#[server(prefix = "/ui", endpoint = "change-password")]
pub(crate) async fn change_password(
    #[server(default)] current: String,
    #[server(default)] password: String,
    #[server(default)] confirm: String,
) -> Result<(), UiError> {
    use kobling_domain::kernel::secret::Password;
    act(|kobling, visitor| async move {
        kobling
            .password
            .change(
                &visitor,
                Password(current),
                Password(password),
                Password(confirm),
            )
            .await
    })
    .await
}

/// Creates the password of an account that has none.
#[server(prefix = "/ui", endpoint = "create-password")]
pub(crate) async fn create_password(
    #[server(default)] password: String,
    #[server(default)] confirm: String,
) -> Result<(), UiError> {
    use kobling_domain::kernel::secret::Password;
    act(|kobling, visitor| async move {
        kobling
            .password
            .create(&visitor, Password(password), Password(confirm))
            .await
    })
    .await
}

/// Starts a step-up with an eID.
#[server(prefix = "/ui", endpoint = "create-password-prove")]
pub(crate) async fn create_password_prove() -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.password.prove(&visitor).await }).await
}

pub(super) fn show(view: ChangePasswordView) -> AnyView {
    let t = texts();
    let cancel = view! { <a class="ds-button" data-variant="secondary" data-color="accent" href=route::ACCOUNT.path()>{t.common.cancel}</a> };
    let problem = view.problem;
    let (heading, content) = match view.proof {
        Some(proof @ (ProofView::Password | ProofView::Fresh)) => {
            let changes = proof == ProofView::Password;
            let (to, heading) = if changes {
                (ChangePassword::PATH, t.account.password_heading)
            } else {
                (CreatePassword::PATH, t.account.create_password)
            };
            let typed = RwSignal::new(String::new());
            let email = view.about.email.clone();
            let current = changes.then(|| {
                view! {
                    <PasswordField
                        name="current"
                        label=t.password.current
                        error=beside(problem, OF_CURRENT)
                    />
                }
            });
            let form = view! {
                {above(problem, &[OF_CURRENT, OF_NEW_PASSWORD, OF_SECOND_PASSWORD])}
                <Act to=to class="k-form">
                    {username(email)}
                    {current}
                    <NewPassword policy=view.policy about=view.about typed=typed problem=problem/>
                    <p class="ds-paragraph" data-size="sm">{t.account.others_end}</p>
                    <div class="k-buttons"><Submit text=t.recovery.save/> {cancel}</div>
                </Act>
            };
            (heading, form.into_any())
        }
        Some(ProofView::Eid(provider)) => {
            let proof = view! {
                {above(problem, &[])}
                <p class="ds-paragraph">{t.account.email_proof(&provider.name)}</p>
                <div class="k-buttons">
                    <Act to=CreatePasswordProve::PATH>
                        <Submit text=t.common.confirm_with(&provider.name)/>
                    </Act>
                    {cancel}
                </div>
            };
            (t.account.create_password, proof.into_any())
        }
        None => {
            let reset = view! {
                <p class="ds-paragraph">{t.account.no_password}</p>
                <div class="k-buttons">
                    <a class="ds-button" data-variant="primary" data-color="accent" href=route::FORGOT_PASSWORD.path()>
                        {t.account.create_password}
                    </a>
                    {cancel}
                </div>
            };
            (t.account.create_password, reset.into_any())
        }
    };
    view! {
        <Heading text=heading/>
        {content}
    }
    .into_any()
}
