//! What a question reads, and which of it can hold the same key twice: pure.

use base::Reading;

use crate::buffer::Part;
use crate::catalogue::{Known, SegmentRow, Span, Tombstone};

/// The sources of one question.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// Segments that share no key with another source.
    pub(super) apart: Vec<SegmentRow>,
    /// Segments that may share keys.
    pub(super) shared: Vec<SegmentRow>,
    /// Parts of the buffer that no segment holds yet.
    pub(super) buffered: Vec<Part>,
    /// What was deleted since some of these were written.
    pub(super) tombstones: Vec<Tombstone>,
}

/// Times and series that a source may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) min_at_ms: i64,
    pub(super) max_at_ms: i64,
    pub(super) min_series: u32,
    pub(super) max_series: u32,
}

impl Sources {
    /// Drops parts of the buffer that `checkpoints` say are in segments by now, and sorts the rest.
    pub(super) fn new(known: Known, parts: Vec<Part>, span: Span) -> Self {
        let Known { segments, checkpoints, mut tombstones, .. } = known;
        let is_unflushed =
            |part: &Part| checkpoints.get(&part.day).is_none_or(|batch| part.hi > *batch);
        let buffered: Vec<Part> =
            parts.into_iter().filter(is_unflushed).map(|part| without(part, &tombstones)).collect();
        tombstones.retain(|tombstone| segments.iter().any(|row| tombstone.applies_to(row)));
        let of_segments = segments.iter().map(|row| Extent::of_segment(row, span));
        let of_parts = buffered.iter().filter_map(|part| Extent::of_readings(&part.readings));
        let extents: Vec<Extent> = of_segments.chain(of_parts).collect();
        let is_shared = shared(&extents);
        let mut sources = Self { buffered, tombstones, ..Self::default() };
        for (row, is_shared) in segments.into_iter().zip(is_shared) {
            if is_shared { sources.shared.push(row) } else { sources.apart.push(row) }
        }
        sources
    }

    pub(super) fn is_empty(&self) -> bool {
        self.apart.is_empty() && self.shared.is_empty() && self.buffered.is_empty()
    }
}

/// What of a frozen part of the buffer is not deleted.
fn without(mut part: Part, tombstones: &[Tombstone]) -> Part {
    let of_part: Vec<_> = tombstones.iter().filter(|t| t.seq > part.tombstones).collect();
    if !of_part.is_empty() {
        part.readings.retain(|reading| {
            !of_part.iter().any(|tombstone| tombstone.hits(reading.series.0, reading.at_ms))
        });
    }
    part
}

impl Extent {
    /// Only what lies within the question counts.
    pub(super) fn of_segment(row: &SegmentRow, span: Span) -> Self {
        Self {
            min_at_ms: row.min_at_ms.max(span.from_ms),
            max_at_ms: row.max_at_ms.min(span.until_ms - 1),
            min_series: row.min_series.max(span.min_series),
            max_series: row.max_series.min(span.max_series),
        }
    }

    pub(super) fn of_readings(readings: &[Reading]) -> Option<Self> {
        let first = readings.first()?;
        let point = |reading: &Reading| Self {
            min_at_ms: reading.at_ms,
            max_at_ms: reading.at_ms,
            min_series: reading.series.0,
            max_series: reading.series.0,
        };
        Some(readings.iter().fold(point(first), |all, reading| Self {
            min_at_ms: all.min_at_ms.min(reading.at_ms),
            max_at_ms: all.max_at_ms.max(reading.at_ms),
            min_series: all.min_series.min(reading.series.0),
            max_series: all.max_series.max(reading.series.0),
        }))
    }

    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.min_at_ms <= other.max_at_ms
            && other.min_at_ms <= self.max_at_ms
            && self.min_series <= other.max_series
            && other.min_series <= self.max_series
    }
}

/// For each extent whether another one overlaps it. Sorted by their beginning, an extent is compared only
/// with those that have not ended.
fn shared(extents: &[Extent]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..extents.len()).collect();
    order.sort_unstable_by_key(|index| extents[*index].min_at_ms);
    let mut is_shared = vec![false; extents.len()];
    let mut open: Vec<usize> = Vec::new();
    for index in order {
        let extent = &extents[index];
        open.retain(|other| extents[*other].max_at_ms >= extent.min_at_ms);
        for other in &open {
            if extents[*other].overlaps(extent) {
                is_shared[*other] = true;
                is_shared[index] = true;
            }
        }
        open.push(index);
    }
    is_shared
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_extent_is_shared_exactly_when_another_overlaps_it(
            boxes in proptest::collection::vec((0_i64..50, 0_i64..9, 0_u32..9, 0_u32..3), 0..25),
        ) {
            let extents: Vec<Extent> = boxes
                .iter()
                .map(|(at, length, series, more)| Extent {
                    min_at_ms: *at,
                    max_at_ms: at + length,
                    min_series: *series,
                    max_series: series + more,
                })
                .collect();
            let expected: Vec<bool> = (0..extents.len())
                .map(|a| (0..extents.len()).any(|b| a != b && extents[a].overlaps(&extents[b])))
                .collect();
            prop_assert_eq!(shared(&extents), expected);
        }
    }
}
