//! The pages of the simulated eID, without scripts.

use axum::{http::StatusCode, response::Response};
use maud::{Markup, html};

use super::{
    acr::Acr, behaviour::Behaviour, provider::Provider, request::AuthorizationRequest, text::Text,
};
use crate::{lang::Lang, web};

/// The values of the sign-in form.
pub(crate) struct Form<'a> {
    pub(crate) interaction: &'a str,
    pub(crate) lang: Lang,
    pub(crate) suggested: Option<&'a str>,
    pub(crate) level: Acr,
    pub(crate) behaviour: Behaviour,
    pub(crate) typed: &'a str,
    pub(crate) bad_number: bool,
}

impl<'a> Form<'a> {
    /// The untouched form of a request.
    pub(crate) fn new(interaction: &'a str, request: &'a AuthorizationRequest) -> Self {
        Self {
            interaction,
            lang: request.locale.lang(),
            suggested: request.suggested.as_deref(),
            level: request.acr.unwrap_or(Acr::High),
            behaviour: Behaviour::Normal,
            typed: "",
            bad_number: false,
        }
    }
}

/// The sign-in page.
pub(crate) fn sign_in(provider: &Provider, form: &Form<'_>) -> Response {
    let text = Text::of(form.lang);
    let prefix = if form.bad_number {
        text.error_prefix
    } else {
        ""
    };
    let main = html! {
        h1 { (text.title) }
        p.note { (text.simulated) }
        form method="post" action="/login" {
            // Enter in the field presses the first submit button of the form, which must be nobody's.
            button type="submit" hidden { (text.sign_in) }
            input type="hidden" name="interaction" value=(form.interaction);
            @if !provider.people.is_empty() {
                h2 #people { (text.people) }
                (people(provider, form, text))
                h2 { (text.by_number) }
            }
            (number_field(text, form))
            div.field {
                label for="level" { (text.level) }
                select id="level" name="level" {
                    @for acr in Acr::ALL {
                        option value=(acr.name()) selected[acr == form.level] { (acr.label(text.lang)) }
                    }
                }
            }
            div.actions {
                button.main type="submit" { (text.sign_in) }
                button type="submit" name="action" value="cancel" { (text.cancel) }
            }
            details open[form.behaviour != Behaviour::Normal] {
                summary { (text.testers) }
                label for="behaviour" { (text.behaviour) }
                p.hint #behaviour-hint { (text.behaviour_hint) }
                select id="behaviour" name="behaviour" aria-describedby="behaviour-hint" {
                    @for behaviour in Behaviour::ALL {
                        option value=(behaviour.code()) selected[behaviour == form.behaviour] {
                            (text.name(behaviour))
                        }
                    }
                }
            }
        }
    };
    let title = format!("{prefix}{}", text.title);
    let markup = provider.look.page(text.lang, &title, &main);
    web::page(StatusCode::OK, &provider.form_action, markup)
}

/// The buttons of the people; the suggested one has the focus.
fn people(provider: &Provider, form: &Form<'_>, text: &Text) -> Markup {
    html! {
        ul.rows aria-labelledby="people" {
            @for (index, person) in provider.people.iter().enumerate() {
                @let suggested = form.suggested == Some(person.key);
                li.card.suggested[suggested] {
                    button.main[suggested] type="submit" name="person" value=(person.pid)
                        aria-describedby={ "shows-" (index) }
                        autofocus[suggested && !form.bad_number] { (person.label) }
                    p id={ "shows-" (index) } {
                        @if suggested { strong { (text.suggested) } " " }
                        (person.shows.of(text.lang))
                    }
                }
            }
        }
    }
}

fn number_field(text: &Text, form: &Form<'_>) -> Markup {
    let described = if form.bad_number {
        "pid-hint pid-error"
    } else {
        "pid-hint"
    };
    html! {
        div.field {
            label for="pid" { (text.number) }
            p.hint #pid-hint { (text.number_hint) }
            input id="pid" name="pid" type="text" inputmode="numeric" autocomplete="off"
                spellcheck="false" value=(form.typed) aria-describedby=(described)
                aria-invalid=[form.bad_number.then_some("true")] autofocus[form.bad_number];
            @if form.bad_number {
                p.error #pid-error { (text.number_bad) }
            }
        }
    }
}

/// The page at the provider's own address.
pub(crate) fn front(provider: &Provider, lang: Lang) -> Response {
    let text = Text::of(lang);
    let main = html! {
        h1 { (text.title) }
        p.note { (text.simulated) }
        p { (text.front) }
        @if let Some(bar) = &provider.look.bar {
            p { a href={ (bar.start_page) "/enterprise" } { (text.to_start_page) } }
        }
        ul.rows {
            @for person in &provider.people {
                li.card { strong { (person.label) } p { (person.shows.of(lang)) } }
            }
        }
    };
    let markup = provider.look.page(lang, text.title, &main);
    web::page(StatusCode::OK, &[], markup)
}

/// The page after a sign-out without a redirect.
pub(crate) fn signed_out(provider: &Provider, lang: Lang) -> Response {
    let text = Text::of(lang);
    let look = &provider.look;
    let markup = look.message(lang, text.signed_out, text.signed_out_text, None);
    web::page(StatusCode::OK, &[], markup)
}

/// Errors that cannot be sent to the client, and are shown to the person.
#[derive(Clone, Copy)]
pub(crate) enum Problem {
    UnknownClient,
    UnknownRedirect,
    Gone,
}

/// The page for a problem, with status 400.
pub(crate) fn problem(provider: &Provider, problem: Problem, lang: Lang) -> Response {
    let text = Text::of(lang);
    let sentence = match problem {
        Problem::UnknownClient => text.unknown_client,
        Problem::UnknownRedirect => text.unknown_redirect,
        Problem::Gone => text.gone,
    };
    let markup = provider.look.message(lang, text.cannot, sentence, None);
    web::page(StatusCode::BAD_REQUEST, &[], markup)
}
