//! The pages of the start page.

use axum::{http::StatusCode, response::Response};
use axum_extra::extract::CookieJar;
use maud::html;

use super::{guide, memory::Session, state::StartPage};
use crate::{lang::Lang, web};

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
    NotEmptied,
}

/// The start page itself.
pub(crate) fn home(start: &StartPage, jar: &CookieJar, session: &Session, lang: Lang) -> Response {
    let unknown = lang.pick("ikke oppgitt", "ikkje oppgitt", "not given");
    let name = session.person.name.as_deref().unwrap_or(unknown);
    let email = session.person.email.as_deref().unwrap_or(unknown);
    let heading = lang.pick("Startside", "Startside", "Start page");
    let main = html! {
        h1 { (heading) }
        dl {
            dt { (lang.pick("Navn", "Namn", "Name")) }
            dd { (name) }
            dt { (lang.pick("E-post", "E-post", "Email")) }
            dd { (email) }
        }
        form.actions method="post" action="/enterprise/logout" {
            button type="submit" { (lang.pick("Logg ut", "Logg ut", "Sign out")) }
        }
        @if start.tour.is_some() {
            (guide::ending(&start.progress(jar), lang))
        }
        h2 #applications { (lang.pick("Tjenester", "Tenester", "Services")) }
        ul.cards aria-labelledby="applications" {
            @for (title, text) in applications(lang) {
                li.card { h3 { (title) } p.soft { (text) } }
            }
        }
    };
    let markup = start.look.page(lang, heading, &main);
    web::page(StatusCode::OK, &start.form_action(), markup)
}

fn applications(lang: Lang) -> [(&'static str, &'static str); 4] {
    [
        (
            lang.pick("Lønn", "Løn", "Pay"),
            lang.pick(
                "Lønnsslipper og skattekort",
                "Lønsslippar og skattekort",
                "Payslips and tax card",
            ),
        ),
        (
            lang.pick("Timer", "Timar", "Hours"),
            lang.pick(
                "Timelister og fravær",
                "Timelister og fråvær",
                "Time sheets and absence",
            ),
        ),
        (
            lang.pick("Reiser", "Reiser", "Travel"),
            lang.pick(
                "Reiseregninger og utlegg",
                "Reiserekningar og utlegg",
                "Travel claims and expenses",
            ),
        ),
        (
            lang.pick("Faktura", "Faktura", "Invoices"),
            lang.pick(
                "Godkjenning av regninger",
                "Godkjenning av rekningar",
                "Approval of invoices",
            ),
        ),
    ]
}

/// The page after a sign-out.
pub(crate) fn signed_out(start: &StartPage, lang: Lang) -> Response {
    let markup = start.look.message(
        lang,
        lang.pick("Du er logget ut", "Du er logga ut", "You are signed out"),
        lang.pick(
            "Du er logget ut av startsiden.",
            "Du er logga ut av startsida.",
            "You are signed out of the start page.",
        ),
        Some((
            "/enterprise",
            lang.pick("Til startsiden", "Til startsida", "To the start page"),
        )),
    );
    web::page(StatusCode::OK, &[], markup)
}

/// The page after a failed sign-in, with a link to try again.
pub(crate) fn problem(start: &StartPage, problem: Problem, lang: Lang) -> Response {
    let (status, heading, text) = describe(problem, lang);
    let next = match problem {
        Problem::Used => (
            "/enterprise",
            lang.pick("Til startsiden", "Til startsida", "To the start page"),
        ),
        _ => (
            "/enterprise",
            lang.pick("Prøv igjen", "Prøv igjen", "Try again"),
        ),
    };
    let markup = start.look.message(lang, heading, text, Some(next));
    web::page(status, &[], markup)
}

fn describe(problem: Problem, lang: Lang) -> (StatusCode, &'static str, &'static str) {
    match problem {
        Problem::Cancelled => (
            StatusCode::OK,
            lang.pick(
                "Påloggingen ble avbrutt",
                "Pålogginga vart avbroten",
                "The sign-in was cancelled",
            ),
            lang.pick(
                "Du avbrøt påloggingen. Ingenting er endret.",
                "Du avbraut pålogginga. Ingenting er endra.",
                "You cancelled the sign-in. Nothing has changed.",
            ),
        ),
        Problem::Refused => (
            StatusCode::OK,
            lang.pick(
                "Påloggingen ble ikke fullført",
                "Pålogginga vart ikkje fullført",
                "The sign-in was not completed",
            ),
            lang.pick(
                "Påloggingstjenesten kunne ikke logge deg på nå.",
                "Påloggingstenesta kunne ikkje logge deg på no.",
                "The sign-in service could not sign you in now.",
            ),
        ),
        Problem::Lost => (
            StatusCode::BAD_REQUEST,
            lang.pick(
                "Vi fant ikke igjen påloggingen",
                "Vi fann ikkje att pålogginga",
                "We lost track of the sign-in",
            ),
            lang.pick(
                "Den kan ha tatt mer enn ti minutter, eller ha begynt i en annen nettleser.",
                "Ho kan ha teke meir enn ti minutt, eller ha byrja i ein annan nettlesar.",
                "It may have taken more than ten minutes, or have begun in another browser.",
            ),
        ),
        Problem::Used => (
            StatusCode::BAD_REQUEST,
            lang.pick(
                "Påloggingen er allerede brukt",
                "Pålogginga er allereie brukt",
                "The sign-in has been used",
            ),
            lang.pick(
                "Denne adressen virker bare én gang. Gå til startsiden for å fortsette.",
                "Denne adressa verkar berre éin gong. Gå til startsida for å halde fram.",
                "This address works only once. Go to the start page to go on.",
            ),
        ),
        Problem::Down => (
            StatusCode::BAD_GATEWAY,
            lang.pick(
                "Påloggingen svarer ikke",
                "Pålogginga svarar ikkje",
                "The sign-in does not answer",
            ),
            lang.pick(
                "Vi får ikke kontakt med påloggingstjenesten. Vent litt før du prøver igjen.",
                "Vi får ikkje kontakt med påloggingstenesta. Vent litt før du prøver igjen.",
                "We cannot reach the sign-in service. Wait a little before you try again.",
            ),
        ),
        Problem::Untrusted => (
            StatusCode::BAD_GATEWAY,
            lang.pick(
                "Svaret kunne ikke godtas",
                "Svaret kunne ikkje godtakast",
                "The answer could not be accepted",
            ),
            lang.pick(
                "Svaret fra påloggingstjenesten stemte ikke. Du er ikke logget på.",
                "Svaret frå påloggingstenesta stemte ikkje. Du er ikkje logga på.",
                "The answer from the sign-in service was not right. You are not signed in.",
            ),
        ),
        Problem::CrossSite => (
            StatusCode::FORBIDDEN,
            lang.pick(
                "Ingenting er endret",
                "Ingenting er endra",
                "Nothing has changed",
            ),
            lang.pick(
                "Skjemaet ble sendt fra et annet nettsted.",
                "Skjemaet vart sendt frå ein annan nettstad.",
                "The form was sent from another site.",
            ),
        ),
        Problem::NotEmptied => (
            StatusCode::INTERNAL_SERVER_ERROR,
            lang.pick(
                "Demoen ble ikke tømt",
                "Demoen vart ikkje tømd",
                "The demo was not emptied",
            ),
            lang.pick(
                "Noe gikk galt. Loggen sier hva.",
                "Noko gjekk gale. Loggen seier kva.",
                "Something went wrong. The log says what.",
            ),
        ),
    }
}
