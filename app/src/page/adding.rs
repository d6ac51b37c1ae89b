//! The dialog of account settings that asks for a proof before an eID is added.

use super::{OF_PASSWORD, above, prove};
#[cfg(feature = "ssr")]
use crate::call::{act, id};
use crate::error::UiError;
use crate::part::act::{Act, Submit, of_flow};
use crate::part::dialog::{CANCEL, Dialog};
use crate::part::eid::eid_button;
use crate::part::heading::step;
use crate::part::texts;
use kobling_model::route;
use kobling_model::view::{AddingView, ProofView};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// Opens the dialog for a provider.
#[server(prefix = "/ui", endpoint = "add-eid")]
pub(crate) async fn add_eid(#[server(default)] provider: String) -> Result<(), UiError> {
    use kobling_model::{Problem, ProviderId};
    act(|kobling, visitor| async move {
        let provider = ProviderId::parse(&provider).ok_or(Problem::NotFound)?;
        kobling.adding.open(&visitor, &provider).await
    })
    .await
}

/// Confirms by password, and goes on to the provider.
#[server(prefix = "/ui", endpoint = "prove-adding")]
pub(crate) async fn prove_adding(
    #[server(default)] flow: String,
    #[server(default)] password: String,
) -> Result<(), UiError> {
    use kobling_domain::kernel::secret::Password;
    act(|kobling, visitor| async move {
        kobling
            .adding
            .prove(&visitor, id(&flow)?, Password(password))
            .await
    })
    .await
}

/// Closes the dialog.
#[server(prefix = "/ui", endpoint = "cancel-adding")]
pub(crate) async fn cancel_adding(#[server(default)] flow: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.adding.cancel(&visitor, id(&flow)?).await }).await
}

pub(super) fn adding(view: AddingView) -> AnyView {
    let texts = texts();
    let t = &texts.account;
    let name = view.provider.name;
    let number = match view.proof {
        Some(ProofView::Fresh) => step("2", "2", &texts.sign_in.with(&name)),
        Some(_) => step("1", "2", texts.step.proof),
        None => None,
    };
    let content = match view.proof {
        Some(ProofView::Password) => {
            prove::by_password(ProveAdding::PATH, view.flow, view.problem, "accent")
        }
        Some(ProofView::Eid(provider)) => prove::by_eid(view.flow, &provider),
        Some(ProofView::Fresh) => {
            eid_button(&view.provider.id, Some(view.flow), t.link(&name), "primary")
        }
        None => view! {
            <p class="ds-paragraph">{t.no_password}</p>
            <a class="ds-button" data-variant="primary" data-color="accent" href=route::FORGOT_PASSWORD.path()>
                {t.create_password}
            </a>
        }
        .into_any(),
    };
    view! {
        <Dialog heading=t.add_heading step=number>
            {above(view.problem, &[OF_PASSWORD])}
            <p class="ds-paragraph">{t.add_intro(&name)}</p>
            {content}
            <Act to=CancelAdding::PATH class=CANCEL>
                {of_flow(view.flow)}
                <Submit text=texts.common.cancel variant="secondary"/>
            </Act>
        </Dialog>
    }
    .into_any()
}
