//! The authorization endpoint, with and without pushed requests (RFC 6749 §4.1, RFC 9126).

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use serde_json::json;

use super::{
    acr::Acr,
    behaviour::Behaviour,
    client_auth::{self, OAuthError},
    page,
    provider::{
        CODE_LIFE, Grant, INTERACTION_LIFE, PAR_LIFE, SESSION_COOKIE, SESSION_IDLE, SESSION_MAX,
        Session, Shared,
    },
    request::{AuthorizationRequest, LoginHint, Prompt, Refusal},
};
use crate::{
    clock::Seconds,
    lang::Lang,
    random,
    web::{self, Params},
};

const REQUEST_URI_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// An issuer that is never this one.
const OTHER_ISSUER: &str = "https://annen-utsteder.example";

/// `POST /par`: stores a request for [`PAR_LIFE`] seconds and returns a reference to it.
pub(crate) async fn push(
    State(provider): State<Shared>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, OAuthError> {
    client_auth::authenticate(&provider, &headers, &params)?;
    if params.get("request_uri").is_some() {
        return Err(OAuthError::bad(
            "invalid_request",
            "request_uri cannot be pushed",
        ));
    }
    let request =
        AuthorizationRequest::read(&provider.client, &params).map_err(|refusal| match refusal {
            Refusal::UnknownClient => OAuthError::bad("invalid_client", "client_id is missing"),
            Refusal::UnknownRedirect => {
                OAuthError::bad("invalid_request", "redirect_uri is not registered")
            }
            Refusal::Gone => OAuthError::bad("invalid_request", "request_uri is unknown"),
            Refusal::Redirect {
                error, description, ..
            } => OAuthError::bad(error, description),
        })?;
    let request_uri = format!("{REQUEST_URI_PREFIX}{}", random::token());
    let now = provider.clock.now();
    provider
        .memory()
        .pushed
        .insert(request_uri.clone(), request, now + PAR_LIFE, now);
    let body = json!({ "request_uri": request_uri, "expires_in": PAR_LIFE });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// `GET` and `POST /authorize`
pub(crate) async fn authorize(
    State(provider): State<Shared>,
    jar: CookieJar,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let request = match read(&provider, &params) {
        Ok(request) => request,
        Err(refusal) => {
            return turn_away(&provider, &refusal, web::lang(&params, &headers));
        }
    };
    let now = provider.clock.now();
    let cookie = jar
        .get(SESSION_COOKIE)
        .map(|cookie| cookie.value().to_owned());
    let session = cookie
        .as_deref()
        .and_then(|id| provider.memory().sessions.get(id, now).cloned());
    match decide(&request, session.as_ref(), now) {
        Next::Reuse(session) => {
            if let Some(id) = &cookie {
                let expires = session_end(&session, now);
                provider.memory().sessions.extend(id, expires);
            }
            issue(&provider, &request, session, Behaviour::Normal)
        }
        Next::SignIn(hint) => sign_in(&provider, jar, &request, hint, Behaviour::Normal),
        Next::Ask => {
            let id = random::token();
            let locale = request.locale;
            provider
                .memory()
                .interactions
                .insert(id.clone(), request, now + INTERACTION_LIFE, now);
            web::see_other(&format!(
                "/login?interaction={id}&ui_locales={}",
                locale.tag()
            ))
        }
        Next::Refuse(error) => refuse(&provider, &request, error, "nobody is signed in"),
    }
}

fn read(provider: &Shared, params: &Params) -> Result<AuthorizationRequest, Refusal> {
    let Some(uri) = params.get("request_uri") else {
        return AuthorizationRequest::read(&provider.client, params);
    };
    if params.get("client_id") != Some(provider.client.client_id.as_str()) {
        return Err(Refusal::UnknownClient);
    }
    let now = provider.clock.now();
    let pushed = provider.memory().pushed.take(uri, now);
    pushed.ok_or(Refusal::Gone)
}

fn turn_away(provider: &Shared, refusal: &Refusal, lang: Lang) -> Response {
    let problem = match refusal {
        Refusal::UnknownClient => page::Problem::UnknownClient,
        Refusal::UnknownRedirect => page::Problem::UnknownRedirect,
        Refusal::Gone => page::Problem::Gone,
        Refusal::Redirect {
            redirect_uri,
            state,
            error,
            description,
        } => {
            let state = state.as_deref();
            return error_redirect(&provider.issuer, redirect_uri, state, error, description);
        }
    };
    page::problem(provider, problem, lang)
}

/// The response to a valid request.
enum Next {
    /// The session is sufficient.
    Reuse(Session),
    /// The hint names the person to sign in, without a page.
    SignIn(LoginHint),
    /// The sign-in page.
    Ask,
    /// An error for the client.
    Refuse(&'static str),
}

fn decide(request: &AuthorizationRequest, session: Option<&Session>, now: Seconds) -> Next {
    let good = |session: &&Session| {
        let level = request.acr.is_none_or(|wanted| session.acr.reaches(wanted));
        let age = request
            .max_age
            .is_none_or(|max| now - session.auth_time <= max);
        let person = request
            .login_hint
            .as_ref()
            .is_none_or(|hint| hint.pid == session.pid);
        level && age && person
    };
    match (request.prompt, session.filter(good), &request.login_hint) {
        (Prompt::None | Prompt::IfNeeded, Some(session), _) => Next::Reuse(session.clone()),
        (Prompt::None, None, _) => Next::Refuse("login_required"),
        (_, _, Some(hint)) => Next::SignIn(hint.clone()),
        (_, _, None) => Next::Ask,
    }
}

/// Begins a single sign-on session under a new cookie and redirects with a code.
pub(crate) fn sign_in(
    provider: &Shared,
    jar: CookieJar,
    request: &AuthorizationRequest,
    person: LoginHint,
    behaviour: Behaviour,
) -> Response {
    let now = provider.clock.now();
    let session = Session {
        pid: person.pid,
        acr: person.acr,
        auth_time: now,
        sid: random::token(),
    };
    let id = random::token();
    {
        let mut memory = provider.memory();
        if let Some(old) = jar.get(SESSION_COOKIE) {
            memory.sessions.take(old.value(), now);
        }
        let expires = session_end(&session, now);
        memory
            .sessions
            .insert(id.clone(), session.clone(), expires, now);
    }
    let jar = jar.add(web::cookie(SESSION_COOKIE, id, provider.secure()));
    (jar, issue(provider, request, session, behaviour)).into_response()
}

fn session_end(session: &Session, now: Seconds) -> Seconds {
    (now + SESSION_IDLE).min(session.auth_time + SESSION_MAX)
}

fn issue(
    provider: &Shared,
    request: &AuthorizationRequest,
    session: Session,
    behaviour: Behaviour,
) -> Response {
    let code = random::token();
    let now = provider.clock.now();
    let grant = Grant {
        redirect_uri: request.redirect_uri.clone(),
        nonce: request.nonce.clone(),
        code_challenge: request.code_challenge.clone(),
        locale: request.locale,
        session: Session {
            acr: match behaviour {
                Behaviour::LowAcr => request.acr.unwrap_or(Acr::High).below(),
                _ => session.acr,
            },
            ..session
        },
        behaviour,
    };
    provider
        .memory()
        .codes
        .insert(code.clone(), grant, now + CODE_LIFE, now);
    let issuer = match behaviour {
        Behaviour::ResponseWrongIss => OTHER_ISSUER,
        _ => &provider.issuer,
    };
    web::see_other(&web::with_query(
        &request.redirect_uri,
        &[("code", &code), ("state", &request.state), ("iss", issuer)],
    ))
}

/// Redirects with an error.
pub(crate) fn refuse(
    provider: &Shared,
    request: &AuthorizationRequest,
    error: &str,
    description: &str,
) -> Response {
    error_redirect(
        &provider.issuer,
        &request.redirect_uri,
        Some(&request.state),
        error,
        description,
    )
}

fn error_redirect(
    issuer: &str,
    redirect_uri: &str,
    state: Option<&str>,
    error: &str,
    description: &str,
) -> Response {
    let mut pairs = vec![("error", error), ("error_description", description)];
    pairs.extend(state.map(|state| ("state", state)));
    pairs.push(("iss", issuer));
    web::see_other(&web::with_query(redirect_uri, &pairs))
}
