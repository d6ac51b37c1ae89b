//! Fetches views and renders pages with them.

use crate::browser::Navigator;
use crate::part::view::{Outcome, PageQuery, Pages, ViewOf};
use kobling_model::route::Page;
use leptos::either::Either;
use leptos::prelude::*;

/// Renders a page, or the problem in its place. Its view is fetched when the page is opened, and again when an answer
/// redirects to it. The previous page stays until the view is available.
pub(crate) fn page(page: Page) -> AnyView {
    let query = PageQuery::now();
    let (navigator, pages) = (Navigator::get(), Pages::get());
    let view = load(ViewOf::Page(page), query, navigator.visit.into());
    let content = move || {
        view.get().map(|view| {
            let content = (pages.show)(view, query.get_untracked());
            // Alternating branches replace all elements after each answer, so no field keeps a password.
            if navigator.answers.get_untracked().is_multiple_of(2) {
                Either::Left(content)
            } else {
                Either::Right(content)
            }
        })
    };
    content.into_any()
}

/// A view; `None` until it is loaded.
pub(crate) type Loaded = Signal<Option<Outcome>>;

/// Returns the view that the server has fetched before it renders the page.
#[cfg(feature = "ssr")]
pub(crate) fn load(of: ViewOf, query: Memo<PageQuery>, _: Signal<u32>) -> Loaded {
    Signal::stored(Navigator::get().take_view(of, &query.get_untracked()))
}

/// Returns a view, from the document or the last answer if that carries it, otherwise fetched. It is updated when the
/// query or the count changes. The router shows a page that is navigated to once its view is loaded.
#[cfg(not(feature = "ssr"))]
pub(crate) fn load(of: ViewOf, query: Memo<PageQuery>, count: Signal<u32>) -> Loaded {
    let (navigator, pages) = (Navigator::get(), Pages::get());
    // The only source is a memo: a signal would always count as changed.
    let source = Memo::new(move |_| (query.get(), count.get()));
    let loaded: AsyncDerived<Outcome> = AsyncDerived::new(move || {
        let (query, _) = source.get();
        match navigator.take_view(of, &query) {
            Some(view) => Box::pin(std::future::ready(view)),
            None => (pages.fetch)(of, query),
        }
    });
    Signal::derive(move || loaded.get())
}
