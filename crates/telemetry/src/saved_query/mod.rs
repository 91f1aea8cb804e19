//! Saved queries (저장한 질의): questions that somebody keeps under a name, for themselves or for a complex.
//!
//! A saved query holds the question, never an answer: whoever opens a shared one sees what they may read.
//! Invariants: only its owner changes or removes it; a name stands once for each owner.

mod api;
mod store;
#[cfg(test)]
mod tests;

use base::noun::Complex;
use base::{Id, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use api::routes;
pub use store::statements;

/// Longest name, in characters.
pub const NAME_CHARS_MAX: usize = 100;
/// Longest question, in bytes of JSON.
pub const SPEC_BYTES_MAX: usize = 40_000;
/// Saved queries of one owner.
pub const OWN_MAX: i64 = 500;

/// Marker of a saved query's id.
#[derive(Debug, Clone, Copy)]
pub struct Kept;

/// What sort of question it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SavedQueryKind {
    /// Points, time, buckets: the choices of the page of questions.
    Chart,
    /// A text in SQL.
    Sql,
}

impl SavedQueryKind {
    /// The stable word in tables and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chart => "chart",
            Self::Sql => "sql",
        }
    }
}

/// A question under a name.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SavedQuery {
    /// Identifier.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Kept>,
    /// Its name.
    pub name: String,
    /// What sort of question it is.
    pub kind: SavedQueryKind,
    /// The question: the choices of the page, or `{"sql": "…"}`.
    #[schema(value_type = Object)]
    pub spec: serde_json::Value,
    /// The complex in which it is shared; absent when only its owner sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub complex_id: Option<Id<Complex>>,
    /// Who keeps it.
    pub owner_name: String,
    /// Whether it is the reader's own: only then it can be changed.
    pub own: bool,
    /// Give this back with a change.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: Instant,
}
