//! Anomalies (이상): what went wrong at a meter or behind it, and what it cost.
//!
//! Seen from the readings each time it is asked for; a user's verdict is not kept yet.

pub(crate) mod api;
