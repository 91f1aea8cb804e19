//! Verification: every live segment is there, whole and in order, and the frames of the log are whole.
//!
//! It runs beside everything else; objects are not removed meanwhile. What is missing or damaged is a
//! problem; objects that no row names (left by a crash, gone after a day) and the torn end of a log file
//! (never acknowledged) are notices.

mod rebuild;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use base::hex;
use futures::TryStreamExt as _;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt as _};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::catalogue::{self, SegmentRow};
use crate::compaction::Extent;
use crate::log::frame::{Piece, scan};
use crate::rollup::{self, RollupRow};
use crate::segment::{self, SegmentReader};
use crate::store::{Store, StoreError};

/// Findings that a report lists; more are counted only.
const FINDINGS_MAX: usize = 1_000;

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Live segments that were read.
    pub segments: usize,
    /// Readings in them.
    pub readings: i64,
    /// Bytes of them.
    pub bytes: i64,
    /// Roll-ups that were read.
    pub rollups: usize,
    /// Files of the log that were read.
    pub log_files: usize,
    /// Whole batches in them.
    pub log_batches: u64,
    /// What is missing or damaged.
    pub problems: Vec<Finding>,
    /// What is odd and does no harm.
    pub notices: Vec<Finding>,
    /// Findings beyond those listed.
    pub more: usize,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable word.
    pub code: &'static str,
    /// The file.
    pub path: String,
    /// What is wrong, and what to do.
    pub detail: String,
}

impl Verification {
    fn problem(&mut self, code: &'static str, path: &str, detail: String) {
        if self.problems.len() < FINDINGS_MAX {
            self.problems.push(Finding { code, path: path.to_owned(), detail });
        } else {
            self.more += 1;
        }
    }

    fn notice(&mut self, code: &'static str, path: &str, detail: String) {
        if self.notices.len() < FINDINGS_MAX {
            self.notices.push(Finding { code, path: path.to_owned(), detail });
        } else {
            self.more += 1;
        }
    }
}

impl Store {
    /// Reads everything and says what is wrong.
    pub async fn verify(&self) -> Result<Verification, StoreError> {
        let _present = self.inner.removing.read().await;
        let mut found = Verification::default();
        let platform = &self.inner.platform;
        let listed = self.objects().await?;
        let live = catalogue::live(&mut platform.db.read().await?).await?;
        for row in &live {
            self.check_segment(row, &mut found).await;
        }
        let rollups = rollup::store::files(&mut platform.db.read().await?).await?;
        for row in &rollups {
            self.check_rollup(row, &mut found).await;
        }
        // An object comes before its row, so the rows are read last.
        let named = catalogue::paths(&mut platform.db.read().await?).await?;
        let named: BTreeSet<&str> = named.iter().map(String::as_str).collect();
        for path in listed.iter().filter(|path| !named.contains(path.as_str())) {
            let detail = "no row names it; it goes by itself when it is a day old";
            found.notice("segment.surplus", path, detail.to_owned());
        }
        let dir = self.inner.dir.join("log");
        let log = tokio::task::spawn_blocking(move || check_log(&dir)).await;
        let log = log.map_err(|_| StoreError::Interrupted { doing: "reading the log" })?;
        found.log_files = log.log_files;
        found.log_batches = log.log_batches;
        found.problems.extend(log.problems);
        found.notices.extend(log.notices);
        Ok(found)
    }

    /// The names of all objects of segments.
    async fn objects(&self) -> Result<Vec<String>, StoreError> {
        let objects = self.inner.platform.blob.object_store();
        let folder = ObjectPath::from(segment::FOLDER);
        let listed = objects.list(Some(&folder)).map_ok(|object| object.location.to_string());
        let listed: Result<Vec<String>, _> = listed.try_collect().await;
        listed.map_err(|cause| StoreError::List { cause: cause.to_string() })
    }

