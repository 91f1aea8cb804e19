//! Questions in SQL (SQL 질의): what an analyst writes, answered within what they may read.
//!
//! Tables: `readings` (at in UTC, value, quality, the words of the point), `points`, `devices`. One question
//! at a time for each person, a few for all; limits of time, memory and rows.
//! Deliberately absent: anything that writes, files, settings, EXPLAIN.

mod api;
mod cells;
mod tables;
#[cfg(test)]
mod tests;
mod turn;

pub use api::routes;
