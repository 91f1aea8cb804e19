//! Import of interval files (구간 파일 가져오기): a tenant's 15-minute export of the electricity
//! supplier, looked at first and taken over only when the person says so.
//!
//! [`mod@parse`] is pure: bytes and a [`Mapping`] become rows, flags and sums. It never fills a gap, never
//! drops a row without a flag, and never sorts before midnight is settled (a day may end with a row
//! labelled `D 00:00`). A row is stored at the START of its interval.
//!
//! ```text
//! upload ─► previewed ─ commit ─► committed
//!               └───── 24 h ────► gone
//! ```
//!
//! A commit may be repeated, and so may the upload of the same file: point and time are the key of a
//! reading, so that the second time finds everything unchanged. A commit that breaks off is repeated
//! whole.
//!
//! Deliberately absent: passwords of supplier portals, downloads, repairs of gaps.

mod api;
mod error;
mod label;
mod parse;
mod plan;
mod preview;
mod sheet;
mod store;
#[cfg(test)]
mod tests;

use base::{Actor, Instant, Reading};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::time::Duration;

use crate::column_mapping::Mapping;
use crate::ingress::Ingest;
use crate::ingress::pipeline::READINGS_PER_APPEND_MAX;
use crate::store::Sameness;

pub use api::{IntervalImport, routes, tasks};
pub use error::ImportError;
pub use parse::{
    ColumnUse, Flag, FlagCode, FlagExample, Gap, ParseError, Parsed, Peak, QuantitySum, Row, parse,
};
pub use plan::{Plan, Target, plan};
pub use preview::{IntervalPreview, SampleRow};
pub use store::statements;

/// Rows in which the header is looked for.
pub const HEADER_ROWS_MAX: usize = 30;
/// Most rows of one file.
pub const ROWS_MAX: usize = 2_000_000;
/// Most bytes of one file.
pub const FILE_BYTES_MAX: usize = 50 * 1024 * 1024;
/// How long a file that was looked at waits for its commit.
pub const PREVIEW_KEPT: Duration = Duration::from_hours(24);
/// Most files of one device that wait for their commit.
pub const PREVIEWS_PER_DEVICE_MAX: i64 = 20;
/// Files that are read at once; further ones wait before they take memory.
pub const FILES_AT_ONCE: usize = 2;

/// Marker of an import's id.
#[derive(Debug, Clone, Copy)]
pub struct IntervalFile;

/// What a commit changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct IntervalResult {
    /// Readings for intervals that had none.
    pub added: u64,
    /// Readings in place of others.
    pub replaced: u64,
    /// Readings that stood already.
    pub unchanged: u64,
}

/// A file that was read and has its points.
#[derive(Debug)]
pub struct Prepared {
    /// What the file holds.
    pub parsed: Parsed,
    /// Where it goes.
    pub plan: Plan,
}

impl Prepared {
    /// What a person sees of it.
    pub fn preview(&self) -> IntervalPreview {
        preview::preview(&self.parsed, &self.plan)
    }
}

/// Reads a file for a device and keeps nothing: the dry run.
pub async fn preview_file(
    ingest: &Ingest,
    device_key: &str,
    mapping: &Mapping,
    bytes: Bytes,
) -> Result<Prepared, ImportError> {
    prepare(ingest, device_key, mapping, bytes, ingest.now()).await
}

/// Reads a file for a device and keeps its readings.
pub async fn import_file(
    ingest: &Ingest,
    device_key: &str,
    mapping: &Mapping,
    bytes: Bytes,
    actor: &Actor,
) -> Result<(IntervalPreview, IntervalResult), ImportError> {
    let prepared = preview_file(ingest, device_key, mapping, bytes).await?;
    let result = keep(ingest, &prepared, actor, ingest.now()).await?;
    Ok((prepared.preview(), result))
}

/// Reads a file as of `now`, so that a commit reads what the preview read.
async fn prepare(
    ingest: &Ingest,
    device_key: &str,
    mapping: &Mapping,
    bytes: Bytes,
    now: Instant,
) -> Result<Prepared, ImportError> {
    let snapshot = ingest.directory().snapshot();
    let device = snapshot
        .device_by_key(device_key)
        .ok_or_else(|| ImportError::UnknownDevice(crate::reject::cut(device_key, 64)))?;
    let spec = mapping.clone();
    let parsed = tokio::task::spawn_blocking(move || parse(&bytes, &spec, now));
    let parsed = parsed.await.map_err(|_| ImportError::Interrupted)??;
    let required: Vec<&str> = mapping
        .values
        .iter()
        .filter(|value| value.required)
        .map(|value| value.quantity.as_str())
        .collect();
    let plan = plan(&parsed, &required, device_key, snapshot.points_of(device.id))?;
    Ok(Prepared { parsed, plan })
}

/// Keeps the readings of a file, batch by batch; tells what changed.
async fn keep(
    ingest: &Ingest,
    prepared: &Prepared,
    actor: &Actor,
    now: Instant,
) -> Result<IntervalResult, ImportError> {
    let mut result = IntervalResult::default();
    let mut readings = prepared.plan.readings(&prepared.parsed);
    loop {
        let batch: Vec<Reading> = readings.by_ref().take(READINGS_PER_APPEND_MAX).collect();
        if batch.is_empty() {
            return Ok(result);
        }
        let sameness = ingest.store().same(&batch).await?;
        let mut changed = Vec::with_capacity(batch.len());
        for (reading, sameness) in batch.into_iter().zip(sameness) {
            match sameness {
                Sameness::New => result.added += 1,
                Sameness::Different => result.replaced += 1,
                Sameness::Unchanged => {
                    result.unchanged += 1;
                    continue;
                }
            }
            changed.push(reading);
        }
        ingest.append(changed, now, actor).await?;
    }
}
