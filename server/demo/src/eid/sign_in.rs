//! The sign-in page: the person, the level and, for testers, the error to simulate.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::Response,
};
use axum_extra::extract::CookieJar;

use super::{
    acr::Acr,
    authorize,
    behaviour::Behaviour,
    page::{self, Form, Problem},
    pid,
    provider::{INTERACTION_LIFE, Shared},
    request::{AuthorizationRequest, LoginHint},
};
use crate::web::{self, Params};

/// `GET /`: explains the service.
pub(crate) async fn front(
    State(provider): State<Shared>,
    headers: HeaderMap,
    params: Params,
) -> Response {
    page::front(&provider, web::lang(&params, &headers))
}

/// `GET /login`
pub(crate) async fn show(
    State(provider): State<Shared>,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let now = provider.clock.now();
    let id = params.get("interaction").unwrap_or_default();
    if let Some(answer) = answered(&provider, id) {
        return answer;
    }
    let request = provider.memory().interactions.get(id, now).cloned();
    match request {
        Some(request) => page::sign_in(&provider, &Form::new(id, &request)),
        None => page::problem(&provider, Problem::Gone, web::lang(&params, &headers)),
    }
}

/// `POST /login`
///
/// The interaction is consumed only if it ends in a redirect; of two concurrent posts, one succeeds.
pub(crate) async fn answer(
    State(provider): State<Shared>,
    jar: CookieJar,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let gone = || page::problem(&provider, Problem::Gone, web::lang(&params, &headers));
    let now = provider.clock.now();
    let id = params.get("interaction").unwrap_or_default();
    if let Some(answer) = answered(&provider, id) {
        return answer;
    }
    let Some(request) = provider.memory().interactions.get(id, now).cloned() else {
        return gone();
    };
    let answer = match Answer::read(&params, &request) {
        Ok(answer) => answer,
        Err(form) => return page::sign_in(&provider, &form),
    };
    if provider.memory().interactions.take(id, now).is_none() {
        return gone();
    }
    let response = match answer {
        Answer::Cancel => {
            authorize::refuse(&provider, &request, "access_denied", "the person cancelled")
        }
        Answer::Fail(error) => {
            authorize::refuse(&provider, &request, error, "asked for by the tester")
        }
        Answer::SignIn(person, behaviour) => {
            authorize::sign_in(&provider, jar, &request, person, behaviour)
        }
    };
    let location = response.headers().get(header::LOCATION);
    if let Some(Ok(location)) = location.map(|location| location.to_str()) {
        let (id, location) = (id.to_owned(), location.to_owned());
        let expires = now + INTERACTION_LIFE;
        provider
            .memory()
            .answered
            .insert(id, location, expires, now);
    }
    response
}

/// The answer once more, by Back or a second press: leads on to the service, which has it already.
fn answered(provider: &Shared, interaction: &str) -> Option<Response> {
    let now = provider.clock.now();
    let memory = provider.memory();
    let location = memory.answered.get(interaction, now)?;
    Some(web::see_other(location))
}

enum Answer {
    Cancel,
    Fail(&'static str),
    SignIn(LoginHint, Behaviour),
}

impl Answer {
    /// Parses the form; if the number is invalid, the form is shown again with the input.
    fn read<'a>(params: &'a Params, request: &'a AuthorizationRequest) -> Result<Self, Form<'a>> {
        if params.get("action") == Some("cancel") {
            return Ok(Self::Cancel);
        }
        let behaviour = Behaviour::parse(params.get("behaviour").unwrap_or_default());
        if let Some(error) = behaviour.response_error() {
            return Ok(Self::Fail(error));
        }
        let id = params.get("interaction").unwrap_or_default();
        let form = Form::new(id, request);
        let acr = params
            .get("level")
            .and_then(Acr::parse)
            .unwrap_or(form.level);
        let typed = params.get("pid").unwrap_or_default();
        match pid::parse(params.get("person").unwrap_or(typed)) {
            Some(pid) => Ok(Self::SignIn(LoginHint { pid, acr }, behaviour)),
            None => Err(Form {
                level: acr,
                behaviour,
                typed,
                bad_number: true,
                ..form
            }),
        }
    }
}
