//! What a call came to: the baseline, what was drawn, and how much less than asked for it was.

use jiff::civil::Date;

use super::baseline::{Baseline, baseline};
use super::history::History;
use super::{Hours, ResponseError, Rules};

/// The result of a reduction. It is no settlement: KPX settles by its own meter and rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What would have been drawn.
    pub baseline: Baseline,
    /// What was drawn in each hour, kWh; `None` where a quarter is not known.
    pub actual_kwh: Vec<Option<f64>>,
    /// Hours of which the reduction is not known; it is left out of every sum.
    pub missing_hours: Vec<u8>,
    /// Baseline less actual over the known hours, kWh; below 0 more was drawn than ever.
    pub reduction_kwh: f64,
    /// What was asked for over the known hours, kWh.
    pub requested_kwh: f64,
}

impl Outcome {
    /// The reduction over what was asked for, a ratio; `None` while nothing is known.
    pub fn share(&self) -> Option<f64> {
        (self.requested_kwh > 0.0).then(|| self.reduction_kwh / self.requested_kwh)
    }
}

/// Measures a reduction of `requested_kw` in some hours of a working day.
pub fn outcome(
    history: &History,
    rules: Rules,
    (day, hours): (Date, Hours),
    requested_kw: f64,
) -> Result<Outcome, ResponseError> {
    if history.is_day_off(day) {
        return Err(ResponseError::NoWorkingDay { day });
    }
    let baseline = baseline(history, rules, day, hours)?;
    let drawn = history.hours_of(day);
    let actual_kwh: Vec<_> = hours.iter().map(|hour| drawn[usize::from(hour)]).collect();
    let (mut reduction_kwh, mut requested_kwh) = (0.0, 0.0);
    let mut missing_hours = Vec::new();
    for ((hour, line), actual) in hours.iter().zip(&baseline.kwh).zip(&actual_kwh) {
        match actual {
            Some(actual) => {
                reduction_kwh += line - actual;
                requested_kwh += requested_kw;
            }
            None => missing_hours.push(hour),
        }
    }
    Ok(Outcome { baseline, actual_kwh, missing_hours, reduction_kwh, requested_kwh })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;
    use proptest::prelude::*;

    use super::super::{Adjustment, Exclusions, Method, Ranking};
    use super::*;
    use crate::calendar::Calendar;
    use crate::load::Load;

    const RULES: Rules = Rules {
        method: Method::MeanOf10,
        ranking: Ranking::ByHour,
        adjustment: Adjustment::None,
        exclusions: Exclusions::Reductions,
    };

    /// Three weeks from Monday 2018-07-02 at 10 kWh a quarter, and a Monday with `called` from 14 to
    /// 16 o'clock.
    fn history(called: [Option<i64>; 8]) -> History {
        let mut wh = vec![Some(10_000); 22 * 96];
        wh[21 * 96 + 56..21 * 96 + 64].copy_from_slice(&called);
        let load = Load::active(date(2018, 7, 2), wh);
        let day = BTreeSet::from([date(2018, 7, 23)]);
        History::new(&load, &Calendar::shipped(), &day).unwrap()
    }

    fn check(called: [Option<i64>; 8]) -> Outcome {
        let at = (date(2018, 7, 23), Hours::new(14, 16).unwrap());
        outcome(&history(called), RULES, at, 20.0).unwrap()
    }

    #[test]
    fn a_call_comes_to_baseline_less_actual_over_what_was_asked_for() {
        let found = check([Some(6_000); 8]);
        assert_eq!(found.baseline.kwh, [40.0, 40.0]);
        assert!((found.reduction_kwh - 32.0).abs() < 1e-9 && found.missing_hours.is_empty());
        assert!((found.share().unwrap() - 0.8).abs() < 1e-9, "{found:?}");
        let mut gap = [Some(6_000); 8];
        gap[5] = None;
        let found = check(gap);
        assert_eq!((found.missing_hours.as_slice(), found.requested_kwh), ([15].as_slice(), 20.0));
        assert!((found.reduction_kwh - 16.0).abs() < 1e-9, "{found:?}");
        assert_eq!(check([None; 8]).share(), None, "nothing known is not nothing reduced");
        assert!(check([Some(11_000); 8]).share().unwrap() < 0.0, "more was drawn than ever");
    }

    #[test]
    fn a_call_on_a_day_off_is_not_set_against_working_days() {
        let load = Load::active(date(2018, 5, 14), vec![Some(10_000); 31 * 96]);
        let history = History::new(&load, &Calendar::shipped(), &BTreeSet::new()).unwrap();
        let of = |day: Date| outcome(&history, RULES, (day, Hours::new(14, 16).unwrap()), 20.0);
        assert!(of(date(2018, 6, 5)).is_ok(), "a Tuesday");
        // A Saturday, a Sunday, and Memorial Day, a Wednesday.
        for day in [date(2018, 6, 2), date(2018, 6, 3), date(2018, 6, 6)] {
            let error = of(day).unwrap_err();
            assert_eq!(error, ResponseError::NoWorkingDay { day });
            assert!(error.to_string().ends_with("choose a working day"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn what_is_drawn_and_what_is_reduced_add_up_to_the_baseline(
            called in prop::array::uniform8(prop::option::weighted(0.8, 0i64..50_000)),
        ) {
            let found = check(called);
            let known = |(line, actual): (&f64, &Option<f64>)| actual.map(|actual| line - actual);
            let sum: f64 = found.baseline.kwh.iter().zip(&found.actual_kwh).filter_map(known).sum();
            prop_assert!((sum - found.reduction_kwh).abs() < 1e-9);
            let hours = found.missing_hours.len() + found.actual_kwh.iter().flatten().count();
            prop_assert_eq!(hours, 2);
        }
    }
}
