//! The table `person`.

use base::{Id, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{Person, PersonNoun};
use crate::access::Reach;
use crate::error::RegistryError;

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM person WHERE id = $1";
    /// A page.
    LIST = "SELECT * FROM person
      WHERE ($1 = '*' OR $1 LIKE '%' || COALESCE(complex_id, '!') || '%'
          OR $1 LIKE '%' || COALESCE(establishment_id, '!') || '%'
          OR $1 LIKE '%' || COALESCE(organisation_id, '!') || '%')
        AND (CAST($2 AS TEXT) IS NULL OR complex_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR establishment_id = $3)
        AND (CAST($4 AS TEXT) IS NULL
          OR lower(name) LIKE $4 ESCAPE '!')
        AND (CAST($5 AS TEXT) IS NULL OR id > $5)
      ORDER BY id LIMIT $6";
    /// A new one.
    INSERT = "INSERT INTO person
        (id, complex_id, establishment_id, organisation_id, name, role, phone, email, demo,
        version, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    /// The next version of one.
    UPDATE = "UPDATE person SET complex_id = $2, establishment_id = $3, organisation_id = $4, name = $5, role = $6,
        phone = $7, email = $8, version = $9, updated_at = $10
      WHERE id = $1 AND version = $11";
}

/// The person with this id.
pub(crate) async fn find(tx: &mut ReadTx, id: Id<PersonNoun>) -> Result<Person, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("person", id))?;
    Ok(read(&row)?)
}

/// What a list asks for.
pub(crate) struct Filter<'a> {
    pub(crate) reach: &'a Reach,
    pub(crate) complex: Option<Id<noun::Complex>>,
    pub(crate) establishment: Option<Id<noun::Establishment>>,
    pub(crate) q: Option<String>,
    pub(crate) after: Option<Id<PersonNoun>>,
}

/// A page of what is within reach.
pub(crate) async fn list(
    tx: &mut ReadTx,
    filter: Filter<'_>,
    fetch: i64,
) -> Result<Vec<Person>, DbError> {
    let args = args![
        filter.reach.text(),
        filter.complex,
        filter.establishment,
        filter.q,
        filter.after,
        fetch
    ];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// Adds one.
pub(crate) async fn insert(tx: &mut WriteTx, x: &Person) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        x.complex_id,
        x.establishment_id,
        x.organisation_id,
        &x.name,
        &x.role,
        &x.phone,
        &x.email,
        x.demo,
        x.version,
        x.created_at,
        x.updated_at
    ];
    tx.run(INSERT, args).await?;
    Ok(())
}

/// Saves the next version of one; refuses when another change came first.
pub(crate) async fn update(tx: &mut WriteTx, x: &Person) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        x.complex_id,
        x.establishment_id,
        x.organisation_id,
        &x.name,
        &x.role,
        &x.phone,
        &x.email,
        x.version,
        x.updated_at,
        x.version - 1
    ];
    match tx.run(UPDATE, args).await? {
        0 => Err(RegistryError::raced("person", x.id)),
        _ => Ok(()),
    }
}

pub(crate) fn read(row: &Row) -> Result<Person, DbError> {
    Ok(Person {
        id: row.id("id")?,
        complex_id: row.opt_id("complex_id")?,
        establishment_id: row.opt_id("establishment_id")?,
        organisation_id: row.opt_id("organisation_id")?,
        name: row.get("name")?,
        role: row.get("role")?,
        phone: row.get("phone")?,
        email: row.get("email")?,
        demo: row.bool("demo")?,
        version: row.get("version")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}
