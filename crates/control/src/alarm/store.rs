//! Alarms and their history in SQL. A change is one [`save`]: row, transition and event together.

use base::noun::{Complex, Establishment};
use base::{Action, Actor, Id, Instant, Position};
use platform::args;
use platform::bus::Event;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::view;
use super::{Alarm, Change, Condition, Origin, RuleRef, Suppression, Title, Transition};

/// Shelves taken down in one transaction.
const EXPIRED_AT_ONCE: i64 = 100;

platform::statements! {
    /// A new alarm.
    INSERT = "INSERT INTO alarm (id, complex_id, owner_id, is_private, source, kind, subject,
        device_id, dedupe_key, rule_id, rule_version, title_code, title_params, unit, lon, lat, demo,
        grade, is_active, is_acknowledged, suppression, suppression_until, is_latched, state, is_open,
        value, raised_at, condition_at, returned_at, acknowledgement, acknowledged_at, shelve_asked,
        occurrences, version)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34)";
    /// What changes in the life of an alarm, if nobody else changed it in between.
    UPDATE = "UPDATE alarm SET grade = $3, is_active = $4, is_acknowledged = $5, suppression = $6,
        suppression_until = $7, is_latched = $8, state = $9, is_open = $10, value = $11,
        condition_at = $12, returned_at = $13, acknowledgement = $14, acknowledged_at = $15,
        shelve_asked = $16, occurrences = $17, version = $18, raised_at = $19, title_params = $20
      WHERE id = $1 AND version = $2";
    /// A line of the history.
    INSERT_TRANSITION = "INSERT INTO alarm_transition (alarm_id, version, operation, state_from,
        state_to, grade, actor, why, at, recorded_at, rule_version, value, late_fire)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// One alarm.
    FIND = "SELECT * FROM alarm WHERE id = $1";
    /// The open alarm of a key.
    OPEN_BY_KEY = "SELECT * FROM alarm
      WHERE complex_id = $1 AND dedupe_key = $2 AND is_open = 1";
    /// The last alarm of a key, open or over.
    LAST_BY_KEY = "SELECT * FROM alarm
      WHERE complex_id = $1 AND dedupe_key = $2 ORDER BY raised_at DESC, id DESC LIMIT 1";
    /// Between what values everything of a key lies that was ever told.
    TOLD_BY_KEY = "SELECT MIN(value) AS lowest, MAX(value) AS highest FROM alarm
      WHERE complex_id = $1 AND dedupe_key = $2";
    /// A page of alarms, the newest first.
    LIST = "SELECT * FROM alarm
      WHERE (CAST($1 AS TEXT) IS NULL OR complex_id = $1)
        AND (CAST($2 AS TEXT) IS NULL OR owner_id = $2)
        AND (CAST($3 AS BIGINT) IS NULL OR is_open = $3)
        AND (CAST($4 AS TEXT) IS NULL OR state = $4)
        AND (CAST($5 AS TEXT) IS NULL OR grade = $5)
        AND (CAST($6 AS TEXT) IS NULL OR device_id = $6)
        AND (CAST($7 AS TEXT) IS NULL OR subject = $7)
        AND (CAST($8 AS TEXT) IS NULL OR rule_id = $8)
        AND (CAST($9 AS BIGINT) IS NULL OR raised_at < $9 OR (raised_at = $9 AND id < $10))
      ORDER BY raised_at DESC, id DESC LIMIT $11";
    /// Open alarms by grade and state. A finding of an import is old by its nature, and never stale.
    SUMMARY = "SELECT grade, state, COUNT(*) AS alarms,
        SUM(CASE WHEN raised_at < $3 AND kind NOT IN ('imported_above', 'imported_below')
          THEN 1 ELSE 0 END) AS stale
      FROM alarm
      WHERE is_open = 1
        AND (CAST($1 AS TEXT) IS NULL OR complex_id = $1)
        AND (CAST($2 AS TEXT) IS NULL OR owner_id = $2)
      GROUP BY grade, state";
    /// The history of an alarm, in order.
    TRANSITIONS = "SELECT * FROM alarm_transition
      WHERE alarm_id = $1 AND version > $2 ORDER BY version LIMIT $3";
    /// Shelves whose time is over.
    EXPIRED = "SELECT * FROM alarm
      WHERE suppression_until IS NOT NULL AND suppression_until <= $1
      ORDER BY suppression_until LIMIT $2";
    /// When the next shelf's time is over.
    NEXT_EXPIRY = "SELECT MIN(suppression_until) AS at FROM alarm
      WHERE suppression_until IS NOT NULL";
}

