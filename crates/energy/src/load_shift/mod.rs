//! A shift of load (부하 이동): what the same use would have cost, had so much of it been at other hours.
//!
//! Nothing is stored: it is asked of the readings each time, like a bill.

pub(crate) mod api;
#[cfg(test)]
mod tests;
