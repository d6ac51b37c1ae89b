//! What stands around every page.

use crate::Lang;
use serde::{Deserialize, Serialize};

/// What stands around every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameView {
    /// Whether somebody is signed in here (shows **Logg ut**).
    pub signed_in: bool,
    /// Seconds until the session ends, if nobody uses it; none without one.
    pub ends_in: Option<i64>,
    /// Name of this installation, in the header.
    pub site_name: String,
    /// Address of the accessibility statement, in the footer.
    pub accessibility_statement: Option<String>,
    /// The page's language.
    pub lang: Lang,
    /// Whether the installation runs with simulated people, which every page then says.
    pub demo: bool,
}
