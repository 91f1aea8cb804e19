//! Why the store did not keep or did not give readings.

use base::{Coded, ErrorKind};
use platform::blob::BlobError;
use platform::db::DbError;

use crate::latest::LatestFileError;
use crate::log::LogError;
use crate::query::QueryError;
use crate::segment::SegmentError;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk of the log is full; nothing of the batch was kept.
    #[error("{0}")]
    Full(LogError),
    /// The log cannot be written; nothing of the batch was kept.
    #[error("{0}")]
    Log(LogError),
    /// Segments cannot be written, so that memory fills.
    #[error(
        "{readings} readings wait in memory because segments cannot be written: nothing of this batch \
         was kept; the log of the program says why; send it again later"
    )]
    Behind {
        /// Readings in memory.
        readings: usize,
    },
    /// A time that cannot be kept.
    #[error("{at_ms} ms is no time that is kept: give one between 1900 and 2200")]
    BadTime {
        /// The time.
        at_ms: i64,
    },
    /// The store is shutting down or its writer is gone.
    #[error("the store of readings is closed: nothing of this batch was kept; send it again later")]
    Closed,
    /// The catalogue failed.
    #[error("the catalogue of readings failed: {0}")]
    Catalogue(#[from] DbError),
    /// The file store failed.
    #[error("{0}")]
    Blob(#[from] BlobError),
    /// The objects of the file store cannot be listed.
    #[error("the segments in the file store cannot be listed: {cause}")]
    List {
        /// What the store says.
        cause: String,
    },
    /// A segment cannot be made or read.
    #[error("{0}")]
    Segment(#[from] SegmentError),
    /// The file of latest values failed.
    #[error("{0}")]
    Latest(#[from] LatestFileError),
    /// A query failed.
    #[error("{0}")]
    Query(#[from] QueryError),
    /// Another process merged the same segments first.
    #[error("another process changed these segments meanwhile; nothing was changed here")]
    Overtaken,
    /// A part of the program stopped at the wrong time.
    #[error("the store was interrupted while it was {doing}; try again")]
    Interrupted {
        /// What it did.
        doing: &'static str,
    },
}

impl From<LogError> for StoreError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Full { .. } => Self::Full(error),
            LogError::Failed { .. } => Self::Log(error),
        }
    }
}

impl Coded for StoreError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Full(_)
            | Self::Log(_)
            | Self::Behind { .. }
            | Self::Closed
            | Self::List { .. }
            | Self::Overtaken
            | Self::Interrupted { .. } => ErrorKind::Unavailable,
            Self::BadTime { .. } => ErrorKind::Invalid,
            Self::Catalogue(error) => error.kind(),
            Self::Blob(error) => error.kind(),
            Self::Segment(_) | Self::Latest(_) => ErrorKind::Internal,
            Self::Query(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Full(_) => "readings.disk_full",
            Self::Log(_) => "readings.log_failed",
            Self::Behind { .. } => "readings.behind",
            Self::BadTime { .. } => "readings.bad_time",
            Self::Closed | Self::Overtaken | Self::Interrupted { .. } => "readings.closed",
            Self::Catalogue(error) => error.code(),
            Self::Blob(error) => error.code(),
            Self::Segment(_) | Self::Latest(_) | Self::List { .. } => "readings.file_failed",
            Self::Query(error) => error.code(),
        }
    }
}
