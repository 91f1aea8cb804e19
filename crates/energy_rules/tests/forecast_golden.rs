//! The day-ahead forecast of the steel plant's last 60 days of 2018 against the goals.

use energy_rules::SLOTS_PER_DAY;
use energy_rules::calendar::Calendar;
use energy_rules::forecast::{Plan, walk};
use jiff::civil::date;

mod shared_data;

#[test]
fn the_last_sixty_days_are_forecast_within_the_goals() {
    let Some(load) = shared_data::steel() else { return };
    let (first, last) = (date(2018, 11, 2), date(2018, 12, 31));
    let forecasts = walk(&load, &Calendar::shipped(), &Plan::default(), first, last).unwrap();
    assert_eq!(forecasts.len(), 60);
    let (mut error, mut covered) = (0.0, 0.0);
    for (day, forecast) in forecasts.iter().enumerate() {
        for slot in 0..SLOTS_PER_DAY {
            let wh = load.wh[(305 + day) * SLOTS_PER_DAY + slot].unwrap();
            let kwh = f64::from(u32::try_from(wh).unwrap()) / 1000.0;
            error += (kwh - forecast.p50[slot]).abs();
            covered += f64::from(u8::from(kwh <= forecast.p90[slot]));
        }
    }
    let slots = 60.0 * SLOTS_PER_DAY as f64;
    let (mae, coverage) = (error / slots, covered / slots);
    // The goal is 8.6; boosted trees (LightGBM) reach 8.64, the median of eight days 9.14.
    assert!(mae <= 8.5, "{mae}");
    assert!((0.88..=0.92).contains(&coverage), "{coverage}");
}
