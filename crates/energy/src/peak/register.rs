//! A register as it is read live: each number at the edge of a quarter of an hour closes the one before. Pure.

use energy_rules::demand::SLOT_MS;
use telemetry::EDGE_MS;

/// The last number that was read at an edge.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Register {
    last: Option<(i64, f64)>,
}

/// What a number tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Read {
    /// Nothing yet.
    Nothing,
    /// A slot is over, with what was counted in it, kWh; it began at this millisecond.
    Closed(i64, f64),
    /// The register fell: the stored history tells what it went through.
    Fell,
}

impl Register {
    /// Takes a number. Of those near an edge the first after it counts; its slot is as long as the time since the
    /// number before, which is put in proportion.
    pub(super) fn take(&mut self, at_ms: i64, value: f64) -> Read {
        let edge_ms = at_ms - at_ms.rem_euclid(SLOT_MS);
        let known_ms = self.last.map_or(i64::MIN, |(at_ms, _)| at_ms - at_ms.rem_euclid(SLOT_MS));
        if at_ms - edge_ms > EDGE_MS || known_ms >= edge_ms || !value.is_finite() {
            return Read::Nothing;
        }
        let before = self.last.replace((at_ms, value));
        let Some((before_ms, before)) = before.filter(|_| known_ms + SLOT_MS == edge_ms) else {
            return Read::Nothing;
        };
        if value < before {
            return Read::Fell;
        }
        // Below 2^53: two readings lie minutes apart.
        let length = (at_ms - before_ms) as f64 / SLOT_MS as f64;
        Read::Closed(known_ms, (value - before) / length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_after_an_edge_closes_the_slot_before() {
        let mut register = Register::default();
        let minute = 60_000;
        for (at_ms, value, expect) in [
            (-minute, 99.0, Read::Nothing),
            (0, 100.0, Read::Nothing),
            (minute, 100.5, Read::Nothing),
            (7 * minute, 103.0, Read::Nothing),
            (15 * minute, 109.0, Read::Closed(0, 9.0)),
            (30 * minute + 30_000, 109.0 + 9.3, Read::Closed(15 * minute, 9.0)),
            (60 * minute, 130.0, Read::Nothing),
            (75 * minute, 1.0, Read::Fell),
            (90 * minute, 4.0, Read::Closed(75 * minute, 3.0)),
            (75 * minute, 1.0, Read::Nothing),
        ] {
            let found = register.take(at_ms, value);
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
