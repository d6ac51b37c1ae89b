//! `/oidc/authorize` (OpenID Connect Core §3.1.2.1, RFC 6749 §4.1.1, RFC 7636 §4.3).
//!
//! Until client and redirect URI are verified, an error is a page and never a redirect (RFC 9700 §4.11.2).

use super::{
    claims, logout::has_chosen_language, parameters::Parameters, request_uri::pushed_request,
};
use crate::web::{State, go, problem_page, visitor};
use axum::{
    body::Bytes,
    extract::{Request, State as Shared},
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use kobling_app::cookie::Cookie;
use kobling_domain::{
    Visitor,
    oidc::{
        client::Client,
        grant::{
            claims::AcrWanted,
            types::{AuthorizationRequest, Thumbprint},
        },
    },
};
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
            Redirect::to(&format!("/oidc/authorize?{query}")).into_response()
        }
        _ => problem_page(&state, &parts, Problem::BadRequest).await,
    }
}

async fn answer(state: &State, parts: &Parts, encoded: &[u8]) -> Response {
    let Ok(parameters) = Parameters::parse(encoded) else {
        return malformed(state, parts, &Parameters::unambiguous(encoded)).await;
    };
    let client = match state
        .kobling
        .clients
        .find(parameters.get("client_id").unwrap_or_default())
        .await
    {
        Ok(client) => client,
        Err(fault) => return problem_page(state, parts, fault.problem()).await,
    };
    // A pushed request replaces all parameters of the query (RFC 9126 §4).
    let pushed = match pushed_request(state, client.as_ref(), &parameters).await {
        Ok(pushed) => pushed,
        Err(fault) => return problem_page(state, parts, fault.problem()).await,
    };
    let was_pushed = pushed.is_some();
    let parameters = pushed.unwrap_or(parameters);
    let redirect_uri = parameters.owned("redirect_uri");
    let (Some(client), Some(redirect_uri)) = (client, redirect_uri) else {
        return problem_page(state, parts, Problem::ClientInvalid).await;
    };
    if !client.redirects_to(&redirect_uri) {
        return problem_page(state, parts, Problem::ClientInvalid).await;
    }
    let checked = if client.require_pushed && !was_pushed {
        Err("invalid_request")
    } else {
        check(&client, &parameters, &redirect_uri)
            .and_then(|request| with_hint(state, &client, &parameters, request))
    };
    let mut visitor = visitor(state, parts);
    let echoed = parameters.get("state");
    match checked {
        Ok(request) => {
            let silent = request.silent;
            // The client's language applies unless the person has chosen one.
            let lang = request.lang.filter(|_| !has_chosen_language(state, parts));
            visitor.lang = lang.unwrap_or(visitor.lang);
            let result = state
                .kobling
                .authorization
                .authorize(&visitor, request)
                .await;
            if let (true, Err(fault)) = (silent, &result) {
                // No page is shown with `prompt=none`, so the client gets the error (RFC 6749 §4.1.2.1).
                tracing::warn!(%fault, request = %visitor.request, "authorization");
                let to = (redirect_uri.as_str(), echoed);
                return refuse(state, &visitor, &client, to, "temporarily_unavailable").await;
            }
            let mut response = go(state, &visitor, result);
            let line = lang.map(|lang| Cookie::Lang.set(state.edge.secure, lang.tag()));
            if let Some(Ok(line)) = line.as_deref().map(HeaderValue::from_str) {
                response.headers_mut().append(header::SET_COOKIE, line);
            }
            response
        }
        Err(error) => {
            let to = (redirect_uri.as_str(), echoed);
            refuse(state, &visitor, &client, to, error).await
        }
    }
}

/// Refuses a request whose client and redirect URI are verified.
async fn refuse(
    state: &State,
    visitor: &Visitor,
    client: &Client,
    to: (&str, Option<&str>),
    error: &str,
) -> Response {
    let authorization = &state.kobling.authorization;
    let answer = authorization.refuse(visitor, client, to, error).await;
    go(state, visitor, Ok(answer))
}

/// Answers a request with a duplicate or overlong parameter: by redirect, if client and redirect URI are unambiguous
/// and registered (RFC 6749 §3.1 and §4.1.2.1), else by a page.
async fn malformed(state: &State, parts: &Parts, sound: &Parameters) -> Response {
    let client = match sound.get("client_id") {
        Some(id) => state.kobling.clients.find(id).await,
        None => Ok(None),
    };
    let uri = sound.get("redirect_uri");
    match client.map(|client| client.zip(uri)) {
        Ok(Some((client, uri))) if client.redirects_to(uri) => {
            let echoed = sound.get("state").filter(|value| value.len() <= 512);
            let visitor = visitor(state, parts);
            refuse(state, &visitor, &client, (uri, echoed), "invalid_request").await
        }
        Ok(_) => problem_page(state, parts, Problem::ClientInvalid).await,
        Err(fault) => problem_page(state, parts, fault.problem()).await,
    }
}

