//! Proof of what all kinds share: the refusals, the API, and the table with what older tables held.

mod carried;
mod http;
mod ruling;
