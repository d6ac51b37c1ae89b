//! `/oidc/authorize` (OpenID Connect Core §3.1.2.1, RFC 6749 §4.1.1, RFC 7636 §4.3).
//!
//! Until client and redirect URI are verified, an error is a page of ours and never a redirect (RFC 9700 §4.11.2).

use super::parameters::Parameters;
use crate::web::{State, go, problem_page, visitor};
use axum::{
    body::Bytes,
    extract::{Request, State as Shared},
    http::request::Parts,
    response::{IntoResponse, Redirect, Response},
};
use kobling_domain::{
    client::Client,
    grant::{AuthorizationRequest, with_query},
};
use kobling_model::{Lang, Problem};

pub(crate) async fn get(Shared(state): Shared<State>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    answer(&state, &parts, query.as_bytes()).await
}

/// A form of another site brings no cookies along (SameSite=Lax); a navigation to the same place does.
pub(crate) async fn post(Shared(state): Shared<State>, parts: Parts, body: Bytes) -> Response {
    match std::str::from_utf8(&body) {
        Ok(query) if query.bytes().all(|b| b.is_ascii_graphic()) => {
            Redirect::to(&format!("/oidc/authorize?{query}")).into_response()
        }
        _ => problem_page(&state, &parts, Problem::BadRequest).await,
    }
}

async fn answer(state: &State, parts: &Parts, encoded: &[u8]) -> Response {
    let settings = state.kobling.settings();
    let Ok(parameters) = Parameters::parse(encoded) else {
        return problem_page(state, parts, Problem::ClientInvalid).await;
    };
    let client = match state
        .kobling
        .client(parameters.get("client_id").unwrap_or_default())
        .await
    {
        Ok(client) => client,
        Err(fault) => return problem_page(state, parts, fault.problem()).await,
    };
    let redirect_uri = parameters.owned("redirect_uri");
    let (Some(client), Some(redirect_uri)) = (client, redirect_uri) else {
        return problem_page(state, parts, Problem::ClientInvalid).await;
    };
    if !client.redirects_to(&redirect_uri) {
        return problem_page(state, parts, Problem::ClientInvalid).await;
    }
    match check(&client, &parameters, &redirect_uri) {
        Ok((request, silent)) => {
            let mut visitor = visitor(state, parts);
            visitor.lang = request.lang.unwrap_or(visitor.lang);
            let result = state.kobling.authorize(&visitor, request, silent).await;
            go(state, &visitor, result)
        }
        Err(error) => {
            let mut query = vec![("error", error)];
            if let Some(value) = parameters.get("state") {
                query.push(("state", value));
            }
            query.push(("iss", &settings.origin));
            Redirect::to(&with_query(&redirect_uri, &query)).into_response()
        }
    }
}

/// Holds the request against the protocol. An error is the code that goes to the client.
fn check(
    client: &Client,
    parameters: &Parameters,
    redirect_uri: &str,
) -> Result<(AuthorizationRequest, bool), &'static str> {
    // What is handed back or kept is bounded: it becomes part of a row.
    let long = |name: &str| parameters.get(name).is_some_and(|value| value.len() > 512);
    if ["state", "nonce", "login_hint", "scope", "ui_locales"]
        .into_iter()
        .any(long)
    {
        return Err("invalid_request");
    }
    if parameters.get("request").is_some() {
        return Err("request_not_supported");
    }
    if parameters.get("request_uri").is_some() {
        return Err("request_uri_not_supported");
    }
    match parameters.get("response_type") {
        Some("code") => {}
        Some(_) => return Err("unsupported_response_type"),
        None => return Err("invalid_request"),
    }
    if !matches!(parameters.get("response_mode"), None | Some("query")) {
        return Err("invalid_request");
    }
    let scope = parameters.get("scope").unwrap_or_default();
    let granted: Vec<&str> = ["openid", "profile", "email"]
        .into_iter()
        .filter(|known| scope.split(' ').any(|asked| asked == *known))
        .collect();
    if !granted.contains(&"openid") {
        return Err("invalid_scope");
    }
    let challenge = parameters.get("code_challenge").unwrap_or_default();
    // RFC 9700 §2.1.1: PKCE for everybody, and `plain` for nobody.
    let is_s256 = parameters.get("code_challenge_method") == Some("S256")
        && challenge.len() == 43
        && challenge
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !is_s256 {
        return Err("invalid_request");
    }
    let prompts: Vec<&str> = parameters
        .get("prompt")
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let silent = prompts.contains(&"none");
    if silent && prompts.len() > 1 {
        return Err("invalid_request");
    }
    let max_age = match parameters.get("max_age").map(str::parse::<i64>) {
        None => None,
        Some(Ok(seconds)) if (0..=31_536_000).contains(&seconds) => Some(seconds),
        Some(_) => return Err("invalid_request"),
    };
    let request = AuthorizationRequest {
        client_id: client.id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        scope: granted.join(" "),
        state: parameters.owned("state"),
        nonce: parameters.owned("nonce"),
        code_challenge: challenge.to_owned(),
        force_login: prompts.contains(&"login") || prompts.contains(&"select_account"),
        max_age,
        login_hint: parameters.owned("login_hint"),
        lang: parameters
            .get("ui_locales")
            .unwrap_or_default()
            .split(' ')
            .find_map(Lang::from_tag),
    };
    Ok((request, silent))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "response_type=code&scope=openid+email+unknown&code_challenge_method=S256&\
                        code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn checked(extra: &str) -> Result<(AuthorizationRequest, bool), &'static str> {
        let client = Client::new("start", "Start");
        let parameters =
            Parameters::parse(format!("{GOOD}{extra}").as_bytes()).expect("well-formed");
        check(&client, &parameters, "https://a.example/cb")
    }

    #[test]
    fn a_good_request_is_granted_what_exists() {
        let (request, silent) = checked("&prompt=login&max_age=60&ui_locales=de+en").expect("good");
        assert_eq!(request.scope, "openid email");
        assert!(request.force_login && !silent);
        assert_eq!(request.max_age, Some(60));
        assert_eq!(request.lang, Some(Lang::En));
    }

    #[test]
    fn what_the_protocol_forbids_gets_its_own_error() {
        for (extra, error) in [
            ("&request=x", "request_not_supported"),
            ("&request_uri=x", "request_uri_not_supported"),
            ("&response_mode=fragment", "invalid_request"),
            ("&prompt=none+login", "invalid_request"),
            ("&max_age=-1", "invalid_request"),
            ("&max_age=soon", "invalid_request"),
        ] {
            assert_eq!(checked(extra).map(|_| ()), Err(error), "{extra}");
        }
        let client_of = |query: &str| Parameters::parse(query.as_bytes()).expect("well-formed");
        let client = Client::new("start", "Start");
        for (query, error) in [
            ("scope=openid", "invalid_request"),
            (
                "response_type=token&scope=openid",
                "unsupported_response_type",
            ),
            ("response_type=code&scope=email", "invalid_scope"),
            ("response_type=code&scope=openid", "invalid_request"),
            (
                "response_type=code&scope=openid&code_challenge=short&code_challenge_method=S256",
                "invalid_request",
            ),
            (
                "response_type=code&scope=openid&code_challenge_method=plain&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                "invalid_request",
            ),
        ] {
            assert_eq!(
                check(&client, &client_of(query), "https://a.example/cb").map(|_| ()),
                Err(error),
                "{query}"
            );
        }
    }
}
