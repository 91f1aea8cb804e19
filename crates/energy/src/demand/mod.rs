//! Demand (수요전력): what the basic charge rests on, and where the running quarter of an hour will end.

pub(crate) mod api;
