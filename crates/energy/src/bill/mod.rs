//! The bill (전기요금 청구서) of a contract, month by month, from its meter's readings.
//!
//! Nothing is stored: a bill is made anew from readings, contract and tariff data each time it is asked
//! for, so that a correction or a late reading is in it at once. Every line says by which rule, rate and
//! source it came about, and how sure these are.

pub(crate) mod api;
mod view;

pub use view::BillView;
pub(crate) use view::{BillDemand, decimal_kilo, demand};
