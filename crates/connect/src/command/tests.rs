//! Proof of the life of a command: tables, properties, the API on both engines, a device at a real broker.

mod http;
mod path;
mod ruling;
