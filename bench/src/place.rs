//! Where the servers of a run are, and what they know of each other.

use std::path::PathBuf;

use anyhow::Result;
use url::Url;

/// Master key and identity key. The installation has no people and is deleted.
pub const KEYS: [[u8; 32]; 2] = [[1; 32], [2; 32]];
/// The secret of all applications.
pub const SECRET: &str = "the-secret-of-the-applications";
/// The key at the eID provider.
pub const KEY_FILE: &str = "eid.pem";
/// Its id there.
pub const KID: &str = "bench";

/// The ports of all servers: five consecutive ones.
#[derive(Clone, Copy)]
pub struct Ports(pub u16);

impl Ports {
    pub fn origin(self) -> String {
        format!("http://localhost:{}", self.0)
    }

    pub fn start_page_port(self) -> u16 {
        self.0 + 1
    }

    pub fn start_page(self) -> String {
        format!("http://localhost:{}", self.start_page_port())
    }

    pub fn eid_port(self) -> u16 {
        self.0 + 2
    }

    pub fn eid(self) -> String {
        format!("http://localhost:{}", self.eid_port())
    }

    pub fn smtp_port(self) -> u16 {
        self.0 + 3
    }

    pub fn bare_port(self) -> u16 {
        self.0 + 4
    }

    /// An address at Kobling.
    ///
    /// # Errors
    /// If the path is invalid.
    pub fn at(self, path: &str) -> Result<Url> {
        Ok(format!("{}{path}", self.origin()).parse()?)
    }
}

/// What every installation of a run shares.
pub struct Place {
    pub binary: PathBuf,
    pub folder: PathBuf,
    pub ports: Ports,
}
