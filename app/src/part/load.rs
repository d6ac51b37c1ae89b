//! Pages that show what the server knows.

use crate::browser::Wire;
use crate::error::UiError;
use crate::page::trouble::trouble;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What the address of a page may say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// `flow`, not yet read.
    pub flow: String,
    /// `ticket`.
    pub ticket: String,
    /// `code`.
    pub code: String,
}

impl Asked {
    /// What the address says now.
    pub fn now() -> Memo<Self> {
        let query = use_query_map();
        Memo::new(move |_| {
            query.with(|query| Self {
                flow: query.get("flow").unwrap_or_default(),
                ticket: query.get("ticket").unwrap_or_default(),
                code: query.get("code").unwrap_or_default(),
            })
        })
    }
}

/// A page: fetched when it is opened and again whenever an answer leads to it, then shown, or what went wrong in its
/// place. The page before stays until this one is there.
pub(crate) fn page<V, F>(
    fetch: impl Fn(Asked) -> F + Send + Sync + 'static,
    show: fn(V, Asked) -> AnyView,
) -> AnyView
where
    V: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    F: Future<Output = Result<V, UiError>> + Send + 'static,
{
    let asked = Asked::now();
    let visit = Wire::get().visit;
    let seen = Resource::new_blocking(
        move || (asked.get(), visit.get()),
        move |(asked, _)| fetch(asked),
    );
    let content = move || {
        Suspend::new(async move {
            match seen.await {
                Ok(view) => Either::Left(show(view, asked.get_untracked())),
                Err(error) => Either::Right(trouble(error.0)),
            }
        })
    };
    view! { <Transition>{content}</Transition> }.into_any()
}
