//! Questions in buckets that roll-ups answer for the most part.
//!
//! The time is parted ([`Windows`]): where two sources may hold the same reading, raw readings are merged
//! as ever; elsewhere each source speaks for itself, a segment by its roll-up if that covers the series.

use std::collections::{BTreeMap, HashMap};

use base::Series;
use datafusion::dataframe::DataFrame;

use super::lookup::{self, Lookup};
use super::partial;
use super::sources::{Extent, Sources};
use super::windows::Windows;
use super::{BUCKETS_MAX, Bucket, Bucketing, Engine, FIRST_MS, QueryError, limited, plan};
use crate::buffer::Part;
use crate::catalogue::{Known, SegmentRow, Span};
use crate::rollup::{RollupRow, Width};

/// A question over less time than so many buckets of a roll-up is answered from readings.
const WIDTHS_MIN: i64 = 8;
/// Where the arithmetic of times is still safe.
const LAST_MS: i64 = i64::MAX / 4;

/// The width that may answer a question.
pub(super) fn width_of(bucketing: &Bucketing) -> Option<Width> {
    let Bucketing { from_ms, until_ms, origin_ms, .. } = *bucketing;
    let is_safe = |ms: i64| (FIRST_MS..LAST_MS).contains(&ms);
    if ![from_ms, until_ms, origin_ms].into_iter().all(is_safe) {
        return None;
    }
    Width::of(bucketing).filter(|width| (until_ms - from_ms) / width.ms() >= WIDTHS_MIN)
}

/// How a question is answered.
#[derive(Debug)]
pub(super) struct Rolled {
    windows: Windows,
    /// Files of roll-ups: path and bytes.
    files: Vec<(String, u64)>,
    /// Segments that are read themselves in clean time too, with the series for which they are.
    read: Vec<(Vec<SegmentRow>, Vec<Series>)>,
}

impl Rolled {
    /// `None` when roll-ups are of no use here.
    pub(super) fn new(
        known: &Known,
        parts: &[Part],
        series: &[Series],
        bucketing: &Bucketing,
    ) -> Option<Self> {
        let width = width_of(bucketing)?;
        let question = (bucketing.from_ms, bucketing.until_ms);
        let rollups: HashMap<_, &RollupRow> =
            known.rollups.iter().map(|row| (row.segment, row)).collect();
        let mut files = Vec::new();
        let mut read = BTreeMap::<Vec<Series>, Vec<SegmentRow>>::new();
        let mut rolled = Vec::new();
        for segment in &known.segments {
            let rollup = rollups.get(&segment.id);
            let is_in = |s: &Series| segment.min_series <= s.0 && s.0 <= segment.max_series;
            let asked: Vec<Series> = series.iter().copied().filter(is_in).collect();
            let covers = |s: &Series| rollup.is_some_and(|rollup| rollup.covered.has(s.0));
            let (covered, not): (Vec<Series>, Vec<Series>) = asked.into_iter().partition(covers);
            if let Some(path) =
                rollup.and_then(|row| row.path.clone()).filter(|_| !covered.is_empty())
            {
                let bytes = rollup.map_or(0, |row| row.bytes);
                files.push((path, u64::try_from(bytes).unwrap_or(0)));
                rolled.push(segment);
            }
            if !not.is_empty() {
                read.entry(not).or_default().push(segment.clone());
            }
        }
        if files.is_empty() {
            return None;
        }
        let windows =
            Windows::part(question, width, disturbed(known, parts, &rolled, series, question));
        let read = read.into_iter().map(|(series, segments)| (segments, series)).collect();
        windows.is_worth_it().then_some(Self { windows, files, read })
    }
}

/// Where two sources share time and series, or a rolled segment has lost something.
fn disturbed(
    known: &Known,
    parts: &[Part],
    rolled: &[&SegmentRow],
    series: &[Series],
    (from_ms, until_ms): (i64, i64),
) -> Vec<(i64, i64)> {
    let span = span_of(series, from_ms, until_ms);
    let of_segments = known.segments.iter().map(|row| Extent::of_segment(row, span));
    let of_parts = parts.iter().filter_map(|part| Extent::of_readings(&part.readings));
    let mut extents: Vec<Extent> = of_segments.chain(of_parts).collect();
    extents.sort_unstable_by_key(|extent| extent.min_at_ms);
    let mut open: Vec<Extent> = Vec::new();
    let mut stretches = Vec::new();
    for own in extents {
        open.retain(|other| other.max_at_ms >= own.min_at_ms);
        let others = open.iter().filter(|other| other.overlaps(&own));
        if let Some(last) = others.map(|other| other.max_at_ms).max() {
            stretches.push((own.min_at_ms, last.min(own.max_at_ms) + 1));
        }
        open.push(own);
    }
    for row in rolled {
        let cut = known.tombstones.iter().filter(|tombstone| tombstone.applies_to(row));
        stretches.extend(cut.map(|tombstone| (tombstone.from_ms, tombstone.until_ms)));
    }
    stretches
}

