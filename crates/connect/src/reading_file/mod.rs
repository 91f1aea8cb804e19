//! A file of readings (측정값 파일): a CSV of one device, for loggers that are read out by hand and for moving
//! history in from elsewhere. Files of meters in intervals, as the utility gives them, are
//! `telemetry::interval_import`, which shows a preview first.
//!
//! Two forms, told apart by the header: long `point,at,value`, or wide `at,<key of a point>,…`. Every line
//! goes the way of all readings and is judged alike; a file sent twice changes nothing.

mod api;
pub mod decode;
#[cfg(test)]
mod tests;

pub(crate) use api::routes;
