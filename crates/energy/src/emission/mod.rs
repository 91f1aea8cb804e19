//! Greenhouse gas and oil equivalent of the electricity that was drawn, each with the dated factor that made
//! it, and what a tonne of product takes.

pub(crate) mod api;
mod report;
