//! A load: what one meter counted, in quarters of an hour.

use jiff::civil::Date;

use crate::SLOTS_PER_DAY;

/// Energy of consecutive slots of 15 minutes, in watt-hours; `None` where nothing is known.
///
/// Slot 0 is the first quarter of an hour of `first_day`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// The day that slot 0 begins.
    pub first_day: Date,
    /// Active energy drawn, Wh a slot.
    pub wh: Vec<Option<i64>>,
    /// Lagging reactive energy, varh a slot; empty when it is not metered.
    pub lagging_varh: Vec<Option<i64>>,
    /// Leading reactive energy, varh a slot; empty when it is not metered.
    pub leading_varh: Vec<Option<i64>>,
}

impl Load {
    /// A load of active energy only.
    pub fn active(first_day: Date, wh: Vec<Option<i64>>) -> Self {
        Self { first_day, wh, lagging_varh: Vec::new(), leading_varh: Vec::new() }
    }

    /// The days that it begins or covers, the last one perhaps in part.
    pub fn days(&self) -> usize {
        self.wh.len().div_ceil(SLOTS_PER_DAY)
    }

    /// The day that a slot belongs to. Saturates at the last day that the calendar has
    /// (9999-12-31).
    pub fn day_of(&self, slot: usize) -> Date {
        let days = i64::try_from(slot / SLOTS_PER_DAY).unwrap_or(i64::MAX);
        let span = jiff::Span::new().try_days(days);
        span.map_or(Date::MAX, |span| self.first_day.saturating_add(span))
    }

    /// One slot later (above 0) or earlier (below 0), as long as before; the slot that opens is
    /// unknown.
    #[must_use]
    pub fn moved(&self, slots: i8) -> Self {
        let mut moved = self.clone();
        for values in [&mut moved.wh, &mut moved.lagging_varh, &mut moved.leading_varh] {
            let Some(last) = values.len().checked_sub(1) else { continue };
            if slots > 0 {
                values.rotate_right(1);
                values[0] = None;
            } else if slots < 0 {
                values.rotate_left(1);
                values[last] = None;
            }
        }
        moved
    }
}
