//! Renders the pages on the server.
//!
//! The views of page and frame are fetched first. Rendering is then one synchronous call, in which nothing waits and
//! nothing is spawned, and the document carries the views for the browser.

use crate::address::Address;
use crate::app::App;
use crate::browser::title;
use crate::call::{accepts_html, problem_of};
use crate::codec;
use crate::edge::{Brand, DemoBarHere, Edge, LeadsBack};
use crate::error::UiError;
use crate::head::Head;
use crate::page::{home, view::fetch};
use crate::part::frame::brand_view;
use crate::part::view::{Carried, Outcome, PageQuery, PageView, ViewOf};
use crate::policy;
use crate::shell::document;
use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Uri};
use kobling_domain::{Kobling, Visitor};
use kobling_model::{Lang, Problem, route, route::Page};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use std::sync::{Arc, Mutex, PoisonError};

/// Renders pages.
pub struct Renderer {
    kobling: Arc<Kobling>,
    edge: Edge,
    kept: Mutex<Vec<Kept>>,
}

/// A page that is the same for everybody who is not signed in.
struct Kept {
    page: Page,
    lang: Lang,
    policy: HeaderValue,
    html: Bytes,
}

impl Renderer {
    /// Renders the pages of an installation.
    #[must_use]
    pub fn new(kobling: Arc<Kobling>, edge: Edge) -> Self {
        Self {
            kobling,
            edge,
            kept: Mutex::default(),
        }
    }

    /// Responds with the page at an address.
    pub async fn page(&self, visitor: &Visitor, uri: &Uri, headers: &HeaderMap) -> Response {
        let page = Page::from_path(uri.path());
        if page == Some(Page::Home) {
            return self.home(visitor).await;
        }
        let anonymous = visitor.session.is_none() && !visitor.force_eid_login;
        let keeps = page.filter(|page| *page == Page::Login && anonymous && uri.query().is_none());
        if let Some(page) = keeps
            && let Some(response) = self.kept(page, visitor.lang)
        {
            return response;
        }
        let address = Address {
            path: uri.path().to_owned(),
            query: uri
                .query()
                .map_or_else(String::new, |query| format!("?{query}")),
        };
        let query = PageQuery::parse(&address.query);
        let view = match page {
            Some(page) => Some((page, self.fetch(visitor, ViewOf::Page(page), &query).await)),
            None => None,
        };
        match &view {
            Some((_, Err(UiError(Problem::NotSignedIn)))) if accepts_html(headers) => {
                return Redirect::to(route::LOGIN.path()).into_response();
            }
            Some((_, Ok(PageView::Moved(to)))) => return Redirect::to(to).into_response(),
            _ => {}
        }
        let carried = Carried {
            page: view.map(|(page, view)| (page, query, view)),
            ..self.frame(visitor).await
        };
        let rendered = self.render(
            self.brand(visitor),
            address,
            visitor.lang,
            carried,
            None,
            true,
        );
        if let Some(page) = keeps {
            self.keep(page, visitor.lang, &rendered);
        }
        rendered.into_response()
    }

    /// Responds with the problem page, with the status of the problem, at the requested address. `back` is the
    /// application that the problem is for.
    pub async fn problem(
        &self,
        visitor: &Visitor,
        problem: Problem,
        back: Option<LeadsBack>,
    ) -> Response {
        let carried = self.frame(visitor).await;
        let address = Address {
            path: route::PROBLEM.path().to_owned(),
            query: format!("?code={problem}"),
        };
        // Hydration selects the page by the address, which is not that of the problem page, so it must not run.
        self.render(
            self.brand(visitor),
            address,
            visitor.lang,
            carried,
            back,
            false,
        )
        .into_response()
    }

    /// What pages need to know about the installation.
    #[cfg(feature = "demo")]
    pub(crate) const fn edge(&self) -> &Edge {
        &self.edge
    }

    async fn home(&self, visitor: &Visitor) -> Response {
        let to = match home::target(&self.kobling, visitor).await {
            Ok(page) => page.path().to_owned(),
            Err(fault) => route::problem(problem_of(&fault, &visitor.request)),
        };
        Redirect::to(&to).into_response()
    }

