//! The server function that returns the views of all pages.
//!
//! One function with one type for all views: a server function per page would add its own code for fetching, caching
//! and rendering to the client-side code. Each page's `see` and `show` are in its own file.

use super::{
    account, account_email, account_password, consent, forgot_password, link, login, no_access,
    reset_password, sign_out, undo_email,
};
use crate::browser::Navigator;
use crate::codec::Compact;
#[cfg(feature = "ssr")]
use crate::edge::Edge;
use crate::error::UiError;
use crate::page::problem::problem_page;
#[cfg(feature = "ssr")]
use crate::part::frame;
use crate::part::view::{Outcome, PageQuery, PageView, Pages, ViewOf};
#[cfg(feature = "ssr")]
use kobling_domain::{Fault, Kobling, Visitor};
#[cfg(feature = "ssr")]
use kobling_model::route::Page;
use leptos::prelude::*;

/// Returns the view of a page or of the frame. Changes nothing.
#[server(prefix = "/ui", input = Compact, output = Compact, endpoint = "view")]
pub(crate) async fn view(of: ViewOf, query: PageQuery) -> Result<PageView, UiError> {
    use crate::call::{act, see};
    use kobling_domain::Answer;
    if of == ViewOf::Page(Page::Home) {
        act(|kobling, visitor| async move {
            Ok(Answer::page(super::home::target(&kobling, &visitor).await?))
        })
        .await?;
        return Ok(PageView::Nothing);
    }
    see(|kobling, visitor, edge| async move { fetch(&kobling, &visitor, &edge, of, &query).await })
        .await
}

/// Fetches the view of a page or of the frame.
#[cfg(feature = "ssr")]
pub(crate) async fn fetch(
    k: &Kobling,
    v: &Visitor,
    edge: &Edge,
    of: ViewOf,
    q: &PageQuery,
) -> Result<PageView, Fault> {
    match fetch_here(k, v, edge, of, q).await {
        Err(Fault::Moved(next)) => Ok(PageView::Moved(next.address().into_owned())),
        here => here,
    }
}

#[cfg(feature = "ssr")]
async fn fetch_here(
    k: &Kobling,
    v: &Visitor,
    edge: &Edge,
    of: ViewOf,
    q: &PageQuery,
) -> Result<PageView, Fault> {
    let page = match of {
        ViewOf::Page(page) => page,
        ViewOf::Frame => return Ok(PageView::Frame(frame::see(k, v, edge).await)),
    };
    let mut view = match page {
        Page::Home | Page::Problem => PageView::Nothing,
        Page::Login => PageView::Login(login::see(k, v, q).await?),
        Page::ForgotPassword => PageView::ForgotPassword(forgot_password::see(k, v, q).await?),
        Page::ResetPassword => PageView::ResetPassword(reset_password::see(k, v, q).await?),
        Page::UndoEmail => PageView::UndoEmail(undo_email::see(k, v, q).await?),
        Page::Link => PageView::Link(link::see(k, v, q).await?),
        Page::NoAccess => PageView::NoAccess(no_access::see(k, v, q).await?),
        Page::Consent => PageView::Consent(consent::see(k, v, q).await?),
        Page::SignOut => PageView::SignOut(sign_out::see(k, v, q).await?),
        Page::Account => PageView::Account(account::see(k, v, q).await?),
        Page::AccountEmail => PageView::AccountEmail(account_email::see(k, v, q).await?),
        Page::AccountPassword => PageView::AccountPassword(account_password::see(k, v, q).await?),
    };
    super::names::in_language(&mut view, v.lang);
    #[cfg(feature = "demo")]
    crate::gallery::problems::expect(&view);
    Ok(view)
}

/// The functions that the parts find in the context.
pub(crate) const PAGES: Pages = Pages {
    fetch: |of, query| Box::pin(view(of, query)),
    show,
};

/// Renders a page, or the problem in its place.
fn show(outcome: Outcome, query: PageQuery) -> AnyView {
    let view = match outcome {
        Ok(view) => view,
        Err(error) => return problem_page(error.0),
    };
    match view {
        PageView::Frame(_) | PageView::Nothing => ().into_any(),
        PageView::Moved(to) => {
            Navigator::get().replace_after_render(to);
            ().into_any()
        }
        PageView::Login(view) => login::show(view, query),
        PageView::ForgotPassword(view) => forgot_password::show(view),
        PageView::ResetPassword(view) => reset_password::show(view, query.ticket),
        PageView::UndoEmail(view) => undo_email::show(view, query.ticket),
        PageView::Link(view) => link::show(view, query),
        PageView::NoAccess(view) => no_access::show(view),
        PageView::Consent(view) => consent::show(view),
        PageView::SignOut(view) => sign_out::show(view),
        PageView::Account(view) => account::show(view),
        PageView::AccountEmail(view) => account_email::show(view, query),
        PageView::AccountPassword(view) => account_password::show(view),
    }
}
