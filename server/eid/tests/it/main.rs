//! Sign-ins through a fake provider, over HTTP on the local machine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod begin;
mod cache;
mod client_auth;
mod failures;
mod fake;
mod keys;
mod logout;
mod subject;
mod tokens;
