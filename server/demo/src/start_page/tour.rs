//! The tour of the demo: where it begins, its stories, and how it is restarted.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use axum_extra::extract::CookieJar;

use super::{
    guide, handlers,
    memory::Memory,
    pages::{self, Problem},
    state::Shared,
};
use crate::{
    lang::Lang,
    people::Role,
    web::{self, Params},
};

/// `GET /enterprise/welcome`
pub(crate) async fn welcome(
    State(start): State<Shared>,
    jar: CookieJar,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let asked = params.get("ui_locales").and_then(Lang::parse);
    let guide = guide::Welcome {
        lang: web::lang(&params, &headers),
        asked,
        progress: &start.progress(&jar),
        is_restarted: params.get("restarted").is_some(),
    };
    let markup = guide.page(&start.look);
    web::page(StatusCode::OK, &start.form_action(), markup)
}

/// `POST /enterprise/begin`: begins a story, or a sign-in without one.
pub(crate) async fn begin(
    State(start): State<Shared>,
    jar: CookieJar,
    headers: HeaderMap,
    params: Params,
) -> Response {
    if web::is_cross_site(&headers, &start.origin) {
        let lang = web::lang(&params, &headers);
        return pages::problem(&start, Problem::CrossSite, lang);
    }
    let asked = params.get("ui_locales");
    let Some(role) = params.get("story").and_then(Role::of) else {
        let extra: Vec<_> = asked.map(|tags| ("ui_locales", tags)).into_iter().collect();
        return handlers::go(&start, jar, &headers, &extra, None).await;
    };
    // The story is another person's.
    match handlers::sign_out(&start, jar, Some(role.key())).await {
        Ok(away) => away,
        Err(jar) => handlers::tell(&start, jar, &headers, role, asked).await,
    }
}

/// `GET /enterprise/restart`: asks.
pub(crate) async fn ask_restart(
    State(start): State<Shared>,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let lang = web::lang(&params, &headers);
    web::page(StatusCode::OK, &[], guide::restart(&start.look, lang))
}

/// `POST /enterprise/restart`: empties all services.
pub(crate) async fn restart(
    State(start): State<Shared>,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let lang = web::lang(&params, &headers);
    if web::is_cross_site(&headers, &start.origin) {
        return pages::problem(&start, Problem::CrossSite, lang);
    }
    if let Some(tour) = &start.tour
        && let Err(error) = (tour.restart)().await
    {
        tracing::error!(%error, "the demo was not emptied");
        return pages::problem(&start, Problem::NotEmptied, lang);
    }
    *start.memory() = Memory::default();
    web::see_other(&format!("{}?restarted=1", guide::WELCOME))
}
