//! Opening a database, and the units of work on it.

use crate::{
    error::{translate, translate_migration},
    pool::{PATIENCE, Pool},
    work::{Observer, Tx, UnitOfWork, observe},
};
use async_trait::async_trait;
use kobling_domain::kernel::{
    error::{StoreError, Stored},
    store::{Store, Work},
};
use sqlx::{
    Connection, PgConnection, SqliteConnection,
    migrate::Migrator,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{path::Path, str::FromStr, sync::Arc};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Readers of an SQLite file; more readers than cores only add contention.
const SQLITE_READERS: u32 = 8;

/// Connections to a PostgreSQL server; its default limit is 100 for everybody.
const POSTGRES_CONNECTIONS: u32 = 16;

/// SQLite acquires the write lock at the beginning, so that no transaction fails half-way because of a concurrent one.
const BEGIN_SQLITE: &str = "BEGIN IMMEDIATE";
const READ_SQLITE: &str = "BEGIN";
const BEGIN_POSTGRES: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
/// One snapshot of the database throughout, as in SQLite.
const READ_POSTGRES: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A database, SQLite or PostgreSQL. Clones share its connections.
#[derive(Clone)]
pub struct Database {
    pools: Pools,
    observer: Option<Arc<dyn Observer>>,
}

#[derive(Clone)]
enum Pools {
    Sqlite {
        writer: Pool<SqliteConnection>,
        readers: Pool<SqliteConnection>,
    },
    Postgres(Pool<PgConnection>),
}

impl Database {
    /// Connects without migrating. The URL is `sqlite://path/to/file.db` (made if missing, in a folder that exists) or
    /// `postgres://user:password@host/name`, each with the parameters of the driver.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the URL is invalid or the server does not answer.
    pub async fn open(url: &str) -> Stored<Self> {
        let pools = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => open_sqlite(url).await?,
            Some("postgres" | "postgresql") => open_postgres(url).await?,
            _ => return Err(unusable("it begins with neither sqlite: nor postgres:")),
        };
        Ok(Self {
            pools,
            observer: None,
        })
    }

    /// The same database, whose steps an observer sees and may fail.
    #[doc(hidden)]
    #[must_use]
    pub fn observed(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Migrates the schema to this version.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be written, or was migrated by a newer version.
    pub async fn migrate(&self) -> Stored<()> {
        // On a connection of its own, since a migration that fails leaves it in any state.
        match &self.pools {
            Pools::Sqlite { writer, .. } => {
                let mut connection = writer.connect().await.map_err(|e| translate(&e))?;
                let done = MIGRATIONS.run_direct(None, &mut connection, false).await;
                let _ = connection.close().await;
                done
            }
            Pools::Postgres(pool) => {
                let mut connection = pool.connect().await.map_err(|e| translate(&e))?;
                let done = MIGRATIONS.run_direct(None, &mut connection, false).await;
                let _ = connection.close().await;
                done
            }
        }
        .map_err(|e| translate_migration(&e))
    }

    /// Waits for the units of work in progress and disconnects.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                // Closing the last connection checkpoints the write-ahead log into the file.
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    fn unit(&self, tx: Result<Tx, sqlx::Error>) -> Stored<Box<UnitOfWork>> {
        tx.map(|tx| Box::new(UnitOfWork::new(tx, self.observer.clone())))
            .map_err(|e| translate(&e))
    }

    /// Opens a unit of work that may write.
    pub(crate) async fn begin_unit(&self) -> Stored<Box<UnitOfWork>> {
        observe(self.observer.as_ref(), "begin")?;
        let tx = match &self.pools {
            Pools::Sqlite { writer, .. } => writer.begin(BEGIN_SQLITE).await.map(Tx::Sqlite),
            Pools::Postgres(pool) => pool.begin(BEGIN_POSTGRES).await.map(Tx::Postgres),
        };
        self.unit(tx)
    }
}

fn unusable(why: &str) -> StoreError {
    StoreError::Unavailable(format!("database URL cannot be used: {why}"))
}

async fn open_sqlite(url: &str) -> Stored<Pools> {
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(unusable(
            "a database in memory is not shared by connections",
        ));
    }
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|_| unusable("it is no sqlite://path"))?
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // With NORMAL, a power failure loses transactions that were committed since the last checkpoint.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE);
    keep_private(options.get_filename());
    let writer = Pool::open(options.clone(), 1)
        .await
        .map_err(|e| translate(&e))?;
    let options = options.create_if_missing(false).pragma("query_only", "ON");
    let readers = Pool::open(options, SQLITE_READERS)
        .await
        .map_err(|e| translate(&e))?;
    Ok(Pools::Sqlite { writer, readers })
}

/// Makes the database a file that only its owner can read, because it holds addresses and hashes. SQLite gives the same
/// mode to the write-ahead log. A failure is left to SQLite, which reports it when it opens the file.
#[cfg(unix)]
fn keep_private(file: &Path) {
    use std::{
        fs::{OpenOptions, Permissions, metadata, set_permissions},
        os::unix::fs::{OpenOptionsExt, PermissionsExt},
    };
    let mut private = OpenOptions::new();
    let _ = private.write(true).create_new(true).mode(0o600).open(file);
    for ending in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        let is_open = metadata(&name).is_ok_and(|it| it.permissions().mode() & 0o077 != 0);
        if is_open {
            let _ = set_permissions(&name, Permissions::from_mode(0o600));
        }
    }
}

#[cfg(not(unix))]
fn keep_private(_: &Path) {}

async fn open_postgres(url: &str) -> Stored<Pools> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| unusable("it is no postgres://user:password@host/name"))?
        .application_name("kobling");
    let pool = Pool::open(options, POSTGRES_CONNECTIONS)
        .await
        .map_err(|e| translate(&e))?;
    Ok(Pools::Postgres(pool))
}

#[async_trait]
impl Store for Database {
    async fn begin(&self) -> Stored<Box<dyn Work>> {
        Ok(self.begin_unit().await?)
    }

    async fn read(&self) -> Stored<Box<dyn Work>> {
        observe(self.observer.as_ref(), "read")?;
        let tx = match &self.pools {
            Pools::Sqlite { readers, .. } => readers.begin(READ_SQLITE).await.map(Tx::Sqlite),
            Pools::Postgres(pool) => pool.begin(READ_POSTGRES).await.map(Tx::Postgres),
        };
        Ok(self.unit(tx)?)
    }
}
