//! SQLite or PostgreSQL behind one door and one SQL text.
//!
//! The text is the portable part of both: `$1` placeholders, TEXT ids, BIGINT instants and booleans,
//! `ON CONFLICT … DO UPDATE`, `RETURNING`. One test prepares every statement on both engines.
//!
//! SQLite has exactly one writer. Interactive writes and bulk writes queue apart: of the bulk writers at
//! most one waits for the writer at any time, so that a person waits for one bulk transaction at most;
//! bulk transactions stay under 20 ms.
//!
//! Sketch: a complex writes some ten rows a second at its busiest; SQLite with `synchronous = FULL`
//! commits several hundred transactions a second on a plain disk.

mod copy;
#[cfg(test)]
mod full_tests;
mod migrate;
mod row;
#[cfg(test)]
mod turn_tests;
mod tx;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Executor, PgPool, SqlitePool};
use tokio::sync::Semaphore;

use base::{Coded, ErrorKind};

pub use copy::copy;
pub use migrate::{Applied, Migration, MigrationSet, migrate};
pub use row::{Arg, Cell, Row};
pub use tx::{ReadTx, WriteTx};

use crate::bus::Bus;

/// Name and text of one SQL statement.
pub type Statement = (&'static str, &'static str);

/// Readers of SQLite at once; the writer is apart.
const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL at once.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a caller waits for a connection before it is told that the store is busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(15);

/// What PostgreSQL answers when a turn did not come in time (`lock_not_available`).
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// The relational store.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    bulk: Arc<Semaphore>,
    bus: Option<Bus>,
}

#[derive(Clone)]
enum Engine {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

/// What went wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The URL names no engine that Sandan knows.
    #[error("'{0}' is no database URL: use sqlite:PATH or postgres://USER@HOST/NAME")]
    Url(String),
    /// The database sorts or compares text differently from what the product relies on.
    #[error(
        "this PostgreSQL database uses collation '{0}': create it with \
         CREATE DATABASE … TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    )]
    Collation(String),
    /// The text of an applied migration has changed.
    #[error(
        "migration {0} was applied with another text: restore the released file, add a new one"
    )]
    MigrationChanged(String),
    /// The database was written by a newer program.
    #[error(
        "the database has migration {0}, which this program does not know: run the newer program"
    )]
    FromTheFuture(String),
    /// A copy would mix with rows that are there.
    #[error("the target of the copy has rows in {0} already: give an empty database")]
    NotEmpty(String),
    /// A row broke a UNIQUE or FOREIGN KEY rule.
    #[error("this is already there, or names something that is not: {0}")]
    Constraint(String),
    /// A column holds what the program cannot read.
    #[error("column {column} holds '{value}': {reason}")]
    Decode {
        /// The column.
        column: String,
        /// What stands there.
        value: String,
        /// Why it cannot be read.
        reason: String,
    },
    /// Anything else that the engine says.
    #[error("the database did not answer as expected: {0}")]
    Engine(sqlx::Error),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(cause)
                if cause.is_unique_violation() || cause.is_foreign_key_violation() =>
            {
                Self::Constraint(cause.message().to_owned())
            }
            _ => Self::Engine(error),
        }
    }
}

impl Coded for DbError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Constraint(_) => ErrorKind::Conflict,
            Self::Engine(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)) => ErrorKind::Unavailable,
            Self::Engine(sqlx::Error::Database(cause))
                if cause.code().as_deref() == Some(LOCK_NOT_AVAILABLE) =>
            {
                ErrorKind::Unavailable
            }
            Self::Url(_)
            | Self::Collation(_)
            | Self::MigrationChanged(_)
            | Self::FromTheFuture(_)
            | Self::NotEmpty(_)
            | Self::Decode { .. }
            | Self::Engine(_) => ErrorKind::Internal,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Constraint(_) => "db.constraint",
            Self::Engine(sqlx::Error::PoolTimedOut) => "db.busy",
            _ => "db.failed",
        }
    }
}

