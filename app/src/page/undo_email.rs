//! `/undo-email`: the page that the mail about a changed address links to.

#[cfg(feature = "ssr")]
use crate::call::{act, id_if_any, set_status};
use crate::error::UiError;
use crate::part::act::{Act, Submit, hidden};
use crate::part::heading::Heading;
use crate::part::texts;
#[cfg(feature = "ssr")]
use crate::part::view::PageQuery;
#[cfg(feature = "ssr")]
use kobling_domain::{Fault, Kobling, Visitor};
#[cfg(feature = "ssr")]
use kobling_model::Problem;
use kobling_model::view::UndoEmailView;
use kobling_model::{FlowId, route};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// What `/undo-email` shows. Viewing it does not consume the ticket.
#[cfg(feature = "ssr")]
pub(super) async fn see(
    kobling: &Kobling,
    visitor: &Visitor,
    query: &PageQuery,
) -> Result<UndoEmailView, Fault> {
    let ticket = (!query.ticket.is_empty()).then_some(query.ticket.as_str());
    kobling
        .email_undo
        .view(visitor, ticket, id_if_any(&query.flow)?)
        .await
}

/// Gives the account its old address back.
#[server(prefix = "/ui", endpoint = "undo-email")]
pub(crate) async fn undo_email(#[server(default)] ticket: String) -> Result<(), UiError> {
    act(|kobling, visitor| async move { kobling.email_undo.undo(&visitor, &ticket).await }).await
}

pub(super) fn show(view: UndoEmailView, ticket: String) -> AnyView {
    let t = &texts().undo_email;
    match view {
        UndoEmailView::Ask { email } => view! {
            <Heading text=t.heading/>
            <p class="ds-paragraph">{t.ask(&email)}</p>
            <p class="ds-paragraph">{t.removes}</p>
            <Act to=UndoEmail::PATH>
                {hidden("ticket", ticket)}
                <Submit text=t.undo/>
            </Act>
            <p class="ds-paragraph">{t.leave}</p>
        }
        .into_any(),
        UndoEmailView::Taken { email } => {
            #[cfg(feature = "ssr")]
            set_status(Problem::EmailTaken);
            view! {
                <Heading text=t.taken_heading/>
                <p class="ds-paragraph">{t.taken(&email)}</p>
                <p><a class="ds-link" href=route::LOGIN.path()>{texts().problem_page.to_sign_in}</a></p>
            }
            .into_any()
        }
        UndoEmailView::Dead => {
            #[cfg(feature = "ssr")]
            set_status(Problem::TicketInvalid);
            view! {
                <Heading text=texts().recovery.dead/>
                <p class="ds-paragraph">{t.dead}</p>
                <p><a class="ds-link" href=route::FORGOT_PASSWORD.path()>{texts().recovery.heading}</a></p>
            }
            .into_any()
        }
        UndoEmailView::Done {
            sign_in,
            password,
            unlinked,
        } => done(sign_in, password, unlinked),
    }
}

fn done(sign_in: FlowId, password: bool, unlinked: bool) -> AnyView {
    let t = &texts().undo_email;
    let to_sign_in = route::with_step(route::LOGIN, sign_in, route::Step::Password);
    let next = if password {
        view! {
            <p class="ds-paragraph">{t.new_password}</p>
            <p>
                <a
                    class="ds-button"
                    data-variant="primary"
                    data-color="accent"
                    href=route::with_flow(route::FORGOT_PASSWORD, sign_in)
                >
                    {texts().recovery.new_heading}
                </a>
            </p>
            <p><a class="ds-link" href=to_sign_in>{texts().problem_page.to_sign_in}</a></p>
        }
        .into_any()
    } else {
        view! {
            <p>
                <a class="ds-button" data-variant="primary" data-color="accent" href=to_sign_in>
                    {texts().common.sign_in}
                </a>
            </p>
        }
        .into_any()
    };
    view! {
        <Heading text=t.done/>
        <p class="ds-paragraph" role="status">{t.done_text}</p>
        {unlinked.then(|| view! { <p class="ds-paragraph">{t.unlinked}</p> })}
        {next}
    }
    .into_any()
}
