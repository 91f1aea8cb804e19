//! Tariff versions (전기요금표): dated data, each with its source and how sure it is.

pub(crate) mod api;