/// What of the alarms a list shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub(crate) complex: Option<Id<Complex>>,
    pub(crate) owner: Option<Id<Establishment>>,
    pub(crate) open: Option<bool>,
    pub(crate) state: Option<&'static str>,
    pub(crate) grade: Option<&'static str>,
    pub(crate) device: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) rule: Option<String>,
    pub(crate) after: Option<Cursor>,
}

/// Where a page of the list ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    raised_at: Instant,
    id: Id<Alarm>,
}

impl Cursor {
    pub(crate) fn of(alarm: &Alarm) -> Self {
        Self { raised_at: alarm.raised_at, id: alarm.id }
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.raised_at.as_micros(), self.id)
    }
}

impl std::str::FromStr for Cursor {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (micros, id) = text.split_once('.').ok_or(())?;
        let raised_at = Instant::from_micros(micros.parse().map_err(drop)?);
        Ok(Self { raised_at, id: id.parse().map_err(drop)? })
    }
}

/// Open alarms of one grade and state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) grade: base::Grade,
    pub(crate) state: super::State,
    pub(crate) alarms: u64,
    /// Of these, raised before the instant that was asked for.
    pub(crate) stale: u64,
}

/// Writes an alarm after a change, the line of its history, and the news for the consoles. False when
/// somebody else changed the alarm in between; the transaction must then be dropped.
pub(crate) async fn save(tx: &mut WriteTx, change: &Change) -> Result<bool, DbError> {
    let Change { alarm, transition } = change;
    if alarm.version == 1 {
        insert(tx, alarm).await?;
    } else if !update(tx, alarm).await? {
        return Ok(false);
    }
    insert_transition(tx, transition).await?;
    tx.notify(Event {
        kind: "alarm.changed",
        scope: alarm.origin.scope(),
        action: Action::ReadAlarms,
        body: view::news(alarm),
    });
    Ok(true)
}

async fn insert(tx: &mut WriteTx, alarm: &Alarm) -> Result<(), DbError> {
    let origin = &alarm.origin;
    let mut row = args![
        alarm.id,
        origin.complex,
        origin.owner,
        origin.private,
        &origin.source,
        &origin.kind,
        &origin.subject,
        origin.device,
        &origin.dedupe_key,
        origin.rule.map(|rule| rule.id),
        origin.rule.map(|rule| rule.version),
        &origin.title.code,
        json(&origin.title.params),
        &origin.unit,
        origin.place.map(|place| place.lon),
        origin.place.map(|place| place.lat),
        origin.demo,
        alarm.grade.as_str(),
        alarm.condition == Condition::Active,
        alarm.acknowledged,
        json(&alarm.suppression),
        shelf_end(&alarm.suppression),
    ];
    row.extend(args![
        alarm.latched,
        alarm.state().as_str(),
        alarm.is_open(),
        alarm.value,
        alarm.raised_at,
        alarm.condition_at,
        alarm.returned_at,
        alarm.acknowledgement.as_ref().map(json),
        alarm.acknowledgement.as_ref().map(|acknowledgement| acknowledgement.at),
        alarm.shelve_asked.as_ref().map(json),
        alarm.count,
        alarm.version,
    ]);
    tx.run(INSERT, row).await.map(drop)
}

