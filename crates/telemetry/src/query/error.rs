//! Why a question was not answered.

use base::{Coded, ErrorKind};
use datafusion::error::DataFusionError;
use platform::db::DbError;

use crate::{rollup, segment};

/// Why a question was not answered.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// A bucket without length.
    #[error("a bucket of {bucket_ms} ms is none: give a positive length")]
    BadBucket {
        /// The length.
        bucket_ms: i64,
    },
    /// More series than one question may name.
    #[error("a question may name {limit} points at most: ask for fewer at once")]
    TooManySeries {
        /// The limit.
        limit: usize,
    },
    /// More buckets than one answer may hold.
    #[error(
        "the answer would hold more than {limit} values: choose a longer bucket or a shorter time"
    )]
    TooManyBuckets {
        /// The limit.
        limit: usize,
    },
    /// More files than one question may touch.
    #[error("the question touches {segments} files of at most {limit}: choose a shorter time")]
    TooManySegments {
        /// The files.
        segments: usize,
        /// The limit.
        limit: usize,
    },
    /// It took too long.
    #[error(
        "the question took longer than {seconds} seconds: choose a shorter time or fewer points"
    )]
    Timeout {
        /// The limit.
        seconds: u64,
    },
    /// It would need more memory than all questions may have.
    #[error(
        "the question needs more memory than there is for questions: choose a shorter time or fewer \
         points, or try again when fewer people ask"
    )]
    Memory,
    /// A segment's file is gone.
    #[error(
        "the file {path} of readings is missing, so that this question cannot be answered wholly: run \
         sandan verify and restore the file from a backup; other times and points still answer"
    )]
    FileMissing {
        /// The file.
        path: String,
    },
    /// The text of a question in SQL is at fault.
    #[error("the question cannot be answered: {detail}")]
    Sql {
        /// What is wrong, and where.
        detail: String,
    },
    /// The catalogue failed.
    #[error("the catalogue of readings failed: {0}")]
    Catalogue(#[from] DbError),
    /// Anything else that the engine says.
    #[error("the query engine failed: {0}")]
    Engine(String),
}

impl From<DataFusionError> for QueryError {
    fn from(error: DataFusionError) -> Self {
        if let Some(path) = missing(&error) {
            return Self::FileMissing { path };
        }
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => Self::Memory,
            _ => Self::Engine(error.to_string()),
        }
    }
}

/// The file that an error says is not there.
pub(super) fn missing(error: &DataFusionError) -> Option<String> {
    // The Parquet reader keeps only the words of the object store.
    let words = error.to_string();
    let (_, rest) = words.split_once("Object at location ")?;
    let (path, _) = rest.split_once(" not found")?;
    // The local store says whole paths; the end of it is our name.
    let folders = [segment::FOLDER, rollup::FOLDER];
    let start = folders.iter().filter_map(|folder| path.rfind(folder)).max().unwrap_or(0);
    Some(path[start..].to_owned())
}

impl Coded for QueryError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::BadBucket { .. } | Self::TooManySeries { .. } | Self::Sql { .. } => {
                ErrorKind::Invalid
            }
            Self::TooManyBuckets { .. } | Self::TooManySegments { .. } => ErrorKind::TooLarge,
            Self::Timeout { .. } | Self::Memory | Self::FileMissing { .. } => {
                ErrorKind::Unavailable
            }
            Self::Catalogue(error) => error.kind(),
            Self::Engine(_) => ErrorKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::BadBucket { .. } => "query.bad_bucket",
            Self::TooManySeries { .. } => "query.too_many_points",
            Self::TooManyBuckets { .. } => "query.too_many_values",
            Self::TooManySegments { .. } => "query.too_many_files",
            Self::Timeout { .. } => "query.timeout",
            Self::Memory => "query.memory",
            Self::FileMissing { .. } => "query.file_missing",
            Self::Sql { .. } => "query.sql",
            Self::Catalogue(error) => error.code(),
            Self::Engine(_) => "query.failed",
        }
    }
}
