//! The controller against perfect foresight, each month billed alone, without looking ahead.

use std::ops::Range;

use energy_rules::SLOTS_PER_DAY;
use energy_rules::dispatch::{
    Battery, BatterySpec, Controller, DemandTerms, Habit, Run, Settings, learn_target, roll,
};

use super::forecast::SameType;
use super::steel;

/// Days of the past that the target is learnt on.
const LEARNT_DAYS: usize = 60;

fn run(load: &[f64], month: i8, battery: &Battery) -> Run {
    let slots = steel::slots_of(month, month);
    let past = |days: usize| slots.start.saturating_sub(days * SLOTS_PER_DAY)..slots.start;
    let whole = |range: Range<usize>| steel::site(load, range);
    let target_kw = learn_target(&whole(past(LEARNT_DAYS)), battery, steel::CHARGE).unwrap();
    let habit = Habit::of(&whole(past(140))).unwrap();
    let terms = DemandTerms::alone(u8::try_from(month).unwrap(), steel::CHARGE);
    let stored = 0.5 * battery.spec().capacity_kwh;
    let settings = Settings::defending(target_kw);
    let controller = Controller::new(battery, &terms, settings, habit, stored).unwrap();
    let mut forecast = SameType::new(load);
    let outlook = &mut |at: usize| forecast.outlook(slots.start + at);
    roll(&steel::site(load, slots.clone()), controller, outlook).unwrap()
}

#[test]
fn rolling_keeps_85_percent_of_the_saving_of_perfect_foresight() {
    let Some(load) = steel::load() else { return };
    let battery = Battery::new(BatterySpec::usual(500.0, 250.0)).unwrap();
    for (month, goal_won) in [(7, 1_935_135.0), (11, 2_426_610.0)] {
        let run = run(&load, month, &battery);
        assert!(run.saving_won() >= goal_won, "month {month}: {:.0} won", run.saving_won());
        assert!(run.stored_kwh >= 249.99, "{}", run.stored_kwh);
    }
}

#[test]
fn rolling_is_never_worse_than_no_battery() {
    let Some(load) = steel::load() else { return };
    for (kwh, kw) in [(500.0, 250.0), (100.0, 100.0), (2_000.0, 300.0)] {
        let battery = Battery::new(BatterySpec::usual(kwh, kw)).unwrap();
        for month in [2, 5, 12] {
            let run = run(&load, month, &battery);
            assert!(run.saving_won() >= 0.0, "{kwh} kWh, month {month}: {}", run.saving_won());
            assert!(run.costs.demand_won <= run.base.demand_won + 1e-6);
        }
    }
}
