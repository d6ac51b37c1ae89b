//! A small file system in memory, which can be full.

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    process::Command,
};
use tempfile::TempDir;

/// A mounted file system. Dropping it unmounts it.
pub struct Disk(TempDir);

impl Disk {
    /// Mounts one of so many MiB, which only root can.
    pub fn mounted(mebibytes: u32) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let size = format!("size={mebibytes}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(folder.path())
            .status();
        assert!(mounted.is_ok_and(|status| status.success()), "mount");
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file until there is no room.
    pub fn fill(&self) {
        let mut filling = File::create(self.0.path().join("filling")).expect("a file");
        for block in [4096, 512, 1] {
            while filling.write_all(&vec![0; block]).is_ok() {}
        }
    }

    pub fn make_room(&self) {
        fs::remove_file(self.0.path().join("filling")).expect("it was full");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // What is still open is unmounted once it is closed.
        let _ = Command::new("umount")
            .arg("--lazy")
            .arg(self.0.path())
            .status();
    }
}
