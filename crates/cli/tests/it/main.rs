//! The real binary, run as its users run it. One test program: each of its own would link the whole platform.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)] // A test says what it left out.

mod backup;
mod crash;
mod disk;
mod energy;
mod first_day;
mod kill;
mod kit;
mod mapping;
mod tariff;
mod tls;
