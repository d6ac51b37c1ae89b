//! The problem page: shown in place of a page that fails, or at `/problem`, to which endpoints redirect.

use crate::browser::Navigator;
use crate::part::heading::Heading;
use crate::part::texts;
use kobling_model::{Problem, route};
use leptos::prelude::*;

/// Shows the problem and a link to continue.
pub(crate) fn problem_page(problem: Problem) -> AnyView {
    let t = texts();
    #[cfg(feature = "ssr")]
    if problem != Problem::NotSignedIn {
        crate::call::set_status(problem);
    }
    let (href, text) = match problem {
        Problem::NotSignedIn => {
            Navigator::get().go_after_render(route::LOGIN.path());
            (route::LOGIN.path(), t.problem_page.to_sign_in)
        }
        Problem::Outdated => {
            Navigator::get().reload_after_render();
            ("/", t.problem_page.restart)
        }
        Problem::TicketInvalid => (route::FORGOT_PASSWORD.path(), t.recovery.ask_again),
        Problem::NeedProof | Problem::LastWayIn => {
            (route::ACCOUNT.path(), t.common.back_to_account)
        }
        _ => ("/", t.problem_page.restart),
    };
    let heading = match problem {
        Problem::TicketInvalid => t.recovery.dead,
        Problem::NotFound => t.problem_page.not_found,
        _ => t.problem_page.heading,
    };
    view! {
        <Heading text=heading/>
        <p class="ds-paragraph">{t.problem_text(problem)}</p>
        {leads_back()}
        <p><a class="ds-link" href=href>{text}</a></p>
    }
    .into_any()
}

/// Names the application that the error is for, and leads there.
#[cfg(feature = "ssr")]
fn leads_back() -> Option<AnyView> {
    let crate::edge::LeadsBack {
        client,
        host,
        address,
    } = use_context()?;
    let t = &texts().problem_page;
    let who = t.leads_back(&client, &host);
    let view = view! {
        <p class="ds-paragraph">{who}</p>
        <p><a class="ds-link" href=address>{t.continue_to(&host)}</a></p>
    };
    Some(view.into_any())
}

/// The browser does not render this page: the server does, without client-side code.
#[cfg(not(feature = "ssr"))]
fn leads_back() -> Option<AnyView> {
    None
}
