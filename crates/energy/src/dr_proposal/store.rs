//! Proposals in SQL.

use base::{Id, Instant};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{DrProposal, ProposalSource};
use crate::electricity_contract::ElectricityContract;

/// Proposals of one question at most.
const ROWS_MAX: i64 = 1_000;

platform::statements! {
    /// A new proposal.
    INSERT = "INSERT INTO dr_proposal
        (id, contract_id, complex_id, source, event_id, number, ends_at, told, body, version, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    /// The next version, if nobody else wrote it in between.
    UPDATE = "UPDATE dr_proposal SET ends_at = $3, told = $4, body = $5, version = $6, updated_at = $7
      WHERE id = $1 AND version = $2";
    /// One proposal of a contract.
    FIND = "SELECT body FROM dr_proposal WHERE id = $1 AND contract_id = $2";
    /// A page of proposals of a contract, the newest first.
    LIST = "SELECT body FROM dr_proposal
      WHERE contract_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id < $2)
      ORDER BY id DESC LIMIT $3";
    /// The proposals of a contract from one source that end after a moment.
    OF_SOURCE = "SELECT body FROM dr_proposal
      WHERE contract_id = $1 AND source = $2 AND ends_at > $3 ORDER BY id LIMIT $4";
    /// One proposal by its event.
    OF_EVENT = "SELECT body FROM dr_proposal
      WHERE contract_id = $1 AND source = $2 AND event_id = $3 AND number = $4";
    /// The contracts with proposals from one source that end after a moment.
    CONTRACTS_OF_SOURCE = "SELECT DISTINCT contract_id FROM dr_proposal
      WHERE source = $1 AND ends_at > $2 ORDER BY contract_id LIMIT $3";
    /// How many proposals a contract has from one source that end after a moment.
    COUNT = "SELECT COUNT(*) AS proposals FROM dr_proposal
      WHERE contract_id = $1 AND source = $2 AND ends_at > $3";
    /// The highest number of an event's proposals.
    LAST_NUMBER = "SELECT COALESCE(MAX(number), -1) AS last_number FROM dr_proposal
      WHERE contract_id = $1 AND source = $2 AND event_id = $3";
    /// Proposals that the control centre holds a signal of although they are over.
    TOLD_AND_OVER = "SELECT body FROM dr_proposal WHERE told = 1 AND ends_at <= $1
      ORDER BY ends_at, id LIMIT $2";
}

/// Writes a new proposal.
pub(crate) async fn insert(tx: &mut WriteTx, x: &DrProposal) -> Result<(), DbError> {
    let (source, number) = (x.source.to_string(), i64::from(x.offer.number));
    let told = i64::from(x.told);
    let row = args![
        x.id,
        x.contract_id,
        x.complex_id,
        source,
        &x.offer.event_id,
        number,
        x.offer.end,
        told,
        body(x),
        x.version,
        x.updated_at
    ];
    tx.run(INSERT, row).await.map(drop)
}

/// Writes the next version; false when somebody else was faster.
pub(crate) async fn update(tx: &mut WriteTx, x: &DrProposal) -> Result<bool, DbError> {
    let (told, before) = (i64::from(x.told), x.version - 1);
    let row = args![x.id, before, x.offer.end, told, body(x), x.version, x.updated_at];
    Ok(tx.run(UPDATE, row).await? == 1)
}

/// One proposal of a contract.
pub(crate) async fn find(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
    id: Id<DrProposal>,
) -> Result<Option<DrProposal>, DbError> {
    tx.one(FIND, args![id, contract]).await?.as_ref().map(read).transpose()
}

/// A page of proposals of a contract, the newest first.
pub(crate) async fn list(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
    before: Option<Id<DrProposal>>,
    fetch: i64,
) -> Result<Vec<DrProposal>, DbError> {
    tx.all(LIST, args![contract, before, fetch]).await?.iter().map(read).collect()
}

/// The proposals of a contract from one source that end after a moment.
pub(crate) async fn of_source(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
    source: ProposalSource,
    after: Instant,
) -> Result<Vec<DrProposal>, DbError> {
    let row = args![contract, source.to_string(), after, ROWS_MAX];
    tx.all(OF_SOURCE, row).await?.iter().map(read).collect()
}

/// One proposal by its event.
pub(crate) async fn of_event(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
    source: ProposalSource,
    (event, number): (&str, u32),
) -> Result<Option<DrProposal>, DbError> {
    let row = args![contract, source.to_string(), event, i64::from(number)];
    tx.one(OF_EVENT, row).await?.as_ref().map(read).transpose()
}

/// The contracts with proposals from one source that end after a moment.
pub(crate) async fn contracts_of_source(
    tx: &mut ReadTx,
    source: ProposalSource,
    after: Instant,
) -> Result<Vec<Id<ElectricityContract>>, DbError> {
    let rows = tx.all(CONTRACTS_OF_SOURCE, args![source.to_string(), after, ROWS_MAX]).await?;
    rows.iter().map(|row| row.id("contract_id")).collect()
}

/// A number that no proposal of an event has.
pub(crate) async fn free_number(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
    (source, event): (ProposalSource, &str),
) -> Result<u32, DbError> {
    let row = tx.one(LAST_NUMBER, args![contract, source.to_string(), event]).await?;
    let last = row.map_or(Ok(-1), |row| row.get::<i64>("last_number"))?;
    Ok(u32::try_from(last + 1).unwrap_or(u32::MAX))
}

/// How many proposals a contract has from one source that end after a moment.
pub(crate) async fn count(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
    source: ProposalSource,
    after: Instant,
) -> Result<usize, DbError> {
    let row = tx.one(COUNT, args![contract, source.to_string(), after]).await?;
    let count = row.map_or(Ok(0), |row| row.get::<i64>("proposals"))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Proposals that the control centre holds a signal of although they are over.
pub(crate) async fn told_and_over(
    tx: &mut ReadTx,
    now: Instant,
) -> Result<Vec<DrProposal>, DbError> {
    tx.all(TOLD_AND_OVER, args![now, ROWS_MAX]).await?.iter().map(read).collect()
}

fn body(x: &DrProposal) -> String {
    serde_json::to_string(x).expect("a proposal has a JSON form")
}

fn read(row: &Row) -> Result<DrProposal, DbError> {
    row.json("body")
}
