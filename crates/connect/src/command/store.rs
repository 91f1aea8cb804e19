//! The table `command`.

use base::Id;
use base::noun::{Complex, Device};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{Command, State};

/// Open commands that are looked at in one turn.
const OPEN_MAX: i64 = 1_000;

platform::statements! {
    /// A new command.
    INSERT = "INSERT INTO command
        (id, complex_id, establishment_id, device_id, device_key, kind, payload, reason,
        requested_by, requested_at, expires_at, state, is_open, sent_at, sent_count, ended_at,
        detail, version)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
    /// The next version, if nobody else wrote it in between.
    UPDATE = "UPDATE command SET state = $3, is_open = $4, sent_at = $5, sent_count = $6,
        ended_at = $7, detail = $8, version = $9
      WHERE id = $1 AND version = $2";
    /// One.
    FIND = "SELECT * FROM command WHERE id = $1";
    /// A page, the newest first.
    LIST = "SELECT * FROM command
      WHERE ($1 = '*' OR $1 LIKE '%' || complex_id || '%'
          OR $1 LIKE '%' || COALESCE(establishment_id, '!') || '%')
        AND (CAST($2 AS TEXT) IS NULL OR complex_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR device_id = $3)
        AND (CAST($4 AS TEXT) IS NULL OR state = $4)
        AND (CAST($5 AS TEXT) IS NULL OR id < $5)
      ORDER BY id DESC LIMIT $6";
    /// What is to be delivered or to expire, the oldest first.
    OPEN = "SELECT * FROM command WHERE is_open = 1 ORDER BY id LIMIT $1";
    /// How many of a device are open.
    COUNT_OPEN = "SELECT COUNT(*) AS commands FROM command WHERE device_id = $1 AND is_open = 1";
}

pub(crate) async fn insert(tx: &mut WriteTx, x: &Command) -> Result<(), DbError> {
    let by = serde_json::to_string(&x.requested_by).expect("an actor has a JSON form");
    let row = args![
        x.id,
        x.complex_id,
        x.establishment_id,
        x.device_id,
        &x.device_key,
        x.kind.as_str(),
        x.payload.clone(),
        &x.reason,
        by,
        x.requested_at,
        x.expires_at,
        x.state.as_str(),
        x.state.is_open(),
        x.sent_at,
        x.sent_count,
        x.ended_at,
        &x.detail,
        x.version
    ];
    tx.run(INSERT, row).await.map(drop)
}

/// Writes the next version; false when somebody else was faster.
pub(crate) async fn update(tx: &mut WriteTx, x: &Command) -> Result<bool, DbError> {
    let row = args![
        x.id,
        x.version - 1,
        x.state.as_str(),
        x.state.is_open(),
        x.sent_at,
        x.sent_count,
        x.ended_at,
        &x.detail,
        x.version
    ];
    Ok(tx.run(UPDATE, row).await? == 1)
}

pub(crate) async fn find(tx: &mut ReadTx, id: Id<Command>) -> Result<Option<Command>, DbError> {
    tx.one(FIND, args![id]).await?.as_ref().map(read).transpose()
}

/// What a list asks for.
pub(crate) struct Filter<'a> {
    pub(crate) reach: &'a str,
    pub(crate) complex: Option<Id<Complex>>,
    pub(crate) device: Option<Id<Device>>,
    pub(crate) state: Option<State>,
    pub(crate) after: Option<Id<Command>>,
}

pub(crate) async fn list(
    tx: &mut ReadTx,
    filter: Filter<'_>,
    fetch: i64,
) -> Result<Vec<Command>, DbError> {
    let state = filter.state.map(State::as_str);
    let args = args![filter.reach, filter.complex, filter.device, state, filter.after, fetch];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

pub(crate) async fn open(tx: &mut ReadTx) -> Result<Vec<Command>, DbError> {
    tx.all(OPEN, args![OPEN_MAX]).await?.iter().map(read).collect()
}

pub(crate) async fn count_open(tx: &mut ReadTx, device: Id<Device>) -> Result<i64, DbError> {
    tx.one(COUNT_OPEN, args![device]).await?.map_or(Ok(0), |row| row.get("commands"))
}

fn read(row: &Row) -> Result<Command, DbError> {
    let whole = |column: &str| {
        row.get::<i64>(column).map(|number| u32::try_from(number).unwrap_or(u32::MAX))
    };
    Ok(Command {
        id: row.id("id")?,
        complex_id: row.id("complex_id")?,
        establishment_id: row.opt_id("establishment_id")?,
        device_id: row.id("device_id")?,
        device_key: row.get("device_key")?,
        kind: row.parsed("kind")?,
        payload: row.json("payload")?,
        reason: row.get("reason")?,
        requested_by: row.json("requested_by")?,
        requested_at: row.instant("requested_at")?,
        expires_at: row.instant("expires_at")?,
        state: row.parsed("state")?,
        sent_at: row.opt_instant("sent_at")?,
        sent_count: whole("sent_count")?,
        ended_at: row.opt_instant("ended_at")?,
        detail: row.get("detail")?,
        version: whole("version")?,
    })
}
