//! The pages and their routes.

use crate::browser::Navigator;
use crate::page::not_found::NotFoundPage;
use crate::page::problem::ProblemPage;
use crate::page::view::PAGES;
use crate::part::frame::Frame;
use crate::part::load::page;
use crate::text::Texts;
use kobling_model::{Lang, route::Page};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

/// The whole application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let (lang, site) = lang_and_site();
    provide_context(Texts::of(lang));
    provide_context(Navigator::new());
    provide_context(PAGES);
    let (_, set_is_routing) = signal(false);
    view! {
        <Title formatter=move |page: String| format!("{page} – {site}")/>
        <Router set_is_routing=set_is_routing>
            <Frame>
                <FlatRoutes fallback=NotFoundPage>
                    <Route path=path!("/") view=|| page(Page::Home) ssr=SsrMode::Async/>
                    <Route path=path!("/login") view=|| page(Page::Login) ssr=SsrMode::Async/>
                    <Route path=path!("/forgot-password") view=|| page(Page::ForgotPassword) ssr=SsrMode::Async/>
                    <Route path=path!("/reset-password") view=|| page(Page::ResetPassword) ssr=SsrMode::Async/>
                    <Route path=path!("/undo-email") view=|| page(Page::UndoEmail) ssr=SsrMode::Async/>
                    <Route path=path!("/account") view=|| page(Page::Account) ssr=SsrMode::Async/>
                    <Route path=path!("/account/email") view=|| page(Page::AccountEmail) ssr=SsrMode::Async/>
                    <Route path=path!("/account/password") view=|| page(Page::AccountPassword) ssr=SsrMode::Async/>
                    <Route path=path!("/link") view=|| page(Page::Link) ssr=SsrMode::Async/>
                    <Route path=path!("/consent") view=|| page(Page::Consent) ssr=SsrMode::Async/>
                    <Route path=path!("/no-access") view=|| page(Page::NoAccess) ssr=SsrMode::Async/>
                    <Route path=path!("/sign-out") view=|| page(Page::SignOut) ssr=SsrMode::Async/>
                    <Route path=path!("/problem") view=ProblemPage ssr=SsrMode::Async/>
                </FlatRoutes>
            </Frame>
        </Router>
    }
}

/// Language and name of the site: from the request on the server, from the document in the browser.
#[cfg(feature = "ssr")]
fn lang_and_site() -> (Lang, String) {
    let lang = use_context::<kobling_domain::Visitor>().map(|visitor| visitor.lang);
    let site = use_context::<crate::edge::Edge>().map(|edge| edge.site_name);
    (lang.unwrap_or_default(), site.unwrap_or_default())
}

#[cfg(not(feature = "ssr"))]
fn lang_and_site() -> (Lang, String) {
    let of_html = |name| {
        document()
            .document_element()
            .and_then(|html| html.get_attribute(name))
            .unwrap_or_default()
    };
    (
        Lang::from_tag(&of_html("lang")).unwrap_or_default(),
        of_html("data-site"),
    )
}
