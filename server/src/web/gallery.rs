//! `/gallery`: every page in every state, for accessibility testers. Only in the demo.

use super::{State, visitor};
use axum::{
    Json, Router,
    extract::{Path, Query, Request, State as Shared},
    http::{StatusCode, header::CONTENT_SECURITY_POLICY},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use kobling_app::gallery::Entry;
use kobling_domain::{
    Visitor,
    ops::mail::{Content, Letter},
};
use kobling_mail::{Look, Rendered, samples};
use kobling_model::{Email, Lang};
use serde::Deserialize;

/// What the names of mails begin with.
const MAIL: &str = "mail-";
/// The policy of a mail, which has its styles in the document.
const OF_MAIL: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The routes.
pub(super) fn router() -> Router<State> {
    Router::new()
        .route("/gallery", get(list))
        .route("/gallery.json", get(json))
        .route("/gallery/{state}", get(show))
}

#[derive(Deserialize)]
struct Wants {
    lang: Option<String>,
}

async fn entries(state: &State) -> Vec<Entry> {
    let mut entries = state.renderer.gallery(&Visitor::default()).await;
    entries.extend(mails().into_iter().map(|content| {
        let (name, how) = samples::kind(&content);
        let titles = |lang| mail(state, &content, lang).map_or_else(String::new, |it| it.subject);
        Entry::new(format!("{MAIL}{name}"), how.to_owned(), "mails", titles)
    }));
    entries
}

fn mails() -> Vec<Content> {
    let url =
        "https://kobling.example/link?flow=01990000-0000-7000-8000-000000000001&code=48213579";
    let email = Email::parse("kari.nordmann@nordvik.example");
    email.map_or_else(
        |_| Vec::new(),
        |email| samples::contents("48213579", url, "BankID", &email),
    )
}

/// A mail as it is sent.
fn mail(state: &State, content: &Content, lang: Lang) -> Option<Rendered> {
    let letter = Letter {
        to: Email::parse("kari.nordmann@nordvik.example").ok()?,
        lang,
        content: content.clone(),
    };
    Some(kobling_mail::render(
        &letter,
        &Look::named(&state.edge.site_name),
    ))
}

async fn list(Shared(state): Shared<State>) -> Response {
    state.renderer.gallery_list(&entries(&state).await)
}

async fn json(Shared(state): Shared<State>) -> Json<Vec<Entry>> {
    Json(entries(&state).await)
}

async fn show(
    Shared(state): Shared<State>,
    Path(name): Path<String>,
    Query(wants): Query<Wants>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let visitor = visitor(&state, &parts);
    let lang = wants.lang.as_deref().and_then(Lang::from_tag);
    let visitor = Visitor {
        lang: lang.unwrap_or(visitor.lang),
        ..visitor
    };
    let content = mails()
        .into_iter()
        .find(|content| name.strip_prefix(MAIL) == Some(samples::kind(content).0));
    if let Some(mail) = content.and_then(|content| mail(&state, &content, visitor.lang)) {
        return ([(CONTENT_SECURITY_POLICY, OF_MAIL)], Html(mail.html)).into_response();
    }
    match state.renderer.gallery_state(&visitor, &name).await {
        Some(page) => page,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
