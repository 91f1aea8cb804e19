//! Readings as a file: row by row, point after point, in bounded memory.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray,
    UInt32Array,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use axum::response::Response;
use base::ErrorKind;
use futures::StreamExt as _;
use platform::http::Problem;

use super::access::Span;
use super::ask::{Ask, raw_page};
use super::fill::Cell;
use super::group::Group;
use super::many::One;
use crate::export::{self, Format};

/// Readings that are read at once.
const PAGE_ROWS: usize = 50_000;
/// Korea is nine hours ahead and has no summer time.
const KST_MS: i64 = 9 * 3_600_000;
/// How long an export may take.
const TIME_MAX: std::time::Duration = std::time::Duration::from_mins(30);

/// The question as a stream. What fails at once is a problem; what fails later breaks the body off.
pub(super) async fn export(ask: Ask, format: Format, bom: bool) -> Result<Response, Problem> {
    let deadline = tokio::time::Instant::now() + TIME_MAX;
    let is_grouped = ask.buckets.is_some_and(|buckets| buckets.group != Group::Point);
    let ready = if is_grouped { ask.series().await?.into() } else { VecDeque::new() };
    let state =
        Writing { next: if is_grouped { ask.picked.len() } else { 0 }, ask, ready, at: None };
    let rows = futures::stream::try_unfold(state, move |state| async move {
        let late = |_| {
            let detail = "an export took longer than half an hour: ask for a shorter time";
            Problem::new(ErrorKind::Unavailable, "query.timeout", detail)
        };
        tokio::time::timeout_at(deadline, state.step()).await.map_err(late)?
    });
    Ok(export::respond("readings", format, bom, schema(), rows.boxed()))
}

struct Writing {
    ask: Ask,
    /// The next point.
    next: usize,
    /// Where the point goes on: the part and the time.
    at: Option<(usize, i64)>,
    /// What is read and not written.
    ready: VecDeque<One>,
}

impl Writing {
    async fn step(mut self) -> Result<Option<(RecordBatch, Self)>, Problem> {
        loop {
            if let Some(one) = self.ready.pop_front() {
                if one.cells.is_empty() {
                    continue;
                }
                let batch = batch(&one).map_err(|cause| {
                    Problem::new(ErrorKind::Internal, "export.batch", cause.to_string())
                })?;
                return Ok(Some((batch, self)));
            }
            if self.next >= self.ask.picked.len() {
                return Ok(None);
            }
            if self.ask.buckets.is_some() {
                let picked = vec![self.ask.picked[self.next].clone()];
                self.next += 1;
                let one = Ask { picked, ..self.ask.clone() };
                self.ready.extend(one.series().await?);
            } else {
                self.page().await?;
            }
        }
    }

    async fn page(&mut self) -> Result<(), Problem> {
        let picked = &self.ask.picked[self.next];
        let (part, from_ms) = self.at.unwrap_or((0, i64::MIN));
        let Some((_, span)) = picked.parts.get(part) else {
            (self.next, self.at) = (self.next + 1, None);
            return Ok(());
        };
        let span = Span { from_ms: span.from_ms.max(from_ms), until_ms: span.until_ms };
        let (cells, more) = raw_page(&self.ask.store, picked.point.series, span, PAGE_ROWS).await?;
        self.at = match cells.last() {
            Some(last) if more => Some((part, last.start_ms + 1)),
            _ => Some((part + 1, i64::MIN)),
        };
        self.ready.push_back(One::of_point(picked, cells));
        Ok(())
    }
}

fn schema() -> SchemaRef {
    let time = DataType::Timestamp(TimeUnit::Millisecond, None);
    Arc::new(Schema::new(vec![
        Field::new("point_id", DataType::Utf8, true),
        Field::new("device_key", DataType::Utf8, true),
        Field::new("point_key", DataType::Utf8, true),
        Field::new("establishment_id", DataType::Utf8, true),
        Field::new("quantity", DataType::Utf8, false),
        Field::new("unit", DataType::Utf8, false),
        Field::new("at_utc", time.clone(), false),
        Field::new("at_kst", time, false),
        Field::new("value", DataType::Float64, true),
        Field::new("quality", DataType::Utf8, false),
        Field::new("filled", DataType::Boolean, false),
        Field::new("points", DataType::UInt32, false),
    ]))
}

fn batch(one: &One) -> Result<RecordBatch, arrow::error::ArrowError> {
    let rows = one.cells.len();
    let same = |text: Option<String>| -> ArrayRef {
        Arc::new(std::iter::repeat_n(text.as_deref(), rows).collect::<StringArray>())
    };
    let point = one.picked.as_ref();
    let at = |shift_ms: i64| -> ArrayRef {
        let times = one.cells.iter().map(|cell| cell.start_ms.saturating_add(shift_ms));
        Arc::new(TimestampMillisecondArray::from_iter_values(times))
    };
    let flags = |cell: &Cell| Some(cell.quality.names().join(" "));
    RecordBatch::try_new(
        schema(),
        vec![
            same(point.map(|picked| picked.point.id.to_string())),
            same(point.map(|picked| picked.device_key.clone())),
            same(point.map(|picked| picked.point.key.to_string())),
            same(one.establishment.map(|id| id.to_string())),
            same(Some(one.quantity.clone())),
            same(Some(one.unit.clone())),
            at(0),
            at(KST_MS),
            Arc::new(one.cells.iter().map(|cell| cell.value).collect::<Float64Array>()),
            Arc::new(one.cells.iter().map(flags).collect::<StringArray>()),
            Arc::new(one.cells.iter().map(|cell| Some(cell.filled)).collect::<BooleanArray>()),
            Arc::new(UInt32Array::from_iter_values(one.cells.iter().map(|cell| cell.points))),
        ],
    )
}
