//! The files that hold what must not be read by others.
#![cfg(unix)]

use crate::support::db::Engine;
use kobling::demo::{self, Options};
use kobling_store::Database;
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};

fn mode(file: &Path) -> u32 {
    let mode = fs::metadata(file).expect("it exists").permissions().mode();
    mode & 0o777
}

#[tokio::test]
async fn only_the_owner_can_read_the_database() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = ["", "-wal", "-shm"].map(|end| folder.path().join(format!("kobling.db{end}")));
    let engine = Engine::sqlite(folder.path());
    let database = Database::open(engine.url()).await.expect("opens");
    database.migrate().await.expect("migrates");
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    // As an earlier version left them.
    for file in &files {
        fs::set_permissions(file, Permissions::from_mode(0o644)).expect("can be set");
    }
    Database::open(engine.url()).await.expect("opens");
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
}

#[test]
fn only_the_owner_can_read_the_keys_of_the_demo() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = Options {
        data_dir: folder.path().to_owned(),
        port: 3000,
        database: None,
        settings: Vec::new(),
    };
    demo::configuration(&options, 0).expect("a configuration");
    for name in [
        "master.key",
        "identity.key",
        "start-page.secret",
        "eid-client.pem",
    ] {
        assert_eq!(mode(&folder.path().join(name)), 0o600, "{name}");
    }
}
