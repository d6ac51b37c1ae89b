//! The components that pages share.

pub(crate) mod act;
pub(crate) mod alert;
pub(crate) mod code;
pub(crate) mod dialog;
pub(crate) mod eid;
pub(crate) mod field;
pub(crate) mod frame;
pub(crate) mod heading;
pub(crate) mod icon;
pub(crate) mod identity;
pub(crate) mod idle;
pub(crate) mod load;
pub(crate) mod password;
#[cfg(any(feature = "hydrate", test))]
pub(crate) mod proof;
pub(crate) mod robot;
pub(crate) mod view;

use kobling_text::Texts;
use leptos::prelude::expect_context;

/// The texts in the language of the page.
pub(crate) fn texts() -> &'static Texts {
    expect_context()
}
