//! Bodies that servers of device networks send.

use connect::webhook::{Call, decode_chirpstack, decode_the_things_stack};

use super::Signature;

/// ChirpStack, as an uplink and as a status.
pub(super) fn chirpstack(input: &[u8]) -> u64 {
    let up = signature(decode_chirpstack("up", input));
    up.rotate_left(1) ^ signature(decode_chirpstack("status", input))
}

/// The Things Stack.
pub(super) fn the_things_stack(input: &[u8]) -> u64 {
    signature(decode_the_things_stack(input))
}

fn signature(call: Result<Call, String>) -> u64 {
    match call {
        Ok(Call::Uplink(uplink)) => {
            assert!(uplink.values.iter().all(|(_, value)| value.is_finite()), "values are finite");
            Signature::new(if uplink.at.is_some() { "dated" } else { "undated" })
                .count(uplink.values.len())
                .count(uplink.ignored.len())
                .value()
        }
        Ok(Call::Other) => Signature::new("other").value(),
        Err(detail) => Signature::failed(&detail),
    }
}
