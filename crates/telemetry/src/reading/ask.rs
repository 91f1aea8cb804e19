//! A question about several points, on its way through the store.

use std::collections::{BTreeMap, HashMap};

use base::{Reading, Series};
use platform::http::Problem;

use super::access::Span;
use super::api::aggregate_of;
use super::fill::{Cell, Fill, Grid, fill};
use super::group::{Across, Group, Key, Total, across};
use super::many::One;
use super::select::Picked;
use crate::query::BUCKETS_MAX;
use crate::{Aggregate, Bucketing, Store};

/// How readings are cut into buckets and buckets into groups.
#[derive(Debug, Clone, Copy)]
pub(super) struct Buckets {
    pub(super) step_ms: i64,
    pub(super) origin_ms: i64,
    pub(super) aggregate: Option<Aggregate>,
    pub(super) fill: Fill,
    pub(super) group: Group,
    pub(super) across: Option<Across>,
}

/// The question.
#[derive(Clone)]
pub(super) struct Ask {
    pub(super) store: Store,
    pub(super) picked: Vec<Picked>,
    pub(super) buckets: Option<Buckets>,
    pub(super) now_ms: i64,
}

/// Readings of a part, at most `limit`, and whether there are more.
pub(super) async fn raw_page(
    store: &Store,
    series: Series,
    span: Span,
    limit: usize,
) -> Result<(Vec<Cell>, bool), Problem> {
    let found = store.raw(series, span.from_ms, span.until_ms, limit).await?;
    let cell = |reading: &Reading| Cell {
        start_ms: reading.at_ms,
        value: Some(reading.value),
        quality: reading.quality,
        points: 1,
        filled: false,
    };
    Ok((found.readings.iter().map(cell).collect(), found.truncated))
}

/// The cells of each (place in `picked`, place in its parts).
type Cells = HashMap<(usize, usize), Vec<Cell>>;

impl Ask {
    /// The values in buckets: of each point, or of each group.
    pub(super) async fn series(&self) -> Result<Vec<One>, Problem> {
        let Some(buckets) = self.buckets else { return Ok(Vec::new()) };
        let mut cells = self.cells(buckets).await?;
        if buckets.group == Group::Point {
            return Ok(self.points(buckets, &mut cells));
        }
        Ok(self.groups(buckets, &cells))
    }

    fn grid(&self, buckets: Buckets, span: Span) -> Grid {
        Grid {
            origin_ms: buckets.origin_ms,
            step_ms: buckets.step_ms,
            from_ms: span.from_ms,
            // Nothing is put in for a time that has not come.
            until_ms: span.until_ms.min(self.now_ms.saturating_add(1)).max(span.from_ms),
        }
    }

    fn points(&self, buckets: Buckets, cells: &mut Cells) -> Vec<One> {
        let places = self.picked.iter().enumerate();
        places
            .map(|(place, picked)| {
                let parts = picked.parts.iter().enumerate().flat_map(|(part, (_, span))| {
                    let cells = cells.remove(&(place, part)).unwrap_or_default();
                    fill(cells, self.grid(buckets, *span), buckets.fill)
                });
                One::of_point(picked, parts.collect())
            })
            .collect()
    }

    fn groups(&self, buckets: Buckets, cells: &Cells) -> Vec<One> {
        let mut totals: BTreeMap<Key, (Total, Across, Span)> = BTreeMap::new();
        for (place, picked) in self.picked.iter().enumerate() {
            for (part, (owner, span)) in picked.parts.iter().enumerate() {
                let key = Key::of(buckets.group, &picked.point, *owner);
                let kind = picked.point.kind;
                let aggregate = buckets.aggregate.unwrap_or(aggregate_of(kind));
                let how = buckets.across.unwrap_or(across(kind, aggregate));
                let entry = totals.entry(key).or_insert((Total::default(), how, *span));
                entry.2.from_ms = entry.2.from_ms.min(span.from_ms);
                entry.2.until_ms = entry.2.until_ms.max(span.until_ms);
                entry.0.add(cells.get(&(place, part)).map_or(&[][..], Vec::as_slice), entry.1);
            }
        }
        let one = |(key, (total, how, span)): (Key, (Total, Across, Span))| {
            let (cells, points) = total.finish(how);
            One {
                picked: None,
                establishment: key.establishment,
                complex: key.complex,
                quantity: key.quantity,
                unit: key.unit,
                points,
                cells: fill(cells, self.grid(buckets, span), buckets.fill),
            }
        };
        totals.into_iter().map(one).collect()
    }

    /// The measured buckets of every part. Parts with the same time and figure are one question to the
    /// store, cut so that none holds more buckets than it answers.
    async fn cells(&self, buckets: Buckets) -> Result<Cells, Problem> {
        type Same = (i64, i64, &'static str);
        type Members = Vec<(Series, usize, usize)>;
        let mut alike = BTreeMap::<Same, (Bucketing, Members)>::new();
        for (place, picked) in self.picked.iter().enumerate() {
            let aggregate = buckets.aggregate.unwrap_or(aggregate_of(picked.point.kind));
            for (part, (_, span)) in picked.parts.iter().enumerate() {
                let bucketing = Bucketing {
                    from_ms: span.from_ms,
                    until_ms: span.until_ms,
                    bucket_ms: buckets.step_ms,
                    origin_ms: buckets.origin_ms,
                    aggregate,
                };
                let same = (span.from_ms, span.until_ms, name(aggregate));
                let entry = alike.entry(same).or_insert((bucketing, Vec::new()));
                entry.1.push((picked.point.series, place, part));
            }
        }
        let mut cells = Cells::new();
        for (bucketing, mut members) in alike.into_values() {
            members.sort_unstable();
            members.dedup_by_key(|(series, ..)| *series);
            let span = Span { from_ms: bucketing.from_ms, until_ms: bucketing.until_ms };
            let grid = Grid { until_ms: span.until_ms, ..self.grid(buckets, span) };
            let each = usize::try_from(grid.buckets()).unwrap_or(usize::MAX).max(1);
            for members in members.chunks((BUCKETS_MAX / each).max(1)) {
                self.answer(bucketing, members, &mut cells).await?;
            }
        }
        Ok(cells)
    }

    async fn answer(
        &self,
        bucketing: Bucketing,
        members: &[(Series, usize, usize)],
        cells: &mut Cells,
    ) -> Result<(), Problem> {
        let series: Vec<Series> = members.iter().map(|(series, ..)| *series).collect();
        for bucket in self.store.bucketed(&series, bucketing).await? {
            let Ok(member) = members.binary_search_by_key(&bucket.series, |(series, ..)| *series)
            else {
                continue;
            };
            let (_, place, part) = members[member];
            cells.entry((place, part)).or_default().push(Cell {
                start_ms: bucket.start_ms,
                value: Some(bucket.value),
                quality: bucket.quality,
                points: 1,
                filled: false,
            });
        }
        Ok(())
    }
}

const fn name(aggregate: Aggregate) -> &'static str {
    match aggregate {
        Aggregate::Avg => "avg",
        Aggregate::Min => "min",
        Aggregate::Max => "max",
        Aggregate::Sum => "sum",
        Aggregate::Count => "count",
        Aggregate::First => "first",
        Aggregate::Last => "last",
    }
}
