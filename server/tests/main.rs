//! The server as others meet it, and the domain under a clock of ours: every test that needs a server runs on SQLite,
//! and on PostgreSQL where `KOBLING_TEST_POSTGRES` names one (`postgres://user:password@host/postgres`) on which
//! databases may be made.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on fails"
)]

mod admin;
mod bad_input;
mod domain;
mod fuzz;
mod import;
mod logs;
mod out_of_order;
mod protocol;
mod races;
mod registration;
mod store;
mod support;
