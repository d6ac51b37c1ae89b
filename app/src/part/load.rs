//! Fetches views and renders pages with them.

use crate::address::Address;
use crate::browser::Navigator;
use crate::error::UiError;
use crate::part::view::{Outcome, PageQuery, Pages, ViewOf};
use kobling_model::Problem;
use leptos::either::Either;
use leptos::prelude::*;

/// A view and the query it is for, or the problem to show in its place.
pub(crate) type Target = (Result<ViewOf, Problem>, PageQuery);

/// Renders the page at the current address, or the problem in its place. Its view is fetched when the address changes,
/// and again when an answer redirects to it. The previous page stays until the view is available.
pub(crate) fn page() -> AnyView {
    let (navigator, pages) = (Navigator::get(), Pages::get());
    let target = Memo::new(move |_| navigator.address.with(Address::target));
    let view = load(target, navigator.visit.into());
    let (sample, shown) = (
        StoredValue::new(navigator.take_sample()),
        StoredValue::new(false),
    );
    let content = move || {
        let view = view.get();
        let sample = sample.try_update_value(Option::take).flatten();
        let to_show = sample.or_else(|| Some((target.get_untracked().1, view?)));
        to_show.map(|(query, view)| {
            let content = (pages.show)(view, query);
            // Alternating branches replace all elements with each view, so no field keeps a password.
            let other = shown.try_update_value(|shown| std::mem::replace(shown, !*shown));
            if other.unwrap_or_default() {
                Either::Right(content)
            } else {
                Either::Left(content)
            }
        })
    };
    content.into_any()
}

/// A view; `None` until it is loaded.
pub(crate) type Loaded = Signal<Option<Outcome>>;

/// Returns the view that the server has fetched before it renders the page.
#[cfg(feature = "ssr")]
pub(crate) fn load(target: Memo<Target>, _: Signal<u32>) -> Loaded {
    let (of, query) = target.get_untracked();
    Signal::stored(match of {
        Ok(of) => Navigator::get().take_view(of, &query),
        Err(problem) => Some(Err(UiError(problem))),
    })
}

/// Returns a view, from the document or the last answer if that carries it, otherwise fetched. It is updated when the
/// target or the count changes.
#[cfg(not(feature = "ssr"))]
pub(crate) fn load(target: Memo<Target>, count: Signal<u32>) -> Loaded {
    let (navigator, pages) = (Navigator::get(), Pages::get());
    // The only source is a memo: a signal would always count as changed.
    let source = Memo::new(move |_| (target.get(), count.get()));
    let loaded: AsyncDerived<Outcome> = AsyncDerived::new(move || {
        let ((of, query), _) = source.get();
        let ready = match of {
            Ok(of) => navigator.take_view(of, &query).ok_or(of),
            Err(problem) => Ok(Err(UiError(problem))),
        };
        match ready {
            Ok(view) => Box::pin(std::future::ready(view)),
            Err(of) => (pages.fetch)(of, query),
        }
    });
    Signal::derive(move || loaded.get())
}
