//! The rules of energy: what a bill, a peak, a forecast, a saving, a battery and a baseline come
//! to.
//!
//! Pure: no database, no network, no files, no clock. The domain crate `energy`, the command line
//! and the tests call the same functions with a load and the data that hold for its days. Dated
//! data (tariffs, holidays, factors) are values that are passed in; what the product ships of them
//! lies in `data/`, each with its source, date and status.
//!
//! Time is civil time of `Asia/Seoul`, which has had no daylight saving since 1988: a day has 96
//! slots of 15 minutes, and slot `s` of a day covers the quarter of an hour that **begins** at `s *
//! 15` minutes.

pub mod anomaly;
pub mod bill;
pub mod calendar;
pub mod carbon;
pub mod demand;
pub mod dispatch;
pub mod forecast;
pub mod inspect;
pub mod load;
pub mod meter_tree;
pub mod money;
mod profiles;
pub mod report;
pub mod response;
mod robust;
pub mod savings;
pub mod self_sufficiency;
pub mod sharing;
pub mod tariff;

#[cfg(test)]
mod steel;

pub use profiles::{DAYS_MAX, LoadFault};

/// Slots of one day.
pub const SLOTS_PER_DAY: usize = 96;
