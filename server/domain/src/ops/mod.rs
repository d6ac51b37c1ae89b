//! Jobs, mail, rate limits, figures.

pub mod jobs;
pub mod limit;
pub mod mail;
pub mod maintenance;
pub mod outbox;
pub mod port;
pub mod proof_of_work;
pub mod replay;
pub mod types;
