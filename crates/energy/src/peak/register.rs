//! A register as it is read live: each number at the edge of a quarter of an hour closes the one before. Pure.

use base::{Quality, Reading};
use energy_rules::demand::SLOT_MS;
use telemetry::EDGE_MS;

/// The last number that was read at an edge.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Register {
    last: Option<(i64, f64)>,
    /// It began anew since: what the running slot holds, only the stored history tells.
    is_torn: bool,
}

/// What a number tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Read {
    /// Nothing yet.
    Nothing,
    /// A slot is over, with what was counted in it, kWh; it began at this millisecond.
    Closed(i64, f64),
    /// It fell, began anew, was away or corrected: the stored history tells what it went through.
    Reread,
}

impl Register {
    /// Takes a number. Of those near an edge the first after it counts; its slot is as long as the time since the
    /// number before, which is put in proportion.
    pub(super) fn take(&mut self, reading: &Reading) -> Read {
        let Reading { at_ms, value, quality, .. } = *reading;
        if !quality.is_usable() || !value.is_finite() {
            // What stood at this moment before is believed no longer.
            let was_last = self.last.take_if(|(last_ms, _)| *last_ms == at_ms).is_some();
            return if was_last { Read::Reread } else { Read::Nothing };
        }
        let edge_ms = at_ms - at_ms.rem_euclid(SLOT_MS);
        let is_edge = at_ms - edge_ms <= EDGE_MS;
        let known_ms = self.last.map(|(at_ms, _)| at_ms - at_ms.rem_euclid(SLOT_MS));
        let is_new = self.last.is_none_or(|(last_ms, _)| last_ms < at_ms);
        if is_new && quality.has(Quality::COUNTER_RESET) {
            self.last = is_edge.then_some((at_ms, value));
            self.is_torn = !is_edge;
            return Read::Reread;
        }
        if !is_edge {
            return Read::Nothing;
        }
        if known_ms == Some(edge_ms) {
            let is_replaced = self
                .last
                .is_some_and(|(last_ms, last)| last_ms == at_ms && last.total_cmp(&value).is_ne());
            if !is_replaced {
                return Read::Nothing;
            }
            self.last = Some((at_ms, value));
            return Read::Reread;
        }
        if known_ms.is_some_and(|known_ms| known_ms > edge_ms) {
            return Read::Reread;
        }
        let is_torn = std::mem::take(&mut self.is_torn);
        let Some((before_ms, before)) = self.last.replace((at_ms, value)) else {
            return if is_torn { Read::Reread } else { Read::Nothing };
        };
        let known_ms = edge_ms - SLOT_MS;
        if before_ms < known_ms || value < before {
            return Read::Reread;
        }
        // Below 2^53: two readings lie minutes apart.
        let length = (at_ms - before_ms) as f64 / SLOT_MS as f64;
        Read::Closed(known_ms, (value - before) / length)
    }
}

impl Register {
    /// Of two that read the same numbers, the one that has read on; of equals `stored`.
    pub(super) fn later(stored: Self, live: Self) -> Self {
        let last_ms = |register: &Self| register.last.map(|(at_ms, _)| at_ms);
        if last_ms(&live) > last_ms(&stored) { live } else { stored }
    }
}

#[cfg(test)]
mod tests {
    use base::Series;

    use super::*;

    const MINUTE_MS: i64 = 60_000;

    fn reading(at_ms: i64, value: f64, quality: Quality) -> Reading {
        Reading { series: Series(1), at_ms, value, quality }
    }

    #[test]
    fn what_is_not_to_be_believed_closes_nothing() {
        let mut register = Register::default();
        let slot_ms = 15 * MINUTE_MS;
        let anew = Quality::COUNTER_RESET;
        let good = Quality::GOOD;
        for (at_ms, value, quality, expect) in [
            (0, 100.0, good, Read::Nothing),
            (slot_ms, 9_000.0, Quality::SPIKE, Read::Nothing),
            (slot_ms + MINUTE_MS / 2, 5.0, anew, Read::Reread),
            (slot_ms + MINUTE_MS / 2, 6.0, Quality::CORRECTED, Read::Reread),
            (slot_ms + MINUTE_MS / 2, 6.0, Quality::VOID, Read::Reread),
            (2 * slot_ms, 8.0, good, Read::Nothing),
            (2 * slot_ms + 5 * MINUTE_MS, 1.0, anew, Read::Reread),
            (3 * slot_ms, 2.0, good, Read::Reread),
            (4 * slot_ms, 6.0, good, Read::Closed(3 * slot_ms, 4.0)),
        ] {
            assert_eq!(register.take(&reading(at_ms, value, quality)), expect, "{at_ms}");
        }
        let seeded = Register { last: Some((0, 1.0)), is_torn: false };
        assert_eq!(Register::later(seeded, register), register);
        assert_eq!(Register::later(seeded, Register::default()), seeded);
    }

    #[test]
    fn the_first_number_after_an_edge_closes_the_slot_before() {
        let mut register = Register::default();
        let minute = MINUTE_MS;
        for (at_ms, value, expect) in [
            (-minute, 99.0, Read::Nothing),
            (0, 100.0, Read::Nothing),
            (minute, 100.5, Read::Nothing),
            (7 * minute, 103.0, Read::Nothing),
            (15 * minute, 109.0, Read::Closed(0, 9.0)),
            (30 * minute + 30_000, 109.0 + 9.3, Read::Closed(15 * minute, 9.0)),
            (60 * minute, 130.0, Read::Reread),
            (75 * minute, 1.0, Read::Reread),
            (90 * minute, 4.0, Read::Closed(75 * minute, 3.0)),
            (75 * minute, 1.0, Read::Reread),
        ] {
            let found = register.take(&reading(at_ms, value, Quality::GOOD));
            match (found, expect) {
                (Read::Closed(slot, kwh), Read::Closed(at, expect)) => {
                    assert_eq!(slot, at);
                    assert!((kwh - expect).abs() < 1e-9, "{kwh} at {at_ms}");
                }
                _ => assert_eq!(found, expect, "{at_ms}"),
            }
        }
    }
}
