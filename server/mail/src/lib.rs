//! Mails: [`render`] creates their text, [`SmtpMailer`] delivers them to a mail server.
//!
//! A new kind of mail or a new language does not compile until its texts exist.

mod html;
mod page;
mod plain;
mod render;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
mod settings;
mod smtp;
mod words;

pub use render::{Rendered, render};
pub use settings::{Look, Settings, SettingsError, Smtp, Tls, Transport};
pub use smtp::SmtpMailer;
