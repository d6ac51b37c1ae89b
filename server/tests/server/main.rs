//! The server as others meet it, and the domain under a clock of ours: every test on SQLite, and on PostgreSQL where
//! `KOBLING_TEST_POSTGRES` names a server (`postgres://user:password@host/postgres`) on which databases may be made.

#![cfg(feature = "demo")]

mod oidc;
mod races;
mod support;
