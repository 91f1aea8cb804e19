//! The invoice check (청구서 검산): KEPCO's invoice beside the bill of the same month, line by line, with what
//! would explain a difference. Nothing is stored.

pub(crate) mod api;
