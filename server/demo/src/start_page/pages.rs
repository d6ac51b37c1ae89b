//! The pages of the start page.

use axum::{http::StatusCode, response::Response};
use maud::{Markup, html};

use super::{lang::Lang, memory::Session};
use crate::{look, web};

/// Why a sign-in failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    Cancelled,
    Refused,
    Lost,
    Used,
    Down,
    Untrusted,
    CrossSite,
}

/// The start page itself.
pub(crate) fn home(session: &Session, lang: Lang, form_action: &[String]) -> Response {
    let unknown = lang.pick("ikke oppgitt", "not given");
    let name = session.person.name.as_deref().unwrap_or(unknown);
    let email = session.person.email.as_deref().unwrap_or(unknown);
    let heading = lang.pick("Startside", "Start page");
    let main = html! {
        h1 { (heading) }
        dl {
            dt { (lang.pick("Navn", "Name")) }
            dd { (name) }
            dt { (lang.pick("E-post", "Email")) }
            dd { (email) }
        }
        form.actions method="post" action="/enterprise/logout" {
            button type="submit" { (lang.pick("Logg ut", "Sign out")) }
        }
        h2 #applications { (lang.pick("Programmer", "Applications")) }
        ul.cards aria-labelledby="applications" {
            @for (title, text) in applications(lang) {
                li.card { h3 { (title) } p.soft { (text) } }
            }
        }
    };
    let markup = look::frame(lang.tag(), heading, &main);
    web::page(StatusCode::OK, form_action, markup)
}

fn applications(lang: Lang) -> [(&'static str, &'static str); 4] {
    [
        (
            lang.pick("Lønn", "Pay"),
            lang.pick("Lønnsslipper og skattekort", "Payslips and tax card"),
        ),
        (
            lang.pick("Timer", "Hours"),
            lang.pick("Timelister og fravær", "Time sheets and absence"),
        ),
        (
            lang.pick("Reiser", "Travel"),
            lang.pick("Reiseregninger og utlegg", "Travel claims and expenses"),
        ),
        (
            lang.pick("Faktura", "Invoices"),
            lang.pick("Godkjenning av regninger", "Approval of invoices"),
        ),
    ]
}

/// The page after a sign-out.
pub(crate) fn signed_out(lang: Lang) -> Response {
    let markup = look::message(
        lang.tag(),
        lang.pick("Du er logget ut", "You are signed out"),
        lang.pick(
            "Du er logget ut av startsiden.",
            "You are signed out of the start page.",
        ),
        Some((
            "/enterprise",
            lang.pick("Til startsiden", "To the start page"),
        )),
    );
    web::page(StatusCode::OK, &[], markup)
}

/// The page after a failed sign-in, with a link to try again.
pub(crate) fn problem(problem: Problem, lang: Lang) -> Response {
    let (status, heading, text) = describe(problem, lang);
    let next = match problem {
        Problem::Used => (
            "/enterprise",
            lang.pick("Til startsiden", "To the start page"),
        ),
        _ => ("/enterprise", lang.pick("Prøv igjen", "Try again")),
    };
    let markup: Markup = look::message(lang.tag(), heading, text, Some(next));
    web::page(status, &[], markup)
}

fn describe(problem: Problem, lang: Lang) -> (StatusCode, &'static str, &'static str) {
    match problem {
        Problem::Cancelled => (
            StatusCode::OK,
            lang.pick("Påloggingen ble avbrutt", "The sign-in was cancelled"),
            lang.pick(
                "Du avbrøt påloggingen. Ingenting er endret.",
                "You cancelled the sign-in. Nothing has changed.",
            ),
        ),
        Problem::Refused => (
            StatusCode::OK,
            lang.pick(
                "Påloggingen ble ikke fullført",
                "The sign-in was not completed",
            ),
            lang.pick(
                "Påloggingstjenesten kunne ikke logge deg på nå.",
                "The sign-in service could not sign you in now.",
            ),
        ),
        Problem::Lost => (
            StatusCode::BAD_REQUEST,
            lang.pick(
                "Vi fant ikke igjen påloggingen",
                "We lost track of the sign-in",
            ),
            lang.pick(
                "Den kan ha tatt mer enn ti minutter, eller ha begynt i en annen nettleser.",
                "It may have taken more than ten minutes, or have begun in another browser.",
            ),
        ),
        Problem::Used => (
            StatusCode::BAD_REQUEST,
            lang.pick("Påloggingen er allerede brukt", "The sign-in has been used"),
            lang.pick(
                "Denne adressen virker bare én gang. Gå til startsiden for å fortsette.",
                "This address works only once. Go to the start page to go on.",
            ),
        ),
        Problem::Down => (
            StatusCode::BAD_GATEWAY,
            lang.pick("Påloggingen svarer ikke", "The sign-in does not answer"),
            lang.pick(
                "Vi får ikke kontakt med påloggingstjenesten. Vent litt før du prøver igjen.",
                "We cannot reach the sign-in service. Wait a little before you try again.",
            ),
        ),
        Problem::Untrusted => (
            StatusCode::BAD_GATEWAY,
            lang.pick(
                "Svaret kunne ikke godtas",
                "The answer could not be accepted",
            ),
            lang.pick(
                "Svaret fra påloggingstjenesten stemte ikke. Du er ikke logget på.",
                "The answer from the sign-in service was not right. You are not signed in.",
            ),
        ),
        Problem::CrossSite => (
            StatusCode::FORBIDDEN,
            lang.pick("Du er fortsatt logget på", "You are still signed in"),
            lang.pick(
                "Et annet nettsted prøvde å logge deg ut.",
                "Another site tried to sign you out.",
            ),
        ),
    }
}
