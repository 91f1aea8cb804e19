//! Arguments in, rows out: the few types that both engines share.

use std::str::FromStr;

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Postgres, Row as _, Sqlite, Type};

use base::{Id, Instant};

use super::DbError;

/// One argument of a statement. The variant carries the type, so that a NULL has one too.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// TEXT.
    Text(Option<String>),
    /// BIGINT.
    Int(Option<i64>),
    /// DOUBLE PRECISION.
    Real(Option<f64>),
    /// BLOB or BYTEA.
    Bytes(Option<Vec<u8>>),
}

impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}
impl From<String> for Arg {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}
impl From<&String> for Arg {
    fn from(value: &String) -> Self {
        Self::Text(Some(value.clone()))
    }
}
impl From<i64> for Arg {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}
impl From<i32> for Arg {
    fn from(value: i32) -> Self {
        Self::Int(Some(value.into()))
    }
}
impl From<u32> for Arg {
    fn from(value: u32) -> Self {
        Self::Int(Some(value.into()))
    }
}
impl From<f64> for Arg {
    fn from(value: f64) -> Self {
        Self::Real(Some(value))
    }
}
impl From<bool> for Arg {
    fn from(value: bool) -> Self {
        Self::Int(Some(value.into()))
    }
}
impl From<Vec<u8>> for Arg {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(Some(value))
    }
}
impl From<Instant> for Arg {
    fn from(value: Instant) -> Self {
        Self::Int(Some(value.as_micros()))
    }
}
impl<T> From<Id<T>> for Arg {
    fn from(value: Id<T>) -> Self {
        Self::Text(Some(value.to_string()))
    }
}
impl From<serde_json::Value> for Arg {
    fn from(value: serde_json::Value) -> Self {
        Self::Text(Some(value.to_string()))
    }
}
impl From<Option<&str>> for Arg {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(str::to_owned))
    }
}
impl From<Option<String>> for Arg {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}
impl From<&Option<String>> for Arg {
    fn from(value: &Option<String>) -> Self {
        Self::Text(value.clone())
    }
}
impl From<Option<i64>> for Arg {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}
impl From<Option<u32>> for Arg {
    fn from(value: Option<u32>) -> Self {
        Self::Int(value.map(i64::from))
    }
}
impl From<Option<bool>> for Arg {
    fn from(value: Option<bool>) -> Self {
        Self::Int(value.map(i64::from))
    }
}
impl From<Option<f64>> for Arg {
    fn from(value: Option<f64>) -> Self {
        Self::Real(value)
    }
}
impl From<Option<Instant>> for Arg {
    fn from(value: Option<Instant>) -> Self {
        Self::Int(value.map(Instant::as_micros))
    }
}
impl<T> From<Option<Id<T>>> for Arg {
    fn from(value: Option<Id<T>>) -> Self {
        Self::Text(value.map(|id| id.to_string()))
    }
}

/// A type that a column of either engine decodes into.
pub trait Cell:
    Type<Sqlite> + for<'r> Decode<'r, Sqlite> + Type<Postgres> + for<'r> Decode<'r, Postgres>
{
}
impl<T> Cell for T where
    T: Type<Sqlite> + for<'r> Decode<'r, Sqlite> + Type<Postgres> + for<'r> Decode<'r, Postgres>
{
}

/// One row of an answer.
pub enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(PgRow),
}

impl Row {
    /// The column as `String`, `i64`, `f64`, `Vec<u8>` or an `Option` of these.
    pub fn get<T: Cell>(&self, column: &str) -> Result<T, DbError> {
        match self {
            Self::Sqlite(row) => Ok(row.try_get(column)?),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// The column as an id.
    pub fn id<T>(&self, column: &str) -> Result<Id<T>, DbError> {
        self.parsed(column)
    }

    /// The column as an id, if not NULL.
    pub fn opt_id<T>(&self, column: &str) -> Result<Option<Id<T>>, DbError> {
        self.opt_parsed(column)
    }

    /// The column as an instant.
    pub fn instant(&self, column: &str) -> Result<Instant, DbError> {
        self.get::<i64>(column).map(Instant::from_micros)
    }

    /// The column as an instant, if not NULL.
    pub fn opt_instant(&self, column: &str) -> Result<Option<Instant>, DbError> {
        Ok(self.get::<Option<i64>>(column)?.map(Instant::from_micros))
    }

    /// The column as a truth value.
    pub fn bool(&self, column: &str) -> Result<bool, DbError> {
        Ok(self.get::<i64>(column)? != 0)
    }

    /// The column parsed from its text: ids, enumerations.
    pub fn parsed<T>(&self, column: &str) -> Result<T, DbError>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        parse(column, &self.get::<String>(column)?)
    }

    /// The column parsed from its text, if not NULL.
    pub fn opt_parsed<T>(&self, column: &str) -> Result<Option<T>, DbError>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        self.get::<Option<String>>(column)?.map(|text| parse(column, &text)).transpose()
    }

    /// The column read as JSON.
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<T, DbError> {
        let text = self.get::<String>(column)?;
        serde_json::from_str(&text).map_err(|error| decode(column, &text, &error))
    }
}

fn parse<T>(column: &str, text: &str) -> Result<T, DbError>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| decode(column, text, &error))
}

fn decode(column: &str, text: &str, reason: &dyn std::fmt::Display) -> DbError {
    DbError::Decode {
        column: column.to_owned(),
        value: text.chars().take(80).collect(),
        reason: reason.to_string(),
    }
}