fn span_of(series: &[Series], from_ms: i64, until_ms: i64) -> Span {
    let min_series = series.iter().min().map_or(0, |series| series.0);
    let max_series = series.iter().max().map_or(0, |series| series.0);
    Span { min_series, max_series, from_ms, until_ms }
}

impl Engine {
    /// The answer by roll-ups; its memory and rows are limited as ever.
    pub(super) async fn rolled(
        &self,
        known: &Known,
        parts: &[Part],
        series: &[Series],
        bucketing: Bucketing,
        rolled: Rolled,
    ) -> Result<Vec<Bucket>, QueryError> {
        let base_ms = bucketing.base_ms();
        let mut partials = Vec::new();
        if let Some(readings) = self.not_rolled(known, parts, series, &rolled)? {
            let plan = plan::partials(readings, bucketing, base_ms, BUCKETS_MAX + 1)?;
            partials.extend(self.run(plan).await?.iter().flat_map(partial::rows));
        }
        let Rolled { windows, files, .. } = rolled;
        if series.len() <= lookup::SERIES_MAX {
            let lookup = Lookup { series, clean: &windows.clean, bucketing, base_ms };
            let found = lookup::partials(&self.runtime, &files, lookup);
            if let Some(found) = limited(found).await? {
                partials.extend(found);
                return partial::buckets(partials, bucketing, base_ms);
            }
        }
        let context = self.context_of(series.len());
        let question =
            plan::Question { series, from_ms: bucketing.from_ms, until_ms: bucketing.until_ms };
        let rows_of = plan::rollups(context, &self.runtime, files, &windows.clean, question)?;
        let plan = plan::rolled_partials(rows_of, bucketing, base_ms, BUCKETS_MAX + 1)?;
        partials.extend(self.run(plan).await?.iter().flat_map(partial::rows));
        partial::buckets(partials, bucketing, base_ms)
    }

    /// The readings that no roll-up stands for.
    fn not_rolled(
        &self,
        known: &Known,
        parts: &[Part],
        series: &[Series],
        rolled: &Rolled,
    ) -> Result<Option<DataFrame>, QueryError> {
        let context = self.context_of(series.len());
        let mut all: Option<DataFrame> = None;
        let mut add = |known: Known, parts: Vec<Part>, series: &[Series], from_ms, until_ms| {
            let span = span_of(series, from_ms, until_ms);
            let sources = Sources::new(known.within(span), parts, span);
            if sources.is_empty() {
                return Ok::<(), QueryError>(());
            }
            let question = plan::Question { series, from_ms, until_ms };
            let readings = plan::readings(context, &self.runtime, sources, question)?;
            all = Some(match all.take() {
                Some(all) => all.union(readings)?,
                None => readings,
            });
            Ok(())
        };
        for (from_ms, until_ms) in &rolled.windows.rest {
            add(known.clone(), within(parts, *from_ms, *until_ms), series, *from_ms, *until_ms)?;
        }
        for (from_ms, until_ms) in &rolled.windows.clean {
            let (checkpoints, tombstones) = (known.checkpoints.clone(), known.tombstones.clone());
            let buffered = Known { checkpoints, tombstones, ..Known::default() };
            add(buffered, within(parts, *from_ms, *until_ms), series, *from_ms, *until_ms)?;
            for (segments, series) in &rolled.read {
                let tombstones = known.tombstones.clone();
                let segments = Known { segments: segments.clone(), tombstones, ..Known::default() };
                add(segments, Vec::new(), series, *from_ms, *until_ms)?;
            }
        }
        Ok(all)
    }
}

/// The readings of a stretch of time in the buffer.
fn within(parts: &[Part], from_ms: i64, until_ms: i64) -> Vec<Part> {
    let part = |part: &Part| {
        let readings = part.readings.iter().filter(|r| from_ms <= r.at_ms && r.at_ms < until_ms);
        Part { readings: readings.copied().collect(), ..*part }
    };
    parts.iter().map(part).filter(|part| !part.readings.is_empty()).collect()
}
