//! What someone can do in Kobling: one public function per thing, over narrow ports.
//!
//! The functions hang on [`Kobling`], one file per noun. They alone open and commit units of work. The decisions
//! themselves (`link::decide`, `access::decide`) are pure functions. Nothing here knows of HTTP, SQL or HTML.

pub mod access;
pub mod account;
pub mod administration;
pub mod answer;
pub mod audit;
pub mod client;
pub mod consent;
pub mod directory;
pub mod eid;
pub mod email;
pub mod expiry;
pub mod figures;
pub mod flow;
#[cfg(test)]
mod golden;
pub mod grant;
pub mod idle;
pub mod kobling;
pub mod limit;
pub mod link;
pub mod logout;
pub mod mail;
pub mod outbox;
pub mod password;
pub mod port;
pub mod proof;
pub mod recovery;
pub mod secret;
pub mod session;
pub mod settings;
pub mod sign_in;
pub mod sign_out;
pub mod signing_key;
mod step_up;

pub use answer::{Answer, Change, Fault, Next, Visitor};
pub use kobling::{Kobling, Ports};
pub use settings::Settings;
