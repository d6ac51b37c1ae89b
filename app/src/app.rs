//! The pages and their routes.

use crate::browser::Navigator;
use crate::page::not_found::NotFoundPage;
use crate::page::problem::ProblemPage;
use crate::page::view::PAGES;
use crate::part::frame::Frame;
use crate::part::load::page;
use crate::part::view::Carried;
use kobling_model::route::Page;
use kobling_text::Texts;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

/// The whole application.
#[component]
pub fn App() -> impl IntoView {
    let (texts, carried) = given();
    provide_context(texts);
    provide_context(Navigator::new(carried));
    provide_context(PAGES);
    let (_, set_is_routing) = signal(false);
    view! {
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

/// The texts and the views of the page: from the renderer on the server, from the document in the browser.
#[cfg(feature = "ssr")]
fn given() -> (&'static Texts, Carried) {
    let (lang, carried) = crate::head::Head::get().take_given();
    (Texts::of(lang), carried)
}

#[cfg(not(feature = "ssr"))]
fn given() -> (&'static Texts, Carried) {
    // Views that cannot be decoded are fetched.
    let carried = document()
        .get_element_by_id(crate::codec::ELEMENT)
        .and_then(|element| element.text_content())
        .and_then(|text| crate::codec::from_text(&text));
    (expect_context(), carried.unwrap_or_default())
}
