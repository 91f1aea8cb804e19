//! Reading the log back after a start.

use std::path::{Path, PathBuf};

use super::file::ClosedFiles;
use super::frame::{Frame, Piece, scan};
use super::{LogError, number_of};

/// What a recovery found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Files read.
    pub files: usize,
    /// Whole batches read.
    pub batches: u64,
    /// Readings in them.
    pub readings: u64,
    /// Greatest batch number, 0 when there is none.
    pub last_batch: u64,
    /// The number that the next file gets.
    pub next_file: u64,
    /// Bytes that were no frame, by file: torn tails and damage.
    pub skipped: Vec<Skipped>,
}

/// Bytes of a file that were no frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The file.
    pub path: PathBuf,
    /// Where they begin.
    pub offset: usize,
    /// How many.
    pub bytes: usize,
    /// Whether they end the file: then they are the tail of a write that was never acknowledged.
    pub is_tail: bool,
}

/// Hands every whole frame in `dir` to `each`, in order, and lists the files in `closed`: they are not
/// written again. A folder that is missing is made.
pub fn recover(
    dir: &Path,
    closed: &ClosedFiles,
    mut each: impl FnMut(Frame),
) -> Result<Recovered, LogError> {
    let mut found = Recovered { next_file: 1, ..Recovered::default() };
    for (number, path) in files(dir)? {
        found.next_file = number + 1;
        let bytes = std::fs::read(&path).map_err(|cause| LogError::of(&path, &cause))?;
        let before = found.last_batch;
        let mut first_batch = None;
        for piece in scan(&bytes) {
            match piece {
                Piece::Frame(frame) => {
                    found.batches += 1;
                    first_batch.get_or_insert(frame.batch);
                    found.readings += frame.readings.len() as u64;
                    found.last_batch = found.last_batch.max(frame.batch);
                    each(frame);
                }
                Piece::Skipped { offset, bytes: skipped } => {
                    let is_tail = offset + skipped == bytes.len();
                    report(&path, offset, skipped, is_tail);
                    let path = path.clone();
                    found.skipped.push(Skipped { path, offset, bytes: skipped, is_tail });
                }
            }
        }
        found.files += 1;
        closed.push(path, first_batch.unwrap_or(before), found.last_batch.max(before));
    }
    Ok(found)
}

fn report(path: &Path, offset: usize, bytes: usize, is_tail: bool) {
    let path = path.display();
    if is_tail {
        tracing::warn!(%path, offset, bytes, "the log ends in a torn write, which was never answered");
    } else {
        tracing::error!(
            %path, offset, bytes,
            "bytes in the middle of the log are damaged and were skipped: check the disk, \
             and restore the file from a backup if the readings are missed"
        );
    }
}

fn files(dir: &Path) -> Result<Vec<(u64, PathBuf)>, LogError> {
    let failed = |cause: std::io::Error| LogError::of(dir, &cause);
    std::fs::create_dir_all(dir).map_err(failed)?;
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if let Some(number) = entry.file_name().to_str().and_then(number_of) {
            files.push((number, entry.path()));
        }
    }
    files.sort_unstable();
    Ok(files)
}
