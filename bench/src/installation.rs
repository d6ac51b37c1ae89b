//! An installation of Kobling with the settings of production, on loopback ports.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sqlx::{Connection, PgConnection};
use tokio::process::Command;
use url::Url;

use crate::child::Server;
use crate::place::{KEY_FILE, KEYS, KID, Place, SECRET};
use crate::seed;

/// The database engines.
#[derive(Clone)]
pub enum Engine {
    Sqlite,
    /// With the URL of a database on whose server others can be created.
    Postgres(Url),
}

impl Engine {
    /// Its name in the table.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// A new, empty database; the one before is deleted.
    async fn database(&self, folder: &Path) -> Result<String> {
        match self {
            Self::Sqlite => {
                for file in ["kobling.db", "kobling.db-wal", "kobling.db-shm"] {
                    fs::remove_file(folder.join(file)).ok();
                }
                Ok(format!("sqlite://{}", folder.join("kobling.db").display()))
            }
            Self::Postgres(url) => {
                let mut connection = PgConnection::connect(url.as_str()).await?;
                for statement in [
                    "DROP DATABASE IF EXISTS kobling_bench",
                    "CREATE DATABASE kobling_bench",
                ] {
                    sqlx::query(statement).execute(&mut connection).await?;
                }
                connection.close().await?;
                let mut url = url.clone();
                url.set_path("/kobling_bench");
                Ok(url.into())
            }
        }
    }
}

/// Creates and fills a database, and starts a server on it.
///
/// # Errors
/// If any of it fails.
pub async fn start(place: &Place, engine: &Engine, accounts: u32) -> Result<Server> {
    let database = engine.database(&place.folder).await?;
    let config = place.folder.join("kobling.toml");
    fs::write(&config, configuration(place, &database))?;
    let config = config
        .to_str()
        .context("the path of the folder is not UTF-8")?;
    let migrated = Command::new(&place.binary)
        .args(["migrate", "--config", config])
        .output()
        .await
        .with_context(|| format!("{} could not be run", place.binary.display()))?;
    ensure!(
        migrated.status.success(),
        "`kobling migrate` failed: {}",
        String::from_utf8_lossy(&migrated.stderr).trim()
    );
    seed::fill(&database, accounts, &place.ports.eid())
        .await
        .with_context(|| format!("{accounts} accounts could not be written"))?;
    let arguments = ["serve", "--config", config];
    let server = Server::start(&place.binary, &arguments, &place.folder, "kobling")?;
    server.listens(&[place.ports.0]).await?;
    Ok(server)
}

fn configuration(place: &Place, database: &str) -> String {
    let Place { folder, ports, .. } = place;
    let [master, identity] = KEYS.map(|key| STANDARD.encode(key));
    let (origin, start, eid) = (ports.origin(), ports.start_page(), ports.eid());
    let key = folder.join(KEY_FILE);
    // `mode = "test"` accepts http on localhost and synthetic identity numbers, and changes nothing that takes time. All load comes
    // from one network, which the rate limits of a network would refuse.
    format!(
        r#"
        [server]
        listen = "127.0.0.1:{port}"
        origin = "{origin}"
        mode = "test"

        [database]
        url = {database:?}

        [secrets]
        master_key = "{master}"
        identity_key = "{identity}"

        [limits]
        room = 10000

        [mail]
        from_name = "Kobling"
        from_address = "kobling@nordvik.example"

        [mail.smtp]
        host = "127.0.0.1"
        port = {smtp}
        tls = "none"

        [[organisation]]
        key = "nordvik"
        name = "Nordvik kommune"
        contact = "kontakt"

        [[provider]]
        id = "bankid"
        name = "BankID"
        preset = "idporten-test"
        issuer = "{eid}"
        client_id = "kobling"
        private_key_file = {key:?}
        kid = "{KID}"
        minimum_level = "high"

        [[client]]
        id = "startside"
        name = "Startside"
        secret = "{SECRET}"
        redirect_uris = ["{start}/enterprise/callback"]
        organisation = "nordvik"
        provider = "bankid"

        [[client]]
        id = "es256"
        name = "ES256"
        secret = "{SECRET}"
        redirect_uris = ["{start}/callback"]
        organisation = "nordvik"

        [[client]]
        id = "rs256"
        name = "RS256"
        secret = "{SECRET}"
        redirect_uris = ["{start}/callback"]
        organisation = "nordvik"
        signing = "RS256"
        "#,
        port = ports.0,
        smtp = ports.smtp_port(),
    )
}
