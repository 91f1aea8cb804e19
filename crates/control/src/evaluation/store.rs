//! The states that are not idle, in SQL, so that a start goes on where the last run ended.

use base::{Id, Instant, Series};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{Phase, RuleState};
use crate::alarm_rule::AlarmRule;

/// A rule and a point: what a state belongs to, and what work is shared out by.
pub(crate) type Key = (Id<AlarmRule>, Series);

/// States read at once.
const PAGE: i64 = 5_000;

platform::statements! {
    /// Writes a state.
    PUT = "INSERT INTO rule_state (rule_id, series, phase, since, due, deadline, last_arrival,
        last_at_ms, value, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      ON CONFLICT (rule_id, series) DO UPDATE SET phase = $3, since = $4, due = $5, deadline = $6,
        last_arrival = $7, last_at_ms = $8, value = $9, updated_at = $10";
    /// Forgets a state that is idle again.
    FORGET = "DELETE FROM rule_state WHERE rule_id = $1 AND series = $2";
    /// A page of states.
    LIST = "SELECT * FROM rule_state
      WHERE rule_id > $1 OR (rule_id = $1 AND series > $2)
      ORDER BY rule_id, series LIMIT $3";
}

/// Writes the state of a key; idle is the absence of a row.
pub(crate) async fn put(
    tx: &mut WriteTx,
    key: Key,
    state: &RuleState,
    now: Instant,
) -> Result<(), DbError> {
    let (rule, Series(series)) = key;
    if state.phase == Phase::Idle {
        return tx.run(FORGET, args![rule, series]).await.map(drop);
    }
    let (since, due) = state.phase.instants();
    let row = args![
        rule,
        series,
        state.phase.as_str(),
        since,
        due,
        state.deadline,
        state.last_arrival,
        state.last_at_ms,
        state.value,
        now,
    ];
    tx.run(PUT, row).await.map(drop)
}

/// Every state that is not idle.
pub(crate) async fn all(tx: &mut ReadTx) -> Result<Vec<(Key, RuleState)>, DbError> {
    let mut states: Vec<(Key, RuleState)> = Vec::new();
    loop {
        let after = states.last().map(|((rule, series), _)| (rule.to_string(), series.0));
        let (rule, series) = after.unwrap_or_default();
        let rows = tx.all(LIST, args![rule, series, PAGE]).await?;
        let full = i64::try_from(rows.len()) == Ok(PAGE);
        for row in &rows {
            states.push(read(row)?);
        }
        if !full {
            return Ok(states);
        }
    }
}

fn read(row: &Row) -> Result<(Key, RuleState), DbError> {
    let series = row.get::<i64>("series")?;
    let word = row.get::<String>("phase")?;
    let decode = |column: &str, value: String| DbError::Decode {
        column: column.to_owned(),
        value,
        reason: "it does not fit the other columns of rule_state".to_owned(),
    };
    let series = u32::try_from(series).map_err(|_| decode("series", series.to_string()))?;
    let phase = Phase::read(&word, row.opt_instant("since")?, row.opt_instant("due")?)
        .ok_or_else(|| decode("phase", word))?;
    let state = RuleState {
        phase,
        deadline: row.opt_instant("deadline")?,
        last_arrival: row.instant("last_arrival")?,
        last_at_ms: row.get("last_at_ms")?,
        value: row.get("value")?,
    };
    Ok(((row.id("rule_id")?, Series(series)), state))
}
