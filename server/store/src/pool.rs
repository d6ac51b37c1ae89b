//! Connections that are kept open, and a transaction on each that is lent.
//!
//! A connection is kept only while its state is certain. One whose `BEGIN`, `COMMIT` or `ROLLBACK` fails or is cancelled
//! is closed, and so is one that reports an error after which SQLite may have rolled back by itself.

use sqlx::{Connection, Error, PgConnection, SqliteConnection};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};

/// How long to wait for a lock, or for the answer to `ROLLBACK`.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How long a transaction may take to begin: to wait for a connection, to open one, and to wait for a lock.
const BEGINS_WITHIN: Duration = Duration::from_secs(6);

/// A connection that nobody has used for so long is closed. Whatever stands between us and a server forgets it then.
const IDLE: Duration = Duration::from_secs(600);

/// A connection to one of the engines.
pub trait Engine: Connection + Sized + 'static {
    /// Connects.
    fn open(options: &Self::Options) -> impl Future<Output = Result<Self, Error>> + Send;

    /// Runs a statement without parameters or rows. The transactions of sqlx are not used: they count how deep they
    /// are, and do not learn that SQLite has rolled back.
    fn run(&mut self, sql: &'static str) -> impl Future<Output = Result<(), Error>> + Send;
}

impl Engine for SqliteConnection {
    async fn open(options: &Self::Options) -> Result<Self, Error> {
        Self::connect_with(options).await
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), Error> {
        sqlx::query(sql).execute(self).await.map(drop)
    }
}

impl Engine for PgConnection {
    async fn open(options: &Self::Options) -> Result<Self, Error> {
        let mut connection = Self::connect_with(options).await?;
        connection.run("SET lock_timeout = '5s'").await?;
        Ok(connection)
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), Error> {
        sqlx::raw_sql(sql).execute(self).await.map(drop)
    }
}

/// The connections to a database.
pub struct Pool<C: Engine>(Arc<Connections<C>>);

struct Connections<C: Engine> {
    options: C::Options,
    /// Since when each has been idle; the one that was used last is at the end.
    idle: Mutex<Vec<(C, Instant)>>,
    /// A permit for each connection that may be in use.
    places: Arc<Semaphore>,
    most: u32,
}

/// A connection with a transaction, which is rolled back unless it is committed.
pub struct Lent<C: Engine> {
    /// Until it is given back or discarded.
    connection: Option<C>,
    connections: Arc<Connections<C>>,
    place: Option<OwnedSemaphorePermit>,
}

impl<C: Engine> Clone for Pool<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C: Engine> Pool<C> {
    /// Opens the first of up to `most` connections.
    pub async fn open(options: C::Options, most: u32) -> Result<Self, Error> {
        let pool = Self(Arc::new(Connections {
            options,
            idle: Mutex::default(),
            places: Arc::new(Semaphore::new(most as usize)),
            most,
        }));
        pool.0.keep(pool.connect().await?);
        Ok(pool)
    }

    /// A connection that is not one of the pool's.
    pub async fn connect(&self) -> Result<C, Error> {
        timeout(BEGINS_WITHIN, C::open(&self.0.options))
            .await
            .unwrap_or(Err(Error::PoolTimedOut))
    }

    /// Begins a transaction.
    pub async fn begin(&self, statement: &'static str) -> Result<Lent<C>, Error> {
        timeout(BEGINS_WITHIN, self.begun(statement))
            .await
            .unwrap_or(Err(Error::PoolTimedOut))
    }

    async fn begun(&self, statement: &'static str) -> Result<Lent<C>, Error> {
        let place = Arc::clone(&self.0.places).acquire_owned().await;
        let place = place.map_err(|_| Error::PoolClosed)?;
        if let Some(mut connection) = self.0.idle() {
            match connection.run(statement).await {
                Ok(()) => return Ok(self.lent(connection, place)),
                Err(error) if is_locked(&error) => return Err(error),
                // Such as a server that was restarted. Nothing has been done yet, so a fresh connection may try.
                Err(_) => drop(connection),
            }
        }
        let mut connection = C::open(&self.0.options).await?;
        connection.run(statement).await?;
        Ok(self.lent(connection, place))
    }

    fn lent(&self, connection: C, place: OwnedSemaphorePermit) -> Lent<C> {
        Lent {
            connection: Some(connection),
            connections: Arc::clone(&self.0),
            place: Some(place),
        }
    }

    /// Waits until all connections are given back, and closes them.
    pub async fn close(&self) {
        let all = self.0.places.acquire_many(self.0.most).await;
        self.0.places.close();
        drop(all);
        while let Some(connection) = self.0.idle() {
            let _ = connection.close().await;
        }
    }
}

impl<C: Engine> Connections<C> {
    /// The connection that was used last; closes those that have been idle for long.
    fn idle(&self) -> Option<C> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE);
        idle.pop().map(|(connection, _)| connection)
    }

    fn keep(&self, connection: C) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push((connection, Instant::now()));
    }
}

impl<C: Engine> Lent<C> {
    /// The connection, unless it was discarded.
    pub fn connection(&mut self) -> Result<&mut C, Error> {
        self.connection.as_mut().ok_or(Error::PoolClosed)
    }

    /// Closes the connection, by which the engine rolls back.
    pub fn discard(&mut self) {
        self.connection = None;
    }

    /// Commits.
    pub async fn commit(mut self) -> Result<(), Error> {
        let mut connection = self.connection.take().ok_or(Error::PoolClosed)?;
        connection.run("COMMIT").await?;
        self.connections.keep(connection);
        Ok(())
    }
}

impl<C: Engine> Drop for Lent<C> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        // Without a runtime the connection is closed.
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let (connections, place) = (Arc::clone(&self.connections), self.place.take());
        runtime.spawn(async move {
            if let Ok(Ok(())) = timeout(PATIENCE, connection.run("ROLLBACK")).await {
                connections.keep(connection);
            }
            drop(place);
        });
    }
}

/// Whether SQLite has waited for another process that writes.
fn is_locked(error: &Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.code().as_deref() == Some("5"))
}

#[cfg(test)]
mod tests;
