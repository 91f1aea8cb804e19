//! The one place where the simulator reads the clock of its machine: it is a device, and devices do.

/// Milliseconds since 1970 UTC.
#[expect(clippy::disallowed_methods, reason = "a simulated device has a clock of its own")]
pub(crate) fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
