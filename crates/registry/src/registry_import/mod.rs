//! A registry import (등록부 가져오기): a CSV or XLSX file of establishments, devices or points, shown
//! row by row before anything is written.
//!
//! ```text
//! upload ──► preview ──commit──► committed
//!              │ each row: create | update | review | error
//!              └─ review rows become review items, which a person resolves
//! ```
//! Invariants: a row that only looks like something that stands is never merged by itself; a row with an
//! error writes nothing; a commit judges every row anew against what stands then, applies each row once,
//! and may be repeated. The name of the file, its hash, its row count and the time are kept.
//!
//! Sketch: 50,000 rows of 200 bytes are 10 MB; a commit writes 16 rows a transaction, some 500 rows/s.

pub(crate) mod api;
mod apply;
mod columns;
mod input;
mod known;
pub(crate) mod plan;
pub(crate) mod store;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base::{Id, Instant, noun};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) use apply::{create_establishment, update_establishment};
pub(crate) use input::EstablishmentInput;
pub use table::{Table, read as read_table};

/// Every statement of this noun.
pub fn statements() -> Vec<platform::db::Statement> {
    [store::statements(), known::statements()].concat()
}

/// Bytes of a file.
pub const UPLOAD_MAX: usize = 10 * 1024 * 1024;
/// Rows of a file, without its header.
pub const ROWS_MAX: usize = 50_000;
/// Rows that the answer to an upload shows; the rest is read page by page.
pub const ROWS_SHOWN: i64 = 500;

/// Marks identifiers of imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegistryImportNoun;

crate::noun::words! {
    /// What a file lists.
    ImportKind, "kind of import" {
        /// Establishments with their companies.
        Establishments = "establishments",
        /// Devices.
        Devices = "devices",
        /// Points of devices.
        Points = "points",
    }
}

crate::noun::words! {
    /// How far an import is.
    ImportState, "state of an import" {
        /// Shown, nothing written.
        Preview = "preview",
        /// Written.
        Committed = "committed",
    }
}

crate::noun::words! {
    /// What happens, or happened, to a row.
    RowAction, "action" {
        /// Something new.
        Create = "create",
        /// Something that stands is brought up to date.
        Update = "update",
        /// A person must decide.
        Review = "review",
        /// The row is wrong and is left out.
        Error = "error",
    }
}

/// One column of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportColumn {
    /// Its header, as it stands in the file.
    pub header: String,
    /// The field that it fills; absent when it is not known and is left out.
    pub field: Option<String>,
}

/// Rows by action.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportCounts {
    /// New things.
    pub create: u32,
    /// Things brought up to date.
    pub update: u32,
    /// Rows for a person.
    pub review: u32,
    /// Rows left out.
    pub error: u32,
}

impl ImportCounts {
    pub(crate) fn add(&mut self, action: RowAction) {
        match action {
            RowAction::Create => self.create += 1,
            RowAction::Update => self.update += 1,
            RowAction::Review => self.review += 1,
            RowAction::Error => self.error += 1,
        }
    }
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowError {
    /// The header of the column, or the field when the column is missing.
    pub column: String,
    /// What is wrong and what to do.
    pub detail: String,
}

crate::noun::words! {
    /// Why something that stands may be what a row means.
    MatchReason, "reason" {
        /// The same name, another lot or none.
        SameName = "same_name",
        /// The same lot, another name.
        SameLot = "same_lot",
        /// The same company by number, on another lot.
        SameNumberOtherLot = "same_number_other_lot",
        /// The same name and lot, but another registration number.
        OtherNumber = "other_number",
    }
}

/// Something that stands and may be what a row means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Candidate {
    /// The establishment.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<noun::Establishment>,
    /// Its name.
    pub name: String,
    /// Its 지번주소.
    pub lot_address: Option<String>,
    /// Why it is shown.
    pub reason: MatchReason,
}

/// The recognised cells of a row, by field.
pub type RowValues = BTreeMap<String, String>;

/// One row of an import.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ImportRow {
    /// Line of the file, the header is line 1 as a rule.
    pub line: i64,
    /// What happens to it.
    pub action: RowAction,
    /// What is wrong with it.
    pub errors: Vec<RowError>,
    /// Its recognised cells.
    pub values: RowValues,
    /// What it may mean, for `review`.
    pub candidates: Vec<Candidate>,
    /// What it changes, for `update`.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub target_id: Option<uuid::Uuid>,
    /// Whether it was written.
    pub applied: bool,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RegistryImport {
    /// Identifier.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<RegistryImportNoun>,
    /// The complex that the rows belong to.
    #[schema(value_type = uuid::Uuid)]
    pub complex_id: Id<noun::Complex>,
    /// What the file lists.
    pub kind: ImportKind,
    /// The name of the file.
    pub file_name: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// How it was read: `utf-8`, `cp949`, `utf-16`, `xlsx`.
    pub encoding: String,
    /// Its columns.
    pub columns: Vec<ImportColumn>,
    /// Its rows, without the header.
    pub rows_total: i64,
    /// Rows by action.
    pub counts: ImportCounts,
    /// How far it is.
    pub state: ImportState,
    /// Who took the file in.
    pub taken_by: String,
    /// When the file was taken in: the time of the snapshot.
    pub taken_at: Instant,
    /// When it was written.
    pub committed_at: Option<Instant>,
}
