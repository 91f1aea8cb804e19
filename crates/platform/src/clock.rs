//! The real clock.

use base::{Clock, Instant};
use rand::TryRng as _;

/// The clock of this machine and the randomness of its operating system.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Instant {
        jiff::Timestamp::now().into()
    }

    fn random(&self, bytes: &mut [u8]) {
        rand::rngs::SysRng.try_fill_bytes(bytes).expect("the operating system gives randomness");
    }
}
