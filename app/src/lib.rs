//! The pages of Kobling. They show state and collect input; they contain no business rules, which a client could
//! bypass.
//!
//! `page` has a file per page, with its components and the server functions that it calls; what pages share is in
//! `part`, all texts in [`text`]. The same code renders on the server (`ssr`) and hydrates in the browser (`hydrate`).

// Only this crate uses component properties and server functions, but their macros generate public items.
#![allow(missing_docs, clippy::must_use_candidate)]

mod address;
mod app;
mod browser;
mod codec;
mod error;
mod page;
mod part;

#[cfg(feature = "ssr")]
mod call;
#[cfg(feature = "ssr")]
pub mod cookie;
#[cfg(feature = "ssr")]
pub mod edge;
#[cfg(feature = "demo")]
pub mod gallery;
#[cfg(feature = "ssr")]
mod head;
#[cfg(feature = "ssr")]
mod policy;
#[cfg(feature = "ssr")]
mod render;
#[cfg(feature = "ssr")]
mod serve;
#[cfg(feature = "ssr")]
mod shell;

pub use app::App;
pub use codec::VIEW_TYPE;
pub use error::UiError;

#[cfg(feature = "ssr")]
pub use {render::Renderer, serve::serve};
