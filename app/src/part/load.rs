//! Fetches views and renders pages with them.

use crate::browser::Navigator;
use crate::codec::Postcard;
use crate::part::view::{Outcome, PageQuery, Pages, ViewOf};
use kobling_model::route::Page;
use leptos::either::Either;
use leptos::prelude::*;
use std::future::ready;

/// Renders a page, or the problem in its place. Its view is fetched when the page is opened, and again when an answer
/// redirects to it. The previous page stays until the view is available.
pub(crate) fn page(page: Page) -> AnyView {
    let query = PageQuery::now();
    let (navigator, pages) = (Navigator::get(), Pages::get());
    let view = view_resource(ViewOf::Page(page), query, navigator.visit.into());
    let content = move || {
        Suspend::new(async move {
            let content = (pages.show)(view.await, query.get_untracked());
            // Alternating branches replace all elements after each answer, so no field keeps a password.
            if navigator.answers.get_untracked().is_multiple_of(2) {
                Either::Left(content)
            } else {
                Either::Right(content)
            }
        })
    };
    view! { <Transition>{content}</Transition> }.into_any()
}

/// Returns a view, from the last answer if that carries it, otherwise fetched. It is updated when the query or the
/// count changes.
pub(crate) fn view_resource(
    of: ViewOf,
    query: Memo<PageQuery>,
    count: Signal<u32>,
) -> ViewResource {
    let (navigator, pages) = (Navigator::get(), Pages::get());
    Resource::new_with_options(
        move || (query.get(), count.get()),
        move |(query, _)| match navigator.take_view(of, &query) {
            Some(view) => Box::pin(ready(Ok(view))),
            None => (pages.fetch)(of, query),
        },
        true,
    )
}

/// A view that is loading or loaded.
pub(crate) type ViewResource = Resource<Outcome, Postcard>;
