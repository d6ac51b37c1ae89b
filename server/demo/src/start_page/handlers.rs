//! The handlers of the start page.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::extract::{CookieJar, cookie::Cookie};

use super::{
    guide, logout_token,
    memory::{Claim, Pending, Session},
    pages::{self, Problem},
    relying_party::{HANDED_ON, ProviderError},
    state::{PENDING_COOKIE, SESSION_COOKIE, Shared, StartPage},
};
use crate::{
    lang::Lang,
    people::Role,
    random,
    web::{self, Params},
};

/// Where the provider returns to after a sign-out.
const SIGNED_OUT: &str = "/enterprise/signed-out";

/// `GET /`
pub(crate) async fn root() -> Response {
    web::see_other("/enterprise")
}

/// `GET /enterprise`: the page if signed in, otherwise a redirect to the provider, or to the beginning of the tour.
pub(crate) async fn home(
    State(start): State<Shared>,
    jar: CookieJar,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let anew = params.get("prompt").is_some_and(|prompt| prompt != "none");
    if let Some(session) = start.session(&jar).filter(|_| !anew) {
        let asked = params.get("ui_locales").and_then(Lang::parse);
        let lang = asked.or(session.lang);
        let lang = lang.unwrap_or_else(|| web::lang(&params, &headers));
        return pages::home(&start, &jar, &session, lang);
    }
    let unguided = ["login_hint", "prompt"]
        .into_iter()
        .any(|name| params.get(name).is_some());
    if start.tour.is_some() && !unguided {
        return web::see_other(&guide::welcome(&params));
    }
    let extra: Vec<(&'static str, &str)> = HANDED_ON
        .into_iter()
        .filter_map(|name| params.get(name).map(|value| (name, value)))
        .collect();
    go(&start, jar, &headers, &extra, None).await
}

/// Begins a sign-in, which may be that of a story.
pub(crate) async fn go(
    start: &Shared,
    jar: CookieJar,
    headers: &HeaderMap,
    extra: &[(&'static str, &str)],
    story: Option<Role>,
) -> Response {
    let asked = extra.iter().find(|(name, _)| *name == "ui_locales");
    let asked = asked.and_then(|(_, tags)| Lang::parse(tags));
    let beginning = match start.relying_party.begin(extra).await {
        Ok(beginning) => beginning,
        Err(error) => {
            let lang = asked.unwrap_or_else(|| Lang::choose(None, headers));
            return failed(start, &error, lang);
        }
    };
    // One cookie for all tabs: each tab's sign-in has a state of its own.
    let browser = jar
        .get(PENDING_COOKIE)
        .map_or_else(random::token, |cookie| cookie.value().to_owned());
    let pending = Pending {
        nonce: beginning.nonce,
        verifier: beginning.verifier,
        lang: asked,
        browser: browser.clone(),
    };
    let now = start.clock.now();
    {
        let mut memory = start.memory();
        if let Some(role) = story {
            memory.begin_story(browser.clone(), role, now);
        }
        memory.begin(beginning.state.into_secret(), pending, now);
    }
    let jar = jar.add(web::cookie(PENDING_COOKIE, browser, start.secure()));
    (jar, web::see_other(beginning.address.as_str())).into_response()
}

/// `GET /enterprise/callback`
pub(crate) async fn callback(
    State(start): State<Shared>,
    jar: CookieJar,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let preferred = web::lang(&params, &headers);
    let state = params.get("state").unwrap_or_default();
    let browser = jar.get(PENDING_COOKIE).map(Cookie::value);
    let claim = start.memory().claim(state, browser, start.clock.now());
    let pending = match claim {
        Claim::Mine(pending) => pending,
        Claim::Used => return pages::problem(&start, Problem::Used, preferred),
        Claim::Unknown => return pages::problem(&start, Problem::Lost, preferred),
    };
    let lang = pending.lang.unwrap_or(preferred);
    if let Err(error) = start.relying_party.check_issuer(params.get("iss")).await {
        return failed(&start, &error, lang);
    }
    let code = match (params.get("error"), params.get("code")) {
        (Some("access_denied"), _) => return pages::problem(&start, Problem::Cancelled, lang),
        (None, Some(code)) => code,
        _ => return pages::problem(&start, Problem::Refused, lang),
    };
    let finished = start
        .relying_party
        .finish(code, pending.verifier, &pending.nonce)
        .await;
    let (person, id_token) = match finished {
        Ok(finished) => finished,
        Err(error) => return failed(&start, &error, lang),
    };
    let id = random::token();
    let now = start.clock.now();
    {
        let mut memory = start.memory();
        if let Some(old) = jar.get(SESSION_COOKIE) {
            memory.sign_out(old.value(), now);
        }
        memory.end_story(&pending.browser, person.email.as_deref(), now);
        let session = Session {
            person,
            sid: logout_token::sid(&id_token),
            id_token,
            lang: pending.lang,
        };
        memory.sign_in(id.clone(), session, now);
    }
    let jar = jar.add(web::cookie(SESSION_COOKIE, id, start.secure()));
    (jar, web::see_other("/enterprise")).into_response()
}

/// `POST /enterprise/logout`
pub(crate) async fn logout(
    State(start): State<Shared>,
    headers: HeaderMap,
    jar: CookieJar,
    params: Params,
) -> Response {
    if web::is_cross_site(&headers, &start.origin) {
        let lang = web::lang(&params, &headers);
        return pages::problem(&start, Problem::CrossSite, lang);
    }
    match sign_out(&start, jar, None).await {
        Ok(away) => away,
        Err(jar) => (jar, web::see_other(SIGNED_OUT)).into_response(),
    }
}

/// Ends the session here first, then at the provider, which sends the browser back with the state. Without a session,
/// only the cookies are returned.
pub(crate) async fn sign_out(
    start: &Shared,
    jar: CookieJar,
    state: Option<&str>,
) -> Result<Response, CookieJar> {
    let session = jar.get(SESSION_COOKIE).and_then(|cookie| {
        let now = start.clock.now();
        start.memory().sign_out(cookie.value(), now)
    });
    let jar = jar.remove(Cookie::build((SESSION_COOKIE, "")).path("/"));
    let Some(session) = session else {
        return Err(jar);
    };
    let target = start
        .relying_party
        .end_session(&session.id_token, state)
        .await;
    Ok((jar, web::see_other(&target)).into_response())
}

/// `POST /enterprise/backchannel-logout`: signed out elsewhere (OpenID Connect Back-Channel Logout 1.0 §2.5).
pub(crate) async fn back_channel(State(start): State<Shared>, params: Params) -> Response {
    let token = params.get("logout_token").unwrap_or_default();
    let taken = match start.relying_party.logout_token(token).await {
        Ok(token) => {
            let now = start.clock.now();
            start.memory().signed_out_elsewhere(token, now)
        }
        Err(error) => {
            tracing::warn!(%error, "logout token refused");
            false
        }
    };
    let status = if taken {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    (status, [(header::CACHE_CONTROL, "no-store")]).into_response()
}

/// `GET /enterprise/signed-out`: goes on to the story that is the state, if it is one.
pub(crate) async fn signed_out(
    State(start): State<Shared>,
    jar: CookieJar,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let story = params.get("state").and_then(Role::of);
    if let Some(role) = story.filter(|_| start.tour.is_some()) {
        return tell(&start, jar, &headers, role, None).await;
    }
    pages::signed_out(&start, web::lang(&params, &headers))
}

/// Begins a story: the eID asks who it is, and suggests its person.
pub(crate) async fn tell(
    start: &Shared,
    jar: CookieJar,
    headers: &HeaderMap,
    role: Role,
    asked: Option<&str>,
) -> Response {
    let hint = format!("demo:{}", role.key());
    let mut extra = vec![("login_hint", hint.as_str()), ("prompt", "login")];
    extra.extend(asked.map(|tags| ("ui_locales", tags)));
    go(start, jar, headers, &extra, Some(role)).await
}

fn failed(start: &StartPage, error: &ProviderError, lang: Lang) -> Response {
    tracing::warn!(%error, "a sign-in at the start page failed");
    let problem = match error {
        ProviderError::Down(_) => Problem::Down,
        ProviderError::Untrusted(_) => Problem::Untrusted,
    };
    pages::problem(start, problem, lang)
}