async fn update(tx: &mut WriteTx, alarm: &Alarm) -> Result<bool, DbError> {
    let row = args![
        alarm.id,
        alarm.version - 1,
        alarm.grade.as_str(),
        alarm.condition == Condition::Active,
        alarm.acknowledged,
        json(&alarm.suppression),
        shelf_end(&alarm.suppression),
        alarm.latched,
        alarm.state().as_str(),
        alarm.is_open(),
        alarm.value,
        alarm.condition_at,
        alarm.returned_at,
        alarm.acknowledgement.as_ref().map(json),
        alarm.acknowledgement.as_ref().map(|acknowledgement| acknowledgement.at),
        alarm.shelve_asked.as_ref().map(json),
        alarm.count,
        alarm.version,
        alarm.raised_at,
        json(&alarm.origin.title.params),
    ];
    Ok(tx.run(UPDATE, row).await? == 1)
}

async fn insert_transition(tx: &mut WriteTx, line: &Transition) -> Result<(), DbError> {
    let row = args![
        line.alarm,
        line.version,
        line.operation.as_str(),
        line.from.as_str(),
        line.to.as_str(),
        line.grade.as_str(),
        json(&line.by),
        &line.why,
        line.at,
        line.recorded_at,
        line.rule_version,
        line.value,
        line.late_fire,
    ];
    tx.run(INSERT_TRANSITION, row).await.map(drop)
}

/// One alarm.
pub(crate) async fn find(tx: &mut ReadTx, id: Id<Alarm>) -> Result<Option<Alarm>, DbError> {
    tx.one(FIND, args![id]).await?.as_ref().map(read).transpose()
}

/// The open alarm of a key.
pub(crate) async fn open_by_key(
    tx: &mut ReadTx,
    complex: Id<Complex>,
    key: &str,
) -> Result<Option<Alarm>, DbError> {
    tx.one(OPEN_BY_KEY, args![complex, key]).await?.as_ref().map(read).transpose()
}

/// The last alarm of a key, open or over.
pub(crate) async fn last_by_key(
    tx: &mut ReadTx,
    complex: Id<Complex>,
    key: &str,
) -> Result<Option<Alarm>, DbError> {
    tx.one(LAST_BY_KEY, args![complex, key]).await?.as_ref().map(read).transpose()
}

/// The extremes of what was told under one key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Told {
    pub(crate) lowest: f64,
    pub(crate) highest: f64,
}

/// The extremes of all alarms of a key, open or over; none where no alarm of it has a value.
pub(crate) async fn told_by_key(
    tx: &mut ReadTx,
    complex: Id<Complex>,
    key: &str,
) -> Result<Option<Told>, DbError> {
    let Some(row) = tx.one(TOLD_BY_KEY, args![complex, key]).await? else { return Ok(None) };
    let ends = row.get::<Option<f64>>("lowest")?.zip(row.get::<Option<f64>>("highest")?);
    Ok(ends.map(|(lowest, highest)| Told { lowest, highest }))
}

