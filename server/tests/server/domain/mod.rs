//! What someone can do, under a clock of ours.

mod expiry;
mod grants;
mod hijack;
mod outbox;
mod person;
mod same_work;
mod tickets;
mod ways_in;
pub mod world;
