//! The frame around every page.

use crate::Lang;
use serde::{Deserialize, Serialize};

/// The frame around every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameView {
    /// Whether the visitor is signed in (shows **Logg ut**).
    pub signed_in: bool,
    /// Seconds until the session reaches its idle limit; `None` without a session.
    pub ends_in: Option<i64>,
    /// Name of this installation, in the header.
    pub site_name: String,
    /// The page's language.
    pub lang: Lang,
}
