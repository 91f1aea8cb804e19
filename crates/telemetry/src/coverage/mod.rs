//! Coverage (데이터 수신 현황): how much of what a device should send has come, and who is dark since when.
//!
//! It is metering health, never a value: whoever sees a device in the registry sees its coverage.
//!
//! Sketch: 10,000 points × 24 hours are 240,000 counts; they are asked for in parts of
//! [`ROWS_PER_QUERY`] and summed up by device, 2,000 devices × 24 cells in an answer of some 300 kB.

mod api;
pub(crate) mod rules;
#[cfg(test)]
mod tests;

pub(crate) use api::routes;

/// Cells (points × buckets) of one answer.
pub const CELLS_MAX: usize = 2_000_000;
/// Buckets of one answer.
pub const BUCKETS_MAX: usize = 400;
/// Devices of one answer, the darkest first.
pub const DEVICES_MAX: usize = 2_000;
/// Counts that one question to the store may give.
const ROWS_PER_QUERY: usize = 150_000;
