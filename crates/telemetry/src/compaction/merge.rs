//! Several segments as one stream by (series, at), each key once, without what was deleted.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use base::Reading;
use object_store::ObjectStore;

use crate::catalogue::{SegmentRow, Tombstone};
use crate::segment::{Header, SegmentError, SegmentReader};

/// Readings of one piece of the output.
const CHUNK_READINGS: usize = 65_536;

/// Series, time, and the newest first.
type Key = (u32, i64, Reverse<u64>, usize);

/// A merge under way.
pub(crate) struct Merge {
    inputs: Vec<Input>,
    heap: BinaryHeap<Reverse<Key>>,
    last: Option<(u32, i64)>,
    is_begun: bool,
}

struct Input {
    path: String,
    reader: SegmentReader,
    precedence: u64,
    deleted: Vec<Tombstone>,
    /// Readings that were left out because they are deleted, by the number of the tombstone.
    cut: BTreeMap<i64, i64>,
    read: i64,
    waiting: std::vec::IntoIter<Reading>,
}

impl Merge {
    /// Opens the inputs; `tombstones` are all that may concern them.
    pub(crate) async fn open(
        objects: &Arc<dyn ObjectStore>,
        rows: &[SegmentRow],
        tombstones: &[Tombstone],
    ) -> Result<Self, SegmentError> {
        let mut inputs = Vec::with_capacity(rows.len());
        for row in rows {
            let reader = SegmentReader::open(Arc::clone(objects), &row.path).await?;
            let applying = tombstones.iter().filter(|tombstone| tombstone.applies_to(row));
            inputs.push(Input {
                path: row.path.clone(),
                reader,
                precedence: row.precedence,
                deleted: applying.copied().collect(),
                cut: BTreeMap::new(),
                read: 0,
                waiting: Vec::new().into_iter(),
            });
        }
        let heap = BinaryHeap::with_capacity(inputs.len());
        Ok(Self { inputs, heap, last: None, is_begun: false })
    }

    /// What the inputs say of themselves.
    pub(crate) fn headers(&self) -> impl Iterator<Item = Option<&Header>> {
        self.inputs.iter().map(|input| input.reader.header.as_ref())
    }

    /// Readings of each input that were left out so far because they are deleted, by the number of the
    /// tombstone.
    pub(crate) fn cut(&self) -> impl Iterator<Item = &BTreeMap<i64, i64>> {
        self.inputs.iter().map(|input| &input.cut)
    }

    /// The next readings; empty at the end.
    pub(crate) async fn next(&mut self) -> Result<Vec<Reading>, SegmentError> {
        if !self.is_begun {
            self.is_begun = true;
            for index in 0..self.inputs.len() {
                self.advance(index).await?;
            }
        }
        let mut chunk = Vec::with_capacity(CHUNK_READINGS);
        while chunk.len() < CHUNK_READINGS {
            let Some(Reverse((series, at_ms, _, index))) = self.heap.pop() else { break };
            // Of equal keys the newest came first.
            let is_older = self.last == Some((series, at_ms));
            let reading = self.inputs[index].waiting.next();
            if !is_older {
                self.last = Some((series, at_ms));
                chunk.extend(reading);
            }
            self.run(index, &mut chunk);
            self.advance(index).await?;
        }
        Ok(chunk)
    }

    /// Takes what comes before every other input without asking the heap for each reading.
    fn run(&mut self, index: usize, chunk: &mut Vec<Reading>) {
        let limit = self.heap.peek().map(|Reverse((series, at_ms, ..))| (*series, *at_ms));
        let waiting = &mut self.inputs[index].waiting;
        while let Some(next) = waiting.as_slice().first() {
            let key = (next.series.0, next.at_ms);
            if chunk.len() >= CHUNK_READINGS || limit.is_some_and(|limit| key >= limit) {
                break;
            }
            self.last = Some(key);
            chunk.extend(waiting.next());
        }
    }

    /// Puts the next reading of an input on the heap.
    async fn advance(&mut self, index: usize) -> Result<(), SegmentError> {
        let input = &mut self.inputs[index];
        while input.waiting.as_slice().is_empty() {
            let mut readings = input.reader.next().await.map_err(|error| error.at(&input.path))?;
            if readings.is_empty() {
                return input.check_whole();
            }
            input.read += count(&readings);
            if !input.deleted.is_empty() {
                let (deleted, cut) = (&input.deleted, &mut input.cut);
                readings.retain(|reading| {
                    let hit = deleted.iter().find(|t| t.hits(reading.series.0, reading.at_ms));
                    if let Some(tombstone) = hit {
                        *cut.entry(tombstone.seq).or_default() += 1;
                    }
                    hit.is_none()
                });
            }
            input.waiting = readings.into_iter();
        }
        let next = input.waiting.as_slice()[0];
        let key = (next.series.0, next.at_ms, Reverse(input.precedence), index);
        self.heap.push(Reverse(key));
        Ok(())
    }
}

impl Input {
    /// A file that gives fewer readings than it promises is damaged: it must not be replaced.
    fn check_whole(&self) -> Result<(), SegmentError> {
        if self.read == self.reader.readings {
            return Ok(());
        }
        let words = format!("{} of {} readings came out", self.read, self.reader.readings);
        Err(SegmentError::new("read", &words).at(&self.path))
    }
}

fn count(readings: &[Reading]) -> i64 {
    i64::try_from(readings.len()).unwrap_or(i64::MAX)
}
