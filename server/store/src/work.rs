//! Units of work: a transaction of either engine, and how one text of SQL runs in both.

use crate::{error, pool::Lent};
use async_trait::async_trait;
use kobling_domain::{
    account::port::{Accounts, AddressChanges, Tickets},
    audit::port::Audit,
    auth::port::Sessions,
    directory::port::Directory,
    flow::port::{Codes, Flows},
    kernel::{
        error::{StoreError, Stored},
        store::Work,
    },
    link::port::Links,
    oidc::{
        grant::port::{Families, Grants, Pushed},
        logout::port::Logouts,
        port::{Clients, Consents},
        signing_key::port::SigningKeys,
    },
    ops::port::{Figures, Outbox, RateLimits, SpentProofs},
};
use sqlx::{PgConnection, SqliteConnection};
use std::sync::Arc;

/// Sees each step of a database before it runs, for tests.
#[doc(hidden)]
pub trait Observer: Send + Sync {
    /// `begin`, `read`, `commit`, or the text of a statement. An error fails the step in its place.
    fn step(&self, step: &'static str) -> Stored<()>;
}

/// Asks the observer, if there is one.
pub fn observe(observer: Option<&Arc<dyn Observer>>, step: &'static str) -> Stored<()> {
    observer.map_or(Ok(()), |observer| observer.step(step))
}

/// The transaction of a unit of work. The only place where the engines differ.
pub enum Tx {
    Sqlite(Lent<SqliteConnection>),
    Postgres(Lent<PgConnection>),
}

/// The connection that its statements run on.
pub enum On<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

impl Tx {
    fn connection(&mut self) -> Result<On<'_>, sqlx::Error> {
        match self {
            Self::Sqlite(lent) => lent.connection().map(On::Sqlite),
            Self::Postgres(lent) => lent.connection().map(On::Postgres),
        }
    }

    fn discard(&mut self) {
        match self {
            Self::Sqlite(lent) => lent.discard(),
            Self::Postgres(lent) => lent.discard(),
        }
    }
}

/// One unit of work.
pub struct UnitOfWork {
    tx: Tx,
    broken: Option<Broken>,
    observer: Option<Arc<dyn Observer>>,
}

/// Why a unit of work can no longer be committed. PostgreSQL answers COMMIT after a failed statement by silently
/// rolling back, and SQLite by keeping the rest; neither is what the caller means.
#[derive(Clone, Copy)]
enum Broken {
    Conflict,
    Otherwise,
}

/// Names statements, and lists them so that none is forgotten when they are tried on both engines.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* const $name: &str = $sql;)+
        pub const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name),)+];
    };
}

/// Runs a statement; returns the number of changed rows.
macro_rules! execute {
    ($work:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $work.before($sql) {
            Ok($crate::work::On::Sqlite(connection)) => {
                let done = sqlx::query($sql)$(.bind($bind))*.execute(connection).await;
                $work.settle(done).map(|done| done.rows_affected())
            }
            Ok($crate::work::On::Postgres(connection)) => {
                let done = sqlx::query($sql)$(.bind($bind))*.execute(connection).await;
                $work.settle(done).map(|done| done.rows_affected())
            }
            Err(error) => Err(error),
        }
    };
}

macro_rules! fetch {
    ($how:ident, $work:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $work.before($sql) {
            Ok($crate::work::On::Sqlite(connection)) => {
                let done = sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.$how(connection).await;
                $work.settle(done)
            }
            Ok($crate::work::On::Postgres(connection)) => {
                let done = sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.$how(connection).await;
                $work.settle(done)
            }
            Err(error) => Err(error),
        }
    };
}

/// Runs a statement; returns its row, if there is one, converted to the domain type.
macro_rules! fetch_optional {
    ($work:expr, $row:ty, $($rest:tt)+) => {
        match $crate::work::fetch!(fetch_optional, $work, $row, $($rest)+) {
            Ok(row) => row.map(TryInto::try_into).transpose(),
            Err(error) => Err(error),
        }
    };
}