    /// The view of the frame, and the brand that the page has shown to be the right one.
    async fn frame(&self, visitor: &Visitor) -> Carried {
        let query = PageQuery::default();
        Carried {
            page: None,
            frame: Some(self.fetch(visitor, ViewOf::Frame, &query).await),
            brand: brand_view(&self.edge, self.brand(visitor), visitor.lang),
        }
    }

    fn brand(&self, visitor: &Visitor) -> &Brand {
        self.edge.brands.of(visitor.towards.get())
    }

    pub(crate) async fn fetch(&self, visitor: &Visitor, of: ViewOf, query: &PageQuery) -> Outcome {
        fetch(&self.kobling, visitor, &self.edge, of, query)
            .await
            .map_err(|fault| UiError(problem_of(&fault, &visitor.request)))
    }

    pub(crate) fn render(
        &self,
        brand: &Brand,
        address: Address,
        lang: Lang,
        carried: Carried,
        back: Option<LeadsBack>,
        hydrates: bool,
    ) -> Rendered {
        let text = hydrates.then(|| codec::to_text(&carried).unwrap_or_default());
        let (head, response) = (
            Head::new(lang, address, carried),
            ResponseOptions::default(),
        );
        let owner = Owner::new_root(None);
        let (html, client) = owner.with(|| {
            provide_context(head.clone());
            provide_context(response.clone());
            if let Some(back) = back {
                provide_context(back);
            }
            if let Some(bar) = &self.edge.demo {
                provide_context(DemoBarHere(bar(lang)));
            }
            let body = App().to_html();
            let (of_page, client) = head.into_determined();
            let title = title(&of_page, &self.edge.site_name);
            let html = document(&self.edge, brand, lang, &title, &body, text.as_deref());
            (html, client)
        });
        owner.unset_with_forced_cleanup();
        Rendered {
            html: html.into(),
            policy: policy::of(&self.edge, client.as_deref()),
            response,
        }
    }

    /// The kept page, unless the origins of the providers, which its policy lists, have changed.
    fn kept(&self, page: Page, lang: Lang) -> Option<Response> {
        let policy = policy::of(&self.edge, None);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept
            .iter()
            .find(|kept| (kept.page, kept.lang, &kept.policy) == (page, lang, &policy))?;
        Some(html(found.html.clone(), policy))
    }

    fn keep(&self, page: Page, lang: Lang, rendered: &Rendered) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|kept| (kept.page, kept.lang) != (page, lang));
        kept.push(Kept {
            page,
            lang,
            policy: rendered.policy.clone(),
            html: rendered.html.clone(),
        });
    }
}

/// A rendered page.
pub(crate) struct Rendered {
    html: Bytes,
    policy: HeaderValue,
    response: ResponseOptions,
}

#[cfg(feature = "demo")]
impl Rendered {
    /// The page with status 200.
    pub fn into_html(self) -> Response {
        html(self.html, self.policy)
    }

    /// The title of the document.
    pub fn title(&self) -> String {
        let html = String::from_utf8_lossy(&self.html);
        let title = html
            .split_once("<title>")
            .and_then(|(_, rest)| rest.split_once("</title>"));
        let title = title.map_or("", |(title, _)| title);
        html_escape::decode_html_entities(title).into_owned()
    }
}

impl IntoResponse for Rendered {
    fn into_response(self) -> Response {
        let mut response = html(self.html, self.policy);
        let parts = std::mem::take(
            &mut *self
                .response
                .0
                .write()
                .unwrap_or_else(PoisonError::into_inner),
        );
        if let Some(status) = parts.status {
            *response.status_mut() = status;
        }
        response.headers_mut().extend(parts.headers);
        response
    }
}

pub(crate) fn html(body: Bytes, policy: HeaderValue) -> Response {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    let headers = [(CONTENT_TYPE, kind), (CONTENT_SECURITY_POLICY, policy)];
    (headers, Body::from(body)).into_response()
}
