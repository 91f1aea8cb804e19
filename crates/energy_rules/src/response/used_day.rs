//! Which days of a period were measured, and why the others were not.

use jiff::civil::Date;
use serde::Serialize;

use super::fitness::{Period, measure};
use super::history::{Day, History};
use super::{ResponseError, Rules};
use crate::calendar::DayKind;

/// What became of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DayUse {
    /// At least one of its hours was measured.
    Measured,
    /// A Saturday or a Sunday.
    Weekend,
    /// A holiday, one declared for once among them.
    Holiday,
    /// A reduction was called or bid.
    Reduced,
    /// None of its hours is known, or the morning that the adjustment looks at is not.
    Gaps,
    /// Too few usable working days lie before it.
    TooLittleHistory,
}

/// A day of the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedDay {
    /// The day.
    pub date: Date,
    /// What became of it.
    pub day_use: DayUse,
}

/// Says of each day of the period that the load covers whether [`fitness`](super::fitness())
/// measured it under these rules, in order.
pub fn used_days(
    history: &History,
    rules: Rules,
    period: &Period,
) -> Result<Vec<UsedDay>, ResponseError> {
    let span = period.first..=period.last;
    let days = history.days.iter().filter(|day| span.contains(&day.date));
    days.map(|day| Ok(UsedDay { date: day.date, day_use: use_of(history, rules, period, day)? }))
        .collect()
}

fn use_of(
    history: &History,
    rules: Rules,
    period: &Period,
    day: &Day,
) -> Result<DayUse, ResponseError> {
    match day.kind {
        DayKind::Saturday | DayKind::Sunday => return Ok(DayUse::Weekend),
        DayKind::Holiday => return Ok(DayUse::Holiday),
        DayKind::Weekday => {}
    }
    if day.reduced {
        return Ok(DayUse::Reduced);
    }
    if !measure(history, rules, day, period.hours)?.is_empty() {
        return Ok(DayUse::Measured);
    }
    let is_known = period.hours.iter().any(|hour| day.kwh[usize::from(hour)].is_some());
    let place = history.days.partition_point(|known| known.date < day.date);
    let before =
        super::exclusion::days_before(history, place, rules.method, rules.exclusions).len();
    let has_history = before >= rules.method.days();
    Ok(if is_known && !has_history { DayUse::TooLittleHistory } else { DayUse::Gaps })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::super::{Adjustment, Exclusions, Hours, Method, Ranking, fitness};
    use super::*;
    use crate::calendar::Calendar;
    use crate::load::Load;

    #[test]
    fn every_day_of_the_period_is_told_with_its_reason() {
        // From Monday 2018-09-10: Chuseok is 24 to 26 September.
        let mut wh = vec![Some(1_000); 35 * 96];
        wh[31 * 96..32 * 96].fill(None);
        let load = Load::active(date(2018, 9, 10), wh);
        let reduced = BTreeSet::from([date(2018, 10, 1)]);
        let history = History::new(&load, &Calendar::shipped(), &reduced).unwrap();
        let rules = Rules {
            method: Method::MeanOf10,
            ranking: Ranking::ByHour,
            adjustment: Adjustment::None,
            exclusions: Exclusions::Reductions,
        };
        let period = Period {
            first: date(2018, 9, 20),
            last: date(2018, 10, 31),
            hours: Hours::new(9, 20).unwrap(),
        };
        let days = used_days(&history, rules, &period).unwrap();
        let of = |day: Date| days.iter().find(|used| used.date == day).unwrap().day_use;
        for (day, expected) in [
            (date(2018, 9, 20), DayUse::TooLittleHistory),
            (date(2018, 9, 21), DayUse::TooLittleHistory),
            (date(2018, 9, 22), DayUse::Weekend),
            (date(2018, 9, 24), DayUse::Holiday),
            (date(2018, 9, 27), DayUse::Measured),
            (date(2018, 10, 1), DayUse::Reduced),
            (date(2018, 10, 11), DayUse::Gaps),
            (date(2018, 10, 12), DayUse::Measured),
        ] {
            assert_eq!(of(day), expected, "{day}");
        }
        assert_eq!(days.last().unwrap().date, date(2018, 10, 14), "no day beyond the load");
        let measured = days.iter().filter(|used| used.day_use == DayUse::Measured).count();
        assert_eq!(fitness(&history, rules, &period).unwrap().days, measured);
    }
}