/// Runs a statement; returns all its rows, converted to the domain type.
macro_rules! fetch_all {
    ($work:expr, $row:ty, $($rest:tt)+) => {
        match $crate::work::fetch!(fetch_all, $work, $row, $($rest)+) {
            Ok(rows) => rows.into_iter().map(TryInto::try_into).collect(),
            Err(error) => Err(error),
        }
    };
}

pub(crate) use {execute, fetch, fetch_all, fetch_optional, statements};

statements! {
    SAVEPOINT = "SAVEPOINT before";
    RELEASE = "RELEASE SAVEPOINT before";
    ROLLBACK_TO = "ROLLBACK TO SAVEPOINT before";
}

impl UnitOfWork {
    pub const fn new(tx: Tx, observer: Option<Arc<dyn Observer>>) -> Self {
        Self {
            tx,
            broken: None,
            observer,
        }
    }

    /// The connection, to run a statement on. A refusal of the observer counts as a failed statement.
    pub fn before(&mut self, sql: &'static str) -> Stored<On<'_>> {
        observe(self.observer.as_ref(), sql).inspect_err(|_| {
            self.broken.get_or_insert(Broken::Otherwise);
        })?;
        if let Some(Broken::Otherwise) = self.broken {
            return Err(failed_before());
        }
        self.tx.connection().map_err(|e| error::translate(&e))
    }

    /// Translates a statement's outcome, and remembers a failure.
    pub fn settle<T>(&mut self, done: Result<T, sqlx::Error>) -> Stored<T> {
        done.map_err(|e| {
            self.broken.get_or_insert(if error::is_unique(&e) {
                Broken::Conflict
            } else {
                Broken::Otherwise
            });
            let error = error::translate(&e);
            if !matches!(error, StoreError::Conflict) {
                // After some errors, such as a full disk, SQLite has rolled back by itself.
                self.tx.discard();
            }
            error
        })
    }

    /// Sets a savepoint, before statements that may violate a unique constraint.
    pub async fn mark(&mut self) -> Stored<()> {
        execute!(self, SAVEPOINT).map(drop)
    }

    /// Releases the savepoint of [`UnitOfWork::mark`], or rolls back to it after a conflict.
    pub async fn keep_unless_conflict<T>(&mut self, done: Stored<T>) -> Stored<T> {
        match (&done, self.broken) {
            (Err(StoreError::Conflict), None | Some(Broken::Conflict)) => {
                self.broken = None;
                execute!(self, ROLLBACK_TO)?;
                execute!(self, RELEASE)?;
            }
            (Ok(_), None) => {
                execute!(self, RELEASE)?;
            }
            _ => {}
        }
        done
    }
}

fn failed_before() -> StoreError {
    StoreError::Unavailable("an earlier statement of this unit of work failed".into())
}

/// An INSERT … ON CONFLICT DO NOTHING, which both engines go on after, that inserted nothing.
pub fn inserted(rows: u64) -> Stored<()> {
    if rows == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}

macro_rules! accessors {
    ($($name:ident: $port:ident,)+) => {
        $(fn $name(&mut self) -> &mut dyn $port {
            self
        })+
    };
}

#[async_trait]
impl Work for UnitOfWork {
    accessors! {
        accounts: Accounts, links: Links, sessions: Sessions, flows: Flows, codes: Codes, tickets: Tickets,
        address_changes: AddressChanges,
        spent_proofs: SpentProofs, rate_limits: RateLimits, outbox: Outbox, directory: Directory, grants: Grants,
        families: Families, clients: Clients, consents: Consents, figures: Figures, logouts: Logouts,
        signing_keys: SigningKeys, audit: Audit, pushed: Pushed,
    }

    async fn commit(self: Box<Self>) -> Stored<()> {
        observe(self.observer.as_ref(), "commit")?;
        match self.broken {
            // The transaction is dropped, and so rolled back.
            Some(Broken::Conflict) => return Err(StoreError::Conflict),
            Some(Broken::Otherwise) => return Err(failed_before()),
            None => {}
        }
        match self.tx {
            Tx::Sqlite(tx) => tx.commit().await,
            Tx::Postgres(tx) => tx.commit().await,
        }
        .map_err(|e| error::translate(&e))
    }
}
