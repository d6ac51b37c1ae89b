//! The page for unknown addresses.

use super::problem::problem_page;
use kobling_model::Problem;
use leptos::prelude::*;

#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    problem_page(Problem::NotFound)
}
