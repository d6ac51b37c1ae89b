//! The pages and where they live.

use crate::browser::Navigator;
use crate::page::account::AccountPage;
use crate::page::account_email::AccountEmailPage;
use crate::page::account_password::AccountPasswordPage;
use crate::page::consent::ConsentPage;
use crate::page::forgot_password::ForgotPasswordPage;
use crate::page::home::HomePage;
use crate::page::link::LinkingPage;
use crate::page::login::LoginPage;
use crate::page::no_access::NoAccessPage;
use crate::page::not_found::NotFoundPage;
use crate::page::problem::ProblemPage;
use crate::page::reset_password::ResetPasswordPage;
use crate::page::sign_out::SignOutPage;
use crate::page::view::PAGES;
use crate::part::frame::Frame;
use crate::text::Texts;
use kobling_model::Lang;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

/// The whole application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let (lang, site) = surroundings();
    provide_context(Texts::of(lang));
    provide_context(Navigator::lay());
    provide_context(PAGES);
    let (_, set_is_routing) = signal(false);
    view! {
        <Title formatter=move |page: String| format!("{page} – {site}")/>
        <Router set_is_routing=set_is_routing>
            <Frame>
                <FlatRoutes fallback=NotFoundPage>
                    <Route path=path!("/") view=HomePage ssr=SsrMode::Async/>
                    <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async/>
                    <Route path=path!("/forgot-password") view=ForgotPasswordPage ssr=SsrMode::Async/>
                    <Route path=path!("/reset-password") view=ResetPasswordPage ssr=SsrMode::Async/>
                    <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async/>
                    <Route path=path!("/account/email") view=AccountEmailPage ssr=SsrMode::Async/>
                    <Route path=path!("/account/password") view=AccountPasswordPage ssr=SsrMode::Async/>
                    <Route path=path!("/link") view=LinkingPage ssr=SsrMode::Async/>
                    <Route path=path!("/consent") view=ConsentPage ssr=SsrMode::Async/>
                    <Route path=path!("/no-access") view=NoAccessPage ssr=SsrMode::Async/>
                    <Route path=path!("/sign-out") view=SignOutPage ssr=SsrMode::Async/>
                    <Route path=path!("/problem") view=ProblemPage ssr=SsrMode::Async/>
                </FlatRoutes>
            </Frame>
        </Router>
    }
}

/// Language and name of the site: on the server from the request, in the browser from the document.
#[cfg(feature = "ssr")]
fn surroundings() -> (Lang, String) {
    let lang = use_context::<kobling_domain::Visitor>().map(|visitor| visitor.lang);
    let site = use_context::<crate::edge::Edge>().map(|edge| edge.site_name);
    (lang.unwrap_or_default(), site.unwrap_or_default())
}

#[cfg(not(feature = "ssr"))]
fn surroundings() -> (Lang, String) {
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
