//! A review item (검토 항목): a row of an import that only looks like something that stands. A person
//! decides: something new, the same as one that stands, or neither.
//!
//! Invariants: an item is decided once; the decision, who made it and when are kept and audited.

pub(crate) mod api;
pub(crate) mod store;

use base::{Id, Instant, noun};
use serde::Serialize;
use utoipa::ToSchema;

use crate::registry_import::{Candidate, ImportKind, RegistryImportNoun, RowValues};

/// Marks identifiers of review items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReviewItemNoun;

crate::noun::words! {
    /// What became of an item.
    ReviewState, "state of a review item" {
        /// Nobody has decided.
        Open = "open",
        /// Something new was registered.
        Created = "created",
        /// It was merged into something that stands.
        Merged = "merged",
        /// It was left out.
        Skipped = "skipped",
    }
}

crate::noun::words! {
    /// What a person decides.
    ReviewDecision, "decision" {
        /// Register something new.
        Create = "create",
        /// It is the same as `target_id`: bring that up to date.
        Merge = "merge",
        /// Leave the row out.
        Skip = "skip",
    }
}

/// A review item (검토 항목).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReviewItem {
    /// Identifier.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<ReviewItemNoun>,
    /// The complex that the row belongs to.
    #[schema(value_type = uuid::Uuid)]
    pub complex_id: Id<noun::Complex>,
    /// The import that it came with.
    #[schema(value_type = uuid::Uuid)]
    pub import_id: Id<RegistryImportNoun>,
    /// The line of the file.
    pub line: i64,
    /// What the file lists.
    pub kind: ImportKind,
    /// The name of the file.
    pub file_name: String,
    /// The recognised cells of the row.
    pub values: RowValues,
    /// What it may mean.
    pub candidates: Vec<Candidate>,
    /// What became of it.
    pub state: ReviewState,
    /// What was registered, or merged into.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub target_id: Option<Id<noun::Establishment>>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When it was decided.
    pub decided_at: Option<Instant>,
    /// Since when it waits.
    pub created_at: Instant,
}
