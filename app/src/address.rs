//! The address of a page, and what is shown there.

use crate::part::view::{PageQuery, ViewOf};
use kobling_model::Problem;
use kobling_model::route::Page;
#[cfg(not(feature = "ssr"))]
use leptos::prelude::location;

/// The address of a page, within the origin.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Address {
    /// The path.
    pub path: String,
    /// The query, with its question mark; empty if there is none.
    pub query: String,
}

impl Address {
    /// The address that the browser shows.
    #[cfg(not(feature = "ssr"))]
    pub fn now() -> Self {
        Self {
            path: location().pathname().unwrap_or_default(),
            query: location().search().unwrap_or_default(),
        }
    }

    /// Path and query.
    pub fn whole(&self) -> String {
        [&*self.path, &self.query].concat()
    }

    /// The view to show at this address, or the problem in its place, and the parameters that pages have.
    pub fn target(&self) -> (Result<ViewOf, Problem>, PageQuery) {
        let query = PageQuery::parse(&self.query);
        let of = match Page::from_path(&self.path) {
            Some(Page::Problem) => {
                Err(Problem::from_code(&query.code).unwrap_or(Problem::NotFound))
            }
            Some(page) => Ok(ViewOf::Page(page)),
            None => Err(Problem::NotFound),
        };
        (of, query)
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn an_address_selects_a_page_or_a_problem() {
        let target = |path: &str, query: &str| {
            let (path, query) = (path.to_owned(), query.to_owned());
            Address { path, query }.target()
        };
        let (of, query) = target("/link", "?flow=1&code=%C3%A5&flow=2");
        assert_eq!(of, Ok(ViewOf::Page(Page::Link)));
        assert_eq!((&*query.flow, &*query.code), ("1", "å"));
        for (path, query, problem) in [
            ("/problem", "?code=busy", Problem::Busy),
            ("/problem", "?code=unknown", Problem::NotFound),
            ("/login/", "", Problem::NotFound),
        ] {
            assert_eq!(target(path, query).0, Err(problem), "{path}{query}");
        }
    }
}
