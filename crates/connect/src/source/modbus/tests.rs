//! Proof of the pure parts, and of the whole path against a Modbus server that is not ours.

mod decoding;
mod path;
mod planning;
mod ruling;

use super::{Function, Poll, RegisterType, WordOrder};

/// A line of a list that is good as it stands.
fn poll(point: &str, function: Function, register: u16, kind: RegisterType) -> Poll {
    Poll {
        point: point.into(),
        function,
        register,
        kind,
        order: WordOrder::Abcd,
        bit: None,
        scale: 1.0,
        offset: 0.0,
        interval_s: 60,
        error_values: vec![],
    }
}
