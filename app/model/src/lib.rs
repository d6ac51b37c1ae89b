//! The types of Kobling, their rules, and the views that the server sends to the browser.
//!
//! Everything here is pure and runs in the browser as well as on the server: no clock, no randomness, no I/O. A rule
//! that both sides need (the password policy, the paths of pages) is written here once.

pub mod email;
pub mod id;
pub mod lang;
pub mod level;
pub mod password;
pub mod pid;
pub mod problem;
pub mod problems;
pub mod route;
pub mod status;
pub mod time;
pub mod view;

pub use email::Email;
pub use id::{AccountId, FlowId, LinkId, OrgId, ProviderId, SessionId};
pub use lang::Lang;
pub use level::Level;
pub use pid::NationalId;
pub use problem::{Problem, Wait};
pub use problems::Problems;
pub use time::Timestamp;
