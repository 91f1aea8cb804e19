//! Why a file was not imported.

use base::{Coded, ErrorKind};
use platform::blob::BlobError;
use platform::db::DbError;

use super::{PREVIEWS_PER_DEVICE_MAX, ParseError};
use crate::ingress::IngestError;
use crate::store::StoreError;

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("{0}")]
    Parse(#[from] ParseError),
    /// No device has this key.
    #[error("no device has the key '{0}': register the meter first, or correct the key")]
    UnknownDevice(String),
    /// The device has no point for a needed quantity.
    #[error(
        "the device {device} has no point for {quantity}: register one of kind 'interval' with \
         interval_s {interval_s}, then import again"
    )]
    MissingPoint {
        /// Key of the device.
        device: String,
        /// Codes of the quantities.
        quantity: String,
        /// Length of the intervals in the file.
        interval_s: u32,
    },
    /// No mapping has this name.
    #[error(
        "there is no column mapping '{0}' in this complex: use kepco, steel or the id of a saved one"
    )]
    UnknownMapping(String),
    /// The preview is too old.
    #[error("the preview has expired: upload the file again")]
    Expired,
    /// Too many files wait.
    #[error(
        "{PREVIEWS_PER_DEVICE_MAX} files of this device wait for their commit: commit one of them, \
         or wait until they expire after a day"
    )]
    TooManyPreviews,
    /// The readings were not kept.
    #[error("{0}")]
    Ingest(#[from] IngestError),
    /// The store could not be asked.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The database failed.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The file could not be kept or found.
    #[error("{0}")]
    Blob(#[from] BlobError),
    /// The program stopped at the wrong time.
    #[error("the import was interrupted: try again")]
    Interrupted,
}

impl Coded for ImportError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Parse(error) => error.kind(),
            Self::UnknownDevice(_) | Self::UnknownMapping(_) => ErrorKind::NotFound,
            Self::MissingPoint { .. } => ErrorKind::Invalid,
            Self::Expired => ErrorKind::Conflict,
            Self::TooManyPreviews => ErrorKind::TooMany,
            Self::Ingest(error) => error.kind(),
            Self::Store(error) => error.kind(),
            Self::Db(error) => error.kind(),
            Self::Blob(error) => error.kind(),
            Self::Interrupted => ErrorKind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Parse(error) => error.code(),
            Self::UnknownDevice(_) => "interval_import.unknown_device",
            Self::MissingPoint { .. } => "interval_import.missing_point",
            Self::UnknownMapping(_) => "interval_import.unknown_mapping",
            Self::Expired => "interval_import.expired",
            Self::TooManyPreviews => "interval_import.too_many_previews",
            Self::Ingest(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Db(error) => error.code(),
            Self::Blob(error) => error.code(),
            Self::Interrupted => "interval_import.interrupted",
        }
    }
}
