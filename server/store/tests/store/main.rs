//! The store on both engines: every test runs on SQLite, and on PostgreSQL where `KOBLING_TEST_POSTGRES` names a server
//! (`postgres://user:password@host/postgres`) on which databases may be made.

// clippy.toml allows these in test functions; what helps the tests stands outside of them here.
#![allow(clippy::expect_used, clippy::panic)]

mod account;
mod audit;
mod client;
mod consent;
mod directory;
mod engine;
mod family;
mod figures;
mod flow;
mod grant;
mod link;
mod logout;
mod opening;
mod outbox;
mod proof;
mod pushed;
mod races;
mod sample;
mod session;
mod signing_key;
mod statements;
mod unit_of_work;
