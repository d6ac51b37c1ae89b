//! The handlers of the start page.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::extract::{CookieJar, cookie::Cookie};

use super::{
    Config,
    lang::Lang,
    logout_token,
    memory::{Claim, Memory, Pending, Session},
    pages::{self, Problem},
    relying_party::{HANDED_ON, ProviderError, RelyingParty},
};
use crate::{
    DemoError,
    clock::Clock,
    random,
    web::{self, Params},
};

const SESSION_COOKIE: &str = "startpage_session";
const PENDING_COOKIE: &str = "startpage_pending";

/// The state that handlers share.
pub(crate) type Shared = Arc<StartPage>;

/// The start page.
pub(crate) struct StartPage {
    origin: String,
    relying_party: RelyingParty,
    clock: Clock,
    memory: Mutex<Memory>,
}

impl StartPage {
    /// Checks the configuration.
    pub(crate) fn new(config: Config, clock: Clock) -> Result<Shared, DemoError> {
        let origin = web::origin(&config.origin, "origin")?;
        Ok(Arc::new(Self {
            relying_party: RelyingParty::new(config, &origin)?,
            origin,
            clock,
            memory: Mutex::default(),
        }))
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn secure(&self) -> bool {
        self.origin.starts_with("https:")
    }

    fn session(&self, jar: &CookieJar) -> Option<Session> {
        let id = jar.get(SESSION_COOKIE)?.value();
        self.memory().session(id, self.clock.now())
    }

    /// Sign-out goes to the provider and from there perhaps to its eID provider, which the start
    /// page does not know; the demo's are all on this host.
    fn form_action(&self) -> Vec<String> {
        vec![
            self.relying_party.issuer_origin(),
            "http://localhost:*".to_owned(),
        ]
    }
}

/// `GET /`
pub(crate) async fn root() -> Response {
    web::see_other("/enterprise")
}

/// `GET /enterprise`: the page if signed in, otherwise a redirect to the provider.
pub(crate) async fn home(State(start): State<Shared>, jar: CookieJar, params: Params) -> Response {
    let asked = params.get("ui_locales").and_then(Lang::parse);
    let anew = params.get("prompt").is_some_and(|prompt| prompt != "none");
    if let Some(session) = start.session(&jar).filter(|_| !anew) {
        let lang = asked.unwrap_or(session.lang);
        return pages::home(&session, lang, &start.form_action());
    }
    let lang = asked.unwrap_or_default();
    let extra: Vec<(&'static str, &str)> = HANDED_ON
        .into_iter()
        .filter_map(|name| params.get(name).map(|value| (name, value)))
        .collect();
    let beginning = match start.relying_party.begin(&extra).await {
        Ok(beginning) => beginning,
        Err(error) => return failed(&error, lang),
    };
    // One cookie for all tabs: each tab's sign-in has a state of its own.
    let browser = jar
        .get(PENDING_COOKIE)
        .map_or_else(random::token, |cookie| cookie.value().to_owned());
    let pending = Pending {
        nonce: beginning.nonce,
        verifier: beginning.verifier,
        lang,
        browser: browser.clone(),
    };
    let now = start.clock.now();
    start
        .memory()
        .begin(beginning.state.into_secret(), pending, now);
    let jar = jar.add(web::cookie(PENDING_COOKIE, browser, start.secure()));
    (jar, web::see_other(beginning.address.as_str())).into_response()
}

/// `GET /enterprise/callback`
pub(crate) async fn callback(
    State(start): State<Shared>,
    jar: CookieJar,
    params: Params,
) -> Response {
    let state = params.get("state").unwrap_or_default();
    let browser = jar.get(PENDING_COOKIE).map(Cookie::value);
    let claim = start.memory().claim(state, browser, start.clock.now());
    let pending = match claim {
        Claim::Mine(pending) => pending,
        Claim::Used => return pages::problem(Problem::Used, Lang::default()),
        Claim::Unknown => return pages::problem(Problem::Lost, Lang::default()),
    };
    let lang = pending.lang;
    if let Err(error) = start.relying_party.check_issuer(params.get("iss")).await {
        return failed(&error, lang);
    }
    let code = match (params.get("error"), params.get("code")) {
        (Some("access_denied"), _) => return pages::problem(Problem::Cancelled, lang),
        (None, Some(code)) => code,
        _ => return pages::problem(Problem::Refused, lang),
    };
    let finished = start
        .relying_party
        .finish(code, pending.verifier, &pending.nonce)
        .await;
    let (person, id_token) = match finished {
        Ok(finished) => finished,
        Err(error) => return failed(&error, lang),
    };
    let id = random::token();
    let now = start.clock.now();
    {
        let mut memory = start.memory();
        if let Some(old) = jar.get(SESSION_COOKIE) {
            memory.sign_out(old.value(), now);
        }
        let session = Session {
            person,
            sid: logout_token::sid(&id_token),
            id_token,
            lang,
        };
        memory.sign_in(id.clone(), session, now);
    }
    let jar = jar.add(web::cookie(SESSION_COOKIE, id, start.secure()));
    (jar, web::see_other("/enterprise")).into_response()
}

/// `POST /enterprise/logout`: ends the session here first, then at the provider.
pub(crate) async fn logout(
    State(start): State<Shared>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Response {
    let from = headers.get(header::ORIGIN);
    if from.is_some_and(|origin| origin.as_bytes() != start.origin.as_bytes()) {
        return pages::problem(Problem::CrossSite, Lang::default());
    }
    let session = jar.get(SESSION_COOKIE).and_then(|cookie| {
        let now = start.clock.now();
        start.memory().sign_out(cookie.value(), now)
    });
    let target = match session {
        Some(session) => start.relying_party.end_session(&session.id_token).await,
        None => "/enterprise/signed-out".to_owned(),
    };
    let jar = jar.remove(Cookie::build((SESSION_COOKIE, "")).path("/"));
    (jar, web::see_other(&target)).into_response()
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

/// `GET /enterprise/signed-out`
pub(crate) async fn signed_out(params: Params) -> Response {
    let lang = params.get("ui_locales").and_then(Lang::parse);
    pages::signed_out(lang.unwrap_or_default())
}

fn failed(error: &ProviderError, lang: Lang) -> Response {
    tracing::warn!(%error, "a sign-in at the start page failed");
    let problem = match error {
        ProviderError::Down(_) => Problem::Down,
        ProviderError::Untrusted(_) => Problem::Untrusted,
    };
    pages::problem(problem, lang)
}
