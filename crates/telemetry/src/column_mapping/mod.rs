//! Column mappings (열 매핑): how the columns of an interval file are read. Two are built in, a complex
//! may save its own.
//!
//! Invariants: what is saved can be used (it passed [`Mapping::check`]); those built in never change.

mod api;
mod mapping;
mod store;
#[cfg(test)]
mod tests;

use base::Id;
use base::noun::Complex;
use platform::db::{DbError, ReadTx};

pub use api::{ColumnMapping, routes};
pub(crate) use mapping::normalise;
pub use mapping::{
    DateOrder, Label, Mapping, SPELLING_CHARS_MAX, SPELLINGS_MAX, VALUES_MAX, ValueColumn,
};
pub use store::statements;

/// Marker of a saved mapping's id.
#[derive(Debug, Clone, Copy)]
pub struct Saved;

/// The mapping that a complex means by `name`: the name of a built-in one or the id of its own.
pub async fn find(
    tx: &mut ReadTx,
    complex: Id<Complex>,
    name: &str,
) -> Result<Option<Mapping>, DbError> {
    if let Some(mapping) = Mapping::builtin(name) {
        return Ok(Some(mapping));
    }
    let Ok(id) = name.parse() else { return Ok(None) };
    let found = store::find(tx, id).await?;
    Ok(found.filter(|saved| saved.complex_id == Some(complex)).map(|saved| saved.spec))
}
