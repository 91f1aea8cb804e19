//! The files of the log: append with one sync, rotate, cut off what failed, remove what is flushed.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{LogError, file_name};
use crate::fault::{self, Point};

/// A file is closed when it has grown beyond this.
pub const FILE_BYTES_MAX: u64 = 64 << 20;

/// Files that are written no more, oldest first, each with the last batch in it.
#[derive(Debug, Clone, Default)]
pub struct ClosedFiles {
    files: Arc<Mutex<VecDeque<ClosedFile>>>,
    /// The first batch that may stand in the file that is written; 0 when there is none.
    open_from: Arc<AtomicU64>,
}

#[derive(Debug)]
struct ClosedFile {
    path: PathBuf,
    first_batch: u64,
    last_batch: u64,
}

impl ClosedFiles {
    pub(super) fn push(&self, path: PathBuf, first_batch: u64, last_batch: u64) {
        self.lock().push_back(ClosedFile { path, first_batch, last_batch });
    }

    /// No batch before this stands in any file; `None` when there is no file.
    pub fn oldest_batch(&self) -> Option<u64> {
        let open = match self.open_from.load(Ordering::Acquire) {
            0 => None,
            batch => Some(batch),
        };
        self.lock().front().map(|file| file.first_batch).into_iter().chain(open).min()
    }

    /// The files, oldest first.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.lock().iter().map(|file| file.path.clone()).collect()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    /// Removes the files all of whose batches come before `batch`; tells how many.
    pub fn remove_before(&self, batch: u64) -> std::io::Result<usize> {
        let mut files = self.lock();
        let mut removed = 0;
        while let Some(oldest) = files.front() {
            if oldest.last_batch >= batch {
                break;
            }
            match std::fs::remove_file(&oldest.path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
            files.pop_front();
            removed += 1;
        }
        Ok(removed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<ClosedFile>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end of the log that is written.
#[derive(Debug)]
pub struct LogFiles {
    dir: PathBuf,
    current: Option<Current>,
    next_number: u64,
    last_batch: u64,
    file_bytes_max: u64,
    closed: ClosedFiles,
}

#[derive(Debug)]
struct Current {
    file: File,
    path: PathBuf,
    /// Bytes that are written and synced; everything behind them is cut off.
    synced: u64,
    first_batch: u64,
    last_batch: u64,
}

impl LogFiles {
    /// A log in `dir`; the first append makes file `next_number`. A file closes above `file_bytes_max`.
    /// Batches up to `last_batch` were written before.
    pub fn new(
        dir: &Path,
        next_number: u64,
        last_batch: u64,
        file_bytes_max: u64,
        closed: ClosedFiles,
    ) -> Self {
        let dir = dir.to_owned();
        Self { dir, current: None, next_number, last_batch, file_bytes_max, closed }
    }

    /// Appends the frames of the batches up to `last_batch` and syncs them. After an error nothing of
    /// them is in the log, and the next append may succeed.
    pub fn append(&mut self, frames: &[u8], last_batch: u64) -> Result<(), LogError> {
        if self.current.as_ref().is_some_and(|current| current.synced >= self.file_bytes_max) {
            self.close_current();
        }
        let mut current = match self.current.take() {
            Some(current) => current,
            None => self.create()?,
        };
        fault::reach(Point::BeforeWrite);
        if let Err(cause) = current.file.write_all(frames) {
            let error = LogError::of(&current.path, &cause);
            // A full disk leaves a part of the frames behind.
            if current.cut_off().is_ok() && current.synced > 0 {
                self.current = Some(current);
            } else {
                self.close(current);
            }
            return Err(error);
        }
        fault::reach(Point::BeforeSync);
        let synced = current.file.sync_data().and_then(|()| fault::fail(Point::Sync));
        if let Err(cause) = synced {
            let error = LogError::of(&current.path, &cause);
            // Pages that failed to sync may be gone while reads still show them: leave this file.
            let _ = current.cut_off();
            self.close(current);
            return Err(error);
        }
        fault::reach(Point::AfterSync);
        current.synced += frames.len() as u64;
        current.last_batch = last_batch;
        self.last_batch = last_batch;
        self.current = Some(current);
        Ok(())
    }

    fn create(&mut self) -> Result<Current, LogError> {
        let path = self.dir.join(file_name(self.next_number));
        let failed = |cause: std::io::Error| LogError::of(&path, &cause);
        let file = OpenOptions::new().append(true).create_new(true).open(&path).map_err(failed)?;
        self.next_number += 1;
        sync_folder(&self.dir).map_err(failed)?;
        let first_batch = self.last_batch + 1;
        self.closed.open_from.store(first_batch, Ordering::Release);
        Ok(Current { file, path, synced: 0, first_batch, last_batch: 0 })
    }

    /// Writes no more to the file that is written.
    pub fn close_current(&mut self) {
        if let Some(current) = self.current.take() {
            self.close(current);
        }
    }

    fn close(&self, current: Current) {
        self.closed.open_from.store(0, Ordering::Release);
        if current.synced > 0 {
            self.closed.push(current.path, current.first_batch, current.last_batch);
        } else {
            // Nothing acknowledged lies in it; if it stays, recovery finds it empty.
            let _ = std::fs::remove_file(&current.path);
        }
    }
}

impl Current {
    fn cut_off(&mut self) -> std::io::Result<()> {
        self.file.set_len(self.synced)?;
        self.file.sync_data()
    }
}

/// Makes the names in a folder durable.
pub fn sync_folder(dir: &Path) -> std::io::Result<()> {
    File::open(dir)?.sync_all()
}
