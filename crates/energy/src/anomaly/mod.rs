//! Anomalies (이상): what went wrong at a meter or behind it, and what it cost.
//!
//! Seen from the readings each time it is asked for, by a detector that has learnt from the verdicts of the
//! contract ([`crate::anomaly_verdict`]) and knows its plan ([`crate::load_plan`]).

pub(crate) mod api;
pub(crate) mod look;
