//! From quarters of an hour to the buckets of a grant. Whole buckets only: a bucket that is cut at the edge
//! of a question, or still runs, would tell finer values by the difference of two questions.

use jiff::civil::{Date, DateTime};

use super::Resolution;
use crate::SLOTS_PER_DAY;

/// A sum over a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// Its start, civil time of Korea.
    pub start: DateTime,
    /// The sum, in the unit of the slots; absent when nothing is known, or when values are missing that
    /// may still come.
    pub amount: Option<i64>,
    /// Quarters of an hour that are known.
    pub known: usize,
    /// Quarters of an hour that it has.
    pub slots: usize,
}

/// How far time has come, in slots since the first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// Slots that are over.
    pub over: usize,
    /// Slots for which no late value is waited for any more.
    pub settled: usize,
}

/// The whole buckets of a load that begins at midnight of `first`, by time.
pub fn coarsen(
    first: Date,
    slots: &[Option<i64>],
    resolution: Resolution,
    passed: Passed,
) -> Vec<Bucket> {
    let spans = match resolution {
        Resolution::QuarterHour => even(slots.len(), 1),
        Resolution::Hour => even(slots.len(), SLOTS_PER_DAY / 24),
        Resolution::Day => even(slots.len(), SLOTS_PER_DAY),
        Resolution::Month => months(first, slots.len()),
    };
    let over = spans.into_iter().filter(|(_, end)| *end <= passed.over);
    over.map(|(from, end)| {
        let part = &slots[from..end];
        let known = part.iter().flatten().count();
        let is_told = known == part.len() || (known > 0 && end <= passed.settled);
        Bucket {
            start: start_of(first, from),
            amount: is_told.then(|| part.iter().flatten().sum()),
            known,
            slots: part.len(),
        }
    })
    .collect()
}

fn even(slots: usize, step: usize) -> Vec<(usize, usize)> {
    (0..slots / step).map(|n| (n * step, (n + 1) * step)).collect()
}

/// The calendar months that lie wholly in the slots.
fn months(first: Date, slots: usize) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut begin = first.first_of_month();
    if begin < first {
        begin = next_month(begin);
    }
    loop {
        let end = next_month(begin);
        let place = |date: Date| {
            let days = usize::try_from((date - first).get_days()).unwrap_or(usize::MAX);
            days.saturating_mul(SLOTS_PER_DAY)
        };
        if place(end) > slots || end <= begin {
            return spans;
        }
        spans.push((place(begin), place(end)));
        begin = end;
    }
}

fn next_month(date: Date) -> Date {
    date.last_of_month().tomorrow().unwrap_or(Date::MAX)
}

/// The start of a slot.
pub(super) fn start_of(first: Date, slot: usize) -> DateTime {
    let days = i64::try_from(slot / SLOTS_PER_DAY).unwrap_or(i64::MAX);
    let date = first.saturating_add(jiff::Span::new().days(days));
    let minutes = i8::try_from(slot % SLOTS_PER_DAY % 4 * 15).expect("0 to 45");
    let hour = i8::try_from(slot % SLOTS_PER_DAY / 4).expect("0 to 23");
    date.at(hour, minutes, 0, 0)
}
