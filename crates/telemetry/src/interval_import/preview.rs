//! What a person sees of a file before anything of it is kept.

use base::{Id, Instant};
use serde::Serialize;
use utoipa::ToSchema;

use super::parse::{ColumnUse, Flag, Gap, Parsed, QuantitySum, Row};
use super::{IntervalFile, Plan};

/// Rows that the preview shows, of each end of the file.
const SAMPLE_ROWS: usize = 5;
/// Gaps that the preview lists; all are counted in its flags.
const GAPS_MAX: usize = 50;

/// A file that was looked at. Nothing of it is kept yet.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IntervalPreview {
    /// Give this to the commit; absent on a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub id: Option<Id<IntervalFile>>,
    /// Until when it can be committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Instant>,
    /// `UTF-8`, `CP949`, `UTF-16` or `XLSX`.
    pub encoding: String,
    /// Every header and its use.
    pub columns: Vec<ColumnUse>,
    /// Rows below the header.
    pub rows_total: u64,
    /// Rows that would be taken.
    pub rows_taken: u64,
    /// Length of an interval in seconds.
    pub interval_s: u32,
    /// Start of the first interval.
    pub first: Option<Instant>,
    /// Start of the last interval.
    pub last: Option<Instant>,
    /// Sum of the active energy.
    pub kwh_sum: Option<f64>,
    /// Sums of every quantity.
    pub sums: Vec<QuantitySum>,
    /// Highest mean power of one full interval.
    pub peak_kw: Option<f64>,
    /// Start of that interval.
    pub peak_at: Option<Instant>,
    /// Remarks: nothing of it was repaired.
    pub flags: Vec<Flag>,
    /// The first intervals that are missing.
    pub gaps: Vec<Gap>,
    /// The first and last rows as they were read.
    pub sample: Vec<SampleRow>,
    /// Quantities of the file that the device has no point for: they would not be taken.
    pub not_taken: Vec<String>,
    /// The file holds what looks like a customer number (고객번호): remove it before passing it on.
    pub customer_number_warning: bool,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_number_line: Option<u64>,
}

/// A row as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SampleRow {
    /// Line in the file, from 1.
    pub line: u64,
    /// Start of the interval.
    pub at: Instant,
    /// The values by quantity; what is missing is left out.
    pub values: std::collections::BTreeMap<String, f64>,
    /// Off the grid: counts in sums, not in demand.
    pub partial: bool,
}

/// Sums a file up.
pub(super) fn preview(parsed: &Parsed, plan: &Plan) -> IntervalPreview {
    let start = |row: Option<&Row>| row.and_then(|row| Instant::from_millis(row.at_ms).ok());
    let energy = parsed.sums.iter().find(|sum| sum.quantity == "active_energy");
    let (head, tail) = parsed.rows.split_at(parsed.rows.len().min(SAMPLE_ROWS));
    let tail = &tail[tail.len().saturating_sub(SAMPLE_ROWS)..];
    IntervalPreview {
        id: None,
        expires_at: None,
        encoding: parsed.encoding.to_owned(),
        columns: parsed.columns.clone(),
        rows_total: parsed.rows_total,
        rows_taken: parsed.rows.len() as u64,
        interval_s: parsed.interval_s,
        first: start(parsed.rows.first()),
        last: start(parsed.rows.last()),
        kwh_sum: energy.map(|energy| energy.sum),
        sums: parsed.sums.clone(),
        peak_kw: parsed.peak.map(|peak| peak.kw),
        peak_at: parsed.peak.map(|peak| peak.at),
        flags: parsed.flags.clone(),
        gaps: parsed.gaps.iter().take(GAPS_MAX).copied().collect(),
        sample: head.iter().chain(tail).filter_map(|row| sample(row, parsed)).collect(),
        not_taken: plan.not_taken.clone(),
        customer_number_warning: parsed.customer_number_line.is_some(),
        customer_number_line: parsed.customer_number_line,
    }
}

fn sample(row: &Row, parsed: &Parsed) -> Option<SampleRow> {
    let values = parsed
        .quantities
        .iter()
        .enumerate()
        .filter_map(|(place, quantity)| Some((quantity.clone(), row.value(place)?)))
        .collect();
    let at = Instant::from_millis(row.at_ms).ok()?;
    Some(SampleRow { line: row.line, at, values, partial: row.partial })
}