impl Db {
    /// Opens `sqlite:PATH` (made if missing) or `postgres://…`.
    pub async fn open(url: &str) -> Result<Self, DbError> {
        let engine = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => open_sqlite(url).await?,
            Some("postgres" | "postgresql") => open_postgres(url).await?,
            _ => return Err(DbError::Url(without_password(url))),
        };
        Ok(Self { engine, bulk: Arc::new(Semaphore::new(1)), bus: None })
    }

    /// The same store, whose transactions tell `bus` what they changed.
    #[must_use]
    pub fn with_bus(mut self, bus: Bus) -> Self {
        self.bus = Some(bus);
        self
    }

    /// `sqlite` or `postgres`.
    pub fn engine_name(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite { .. } => "sqlite",
            Engine::Postgres(_) => "postgres",
        }
    }

    /// A consistent view of the store; sees nothing that is committed later.
    pub async fn read(&self) -> Result<ReadTx, DbError> {
        match &self.engine {
            Engine::Sqlite { readers, .. } => Ok(ReadTx::sqlite(readers.begin().await?)),
            Engine::Postgres(pool) => Ok(ReadTx::postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
            )),
        }
    }

    /// A change made for a person or a device that waits.
    pub async fn write(&self) -> Result<WriteTx, DbError> {
        self.begin_write(None).await
    }

    /// A change that first looks at rows of others, by the rule of `noun`, within `of`: no two of one noun and
    /// place run at once. See [`WriteTx::turn`].
    pub async fn write_in_turn(
        &self,
        noun: &'static str,
        of: impl std::fmt::Display + Send,
    ) -> Result<WriteTx, DbError> {
        let mut tx = self.begin_write(None).await?;
        tx.turn(noun, of).await?;
        Ok(tx)
    }

    /// A change that nobody waits for: imports, clean-up. Keep it under 20 ms, then begin another.
    pub async fn write_bulk(&self) -> Result<WriteTx, DbError> {
        let turn =
            Arc::clone(&self.bulk).acquire_owned().await.expect("the bulk lane is never closed");
        self.begin_write(Some(turn)).await
    }

    async fn begin_write(
        &self,
        turn: Option<tokio::sync::OwnedSemaphorePermit>,
    ) -> Result<WriteTx, DbError> {
        let read = match &self.engine {
            Engine::Sqlite { writer, .. } => {
                ReadTx::sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)
            }
            Engine::Postgres(pool) => ReadTx::postgres(pool.begin().await?),
        };
        Ok(WriteTx::new(read, self.bus.clone(), turn))
    }

    /// Has the engine parse `sql` without running it.
    pub async fn prepare(&self, sql: &'static str) -> Result<(), DbError> {
        match &self.engine {
            Engine::Sqlite { readers, .. } => {
                readers.acquire().await?.prepare(sqlx::SqlSafeStr::into_sql_str(sql)).await?;
            }
            Engine::Postgres(pool) => {
                pool.acquire().await?.prepare(sqlx::SqlSafeStr::into_sql_str(sql)).await?;
            }
        }
        Ok(())
    }

    /// Writes a copy of the whole database, as of one moment, to a new file; others go on meanwhile.
    /// `false` when the engine has a tool of its own for that: PostgreSQL has `pg_dump`.
    pub async fn copy_into(&self, path: &std::path::Path) -> Result<bool, DbError> {
        use sqlx::{ConnectOptions as _, Connection as _};
        let Engine::Sqlite { writer, .. } = &self.engine else { return Ok(false) };
        let mut connection = writer.connect_options().connect().await?;
        let path = path.display().to_string();
        sqlx::query("VACUUM INTO ?").bind(path).execute(&mut connection).await?;
        connection.close().await?;
        Ok(true)
    }

    /// Closes every connection; what is not committed is rolled back.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}

async fn open_sqlite(url: &str) -> Result<Engine, DbError> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10));
    // The writer never idles away: its pool of one *is* the write lock of this process. On a full disk
    // SQLite ends a transaction by itself, and the connection counts it as open for good: it is closed
    // then, and the next one is new. (The pool pings first, so that a rollback under way has ended.)
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .before_acquire(|connection, _| {
            let usable = !sqlx::Connection::is_in_transaction(connection);
            Box::pin(async move { Ok(usable) })
        })
        .connect_with(options.clone())
        .await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options.pragma("query_only", "ON"))
        .await?;
    Ok(Engine::Sqlite { writer, readers })
}

async fn open_postgres(url: &str) -> Result<Engine, DbError> {
    let pool = sqlx::postgres::PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect(url)
        .await?;
    Ok(Engine::Postgres(pool))
}

/// The URL as it may be shown: what stands between `//` and `@` is cut.
pub fn without_password(url: &str) -> String {
    match (url.find("//"), url.rfind('@')) {
        (Some(start), Some(end)) if start + 2 < end => {
            format!("{}…{}", &url[..start + 2], &url[end..])
        }
        _ => url.to_owned(),
    }
}

/// Makes a constant of each statement, and `statements()` with all of them, so that one test prepares
/// every statement of a noun on both engines.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* pub(crate) const $name: &str = $sql;)+

        /// Every statement of this noun.
        pub fn statements() -> Vec<$crate::db::Statement> {
            vec![$((concat!(module_path!(), "::", stringify!($name)), $name)),+]
        }
    };
}

/// The arguments of a statement, in the order of its placeholders.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Arg::from($value)),*] };
}
