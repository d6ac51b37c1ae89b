//! The use cases of Kobling, over narrow ports.
//!
//! [`Kobling`] has one service for each area, and each service one public function for each thing that a person, an
//! application or an operator can do. Services alone open and commit units of work. The decisions themselves
//! (`link::decide`, `oidc::access::rule::decide`) are pure functions. Nothing here knows of HTTP, SQL or HTML.

pub mod account;
pub mod admin;
pub mod audit;
pub mod auth;
pub mod directory;
pub mod eid;
pub mod flow;
pub mod kernel;
pub mod kobling;
pub mod link;
pub mod oidc;
pub mod ops;

#[cfg(test)]
mod golden;

pub use kernel::{
    core::Ports,
    outcome::{Answer, Change, Fault, Next},
    request::Visitor,
    settings::Settings,
};
pub use kobling::Kobling;
