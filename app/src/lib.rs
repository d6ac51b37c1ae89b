//! The pages of Kobling: they show state and collect intent. No rule that somebody could go around lives here.
//!
//! One file per page in `page`, each with its components and the server functions that it calls; what pages share is
//! in `part`, every word in [`text`]. The same code renders on the server (`ssr`) and takes over in the browser
//! (`hydrate`).

// Props and server functions are seen by this crate alone, but their macros make public items of them.
#![allow(missing_docs, clippy::must_use_candidate)]

mod app;
mod browser;
mod codec;
mod error;
mod page;
mod part;
pub mod text;

#[cfg(feature = "ssr")]
mod call;
#[cfg(feature = "ssr")]
pub mod cookie;
#[cfg(feature = "ssr")]
pub mod edge;
#[cfg(feature = "ssr")]
mod policy;
#[cfg(feature = "ssr")]
mod serve;
#[cfg(feature = "ssr")]
mod shell;

pub use app::App;
pub use codec::VIEW_TYPE;
pub use error::UiError;

#[cfg(feature = "ssr")]
pub use {serve::serve, shell::shell};
