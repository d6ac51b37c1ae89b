//! The store alone, each test on every engine.

mod account;
mod audit;
mod broken;
mod client;
mod common;
mod consent;
mod directory;
mod family;
mod figures;
mod flow;
mod grant;
mod limit;
mod link;
mod logout;
mod opening;
mod outbox;
mod pushed;
mod races;
mod sample;
mod session;
mod signing_key;
mod statements;
mod unit_of_work;
