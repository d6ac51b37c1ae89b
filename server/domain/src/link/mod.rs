//! Links between accounts and eIDs.

pub mod add;
pub mod complete;
pub mod decide;
pub mod first;
pub mod make;
pub mod owner;
pub mod port;
pub mod release;
pub mod relink;
pub mod remove;
pub mod settled;
pub mod types;
pub mod whose;
