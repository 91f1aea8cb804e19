//! How long to leave a device alone that does not answer: doubled with each failure, with jitter, so that
//! a hundred meters behind one switch do not all call again in the same second.

use std::time::Duration;

/// The wait after the first failure, before jitter.
pub(crate) const FIRST: Duration = Duration::from_secs(1);
/// The longest wait for devices: one that is back is heard of within a minute.
pub(crate) const LONGEST: Duration = Duration::from_mins(1);

/// The wait after `failures` in a row (1 or more), at most `longest`; `random` takes away up to half of it.
pub(crate) fn wait(failures: u32, longest: Duration, random: u16) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let full = FIRST.saturating_mul(1 << doublings).min(longest);
    full.mul_f64(1.0 - f64::from(random) / f64::from(u16::MAX) / 2.0)
}

/// Random bits for the jitter.
pub(crate) fn random(clock: &dyn base::Clock) -> u16 {
    let mut bytes = [0; 2];
    clock.random(&mut bytes);
    u16::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_wait_doubles_up_to_a_minute() {
        for (failures, seconds) in [(0, 1), (1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (1_000, 60)] {
            assert_eq!(wait(failures, LONGEST, 0), Duration::from_secs(seconds), "{failures}");
        }
    }

    proptest! {
        #[test]
        fn jitter_takes_at_most_half(failures in 0_u32..100, random: u16) {
            let full = wait(failures, LONGEST, 0);
            prop_assert!(wait(failures, LONGEST, random) <= full);
            prop_assert!(wait(failures, LONGEST, random) + Duration::from_millis(1) >= full / 2);
        }
    }
}
