//! What someone can do, under a clock of ours.

mod consent;
mod expiry;
mod grants;
mod hijack;
mod idle;
mod line;
mod notices;
mod outbox;
pub mod person;
mod pushed;
mod renewal;
mod same_work;
mod step_up;
mod tickets;
mod ways_in;
pub mod world;
