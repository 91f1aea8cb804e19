//! An erasure: readings that are deleted for good, with a record that proves it.
//!
//! ```text
//! asked ─► hidden at once (tombstone) ─► cut out of every file ─► old files gone, log gone ─► complete
//! ```
//!
//! From the answer on no question sees the readings. The files that hold them are then written anew without
//! them; the old ones go after 15 minutes, the files of the log when all of their readings are in segments.
//! The record says what was erased, why, by whom or by which rule, the files with their SHA-256, and when
//! the last of it was gone.
//!
//! Invariant: what comes after the erasure, also for the same point and time, is kept.
//! Deliberately absent: backups and exported files. The next backup to the same folder drops what is gone
//! here; older copies are the operator's.

mod api;
mod retention;
pub(crate) mod rules;
pub(crate) mod store;
mod work;

use base::noun::Complex;
use base::{Id, Instant, Series};
use serde::Serialize;
use utoipa::ToSchema;

pub use api::routes;
pub(crate) use retention::tasks;
pub(crate) use store::statements;

/// Points of one erasure by hand.
pub const POINTS_MAX: usize = 1_000;
/// Characters of a reason.
pub const REASON_CHARS_MAX: usize = 1_000;

/// Why there is an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErasureKind {
    /// A person asked for it.
    Request,
    /// The time that a device profile keeps readings is over.
    Retention,
}

impl ErasureKind {
    /// The stable word in tables and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Retention => "retention",
        }
    }
}

impl std::str::FromStr for ErasureKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "request" => Ok(Self::Request),
            "retention" => Ok(Self::Retention),
            _ => Err(format!("'{text}' is no kind of erasure: use request or retention")),
        }
    }
}

/// The proof of an erasure.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Erasure {
    /// Identifier.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Erasure>,
    /// Whether a person or a rule asked for it.
    pub kind: ErasureKind,
    /// The complex of the points; absent when a rule concerns several.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub complex_id: Option<Id<Complex>>,
    /// Why, in the words of who asked; of a rule: the profile and its days.
    pub reason: String,
    /// Who asked.
    pub actor_name: String,
    /// How many points.
    pub point_count: i64,
    /// What was meant: points or profile, from when until when.
    #[schema(value_type = Object)]
    pub what: serde_json::Value,
    /// Readings that were cut out of files so far. A reading that was written twice counts twice.
    pub reading_count: i64,
    /// When it was asked for; from then on no question shows the readings.
    pub created_at: Instant,
    /// When the last file with such a reading was gone; absent while it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete_at: Option<Instant>,
    /// The files that were rewritten or removed.
    pub files: Vec<ErasedFile>,
}

/// A file that held readings which are erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ErasedFile {
    /// Its name.
    pub path: String,
    /// SHA-256 of it, hexadecimal.
    pub sha256: String,
    /// Readings that were cut out of it.
    pub reading_count: i64,
    /// The file that took its place; absent when nothing was left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_path: Option<String>,
    /// SHA-256 of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_sha256: Option<String>,
    /// When it was removed; absent while readers may still have it open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone_at: Option<Instant>,
}

/// What is to be erased.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Whether a person or a rule asks.
    pub kind: ErasureKind,
    /// The complex of the points, if they have one.
    pub complex: Option<Id<Complex>>,
    /// Why.
    pub reason: String,
    /// What is meant, for the record.
    pub what: serde_json::Value,
    /// The series.
    pub series: Vec<Series>,
    /// From here, milliseconds UTC.
    pub from_ms: i64,
    /// Until here, excluded.
    pub until_ms: i64,
}

/// A file as the plan of erasures sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Earliest and latest time.
    pub at_ms: (i64, i64),
    /// An erasure of a request concerns it.
    pub requested: bool,
    /// Readings before this are past their retention.
    pub expired_until_ms: Option<i64>,
    /// When the oldest rule that concerns it was applied.
    pub expired_since: Option<Instant>,
}

#[cfg(test)]
mod tests;
