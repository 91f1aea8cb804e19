//! Column mappings (열 대응): how the columns of an interval file are read. Two are built in, a complex
//! may save its own.

mod mapping;

pub(crate) use mapping::normalise;
pub use mapping::{
    DateOrder, Label, Mapping, SPELLING_CHARS_MAX, SPELLINGS_MAX, VALUES_MAX, ValueColumn,
};
