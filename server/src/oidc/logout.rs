//! `/oidc/logout` (OpenID Connect RP-Initiated Logout 1.0).

use super::parameters::Parameters;
use crate::web::{State, go, problem_page, visitor};
use axum::{
    body::Bytes,
    extract::{Request, State as Shared},
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use kobling_app::cookie::Cookie;
use kobling_domain::oidc::grant::request::with_query;
use kobling_model::{Lang, Problem};

pub(crate) async fn get(Shared(state): Shared<State>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    answer(&state, &parts, query.as_bytes()).await
}

/// A cross-site form post carries no cookies (SameSite=Lax); a navigation to the same address does.
pub(crate) async fn post(Shared(state): Shared<State>, parts: Parts, body: Bytes) -> Response {
    match std::str::from_utf8(&body) {
        Ok(query) if query.bytes().all(|b| b.is_ascii_graphic()) => {
            Redirect::to(&format!("/oidc/logout?{query}")).into_response()
        }
        _ => problem_page(&state, &parts, Problem::BadRequest).await,
    }
}

async fn answer(state: &State, parts: &Parts, encoded: &[u8]) -> Response {
    let Ok(parameters) = Parameters::parse(encoded) else {
        return problem_page(state, parts, Problem::BadRequest).await;
    };
    let hint = match parameters.get("id_token_hint") {
        Some(token) => match state.signer.hint(token) {
            Some(hint) => Some(hint),
            None => return problem_page(state, parts, Problem::BadRequest).await,
        },
        None => None,
    };
    let named = parameters.get("client_id");
    if let (Some(hint), Some(named)) = (&hint, named)
        && hint.aud != named
    {
        return problem_page(state, parts, Problem::BadRequest).await;
    }
    let id = hint.as_ref().map(|hint| hint.aud.as_str()).or(named);
    let client = match state.kobling.clients.find(id.unwrap_or_default()).await {
        Ok(client) => client,
        Err(fault) => return problem_page(state, parts, fault.problem()).await,
    };
    // Only an address that this client has registered; any other is ignored (§3).
    let then = parameters
        .get("post_logout_redirect_uri")
        .filter(|uri| {
            client.as_ref().is_some_and(|client| {
                client
                    .post_logout_redirect_uris
                    .iter()
                    .any(|known| known == uri)
            })
        })
        .map(|uri| match parameters.get("state") {
            Some(value) => with_query(uri, &[("state", value)]),
            None => uri.to_owned(),
        });
    let mut visitor = visitor(state, parts);
    // The client's language applies unless the person has chosen one.
    let lang = parameters
        .get("ui_locales")
        .and_then(|tags| tags.split(' ').find_map(Lang::from_tag))
        .filter(|_| client.is_some() && !has_chosen_language(state, parts));
    visitor.lang = lang.unwrap_or(visitor.lang);
    let hinted = hint.as_ref().map(|hint| hint.sub.as_str());
    let result = state
        .kobling
        .sign_out
        .by_client(&visitor, client.as_ref(), hinted, then)
        .await;
    let mut response = go(state, &visitor, result);
    if let Some(lang) = lang {
        let line = Cookie::Lang.set(state.edge.secure, lang.tag());
        if let Ok(value) = HeaderValue::from_str(&line) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

pub(super) fn has_chosen_language(state: &State, parts: &Parts) -> bool {
    CookieJar::from_headers(&parts.headers)
        .get(Cookie::Lang.name(state.edge.secure))
        .is_some()
}
