//! Each kind of event in a made-up plant, refusals, and properties.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::SLOTS_PER_DAY;
use crate::calendar::Calendar;
use crate::forecast::{Plan, Planned};
use crate::load::Load;

/// Days of the made-up plant; it begins on Monday 2018-07-02.
const DAYS: usize = 50;
/// A Monday late enough to be judged.
const DAY: usize = 42;
/// 15 August, the only holiday.
const HOLIDAY: usize = 44;

/// About 3 kWh a slot, 60 to 90 from 08:00 to 18:00 on working days; no two slots quite alike.
fn plant() -> Load {
    let mut noise = 7u64;
    let wh = (0..DAYS * SLOTS_PER_DAY).map(|place| {
        noise =
            noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let draw = i64::try_from((noise >> 33) % 1000).unwrap();
        let (day, slot) = (place / SLOTS_PER_DAY, place % SLOTS_PER_DAY);
        let working = day % 7 < 5 && day != HOLIDAY && (32..72).contains(&slot);
        Some(if working { 60_000 + 30 * draw } else { 3_000 + draw })
    });
    Load::active(date(2018, 7, 2), wh.collect())
}

fn find(load: &Load, tuning: &Tuning) -> Vec<Event> {
    let prices = vec![Some(100_000_000); load.wh.len()];
    detect(load, &Calendar::shipped(), &Plan::default(), &prices, tuning).unwrap()
}

/// Changes slots of [`DAY`] and expects one event of a kind that begins with them.
fn check(kind: Kind, slots: std::ops::Range<usize>, change: impl Fn(i64) -> i64) -> Event {
    let mut load = plant();
    let first = DAY * SLOTS_PER_DAY + slots.start;
    for at in first..DAY * SLOTS_PER_DAY + slots.end {
        load.wh[at] = load.wh[at].map(&change);
    }
    let events = find(&load, &Tuning::default());
    let [event] = events.as_slice() else { panic!("{kind:?}: {events:?}") };
    assert_eq!((event.kind, event.slots.start), (kind, first), "{event:?}");
    assert!(event.flags.iter().all(|flag| event.slots.contains(flag)));
    event.clone()
}

#[test]
fn an_ordinary_plant_raises_no_alarm() {
    assert_eq!(find(&plant(), &Tuning::default()), []);
}

#[test]
fn each_kind_of_event_is_told_with_its_energy_and_its_cost() {
    let left_on = check(Kind::BaseLoadOn, 4..24, |wh| wh + 12_000);
    assert_eq!(left_on.slots.len(), 20);
    assert!(left_on.flags[0] < left_on.slots.start + 8, "within two hours");
    let excess = left_on.actual_kwh - left_on.expected_kwh;
    assert!((excess - 240.0).abs() < 10.0, "{excess}");
    // 100 won a kWh.
    let won = left_on.cost_won.unwrap();
    assert!((won - 24_000).abs() < 1_000, "{won}");

    let stuck = check(Kind::StuckMeter, 36..60, |_| 71_230);
    assert_eq!(stuck.flags[0], stuck.slots.start + 8, "at the ninth reading of one value");
    let outage = check(Kind::Outage, 40..52, |_| 0);
    assert_eq!(outage.flags[0], outage.slots.start + 1, "after half an hour");
    assert!(outage.cost_won.unwrap() < 0, "energy that was not drawn");
    let spike = check(Kind::Spike, 50..51, |_| 150_000);
    assert_eq!(spike.flags, [spike.slots.start]);
}

#[test]
fn an_event_costs_nothing_that_could_be_told_while_a_slot_of_it_has_no_price() {
    let mut load = plant();
    let (first, end) = (DAY * SLOTS_PER_DAY + 4, DAY * SLOTS_PER_DAY + 24);
    for wh in load.wh[first..end].iter_mut().flatten() {
        *wh += 12_000;
    }
    let costs = |unpriced: std::ops::Range<usize>| {
        let mut prices = vec![Some(100_000_000); load.wh.len()];
        prices[unpriced].fill(None);
        let (calendar, plan) = (Calendar::shipped(), Plan::default());
        let events = detect(&load, &calendar, &plan, &prices, &Tuning::default()).unwrap();
        events.iter().map(|event| event.cost_won.is_some()).collect::<Vec<_>>()
    };
    assert_eq!(costs(0..first), [true], "what is not of the event needs no price");
    assert_eq!(costs(end - 1..end), [false]);
    assert_eq!(costs(0..end + 4), [false]);
}

#[test]
fn hours_above_all_hours_like_them_are_an_unusual_day() {
    let mut load = plant();
    // Two shifts more on a Sunday (day 41), which the plant never works.
    for slot in 30..70 {
        let at = 41 * SLOTS_PER_DAY + slot;
        load.wh[at] = Some(45_000 + i64::try_from(slot * 37 % 11 * 500).unwrap());
    }
    let events = find(&load, &Tuning::default());
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(event.kind, Kind::UnusualDay);
    assert!(event.actual_kwh > 5.0 * event.expected_kwh, "{event:?}");
}

#[test]
fn a_plant_that_grew_for_good_is_told_for_some_days_only() {
    let plant = plant();
    let mut wh = plant.wh.clone();
    wh.extend_from_slice(&plant.wh);
    // From day 50 on half as much again whenever it works.
    for wh in wh[50 * SLOTS_PER_DAY..].iter_mut().flatten() {
        *wh += if *wh > 10_000 { *wh / 2 } else { 0 };
    }
    let events = find(&Load::active(plant.first_day, wh), &Tuning::default());
    let days: Vec<usize> =
        events.iter().flat_map(|event| &event.flags).map(|flag| flag / SLOTS_PER_DAY).collect();
    assert!(days.contains(&50), "{days:?}");
    assert!(days.iter().all(|day| *day < 64), "{days:?}");
}

