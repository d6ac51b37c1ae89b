//! Letters become mails: [`render`] words them, [`SmtpMailer`] hands them to a mail server.
//!
//! A new kind of letter or a new language does not compile until it has been worded.

mod html;
mod plain;
mod render;
mod settings;
mod smtp;
mod words;

pub use render::{Rendered, render};
pub use settings::{Settings, SettingsError, Smtp, Tls, Transport};
pub use smtp::SmtpMailer;
