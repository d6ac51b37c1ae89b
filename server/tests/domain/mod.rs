//! Use cases of the domain under a test clock.

mod adding;
mod address_change;
mod back;
mod budget;
mod consent;
mod ended_session;
mod errors;
mod expiry;
mod first_password;
mod grants;
mod hijack;
mod idle;
mod limits;
mod notices;
mod operator;
mod outbox;
mod overview;
mod pre_hijacking;
mod pushed;
mod renewal;
mod same_work;
mod step_up;
mod tickets;
mod ways_in;
mod whose_account;
mod whose_model;
mod whose_property;

use crate::support::{notifier, person, world};
