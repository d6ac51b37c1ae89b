//! What someone can do in Kobling: one public function per thing, over narrow ports.
//!
//! The functions hang on [`Kobling`], one file per noun. They alone open and commit units of work. The decisions
//! themselves (`link::decide`, `access::decide`) are pure functions. Nothing here knows of HTTP, SQL or HTML.

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
