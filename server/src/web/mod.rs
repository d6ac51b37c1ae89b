//! HTTP: routes, middleware, and the handlers of pages and eID providers.

mod answer;
mod bearer;
mod eid;
mod error_page;
#[cfg(feature = "demo")]
mod gallery;
mod health;
mod layer;
mod metrics;
mod pages;
mod problem;
mod router;
mod state;
mod upstream;
mod visitor;

pub use answer::go;
pub(crate) use bearer::{bearer, challenge};
pub(crate) use pages::{problem as problem_page, problem_before};
pub(crate) use problem::retry_after;
pub use problem::{ProblemBody, ProblemJson};
pub use router::router;
pub use state::State;
pub use visitor::visitor;
