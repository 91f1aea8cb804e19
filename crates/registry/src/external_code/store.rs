//! The table `external_code`.

use base::Id;
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{ExternalCode, ExternalCodeNoun, SubjectKind};
use crate::error::RegistryError;

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM external_code WHERE id = $1";
    /// A page.
    LIST = "SELECT * FROM external_code
      WHERE subject_kind = $1
        AND subject_id = $2
        AND (CAST($3 AS TEXT) IS NULL OR id > $3)
      ORDER BY id LIMIT $4";
    /// All with the same code.
    SAME_CODE = "SELECT * FROM external_code WHERE code_system = $1 AND code = $2
      ORDER BY id LIMIT 1000";
    /// A new one.
    INSERT = "INSERT INTO external_code
        (id, complex_id, subject_kind, subject_id, code_system, code, valid_from,
        valid_until, source, demo, version, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// The next version of one.
    UPDATE = "UPDATE external_code SET complex_id = $2, subject_kind = $3, subject_id = $4, code_system = $5, code = $6,
        valid_from = $7, valid_until = $8, source = $9, version = $10, updated_at = $11
      WHERE id = $1 AND version = $12";
}

/// The external code with this id.
pub(crate) async fn find(
    tx: &mut ReadTx,
    id: Id<ExternalCodeNoun>,
) -> Result<ExternalCode, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("external code", id))?;
    Ok(read(&row)?)
}

/// A page.
pub(crate) async fn list(
    tx: &mut ReadTx,
    kind: SubjectKind,
    subject: uuid::Uuid,
    after: Option<Id<ExternalCodeNoun>>,
    fetch: i64,
) -> Result<Vec<ExternalCode>, DbError> {
    let args = args![kind.as_str(), subject.to_string(), after, fetch];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// All that carry this code, whenever.
pub(crate) async fn same_code(
    tx: &mut ReadTx,
    code_system: &str,
    code: &str,
) -> Result<Vec<ExternalCode>, DbError> {
    tx.all(SAME_CODE, args![code_system, code]).await?.iter().map(read).collect()
}

/// Adds one.
pub(crate) async fn insert(
    tx: &mut WriteTx,
    x: &ExternalCode,
    complex: Option<Id<base::noun::Complex>>,
) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        complex,
        x.subject_kind.as_str(),
        x.subject_id.to_string(),
        &x.code_system,
        &x.code,
        x.valid_from.map(|day| day.to_string()),
        x.valid_until.map(|day| day.to_string()),
        &x.source,
        x.demo,
        x.version,
        x.created_at,
        x.updated_at
    ];
    tx.run(INSERT, args).await?;
    Ok(())
}

/// Saves the next version of one; refuses when another change came first.
pub(crate) async fn update(
    tx: &mut WriteTx,
    x: &ExternalCode,
    complex: Option<Id<base::noun::Complex>>,
) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        complex,
        x.subject_kind.as_str(),
        x.subject_id.to_string(),
        &x.code_system,
        &x.code,
        x.valid_from.map(|day| day.to_string()),
        x.valid_until.map(|day| day.to_string()),
        &x.source,
        x.version,
        x.updated_at,
        x.version - 1
    ];
    match tx.run(UPDATE, args).await? {
        0 => Err(RegistryError::raced("external code", x.id)),
        _ => Ok(()),
    }
}

pub(crate) fn read(row: &Row) -> Result<ExternalCode, DbError> {
    Ok(ExternalCode {
        id: row.id("id")?,
        subject_kind: row.parsed("subject_kind")?,
        subject_id: row.parsed("subject_id")?,
        code_system: row.get("code_system")?,
        code: row.get("code")?,
        valid_from: row.opt_parsed("valid_from")?,
        valid_until: row.opt_parsed("valid_until")?,
        source: row.get("source")?,
        demo: row.bool("demo")?,
        version: row.get("version")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}
