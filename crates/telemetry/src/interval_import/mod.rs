//! Import of interval files (계량 파일 가져오기): a tenant's 15-minute export of the electricity
//! supplier, looked at first and taken over only when the person says so.
//!
//! [`parse`] is pure: bytes and a [`Mapping`](crate::column_mapping::Mapping) become rows, flags and
//! sums. It never fills a gap, never drops a row without a flag, and never sorts before midnight is
//! settled (a day may end with a row labelled `D 00:00`). A row is stored at the START of its interval.
//!
//! Deliberately absent: passwords of supplier portals, downloads, repairs of gaps.

mod label;
mod parse;
mod sheet;
#[cfg(test)]
mod tests;

pub use parse::{
    ColumnUse, Flag, FlagCode, FlagExample, Gap, ParseError, Parsed, Peak, QuantitySum, Row, parse,
};

/// Rows in which the header is looked for.
pub const HEADER_ROWS_MAX: usize = 30;
/// Most rows of one file.
pub const ROWS_MAX: usize = 2_000_000;
/// Most bytes of one file.
pub const FILE_BYTES_MAX: usize = 50 * 1024 * 1024;
