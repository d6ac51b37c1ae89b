//! Sign-ins through a fake provider, over real HTTP on this machine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod begin;
mod cache;
mod client_auth;
mod fake;
mod keys;
mod logout;
mod subject;
mod tokens;
mod trouble;
