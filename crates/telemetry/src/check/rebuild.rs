//! The catalogue made again from the files: after the loss of the database, or when an older copy of it was
//! restored.
//!
//! Each segment says in its file what it is and which segments it stands for. What no other stands for is
//! alive. Nothing is removed; a row whose file is missing is closed only when another file stands for it.

use std::collections::{HashMap, HashSet};

use base::Id;
use serde::Serialize;

use super::{Finding, hash};
use crate::buffer::Day;
use crate::catalogue::{self, SegmentRow};
use crate::segment::{Header, Segment, Written};
use crate::store::{Store, StoreError};

/// What a rebuild did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Rebuilt {
    /// Files that were read.
    pub files: usize,
    /// Segments that got a row.
    pub added: usize,
    /// Rows that another segment stands for.
    pub buried: usize,
    /// Files that cannot be used.
    pub problems: Vec<Finding>,
}

impl Store {
    /// Adds rows for segments that have none, and closes rows that other segments stand for. What was
    /// erased and not yet cut out of the files is known to the database only: erase it again.
    pub async fn rebuild_catalogue(&self) -> Result<Rebuilt, StoreError> {
        let _flushes = self.inner.flushing.lock().await;
        let _merges = self.inner.compacting.lock().await;
        let _present = self.inner.removing.read().await;
        let platform = &self.inner.platform;
        let mut tx = platform.db.read().await?;
        let known: HashSet<String> = catalogue::paths(&mut tx).await?.into_iter().collect();
        let live = catalogue::live(&mut tx).await?;
        drop(tx);
        let mut rebuilt = Rebuilt::default();
        let mut headers: HashMap<String, Header> = HashMap::new();
        for path in self.objects().await? {
            rebuilt.files += 1;
            let file = platform.blob.object_store();
            match crate::segment::SegmentReader::open(file, &path).await.map(|file| file.header) {
                Ok(Some(header)) => drop(headers.insert(path, header)),
                Ok(None) => rebuilt.problem(path, "it was written before files said what they are"),
                Err(error) => rebuilt.problem(path, &error.to_string()),
            }
        }
        let replaced: HashSet<Id<Segment>> =
            headers.values().flat_map(|header| header.replaces.iter().copied()).collect();
        let now = platform.clock.now();
        for row in live.iter().filter(|row| replaced.contains(&row.id)) {
            let mut tx = platform.db.write_bulk().await?;
            rebuilt.buried += usize::from(catalogue::bury(&mut tx, row.id, now).await?);
            tx.commit().await?;
        }
        for (path, header) in &headers {
            if known.contains(path) || replaced.contains(&header.id) {
                continue;
            }
            match self.row_of(path, header).await {
                Ok(row) => {
                    self.add(&row, header).await?;
                    rebuilt.added += 1;
                }
                Err(error) => rebuilt.problem(path.clone(), &error.to_string()),
            }
        }
        let seq = catalogue::newest_tombstone(&mut platform.db.read().await?).await?;
        self.inner.state.note_tombstone(seq);
        Ok(rebuilt)
    }

    async fn row_of(&self, path: &str, header: &Header) -> Result<SegmentRow, StoreError> {
        let (extent, _) = self.extent(path).await?;
        let objects = self.inner.platform.blob.object_store();
        let hashed = hash(objects.as_ref(), path).await;
        let (bytes, sha256) =
            hashed.map_err(|cause| StoreError::List { cause: cause.to_string() })?;
        Ok(extent.row(header, path.to_owned(), Written { bytes, sha256 }))
    }

    async fn add(&self, row: &SegmentRow, header: &Header) -> Result<(), StoreError> {
        let checkpoints: Vec<(Day, u64)> =
            header.days.iter().map(|(day, batch)| (Day(*day), *batch)).collect();
        let mut tx = self.inner.platform.db.write_bulk().await?;
        catalogue::commit_flush(&mut tx, row, &checkpoints).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl Rebuilt {
    fn problem(&mut self, path: String, detail: &str) {
        self.problems.push(Finding { code: "segment.unusable", path, detail: detail.to_owned() });
    }
}
