//! The table `company`.

use base::Id;
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{Company, CompanyNoun};
use crate::error::RegistryError;
use crate::identity;

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM company WHERE id = $1";
    /// One by its registration number.
    BY_NUMBER = "SELECT * FROM company WHERE registration_number = $1";
    /// A page.
    LIST = "SELECT * FROM company
      WHERE (CAST($1 AS TEXT) IS NULL
          OR lower(name) LIKE $1 ESCAPE '!'
          OR lower(registration_number) LIKE $1 ESCAPE '!')
        AND (CAST($2 AS TEXT) IS NULL OR id > $2)
      ORDER BY id LIMIT $3";
    /// A new one.
    INSERT = "INSERT INTO company
        (id, name, name_key, registration_number, demo, version, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// The next version of one.
    UPDATE = "UPDATE company SET name = $2, name_key = $3, registration_number = $4, version = $5, updated_at = $6
      WHERE id = $1 AND version = $7";
}

/// The company with this id.
pub(crate) async fn find(tx: &mut ReadTx, id: Id<CompanyNoun>) -> Result<Company, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("company", id))?;
    Ok(read(&row)?)
}

/// The company with this registration number, if there is one.
pub(crate) async fn by_number(tx: &mut ReadTx, number: &str) -> Result<Option<Company>, DbError> {
    tx.one(BY_NUMBER, args![number]).await?.as_ref().map(read).transpose()
}

/// A page.
pub(crate) async fn list(
    tx: &mut ReadTx,
    q: Option<String>,
    after: Option<Id<CompanyNoun>>,
    fetch: i64,
) -> Result<Vec<Company>, DbError> {
    let args = args![q, after, fetch];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// Adds one.
pub(crate) async fn insert(tx: &mut WriteTx, x: &Company) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        &x.name,
        identity::name_key(&x.name),
        &x.registration_number,
        x.demo,
        x.version,
        x.created_at,
        x.updated_at
    ];
    tx.run(INSERT, args).await.map_err(|error| {
        RegistryError::taken(
            error,
            "company",
            "registration_number",
            x.registration_number.as_deref().unwrap_or_default(),
        )
    })?;
    Ok(())
}

/// Saves the next version of one; refuses when another change came first.
pub(crate) async fn update(tx: &mut WriteTx, x: &Company) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        &x.name,
        identity::name_key(&x.name),
        &x.registration_number,
        x.version,
        x.updated_at,
        x.version - 1
    ];
    match tx.run(UPDATE, args).await.map_err(|error| {
        RegistryError::taken(
            error,
            "company",
            "registration_number",
            x.registration_number.as_deref().unwrap_or_default(),
        )
    })? {
        0 => Err(RegistryError::raced("company", x.id)),
        _ => Ok(()),
    }
}

pub(crate) fn read(row: &Row) -> Result<Company, DbError> {
    Ok(Company {
        id: row.id("id")?,
        name: row.get("name")?,
        registration_number: row.get("registration_number")?,
        demo: row.bool("demo")?,
        version: row.get("version")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}
