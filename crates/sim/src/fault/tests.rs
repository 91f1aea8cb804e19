use super::*;
use crate::plan::{Plan, Profile, SEED_DEFAULT};
use crate::world::Reading;

const START_MS: i64 = 1_784_041_200_000;
const MINUTE_MS: i64 = 60_000;

fn reading(point: &'static str, after_ms: i64) -> Reading {
    let at_ms = START_MS + after_ms;
    Reading { point, at_ms, due_ms: at_ms, value: 10.0 }
}

/// What becomes of a PM2.5 reading of 10 from `device`, `after_ms` into a run with only `fault`: values
/// in tenths, and how late they are.
fn check(fault: &str, device: &str, after_ms: i64) -> Vec<(i64, i64)> {
    let plan = Plan::new(SEED_DEFAULT);
    let schedule = Schedule::new(&plan, START_MS, vec![fault.parse().unwrap()], false);
    let device = plan.device(device).unwrap();
    let deliveries = schedule.deliver(device, reading("pm25", after_ms));
    let tenths = |value: f64| format!("{:.0}", value * 10.0).parse::<i64>().unwrap();
    let seen = deliveries.iter();
    seen.map(|d| (tenths(d.reading.value), d.send_ms - START_MS - after_ms)).collect()
}

#[test]
fn a_silent_device_sends_nothing_for_as_long_as_asked() {
    let fault = "silence:jj1-air-01:30s:10m";
    assert_eq!(check(fault, "jj1-air-01", 29_000), [(100, 0)]);
    assert_eq!(check(fault, "jj1-air-01", 30_000), []);
    assert_eq!(check(fault, "jj1-air-01", 629_000), []);
    assert_eq!(check(fault, "jj1-air-01", 630_000), [(100, 0)]);
    assert_eq!(check(fault, "jj1-air-02", 60_000), [(100, 0)]);
}

#[test]
fn a_late_reading_comes_five_minutes_after_its_time() {
    assert_eq!(check("late:jj1-air-01:0s:1m", "jj1-air-01", 1_000), [(100, 300_000)]);
}

#[test]
fn a_duplicate_comes_twice_and_is_equal() {
    assert_eq!(check("duplicate:jj1-air-01:0s:1m", "jj1-air-01", 0), [(100, 0), (100, 0)]);
}

#[test]
fn some_readings_spike_and_others_do_not() {
    let values = (0..60).map(|s| check("spike:jj1-air-01:0s:1h", "jj1-air-01", s * 1_000)[0].0);
    let values = values.collect::<Vec<_>>();
    let spikes = values.iter().filter(|value| **value == 800).count();
    assert!((8..=9).contains(&spikes), "{spikes} of 60");
    assert_eq!(values.iter().filter(|value| **value == 100).count(), 60 - spikes);
}

#[test]
fn an_episode_rises_within_twenty_seconds_and_ends() {
    let fault = "episode:jj1-air-01:1m:5m";
    assert_eq!(check(fault, "jj1-air-01", 59_000)[0].0, 100);
    assert_eq!(check(fault, "jj1-air-01", 80_000)[0].0, 1_060);
    assert_eq!(check(fault, "jj1-air-01", 360_000)[0].0, 100);
}

#[test]
fn a_fault_that_cannot_be_read_says_how_to_write_one() {
    for wrong in [
        "",
        "silence",
        "silence:x:1s",
        "noise:x:1s:1s",
        "late:x:1d:1s",
        "late::1s:1s",
        "late:x:1s:0s",
    ] {
        let message = wrong.parse::<Fault>().unwrap_err().to_string();
        assert!(message.contains("silence:jj1-air-01:30s:10m"), "{message}");
    }
}

#[test]
fn by_the_gentle_schedule_an_alarm_is_due_at_any_time_and_new_ones_come() {
    let plan = Plan::new(SEED_DEFAULT);
    let schedule = Schedule::new(&plan, START_MS, Vec::new(), true);
    let dusty = |after_ms: i64| {
        let of_dust =
            |d: &&crate::plan::Device| matches!(d.profile, Some(Profile::Dust | Profile::Air));
        let high = |device: &crate::plan::Device| {
            let deliveries = schedule.deliver(device, reading("pm25", after_ms));
            deliveries.iter().any(|d| d.reading.value > 76.0 && d.reading.value < 200.0)
        };
        let devices = plan.devices.iter().filter(of_dust);
        devices.filter(|device| high(device)).map(|d| d.key.clone()).collect::<Vec<_>>()
    };
    assert_eq!(dusty(30_000).len(), 2, "two sensors within the first half minute");
    let mut seen = std::collections::HashSet::new();
    for minute in 1..24 * 60 {
        let now = dusty(minute * MINUTE_MS);
        assert!(!now.is_empty(), "nothing is raised at minute {minute}");
        seen.extend(now);
    }
    assert_eq!(seen.len(), 16, "each has its turn within a day");
}

#[test]
fn a_board_leaks_within_the_first_minute_and_stops_again() {
    let plan = Plan::new(SEED_DEFAULT);
    let schedule = Schedule::new(&plan, START_MS, Vec::new(), true);
    let leaking = |after_ms: i64| {
        let boards = plan.devices.iter().filter(|d| d.profile == Some(Profile::Leakage));
        let high = boards.filter(|board| {
            let deliveries = schedule.deliver(board, reading("leakage_current", after_ms));
            deliveries.iter().any(|d| d.reading.value > 60.0)
        });
        high.count()
    };
    assert_eq!((leaking(0), leaking(MINUTE_MS), leaking(15 * MINUTE_MS)), (0, 1, 0));
    assert_eq!(leaking(31 * MINUTE_MS), 1);
}

#[test]
fn chance_never_touches_a_meter() {
    let plan = Plan::new(SEED_DEFAULT);
    let schedule = Schedule::new(&plan, START_MS, Vec::new(), true);
    let meter = plan.device("jj1-meter-10").unwrap();
    for k in 0..20_000 {
        let reading = reading("active_energy", k * 1_000);
        let deliveries = schedule.deliver(meter, reading);
        assert_eq!(deliveries, [Delivery { reading, send_ms: reading.due_ms }]);
    }
}

#[test]
fn by_chance_some_readings_of_a_day_are_spikes_late_or_doubled() {
    let plan = Plan::new(SEED_DEFAULT);
    let schedule = Schedule::new(&plan, START_MS, Vec::new(), true);
    let noise = plan.device("jj1-noise-01").unwrap();
    let (mut spikes, mut late, mut doubled) = (0, 0, 0);
    for k in 0..8 * 8_640 {
        let reading = reading("noise", k * 10_000);
        let deliveries = schedule.deliver(noise, reading);
        spikes += usize::from(deliveries[0].reading.value > 60.0);
        late += usize::from(deliveries[0].send_ms > reading.due_ms);
        doubled += usize::from(deliveries.len() == 2);
    }
    for count in [spikes, late, doubled] {
        assert!((3..60).contains(&count), "{spikes} spikes, {late} late, {doubled} doubled");
    }
}