/// Sets the subject that `id_token_hint` names (OpenID Connect Core §3.1.2.1). The hint must be a token that we issued
/// to this client.
fn with_hint(
    state: &State,
    client: &Client,
    parameters: &Parameters,
    mut request: AuthorizationRequest,
) -> Result<AuthorizationRequest, &'static str> {
    let Some(token) = parameters.get("id_token_hint") else {
        return Ok(request);
    };
    let hint = state.signer.hint(token);
    let hint = hint.filter(|hint| hint.aud == client.id);
    let subject = hint.ok_or("invalid_request")?.sub;
    if request
        .subject
        .as_ref()
        .is_some_and(|other| *other != subject)
    {
        return Err("invalid_request");
    }
    request.subject = Some(subject);
    Ok(request)
}

/// Validates the parameters. The error is an OAuth error code. The caller has verified client and redirect URI.
pub(crate) fn check(
    client: &Client,
    parameters: &Parameters,
    redirect_uri: &str,
) -> Result<AuthorizationRequest, &'static str> {
    // These values are stored, so their length is limited.
    let long = |name: &str| parameters.get(name).is_some_and(|value| value.len() > 512);
    if [
        "state",
        "nonce",
        "login_hint",
        "scope",
        "ui_locales",
        "acr_values",
        "prompt",
    ]
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
    if parameters.get("registration").is_some() {
        return Err("registration_not_supported");
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
    // RFC 9700 §2.1.1: every client uses PKCE, and never `plain`.
    let is_s256 = parameters.get("code_challenge_method") == Some("S256")
        && challenge.len() == 43
        && challenge
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !is_s256 {
        return Err("invalid_request");
    }
    let prompt = prompt(parameters.get("prompt").unwrap_or_default())?;
    let requested = match parameters.get("claims").map(claims::read) {
        None => claims::Requested::default(),
        Some(Ok(requested)) => requested,
        Some(Err(claims::Malformed)) => return Err("invalid_request"),
    };
    let max_age = match parameters.get("max_age").map(str::parse::<i64>) {
        None => None,
        Some(Ok(seconds)) if (0..=31_536_000).contains(&seconds) => Some(seconds),
        Some(_) => return Err("invalid_request"),
    };
    let dpop_jkt = match parameters.get("dpop_jkt").map(Thumbprint::parse) {
        Some(None) => return Err("invalid_request"),
        jkt => jkt.flatten(),
    };
    let request = AuthorizationRequest {
        client_id: client.id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        scope: granted.join(" "),
        state: parameters.owned("state"),
        nonce: parameters.owned("nonce"),
        code_challenge: challenge.to_owned(),
        force_login: prompt.login,
        silent: prompt.none,
        force_consent: prompt.consent,
        max_age,
        login_hint: parameters.owned("login_hint"),
        lang: parameters
            .get("ui_locales")
            .unwrap_or_default()
            .split(' ')
            .find_map(Lang::from_tag),
        claims: requested.claims,
        // The `claims` parameter takes precedence: only it can require an `acr` (OpenID Connect Core §5.5.1.1).
        acr: requested.acr.unwrap_or_else(|| AcrWanted {
            values: split(parameters.get("acr_values").unwrap_or_default()),
            essential: false,
        }),
        subject: requested.subject,
        stepped_up: false,
        dpop_jkt,
    };
    Ok(request)
}

fn split(text: &str) -> Vec<String> {
    text.split(' ')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The values of `prompt` (OpenID Connect Core §3.1.2.1).
#[derive(Default)]
struct Prompt {
    none: bool,
    login: bool,
    consent: bool,
}

/// Parses `prompt`. Unknown values are refused: the client expects an effect that they would not have.
fn prompt(text: &str) -> Result<Prompt, &'static str> {
    let mut prompt = Prompt::default();
    for word in split(text) {
        match word.as_str() {
            "none" => prompt.none = true,
            // A browser has one session at a time, so choosing an account is a new sign-in.
            "login" | "select_account" => prompt.login = true,
            "consent" => prompt.consent = true,
            _ => return Err("invalid_request"),
        }
    }
    if prompt.none && (prompt.login || prompt.consent) {
        return Err("invalid_request");
    }
    Ok(prompt)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "response_type=code&scope=openid+email+unknown&code_challenge_method=S256&\
                        code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn checked(extra: &str) -> Result<AuthorizationRequest, &'static str> {
        let client = Client::new("start", "Start");
        let parameters =
            Parameters::parse(format!("{GOOD}{extra}").as_bytes()).expect("well-formed");
        check(&client, &parameters, "https://a.example/cb")
    }

    #[test]
    fn a_good_request_is_granted_what_exists() {
        let request = checked("&prompt=login&max_age=60&ui_locales=de+en").expect("good");
        assert_eq!(request.scope, "openid email");
        assert!(request.force_login && !request.silent);
        assert_eq!(request.max_age, Some(60));
        assert_eq!(request.lang, Some(Lang::En));
    }

    #[test]
    fn what_the_protocol_forbids_gets_its_own_error() {
        for (extra, error) in [
            ("&request=x", "request_not_supported"),
            ("&request_uri=x", "request_uri_not_supported"),
            ("&registration=x", "registration_not_supported"),
            ("&response_mode=fragment", "invalid_request"),
            ("&prompt=none+login", "invalid_request"),
            ("&prompt=none+consent", "invalid_request"),
            ("&prompt=none+select_account", "invalid_request"),
            ("&prompt=create", "invalid_request"),
            ("&claims=x", "invalid_request"),
            ("&claims=%5B%5D", "invalid_request"),
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