/// A page of alarms, the newest first.
pub(crate) async fn list(
    tx: &mut ReadTx,
    filter: &Filter,
    fetch: i64,
) -> Result<Vec<Alarm>, DbError> {
    let args = args![
        filter.complex,
        filter.owner,
        filter.open,
        filter.state,
        filter.grade,
        &filter.device,
        &filter.subject,
        &filter.rule,
        filter.after.map(|after| after.raised_at),
        filter.after.map(|after| after.id),
        fetch,
    ];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// Open alarms by grade and state; `stale` counts those raised before `stale_before`.
pub(crate) async fn summary(
    tx: &mut ReadTx,
    complex: Option<Id<Complex>>,
    owner: Option<Id<Establishment>>,
    stale_before: Instant,
) -> Result<Vec<Count>, DbError> {
    let rows = tx.all(SUMMARY, args![complex, owner, stale_before]).await?;
    let count = |row: &Row, column| row.get::<i64>(column).map(i64::unsigned_abs);
    rows.iter()
        .map(|row| {
            Ok(Count {
                grade: row.parsed("grade")?,
                state: row.parsed("state")?,
                alarms: count(row, "alarms")?,
                stale: count(row, "stale")?,
            })
        })
        .collect()
}

/// The history of an alarm after `version`, in order.
pub(crate) async fn transitions(
    tx: &mut ReadTx,
    id: Id<Alarm>,
    after: u32,
    fetch: i64,
) -> Result<Vec<Transition>, DbError> {
    let rows = tx.all(TRANSITIONS, args![id, after, fetch]).await?;
    rows.iter().map(read_transition).collect()
}

/// Shelves whose time is over at `now`.
pub(crate) async fn expired(tx: &mut ReadTx, now: Instant) -> Result<Vec<Alarm>, DbError> {
    tx.all(EXPIRED, args![now, EXPIRED_AT_ONCE]).await?.iter().map(read).collect()
}

/// When the next shelf's time is over.
pub(crate) async fn next_expiry(tx: &mut ReadTx) -> Result<Option<Instant>, DbError> {
    let row = tx.one(NEXT_EXPIRY, args![]).await?;
    row.map_or(Ok(None), |row| row.opt_instant("at"))
}

fn shelf_end(suppression: &Suppression) -> Option<Instant> {
    match suppression {
        Suppression::Shelved { until, .. } => Some(*until),
        Suppression::None | Suppression::Suppressed { .. } | Suppression::OutOfService { .. } => {
            None
        }
    }
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("our own types have a JSON form")
}

fn read(row: &Row) -> Result<Alarm, DbError> {
    let flag = |column| row.bool(column);
    let condition = if flag("is_active")? { Condition::Active } else { Condition::Returned };
    Ok(Alarm {
        id: row.id("id")?,
        origin: read_origin(row)?,
        grade: row.parsed("grade")?,
        condition,
        acknowledged: flag("is_acknowledged")?,
        suppression: row.json("suppression")?,
        latched: flag("is_latched")?,
        value: row.get("value")?,
        raised_at: row.instant("raised_at")?,
        condition_at: row.instant("condition_at")?,
        returned_at: row.opt_instant("returned_at")?,
        acknowledgement: opt_json(row, "acknowledgement")?,
        shelve_asked: opt_json(row, "shelve_asked")?,
        count: whole(row, "occurrences")?,
        version: whole(row, "version")?,
    })
}

fn read_origin(row: &Row) -> Result<Origin, DbError> {
    let rule_version = row.get::<Option<i64>>("rule_version")?.and_then(|n| n.try_into().ok());
    let rule = row.opt_id("rule_id")?.zip(rule_version);
    let place = row.get::<Option<f64>>("lon")?.zip(row.get::<Option<f64>>("lat")?);
    Ok(Origin {
        complex: row.id("complex_id")?,
        owner: row.opt_id("owner_id")?,
        private: row.bool("is_private")?,
        source: row.get("source")?,
        kind: row.get("kind")?,
        subject: row.get("subject")?,
        device: row.opt_id("device_id")?,
        dedupe_key: row.get("dedupe_key")?,
        rule: rule.map(|(id, version)| RuleRef { id, version }),
        title: Title { code: row.get("title_code")?, params: row.json("title_params")? },
        unit: row.get("unit")?,
        place: place.map(|(lon, lat)| Position { lon, lat }),
        demo: row.bool("demo")?,
    })
}

fn read_transition(row: &Row) -> Result<Transition, DbError> {
    Ok(Transition {
        alarm: row.id("alarm_id")?,
        version: whole(row, "version")?,
        operation: row.parsed("operation")?,
        from: row.parsed("state_from")?,
        to: row.parsed("state_to")?,
        grade: row.parsed("grade")?,
        by: row.json::<Actor>("actor")?,
        why: row.get("why")?,
        at: row.instant("at")?,
        recorded_at: row.instant("recorded_at")?,
        rule_version: row.get::<Option<i64>>("rule_version")?.and_then(|n| n.try_into().ok()),
        value: row.get("value")?,
        late_fire: row.bool("late_fire")?,
    })
}

fn opt_json<T: serde::de::DeserializeOwned>(row: &Row, column: &str) -> Result<Option<T>, DbError> {
    match row.get::<Option<String>>(column)? {
        Some(_) => row.json(column).map(Some),
        None => Ok(None),
    }
}

/// A count or version; ours never leave the range.
fn whole(row: &Row, column: &str) -> Result<u32, DbError> {
    row.get::<i64>(column).map(|n| u32::try_from(n).unwrap_or(u32::MAX))
}
