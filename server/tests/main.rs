//! Tests of the assembled server, and of the domain under a test clock: every test that needs a server runs on SQLite,
//! and on PostgreSQL if `KOBLING_TEST_POSTGRES` names a server (`postgres://user:password@host/postgres`) on which
//! databases can be created.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on fails"
)]

mod admin;
mod bad_input;
mod branding;
mod carried;
mod domain;
mod files;
mod fuzz;
mod gallery;
mod import;
mod kept;
mod limits;
mod load;
mod logs;
mod long;
mod operator;
mod out_of_order;
mod protocol;
mod races;
mod registration;
mod restart;
mod store;
mod support;
