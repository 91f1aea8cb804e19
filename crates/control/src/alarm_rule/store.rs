//! Rules and all their versions in SQL.

use base::Id;
use base::noun::Complex;
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{AlarmRule, RULES_PER_COMPLEX_MAX};

platform::statements! {
    /// A new rule.
    INSERT = "INSERT INTO alarm_rule (id, complex_id, enabled, body, version, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6)";
    /// The next version, if nobody else wrote it in between.
    UPDATE = "UPDATE alarm_rule SET enabled = $3, body = $4, version = $5, updated_at = $6
      WHERE id = $1 AND version = $2";
    /// Keeps a version.
    INSERT_VERSION = "INSERT INTO alarm_rule_version (rule_id, version, body) VALUES ($1, $2, $3)";
    /// One rule.
    FIND = "SELECT body FROM alarm_rule WHERE id = $1";
    /// A page of rules, the oldest first.
    LIST = "SELECT body FROM alarm_rule
      WHERE (CAST($1 AS TEXT) IS NULL OR complex_id = $1)
        AND (CAST($2 AS BIGINT) IS NULL OR enabled = $2)
        AND (CAST($3 AS TEXT) IS NULL OR id > $3)
      ORDER BY id LIMIT $4";
    /// All versions of a rule.
    VERSIONS = "SELECT body FROM alarm_rule_version
      WHERE rule_id = $1 AND version > $2 ORDER BY version LIMIT $3";
    /// How many rules a complex has.
    COUNT = "SELECT COUNT(*) AS rules FROM alarm_rule WHERE complex_id = $1";
}

/// Writes a new rule.
pub(crate) async fn insert(tx: &mut WriteTx, rule: &AlarmRule) -> Result<(), DbError> {
    let row =
        args![rule.id, rule.complex_id, rule.enabled, body(rule), rule.version, rule.updated_at];
    tx.run(INSERT, row).await?;
    keep_version(tx, rule).await
}

/// Writes the next version; false when somebody else was faster.
pub(crate) async fn update(tx: &mut WriteTx, rule: &AlarmRule) -> Result<bool, DbError> {
    let row =
        args![rule.id, rule.version - 1, rule.enabled, body(rule), rule.version, rule.updated_at];
    if tx.run(UPDATE, row).await? != 1 {
        return Ok(false);
    }
    keep_version(tx, rule).await?;
    Ok(true)
}

async fn keep_version(tx: &mut WriteTx, rule: &AlarmRule) -> Result<(), DbError> {
    tx.run(INSERT_VERSION, args![rule.id, rule.version, body(rule)]).await.map(drop)
}

/// One rule.
pub(crate) async fn find(tx: &mut ReadTx, id: Id<AlarmRule>) -> Result<Option<AlarmRule>, DbError> {
    tx.one(FIND, args![id]).await?.as_ref().map(read).transpose()
}

/// A page of rules, the oldest first.
pub(crate) async fn list(
    tx: &mut ReadTx,
    complex: Option<Id<Complex>>,
    enabled: Option<bool>,
    after: Option<Id<AlarmRule>>,
    fetch: i64,
) -> Result<Vec<AlarmRule>, DbError> {
    let rows = tx.all(LIST, args![complex, enabled, after, fetch]).await?;
    rows.iter().map(read).collect()
}

/// Every rule, enabled or not, for the evaluation.
pub(crate) async fn all(tx: &mut ReadTx) -> Result<Vec<AlarmRule>, DbError> {
    let (mut rules, mut after) = (Vec::new(), None);
    loop {
        let page = list(tx, None, None, after, PAGE).await?;
        after = page.last().map(|rule| rule.id);
        let full = i64::try_from(page.len()) == Ok(PAGE);
        rules.extend(page);
        if !full {
            return Ok(rules);
        }
    }
}

/// Rules read at once for the evaluation.
const PAGE: i64 = 1_000;

/// All versions of a rule after `version`.
pub(crate) async fn versions(
    tx: &mut ReadTx,
    id: Id<AlarmRule>,
    after: u32,
    fetch: i64,
) -> Result<Vec<AlarmRule>, DbError> {
    tx.all(VERSIONS, args![id, after, fetch]).await?.iter().map(read).collect()
}

/// Whether a complex has as many rules as it may have.
pub(crate) async fn is_full(tx: &mut ReadTx, complex: Id<Complex>) -> Result<bool, DbError> {
    let row = tx.one(COUNT, args![complex]).await?;
    let rules = row.map_or(Ok(0), |row| row.get::<i64>("rules"))?;
    Ok(usize::try_from(rules).is_ok_and(|rules| rules >= RULES_PER_COMPLEX_MAX))
}

fn body(rule: &AlarmRule) -> String {
    serde_json::to_string(rule).expect("a rule has a JSON form")
}

fn read(row: &Row) -> Result<AlarmRule, DbError> {
    row.json("body")
}
