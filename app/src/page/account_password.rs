//! `/account/password`: changing the password of the account.

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
use kobling_model::view::ChangePasswordView;
use kobling_model::{Problem, route};
use leptos::either::Either;
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

pub(super) fn show(view: ChangePasswordView) -> AnyView {
    let t = texts();
    let cancel = view! { <a class="ds-link" href=route::ACCOUNT.path()>{t.common.cancel}</a> };
    let content = if view.has_password {
        let typed = RwSignal::new(String::new());
        let email = view.about.email.clone();
        Either::Left(
            view! {
                {above(view.problem, &[OF_CURRENT, OF_NEW_PASSWORD, OF_SECOND_PASSWORD])}
                <Act to=ChangePassword::PATH class="k-form">
                    {username(email)}
                    <PasswordField
                        name="current"
                        label=t.password.current
                        error=beside(view.problem, OF_CURRENT)
                    />
                    <NewPassword policy=view.policy about=view.about typed=typed problem=view.problem/>
                    <p class="ds-paragraph" data-size="sm">{t.account.others_end}</p>
                    <div class="k-buttons"><Submit text=t.recovery.save/> {cancel}</div>
                </Act>
            }
            .into_any(),
        )
    } else {
        Either::Right(
            view! {
                <p class="ds-paragraph">{t.account.no_password}</p>
                <div class="k-buttons">
                    <a class="ds-button" data-variant="primary" data-color="accent" href=route::FORGOT_PASSWORD.path()>
                        {t.account.create_password}
                    </a>
                    {cancel}
                </div>
            }
            .into_any(),
        )
    };
    view! {
        <Heading text=t.account.password_heading/>
        {content}
    }
    .into_any()
}
