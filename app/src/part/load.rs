//! Pages that show what the server knows.

use crate::browser::Navigator;
use crate::codec::Postcard;
use crate::part::view::{Outcome, PageQuery, Pages, ViewOf};
use kobling_model::route::Page;
use leptos::either::Either;
use leptos::prelude::*;
use std::future::ready;

/// A page: fetched when it is opened and again whenever an answer leads to it, then shown, or what went wrong in its
/// place. The page before stays until this one is there.
pub(crate) fn page(page: Page) -> AnyView {
    let query = PageQuery::now();
    let (navigator, pages) = (Navigator::get(), Pages::get());
    let seen = fetched(ViewOf::Page(page), query, navigator.visit.into());
    let content = move || {
        Suspend::new(async move {
            let content = (pages.show)(seen.await, query.get_untracked());
            // After an answer every element is a new one: no password typed before is left in a field.
            if navigator.answers.get_untracked().is_multiple_of(2) {
                Either::Left(content)
            } else {
                Either::Right(content)
            }
        })
    };
    view! { <Transition>{content}</Transition> }.into_any()
}

/// A view: carried by the last answer, or else fetched; anew when the query or the count changes.
pub(crate) fn fetched(of: ViewOf, query: Memo<PageQuery>, count: Signal<u32>) -> Seen {
    let (navigator, pages) = (Navigator::get(), Pages::get());
    Resource::new_with_options(
        move || (query.get(), count.get()),
        move |(query, _)| match navigator.carried(of, &query) {
            Some(outcome) => Box::pin(ready(outcome)),
            None => (pages.fetch)(of, query),
        },
        true,
    )
}

/// A view, on its way or here.
pub(crate) type Seen = Resource<Outcome, Postcard>;
