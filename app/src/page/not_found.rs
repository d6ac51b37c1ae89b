//! Nothing of that name here.

use super::trouble::trouble;
use kobling_model::Problem;
use leptos::prelude::*;

#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    trouble(Problem::NotFound)
}
