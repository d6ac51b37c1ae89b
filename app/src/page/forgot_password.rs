//! `/forgot-password`: requesting a reset mail.

use super::{OF_EMAIL, OF_ROBOT, above, beside};
#[cfg(feature = "ssr")]
use crate::call::{act, id_if_any};
use crate::error::UiError;
use crate::part::act::{Act, Submit, of_flow};
use crate::part::field::Field;
use crate::part::heading::{Heading, step};
use crate::part::robot::{HoldSubmit, Robot, Work};
use crate::part::texts;
#[cfg(feature = "ssr")]
use crate::part::view::PageQuery;
#[cfg(feature = "ssr")]
use kobling_domain::{Fault, Kobling, Visitor};
use kobling_model::route::{self, Page};
use kobling_model::view::ForgotView;
use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// What `/forgot-password` shows.
#[cfg(feature = "ssr")]
pub(super) async fn see(
    kobling: &Kobling,
    visitor: &Visitor,
    query: &PageQuery,
) -> Result<ForgotView, Fault> {
    kobling
        .recovery
        .forgot_view(visitor, id_if_any(&query.flow)?)
        .await
}

/// Requests the reset mail.
#[server(prefix = "/ui", endpoint = "request-recovery")]
pub(crate) async fn request_recovery(
    #[server(default)] flow: String,
    #[server(default)] email: String,
    #[server(default)] robot: String,
    #[server(default)] proof: String,
) -> Result<(), UiError> {
    act(|kobling, visitor| async move {
        let proof = (!proof.is_empty()).then_some(proof.as_str());
        kobling
            .recovery
            .request(
                &visitor,
                id_if_any(&flow)?,
                &email,
                !robot.is_empty(),
                proof,
            )
            .await
    })
    .await
}

pub(super) fn show(view: ForgotView) -> AnyView {
    let t = texts();
    let with = |page: Page| match view.sign_in {
        Some(flow) => route::with_flow(page, flow),
        None => page.to_string(),
    };
    let (again, back) = (with(route::FORGOT_PASSWORD), with(route::LOGIN));
    let (number, said) = if view.sent {
        (
            step("2", "3", t.step.mail),
            Some(t.recovery.sent(&view.email, &t.time(view.ticket_minutes))),
        )
    } else {
        (step("1", "3", t.step.email), None)
    };
    let content = if view.sent {
        Either::Left(
            view! {
                <p class="ds-paragraph">{t.recovery.not_arrived}</p>
                <p class="k-links">
                    <a class="ds-link" href=again>{t.recovery.again}</a>
                    <a class="ds-link" href=back>{t.recovery.back}</a>
                </p>
            }
            .into_any(),
        )
    } else {
        let work = RwSignal::new(Work::Idle);
        Either::Right(
            view! {
                {above(view.problem, &[OF_EMAIL, OF_ROBOT])}
                <p class="ds-paragraph">{t.recovery.intro}</p>
                <HoldSubmit work=work>
                    <Act to=RequestRecovery::PATH class="k-form">
                        {of_flow(view.flow)}
                        <Field
                            name="email"
                            label=t.common.email
                            kind="email"
                            autocomplete="username"
                            value=view.email
                            error=beside(view.problem, OF_EMAIL)
                        />
                        <Robot work=work error=beside(view.problem, OF_ROBOT)/>
                        <Submit text=t.recovery.send/>
                    </Act>
                </HoldSubmit>
                <p><a class="ds-link" href=back>{t.recovery.back}</a></p>
            }
            .into_any(),
        )
    };
    view! {
        <Heading text=t.recovery.heading step=number said=said/>
        {content}
    }
    .into_any()
}
