//! Pages that show what the server knows.

use crate::browser::Wire;
use crate::codec::Postcard;
use crate::error::UiError;
use crate::page::trouble::trouble;
use crate::page::view::{Page, PageView, view as see};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

/// What the address of a page may say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
pub(crate) fn page(page: Page) -> AnyView {
    let asked = Asked::now();
    let wire = Wire::get();
    let seen = fetched(page, asked, wire.visit.into());
    let content = move || {
        Suspend::new(async move {
            let content = match seen.await {
                Ok(view) => view.show(asked.get_untracked()),
                Err(error) => trouble(error.0),
            };
            // After an answer every element is a new one: no password typed before is left in a field.
            if wire.answers.get_untracked().is_multiple_of(2) {
                Either::Left(content)
            } else {
                Either::Right(content)
            }
        })
    };
    view! { <Transition>{content}</Transition> }.into_any()
}

/// What the server says, asked again when the question or the count changes.
pub(crate) fn fetched(page: Page, asked: Memo<Asked>, count: Signal<u32>) -> Seen {
    Resource::new_with_options(
        move || (asked.get(), count.get()),
        move |(asked, _)| see(page, asked),
        true,
    )
}

/// A view, on its way or here.
pub(crate) type Seen = Resource<Result<PageView, UiError>, Postcard>;