    /// A roll-up that is missing or damaged is made again at the next start; its segment is what counts.
    async fn check_rollup(&self, row: &RollupRow, found: &mut Verification) {
        found.rollups += 1;
        let Some(path) = row.path.as_deref() else { return };
        let objects = self.inner.platform.blob.object_store();
        let again = "delete the file and start sandan: it is made again from its segment";
        match hash(objects.as_ref(), path).await {
            Err(object_store::Error::NotFound { .. }) => {
                let detail = "answers come from readings until the next start makes it again";
                found.notice("rollup.missing", path, detail.to_owned());
            }
            Err(cause) => found.problem("rollup.unreadable", path, format!("{cause}: {again}")),
            Ok((bytes, sha256)) if bytes != row.bytes || sha256 != row.sha256 => {
                let detail = format!("it is not what was written: {again}");
                found.problem("rollup.damaged", path, detail);
            }
            Ok(_) => {}
        }
    }

    async fn check_segment(&self, row: &SegmentRow, found: &mut Verification) {
        found.segments += 1;
        let objects = self.inner.platform.blob.object_store();
        match hash(objects.as_ref(), &row.path).await {
            Err(object_store::Error::NotFound { .. }) => {
                let detail = format!(
                    "the file of {} readings is missing: restore it from a backup",
                    row.readings
                );
                return found.problem("segment.missing", &row.path, detail);
            }
            Err(cause) => {
                return found.problem("segment.unreadable", &row.path, cause.to_string());
            }
            Ok((bytes, _)) if bytes != row.bytes => {
                let detail = format!(
                    "it has {bytes} bytes instead of {}: restore it from a backup",
                    row.bytes
                );
                return found.problem("segment.size", &row.path, detail);
            }
            Ok((_, sha256)) if sha256 != row.sha256 => {
                let detail =
                    "its SHA-256 is not the one it was written with: restore it from a backup";
                return found.problem("segment.sha256", &row.path, detail.to_owned());
            }
            Ok((bytes, _)) => found.bytes += bytes,
        }
        match self.extent(&row.path).await {
            Err(error) => found.problem("segment.unreadable", &row.path, error.to_string()),
            Ok((extent, _)) => {
                found.readings += extent.readings();
                if let Some(detail) = extent.differs(row) {
                    found.problem("segment.content", &row.path, detail);
                }
            }
        }
    }

    /// What the readings of an object span, all of them read; an error when they are not in order.
    async fn extent(
        &self,
        path: &str,
    ) -> Result<(Extent, Option<segment::Header>), segment::SegmentError> {
        let objects = self.inner.platform.blob.object_store();
        let mut reader = SegmentReader::open(objects, path).await?;
        let mut extent = Extent::default();
        let mut last = None;
        loop {
            let readings = reader.next().await?;
            let Some(end) = readings.last() else { break };
            let keys = last.into_iter().chain(readings.iter().map(|r| (r.series, r.at_ms)));
            if !keys.is_sorted_by(|a, b| a < b) {
                return Err(segment::SegmentError::new("read", &"its readings are out of order"));
            }
            last = Some((end.series, end.at_ms));
            extent.add(&readings);
        }
        Ok((extent, reader.header))
    }
}

/// Bytes and SHA-256 of an object.
async fn hash(objects: &dyn ObjectStore, path: &str) -> Result<(i64, String), object_store::Error> {
    let mut stream = objects.get(&ObjectPath::from(path)).await?.into_stream();
    let (mut sha256, mut bytes) = (Sha256::new(), 0);
    while let Some(chunk) = stream.try_next().await? {
        bytes += i64::try_from(chunk.len()).unwrap_or(0);
        sha256.update(&chunk);
    }
    Ok((bytes, hex(&sha256.finalize())))
}

/// Reads the files of the log as a start would.
fn check_log(dir: &Path) -> Verification {
    let mut found = Verification::default();
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "log"));
    paths.sort();
    for path in paths {
        let name = path.display().to_string();
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(cause) => {
                found.problem("log.unreadable", &name, cause.to_string());
                continue;
            }
        };
        found.log_files += 1;
        for piece in scan(&bytes) {
            match piece {
                Piece::Frame(_) => found.log_batches += 1,
                Piece::Skipped { offset, bytes: skipped } if offset + skipped == bytes.len() => {
                    let detail = format!("{skipped} bytes at its end were never acknowledged");
                    found.notice("log.torn", &name, detail);
                }
                Piece::Skipped { offset, bytes: skipped } => {
                    let detail = format!(
                        "{skipped} bytes at {offset} are damaged: check the disk, and restore the file \
                         from a backup if the readings are missed"
                    );
                    found.problem("log.damaged", &name, detail);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
