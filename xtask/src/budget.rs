//! Size limits of a first visit: `style/budget.toml`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// Upper bounds in kB, which are 1000 bytes, as sent with brotli at quality 11.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// All JavaScript and WebAssembly together.
    pub script_and_wasm: u64,
    /// The HTML of `/login` and all style sheets together.
    pub login_and_styles: u64,
}

impl Budget {
    /// Reads the limits from a file.
    ///
    /// # Errors
    /// If the file is missing or invalid.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("could not read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is invalid", path.display()))
    }
}

/// Whether a size in bytes is within a limit in kB.
pub fn fits(bytes: u64, limit: u64) -> bool {
    bytes <= limit * 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_of_this_tree_can_be_read() {
        let budget = Budget::read(&crate::run::root().join("style/budget.toml")).unwrap();
        assert!(budget.script_and_wasm > budget.login_and_styles);
    }

    #[test]
    fn a_misspelt_or_missing_bound_is_refused() {
        assert!(toml::from_str::<Budget>("script_and_wasm = 1").is_err());
        assert!(
            toml::from_str::<Budget>("script_and_wasm = 1\nlogin_and_styles = 2\nhtml = 3")
                .is_err()
        );
    }

    #[test]
    fn the_bound_itself_still_fits() {
        assert!(fits(250_000, 250));
        assert!(!fits(250_001, 250));
    }
}
