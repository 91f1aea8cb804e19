//! Answers as files (내보내기): CSV and Arrow, written as the rows come.
//!
//! Invariants: memory does not grow with the answer; an answer that fails half-way breaks off, so that the
//! receiver cannot take it for whole; every export is a row of the ledger before its first byte.

mod csv;
mod folder;
mod format;
mod stream;
#[cfg(test)]
mod tests;

pub use folder::{ExportFolder, FileNote, FolderError, Manifest};
pub(crate) use format::Format;
pub(crate) use stream::respond;