#[test]
fn a_planned_day_is_set_against_its_plan() {
    let mut load = plant();
    let mut plan = Plan::default();
    plan.set(load.day_of(DAY * SLOTS_PER_DAY), Planned::Factor(0.5)).unwrap();
    // A spike on that day, so that there is an event to look at.
    load.wh[DAY * SLOTS_PER_DAY + 50] = Some(150_000);
    let prices = vec![Some(1); load.wh.len()];
    let events = detect(&load, &Calendar::shipped(), &plan, &prices, &Tuning::default()).unwrap();
    assert_eq!(events.len(), 1);
    assert!((events[0].actual_kwh - 150.0).abs() < 1e-9, "as read: {events:?}");
    assert!((30.0..48.0).contains(&events[0].expected_kwh), "half of 75: {events:?}");
}

#[test]
fn what_was_expected_stands_beside_every_slot_and_adds_up_to_the_event() {
    let mut load = plant();
    let slots = DAY * SLOTS_PER_DAY + 4..DAY * SLOTS_PER_DAY + 24;
    for at in slots {
        load.wh[at] = load.wh[at].map(|wh| wh + 12_000);
    }
    let prices = vec![Some(100_000_000); load.wh.len()];
    let (calendar, plan) = (Calendar::shipped(), Plan::default());
    let found = detection(&load, &calendar, &plan, &prices, &Tuning::default()).unwrap();
    assert_eq!(found.expected_kwh.len(), load.wh.len());
    let [event] = found.events.as_slice() else { panic!("{found:?}") };
    let sum: f64 = found.expected_kwh[event.slots.clone()].iter().sum();
    assert!((sum - event.expected_kwh).abs() < 1e-9, "{sum}, not {}", event.expected_kwh);
    assert_eq!(Kind::of_code(event.kind.code()), Some(event.kind));
    assert_eq!(Kind::of_code("coffee"), None);
}

#[test]
fn verdicts_move_the_threshold_of_their_kind_alone() {
    let no = (Kind::Spike, Verdict::No);
    let tuning = Tuning::of([no; 3]);
    assert!(tuning.factor(Kind::Spike) > 1.5);
    assert!((tuning.factor(Kind::Outage) - 1.0).abs() < 1e-12);
    assert!(Tuning::of([(Kind::Spike, Verdict::Yes)]).factor(Kind::Spike) < 1.0);
    let most = Tuning::of([no; 100]).factor(Kind::Spike);
    let least = Tuning::of([(Kind::Spike, Verdict::Yes); 100]).factor(Kind::Spike);
    assert!((most - 3.0).abs() < 1e-12 && (least - 0.75).abs() < 1e-12, "{most} {least}");

    let mut load = plant();
    load.wh[DAY * SLOTS_PER_DAY + 50] = Some(110_000);
    assert_eq!(find(&load, &Tuning::default()).len(), 1);
    assert_eq!(find(&load, &tuning), [], "110 kWh is within 22 % of 90");
}

#[test]
fn refusals_say_what_to_do() {
    let refuse = |load: &Load, prices: usize| {
        let (calendar, plan) = (Calendar::shipped(), Plan::default());
        detect(load, &calendar, &plan, &vec![Some(1); prices], &Tuning::default()).unwrap_err()
    };
    let load = plant();
    let error = refuse(&load, 3).to_string();
    assert!(error.contains("3 prices were given for 4800 slots"), "{error}");
    let short = Load::active(load.first_day, load.wh[..28 * SLOTS_PER_DAY].to_vec());
    assert_eq!(refuse(&short, short.wh.len()), AnomalyError::TooShort { days: 28 });
    let mut negative = load;
    negative.wh[7] = Some(-1);
    let error = refuse(&negative, negative.wh.len()).to_string();
    assert!(error.contains("never negative"), "{error}");
}

#[test]
fn a_load_without_change_or_without_readings_raises_no_alarm() {
    for wh in [Some(5_000), Some(0), None] {
        let load = Load::active(date(2018, 7, 2), vec![wh; 40 * SLOTS_PER_DAY]);
        assert_eq!(find(&load, &Tuning::default()), [], "{wh:?}");
    }
}

proptest! {
    // Each case goes through weeks of slots.
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn what_comes_later_changes_no_flag(
        changes in prop::collection::vec((2700usize..4000, 0i64..200_000), 1..40),
        cut in 3000usize..4800,
        gaps in prop::collection::vec(2700usize..4800, 0..60),
    ) {
        let mut load = plant();
        for (at, wh) in changes {
            load.wh[at] = Some(wh);
        }
        for at in gaps {
            load.wh[at] = None;
        }
        let flags = |load: &Load| {
            let events = find(load, &Tuning::default());
            let mut flags: Vec<_> =
                events.iter().flat_map(|e| e.flags.iter().map(|f| (*f, e.kind))).collect();
            flags.sort_unstable();
            flags
        };
        let whole: Vec<_> = flags(&load).into_iter().filter(|(at, _)| *at < cut).collect();
        load.wh.truncate(cut);
        prop_assert_eq!(flags(&load), whole);
    }
}
