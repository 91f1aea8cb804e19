//! Routes of vehicles: formats, an independent checker, costs to share.

pub mod check;
pub mod format;
pub mod share;
