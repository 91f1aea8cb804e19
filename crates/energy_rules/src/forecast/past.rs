//! The days of a load, their types, and what each looked like from the midnight before it.

use jiff::civil::{Date, Weekday};

use super::ForecastError;
use super::plan::Plan;
use crate::calendar::{Calendar, DayKind};
use crate::load::Load;
use crate::profiles::{DayProfile, day_profiles};
use crate::robust;

/// The slot from which the evening before counts: 18:00.
const EVENING_SLOT: usize = 72;
/// The share of slots below which nothing is made.
const IDLE_SHARE: f64 = 0.1;

/// The type of a day: days of a type resemble each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DayType {
    /// A Monday that is worked.
    Monday,
    /// Tuesday to Friday, worked.
    Midweek,
    /// Saturday.
    Saturday,
    /// Sunday, a holiday, or a planned shutdown.
    Off,
}

impl DayType {
    /// The type of a day by the calendar and the tenant's plan.
    pub fn of(date: Date, calendar: &Calendar, plan: &Plan) -> Self {
        if plan.is_shut(date) {
            return Self::Off;
        }
        match calendar.working_day(date) {
            DayKind::Sunday | DayKind::Holiday => Self::Off,
            DayKind::Saturday => Self::Saturday,
            DayKind::Weekday if date.weekday() == Weekday::Monday => Self::Monday,
            DayKind::Weekday => Self::Midweek,
        }
    }

    /// Whether it is Monday to Friday and worked.
    pub(super) fn is_working(self) -> bool {
        match self {
            Self::Monday | Self::Midweek => true,
            Self::Saturday | Self::Off => false,
        }
    }

    /// Types to look at, one after the other, when a type has no day yet.
    pub(super) fn stand_ins(self) -> [Self; 4] {
        use DayType::{Midweek, Monday, Off, Saturday};
        match self {
            Monday => [Monday, Midweek, Saturday, Off],
            Midweek => [Midweek, Monday, Saturday, Off],
            Saturday => [Saturday, Off, Midweek, Monday],
            Off => [Off, Saturday, Midweek, Monday],
        }
    }
}

/// What is known at the midnight that begins a day, kWh a slot; `None` where it is not known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Eve {
    /// Mean of the evening before.
    pub(super) evening: Option<f64>,
    /// Mean of the day before.
    pub(super) yesterday: Option<f64>,
    /// Mean of the last working day before.
    pub(super) working_day: Option<f64>,
}

/// A load as the forecasts see it.
#[derive(Debug, Clone)]
pub(super) struct Past {
    pub(super) days: Vec<DayProfile>,
    /// Types of the days, and of one more day.
    pub(super) types: Vec<DayType>,
    /// Eves of the days, and of one more day.
    pub(super) eves: Vec<Eve>,
    /// What is drawn when nothing is made, kWh a slot.
    pub(super) idle: f64,
    plan: Plan,
}

impl Past {
    /// Reads a load. Days with a plan factor are brought to what an ordinary day would have drawn;
    /// what idling draws is read from the days before `first`, so that nothing looks ahead.
    pub(super) fn new(
        load: &Load,
        calendar: &Calendar,
        plan: &Plan,
        first: Date,
    ) -> Result<Self, ForecastError> {
        let mut days = day_profiles(load, calendar)?;
        let before = days.iter().filter(|day| day.date < first).flat_map(|day| &day.kwh);
        let mut known: Vec<f64> = before.copied().filter(|kwh| !kwh.is_nan()).collect();
        let idle = robust::quantile(&mut known, IDLE_SHARE).unwrap_or(0.0);
        for day in &mut days {
            let factor = plan.factor(day.date);
            for kwh in &mut day.kwh {
                *kwh = scaled(*kwh, idle, 1.0 / factor);
            }
        }
        let mut types: Vec<DayType> =
            days.iter().map(|day| DayType::of(day.date, calendar, plan)).collect();
        let last = days.last().map_or(load.first_day, |day| day.date);
        types.extend(last.tomorrow().ok().map(|next| DayType::of(next, calendar, plan)));
        let levels: Vec<Option<f64>> = days.iter().map(|day| level(&day.kwh)).collect();
        let eves = (0..types.len()).map(|place| eve(place, &days, &types, &levels)).collect();
        Ok(Self { days, types, eves, idle, plan: plan.clone() })
    }

    /// The place of a day of the load or of the day after it.
    pub(super) fn place(&self, day: Date) -> Option<usize> {
        let first = self.days.first()?.date;
        let place = usize::try_from(first.until(day).ok()?.get_days()).ok()?;
        (place < self.types.len()).then_some(place)
    }

    /// Days before `place` that hold readings.
    pub(super) fn read_before(&self, place: usize) -> usize {
        self.days[..place].iter().filter(|day| day.known() > 0).count()
    }

    /// What an ordinary day's energy comes to under the plan of a day.
    pub(super) fn planned(&self, kwh: f64, day: Date) -> f64 {
        scaled(kwh, self.idle, self.plan.factor(day))
    }
}

/// Scales what is drawn above idling.
fn scaled(kwh: f64, idle: f64, factor: f64) -> f64 {
    // An ordinary day stays as it was read, to the last bit.
    if (factor - 1.0).abs() < f64::EPSILON || kwh <= idle {
        return kwh;
    }
    idle + (kwh - idle) * factor
}

fn eve(place: usize, days: &[DayProfile], types: &[DayType], levels: &[Option<f64>]) -> Eve {
    let Some(before) = place.checked_sub(1) else {
        return Eve { evening: None, yesterday: None, working_day: None };
    };
    let working = types[..place].iter().rposition(|day_type| day_type.is_working());
    Eve {
        evening: level(&days[before].kwh[EVENING_SLOT..]),
        yesterday: levels[before],
        working_day: working.and_then(|place| levels[place]),
    }
}

/// Mean of the known slots.
fn level(kwh: &[f64]) -> Option<f64> {
    robust::mean(&kwh.iter().copied().filter(|kwh| !kwh.is_nan()).collect::<Vec<f64>>())
}
