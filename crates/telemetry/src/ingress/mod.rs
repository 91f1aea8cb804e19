//! The way in: bytes from MQTT, HTTP and files become readings in the log.
//!
//! [`decode`] and [`accept`] are pure; [`pipeline`] looks points up and waits for the log; [`http`] and
//! [`mqtt`] are the two doors. Nothing is dropped silently: what is odd carries a flag, what is refused
//! is counted in [`crate::reject`].

pub mod accept;
pub mod columns;
pub mod decode;
pub mod http;
pub mod mqtt;
pub mod pipeline;
mod quality;
pub mod sparkplug;
#[cfg(test)]
pub(crate) mod tests;
pub mod thingsboard;

pub use pipeline::{Ingest, IngestError, Outcome, device_scope};
