//! The dialog **Fjern tilknytning** of account settings.

use super::{OF_PASSWORD, above, prove};
#[cfg(feature = "ssr")]
use crate::call::{act, id};
use crate::error::UiError;
use crate::part::act::{Act, Submit, of_flow};
use crate::part::dialog::{CANCEL, Dialog};
use crate::part::heading::step;
use crate::part::texts;
use kobling_model::route;
use kobling_model::view::{RemovalStep, RemovalView};
use leptos::either::EitherOf5;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// Opens the dialog for a link.
#[server(prefix = "/ui", endpoint = "begin-removal")]
pub(crate) async fn begin_removal(#[server(default)] link: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.removal.open(&visitor, id(&link)?).await }).await
}

/// Confirms the removal.
#[server(prefix = "/ui", endpoint = "confirm-removal")]
pub(crate) async fn confirm_removal(#[server(default)] flow: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.removal.confirm(&visitor, id(&flow)?).await }).await
}

/// Completes the removal, with the password if one is required.
#[server(prefix = "/ui", endpoint = "finish-removal")]
pub(crate) async fn finish_removal(
    #[server(default)] flow: String,
    password: Option<String>,
) -> Result<(), UiError> {
    use kobling_domain::kernel::secret::Password;
    act(|kobling, visitor| async move {
        kobling
            .removal
            .finish(&visitor, id(&flow)?, password.map(Password))
            .await
    })
    .await
}

/// Closes the dialog.
#[server(prefix = "/ui", endpoint = "cancel-removal")]
pub(crate) async fn cancel_removal(#[server(default)] flow: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.removal.cancel(&visitor, id(&flow)?).await }).await
}

pub(crate) fn removal(view: RemovalView) -> AnyView {
    let texts = texts();
    let t = &texts.removal;
    let name = view.provider.name;
    let number = match view.step {
        RemovalStep::Ask => step("1", "2", texts.step.removal),
        RemovalStep::Password | RemovalStep::Eid { .. } => step("2", "2", texts.step.proof),
        RemovalStep::Confirmed => step("2", "2", texts.step.removal),
        RemovalStep::Refused => None,
    };
    let content = match view.step {
        RemovalStep::Ask => EitherOf5::A(
            view! {
                <p class="ds-paragraph">{t.ask(&name)}</p>
                <Act to=ConfirmRemoval::PATH class="k-first">
                    {of_flow(view.flow)}
                    <Submit text=t.remove color="danger"/>
                </Act>
            }
            .into_any(),
        ),
        RemovalStep::Password => EitherOf5::B(
            prove::by_password(FinishRemoval::PATH, view.flow, view.problem, "danger"),
        ),
        RemovalStep::Eid { provider } => EitherOf5::C(prove::by_eid(view.flow, &provider)),
        RemovalStep::Confirmed => EitherOf5::D(
            view! {
                <p class="ds-paragraph">{t.confirmed(&name)}</p>
                <Act to=FinishRemoval::PATH class="k-first">
                    {of_flow(view.flow)}
                    <Submit text=texts.common.confirm color="danger"/>
                </Act>
            }
            .into_any(),
        ),
        RemovalStep::Refused => EitherOf5::E(
            view! {
                <p class="ds-paragraph">{t.refused(&name)}</p>
                <a class="ds-button" data-variant="primary" data-color="accent" href=route::FORGOT_PASSWORD.path()>
                    {texts.account.create_password}
                </a>
            }
            .into_any(),
        ),
    };
    view! {
        <Dialog heading=t.heading step=number>
            {above(view.problem, &[OF_PASSWORD])}
            {content}
            <Act to=CancelRemoval::PATH class=CANCEL>
                {of_flow(view.flow)}
                <Submit text=texts.common.cancel variant="secondary"/>
            </Act>
        </Dialog>
    }
    .into_any()
}
