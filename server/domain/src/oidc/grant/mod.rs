//! Grants: authorization codes and tokens for applications.

pub mod authorize;
pub mod claims;
pub mod introspect;
pub mod issue_code;
pub mod port;
pub mod pushed;
pub mod redeem;
pub mod refresh;
pub mod request;
pub mod revoke;
pub mod types;
pub mod userinfo;
