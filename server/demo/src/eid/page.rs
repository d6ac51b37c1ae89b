//! The pages of the simulated eID, without scripts.

use axum::{http::StatusCode, response::Response};
use maud::{Markup, html};

use super::{
    acr::Acr,
    behaviour::Behaviour,
    provider::Provider,
    request::{AuthorizationRequest, Locale},
    text::Text,
};
use crate::{
    look,
    web::{self, Params},
};

/// The values of the sign-in form.
pub(crate) struct Form<'a> {
    pub(crate) interaction: &'a str,
    pub(crate) locale: Locale,
    pub(crate) level: Acr,
    pub(crate) behaviour: Behaviour,
    pub(crate) typed: &'a str,
    pub(crate) bad_number: bool,
}

impl<'a> Form<'a> {
    /// The untouched form of a request.
    pub(crate) fn new(interaction: &'a str, request: &AuthorizationRequest) -> Self {
        Self {
            interaction,
            locale: request.locale,
            level: request.acr.unwrap_or(Acr::High),
            behaviour: Behaviour::Normal,
            typed: "",
            bad_number: false,
        }
    }
}

/// The sign-in page.
pub(crate) fn sign_in(provider: &Provider, form: &Form<'_>) -> Response {
    let text = Text::of(form.locale);
    let prefix = if form.bad_number {
        text.error_prefix
    } else {
        ""
    };
    let main = html! {
        h1 { (text.title) }
        p.note { (text.simulated) }
        // The first submit button of the form is the one that Enter in the field presses.
        form method="post" action="/login" {
            input type="hidden" name="interaction" value=(form.interaction);
            (number_field(text, form))
            div.field {
                label for="level" { (text.level) }
                select id="level" name="level" {
                    @for acr in Acr::ALL {
                        option value=(acr.name()) selected[acr == form.level] { (acr.name()) }
                    }
                }
            }
            div.actions {
                button.main type="submit" { (text.sign_in) }
                button type="submit" name="action" value="cancel" { (text.cancel) }
            }
            @if !provider.people.is_empty() {
                h2 #people { (text.people) }
                ul.rows aria-labelledby="people" {
                    @for (index, person) in provider.people.iter().enumerate() {
                        li.card {
                            button type="submit" name="person" value=(person.pid)
                                aria-describedby={ "shows-" (index) } { (person.label) }
                            p id={ "shows-" (index) } { (person.shows) }
                        }
                    }
                }
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
    let markup = look::frame(text.lang, &title, &main);
    web::page(StatusCode::OK, &provider.form_action, markup)
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
pub(crate) fn front(provider: &Provider, params: &Params) -> Markup {
    let text = Text::of(Locale::choose(params.get("ui_locales")));
    let main = html! {
        h1 { (text.title) }
        p.note { (text.simulated) }
        p { (text.front) }
        ul.rows {
            @for person in &provider.people {
                li.card { strong { (person.label) } p { (person.shows) } }
            }
        }
    };
    look::frame(text.lang, text.title, &main)
}

/// The page after a sign-out without a redirect.
pub(crate) fn signed_out(params: &Params) -> Response {
    let text = Text::of(Locale::choose(params.get("ui_locales")));
    let markup = look::message(text.lang, text.signed_out, text.signed_out_text, None);
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
pub(crate) fn problem(problem: Problem, params: &Params) -> Response {
    let text = Text::of(Locale::choose(params.get("ui_locales")));
    let sentence = match problem {
        Problem::UnknownClient => text.unknown_client,
        Problem::UnknownRedirect => text.unknown_redirect,
        Problem::Gone => text.gone,
    };
    let markup = look::message(text.lang, text.cannot, sentence, None);
    web::page(StatusCode::BAD_REQUEST, &[], markup)
}
