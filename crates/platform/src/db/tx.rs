//! Transactions. A write is one [`WriteTx`]: the change, its audit row and its outbox rows together.

use std::ops::{Deref, DerefMut};

use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use sqlx::{Postgres, Sqlite, Transaction};
use tokio::sync::OwnedSemaphorePermit;

use super::{Arg, DbError, Row};
use crate::args;
use crate::bus::{Bus, Event};

/// Waits for the turn of a name until the transaction ends, at most as long as for a connection.
const TURN: &str = "SELECT set_config('lock_timeout', '15s', true), \
    pg_advisory_xact_lock(hashtextextended($1, 0))";

/// A consistent view. Dropping it ends it.
pub struct ReadTx {
    engine: Engine,
}

enum Engine {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

macro_rules! bind_all {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for arg in $args {
            query = match arg {
                Arg::Text(value) => query.bind(value),
                Arg::Int(value) => query.bind(value),
                Arg::Real(value) => query.bind(value),
                Arg::Bytes(value) => query.bind(value),
            };
        }
        query
    }};
}

impl ReadTx {
    pub(super) fn sqlite(tx: Transaction<'static, Sqlite>) -> Self {
        Self { engine: Engine::Sqlite(tx) }
    }

    pub(super) fn postgres(tx: Transaction<'static, Postgres>) -> Self {
        Self { engine: Engine::Postgres(tx) }
    }

    /// All rows. The statement itself limits how many there can be.
    pub async fn all(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<Vec<Row>, DbError> {
        match &mut self.engine {
            Engine::Sqlite(tx) => Ok(bind_all!(sqlx::query(sql), args)
                .fetch(&mut **tx)
                .map_ok(Row::Sqlite)
                .try_collect()
                .await?),
            Engine::Postgres(tx) => Ok(bind_all!(sqlx::query(sql), args)
                .fetch(&mut **tx)
                .map_ok(Row::Postgres)
                .try_collect()
                .await?),
        }
    }

    /// All rows one by one, of a statement whose table name is our own.
    pub(super) fn stream(
        &mut self,
        sql: sqlx::AssertSqlSafe<String>,
    ) -> BoxStream<'_, Result<Row, sqlx::Error>> {
        match &mut self.engine {
            Engine::Sqlite(tx) => sqlx::query(sql).fetch(&mut **tx).map_ok(Row::Sqlite).boxed(),
            Engine::Postgres(tx) => sqlx::query(sql).fetch(&mut **tx).map_ok(Row::Postgres).boxed(),
        }
    }

    /// Whether `table`, one of our own, holds a row.
    pub(super) async fn any_row(&mut self, table: &str) -> Result<bool, DbError> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT 1 AS one FROM {table} LIMIT 1"));
        Ok(self.stream(sql).try_next().await?.is_some())
    }

    /// The first row, if any.
    pub async fn one(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<Option<Row>, DbError> {
        match &mut self.engine {
            Engine::Sqlite(tx) => Ok(bind_all!(sqlx::query(sql), args)
                .fetch_optional(&mut **tx)
                .await?
                .map(Row::Sqlite)),
            Engine::Postgres(tx) => Ok(bind_all!(sqlx::query(sql), args)
                .fetch_optional(&mut **tx)
                .await?
                .map(Row::Postgres)),
        }
    }
}

/// A change. It happens wholly at [`WriteTx::commit`], or not at all.
pub struct WriteTx {
    read: ReadTx,
    bus: Option<Bus>,
    events: Vec<Event>,
    /// Held until the transaction ends, so that one bulk writer runs at a time.
    _turn: Option<OwnedSemaphorePermit>,
}

impl Deref for WriteTx {
    type Target = ReadTx;
    fn deref(&self) -> &ReadTx {
        &self.read
    }
}

impl DerefMut for WriteTx {
    fn deref_mut(&mut self) -> &mut ReadTx {
        &mut self.read
    }
}

impl WriteTx {
    pub(super) fn new(read: ReadTx, bus: Option<Bus>, turn: Option<OwnedSemaphorePermit>) -> Self {
        Self { read, bus, events: Vec::new(), _turn: turn }
    }

    /// Runs a statement and tells how many rows it touched.
    pub async fn run(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<u64, DbError> {
        match &mut self.read.engine {
            Engine::Sqlite(tx) => {
                Ok(bind_all!(sqlx::query(sql), args).execute(&mut **tx).await?.rows_affected())
            }
            Engine::Postgres(tx) => {
                Ok(bind_all!(sqlx::query(sql), args).execute(&mut **tx).await?.rows_affected())
            }
        }
    }

    /// Runs a statement that was put together from our own names.
    pub(super) async fn run_dynamic(&mut self, sql: &str, args: Vec<Arg>) -> Result<(), DbError> {
        let sql = || sqlx::AssertSqlSafe(sql.to_owned());
        match &mut self.read.engine {
            Engine::Sqlite(tx) => {
                bind_all!(sqlx::query(sql()), args).execute(&mut **tx).await.map(drop)?;
            }
            Engine::Postgres(tx) => {
                bind_all!(sqlx::query(sql()), args).execute(&mut **tx).await.map(drop)?;
            }
        }
        Ok(())
    }

    /// Runs a script of several statements without arguments: migrations only.
    pub(super) async fn script(&mut self, sql: &'static str) -> Result<(), DbError> {
        match &mut self.read.engine {
            Engine::Sqlite(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop)?,
            Engine::Postgres(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop)?,
        }
        Ok(())
    }

    /// Waits until no other change of this `noun` within `of` (a complex, a contract) is under way, and keeps it so
    /// until this one ends. What is read afterwards holds at the commit: limits, overlaps, trees.
    ///
    /// SQLite has one writer, so its turn has come already. Take one turn in a transaction, before the rows
    /// that the rule looks at are read.
    pub async fn turn(
        &mut self,
        noun: &'static str,
        of: impl std::fmt::Display + Send,
    ) -> Result<(), DbError> {
        match &self.read.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(_) => self.run(TURN, args![format!("{noun}:{of}")]).await.map(drop),
        }
    }

    /// Tells the bus after the commit; a rollback tells nothing.
    pub fn notify(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Makes the change durable, then sends its events.
    pub async fn commit(self) -> Result<(), DbError> {
        match self.read.engine {
            Engine::Sqlite(tx) => tx.commit().await?,
            Engine::Postgres(tx) => tx.commit().await?,
        }
        if let Some(bus) = self.bus {
            for event in self.events {
                bus.publish(event);
            }
        }
        Ok(())
    }
}
