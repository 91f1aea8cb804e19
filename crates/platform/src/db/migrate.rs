//! Migrations: forward only, one tree for both engines, each applied once and never edited.

use sha2::{Digest, Sha256};

use base::Instant;

use super::{Db, DbError};
use crate::args;

/// One script.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Number and name: `0001_alarm`.
    pub name: &'static str,
    /// The statements, portable.
    pub sql: &'static str,
}

/// The scripts of one crate, in order.
#[derive(Debug, Clone, Copy)]
pub struct MigrationSet {
    /// The crate.
    pub owner: &'static str,
    /// Its scripts.
    pub migrations: &'static [Migration],
}

/// What [`migrate`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Full names of the scripts that were run: `control/0001_alarm`.
    pub names: Vec<String>,
}

/// The scripts of a crate by name, read from its folder `migrations`.
#[macro_export]
macro_rules! migrations {
    ($owner:literal $(, $name:literal)+ $(,)?) => {
        $crate::db::MigrationSet {
            owner: $owner,
            migrations: &[$($crate::db::Migration {
                name: $name,
                sql: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $name, ".sql")),
            }),+],
        }
    };
}

const CREATE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
  name TEXT NOT NULL PRIMARY KEY,
  sha256 TEXT NOT NULL,
  applied_at BIGINT NOT NULL
)";
const FIND: &str = "SELECT name, sha256 FROM schema_migration ORDER BY name LIMIT 10000";
const RECORD: &str = "INSERT INTO schema_migration (name, sha256, applied_at) VALUES ($1, $2, $3)";
const COLLATION: &str =
    "SELECT CAST(datcollate AS TEXT) AS name FROM pg_database WHERE datname = current_database()";

/// Brings the store up to date; sets run in the order given, each script in its own transaction.
pub async fn migrate(db: &Db, sets: &[MigrationSet], now: Instant) -> Result<Applied, DbError> {
    check_collation(db).await?;
    let mut tx = db.write().await?;
    tx.script(CREATE).await?;
    tx.commit().await?;

    let mut known = std::collections::BTreeMap::new();
    for row in db.read().await?.all(FIND, args![]).await? {
        known.insert(row.get::<String>("name")?, row.get::<String>("sha256")?);
    }
    let mut names = Vec::new();
    for set in sets {
        for migration in set.migrations {
            let name = format!("{}/{}", set.owner, migration.name);
            let sha256 = base::hex(&Sha256::digest(migration.sql));
            match known.remove(&name) {
                Some(applied) if applied == sha256 => {}
                Some(_) => return Err(DbError::MigrationChanged(name)),
                None => {
                    let mut tx = db.write().await?;
                    tx.script(migration.sql).await?;
                    tx.run(RECORD, args![&name, sha256, now]).await?;
                    tx.commit().await?;
                    names.push(name);
                }
            }
        }
    }
    match known.into_keys().find(|name| sets.iter().any(|set| owns(set, name))) {
        Some(name) => Err(DbError::FromTheFuture(name)),
        None => Ok(Applied { names }),
    }
}

fn owns(set: &MigrationSet, name: &str) -> bool {
    name.split_once('/').is_some_and(|(owner, _)| owner == set.owner)
}

/// Keyset paging relies on byte order, which SQLite always has and PostgreSQL only in collation C.
async fn check_collation(db: &Db) -> Result<(), DbError> {
    if db.engine_name() != "postgres" {
        return Ok(());
    }
    let row = db.read().await?.one(COLLATION, args![]).await?;
    let name = row.map(|row| row.get::<String>("name")).transpose()?.unwrap_or_default();
    match name.as_str() {
        "C" | "POSIX" | "C.UTF-8" | "C.utf8" => Ok(()),
        _ => Err(DbError::Collation(name)),
    }
}
