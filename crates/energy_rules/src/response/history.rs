//! What a customer drew, hour by hour, with the working days marked.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::calendar::{Calendar, DayKind};
use crate::load::Load;
use crate::profiles::{LoadFault, day_profiles};

/// Hours of a day.
pub(super) const HOURS: usize = 24;
/// The hours in which reductions are called, 09 to 20; unverified against KPX's rules.
const RESPONSE_HOURS: std::ops::Range<usize> = 9..20;
/// Slots of an hour.
const SLOTS_PER_HOUR: usize = 4;

/// One day of hours.
#[derive(Debug, Clone)]
pub(super) struct Day {
    pub(super) date: Date,
    /// As people see it: temporary holidays are days off.
    pub(super) kind: DayKind,
    /// On this day a reduction was called or bid.
    pub(super) reduced: bool,
    /// kWh an hour; an hour is known when its four slots are.
    pub(super) kwh: [Option<f64>; HOURS],
}

impl Day {
    /// Monday to Friday and no holiday.
    pub(super) fn is_working(&self) -> bool {
        self.kind == DayKind::Weekday
    }

    /// Energy of the day; `None` unless every hour is known.
    pub(super) fn total(&self) -> Option<f64> {
        self.kwh.iter().copied().sum()
    }

    /// Energy of the hours in which reductions are called; `None` unless all are known.
    pub(super) fn of_response(&self) -> Option<f64> {
        self.kwh[RESPONSE_HOURS].iter().copied().sum()
    }
}

/// A load as demand response sees it.
#[derive(Debug, Clone)]
pub struct History {
    pub(super) days: Vec<Day>,
}

impl History {
    /// Reads a load; `reductions` are the days on which it was reduced by call or bid, which never
    /// serve as baseline. Economic demand response keeps its bid days: leave them out of the set.
    pub fn new(
        load: &Load,
        calendar: &Calendar,
        reductions: &BTreeSet<Date>,
    ) -> Result<Self, LoadFault> {
        let days = day_profiles(load, calendar)?
            .into_iter()
            .map(|day| {
                let mut kwh = [None; HOURS];
                for (hour, slots) in kwh.iter_mut().zip(day.kwh.chunks(SLOTS_PER_HOUR)) {
                    let sum: f64 = slots.iter().sum();
                    *hour = (!sum.is_nan()).then_some(sum);
                }
                let reduced = reductions.contains(&day.date);
                Day { date: day.date, kind: day.kind, reduced, kwh }
            })
            .collect();
        Ok(Self { days })
    }

    /// What was drawn in each hour of a day, kWh; an hour is known when its four quarters are.
    pub fn hours_of(&self, date: Date) -> [Option<f64>; HOURS] {
        self.place(date).map_or([None; HOURS], |place| self.days[place].kwh)
    }

    /// Whether a day of the load is a Saturday, a Sunday or a holiday.
    pub(super) fn is_day_off(&self, date: Date) -> bool {
        self.place(date).is_some_and(|place| !self.days[place].is_working())
    }

    /// The place of a day.
    pub(super) fn place(&self, date: Date) -> Option<usize> {
        self.days.binary_search_by_key(&date, |day| day.date).ok()
    }
}
