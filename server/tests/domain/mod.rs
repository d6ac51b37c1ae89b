//! Use cases of the domain under a test clock.

mod consent;
mod expiry;
mod grants;
mod hijack;
mod idle;
mod notices;
mod outbox;
mod pushed;
mod renewal;
mod same_work;
mod step_up;
mod tickets;
mod ways_in;

use crate::support::{notifier, person, world};
