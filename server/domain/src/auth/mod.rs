//! Sessions and sign-in methods.

pub mod caller;
pub mod idle;
pub mod port;
pub mod session;
pub mod session_list;
pub mod sign_in;
pub mod sign_out;
pub mod start;
pub mod step_up;
