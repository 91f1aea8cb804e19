use std::time::Duration;

use base::Quality;
use proptest::prelude::*;

use super::*;

const NOW: Instant = Instant::from_micros(1_780_000_000_000_000);

fn reading(series: u32, at_ms: i64, value: f64) -> Reading {
    Reading { series: Series(series), at_ms, value, quality: Quality::GOOD }
}

/// What the newest generation says, laid over the older ones.
fn merged(buffer: &Buffer, series: &[Series]) -> BTreeMap<(u32, i64), u64> {
    let mut parts = buffer.snapshot(series, i64::MIN / 2, i64::MAX / 2);
    parts.sort_by_key(|part| part.hi);
    parts
        .iter()
        .flat_map(|part| &part.readings)
        .map(|r| ((r.series.0, r.at_ms), r.value.to_bits()))
        .collect()
}

fn frozen(buffer: &mut Buffer, day: i64) -> Arc<Generation> {
    let groups = buffer.freeze(&[Day(day)], 0);
    assert_eq!(groups.len(), 1);
    Arc::clone(&groups[0][0])
}

#[test]
fn a_day_begins_at_midnight_utc_also_before_1970() {
    assert_eq!(Day::of_ms(0), Day(0));
    assert_eq!(Day::of_ms(86_399_999), Day(0));
    assert_eq!(Day::of_ms(-1), Day(-1));
}

#[test]
fn a_frozen_generation_stays_readable_until_it_is_released() {
    let mut buffer = Buffer::default();
    buffer.insert(1, &[reading(1, 5, 1.0)], NOW);
    let taken = frozen(&mut buffer, 0);
    buffer.insert(2, &[reading(1, 6, 2.0)], NOW);
    assert_eq!((taken.lo, taken.hi), (1, 1));
    assert_eq!(merged(&buffer, &[Series(1)]).len(), 2);
    assert_eq!(buffer.log_bound(), 1);
    buffer.release(Day(0));
    assert_eq!(merged(&buffer, &[Series(1)]).len(), 1);
    assert_eq!(buffer.log_bound(), 2);
}

#[test]
fn a_generation_whose_flush_failed_is_given_again_before_newer_readings() {
    let mut buffer = Buffer::default();
    buffer.insert(1, &[reading(1, 5, 1.0)], NOW);
    let first = frozen(&mut buffer, 0);
    buffer.insert(2, &[reading(1, 5, 2.0)], NOW);
    let again = frozen(&mut buffer, 0);
    assert!(Arc::ptr_eq(&first, &again));
    buffer.release(Day(0));
    assert_eq!(frozen(&mut buffer, 0).lo, 2);
}

#[test]
fn a_batch_of_two_days_lies_in_both() {
    let mut buffer = Buffer::default();
    buffer.insert(9, &[reading(1, DAY_MS - 1, 1.0), reading(1, DAY_MS, 2.0)], NOW);
    assert_eq!(buffer.days(), [Day(0), Day(1)]);
    let parts = buffer.snapshot(&[Series(1)], DAY_MS, DAY_MS + 1);
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].readings, [reading(1, DAY_MS, 2.0)]);
}

#[test]
fn a_day_is_due_by_age_by_number_and_by_bytes() {
    let mut buffer = Buffer::default();
    buffer.insert(1, &[reading(1, 5, 1.0), reading(1, 6, 1.0)], NOW);
    let never = FlushLimits { age: Duration::MAX, readings: usize::MAX, bytes: usize::MAX };
    assert!(buffer.due(&never, NOW).is_empty());
    let age = FlushLimits { age: Duration::from_mins(1), ..never };
    assert!(buffer.due(&age, NOW + Duration::from_secs(59)).is_empty());
    assert_eq!(buffer.due(&age, NOW + Duration::from_mins(1)), [Day(0)]);
    assert_eq!(buffer.due(&FlushLimits { readings: 2, ..never }, NOW), [Day(0)]);
    assert_eq!(buffer.due(&FlushLimits { bytes: 100, ..never }, NOW), [Day(0)]);
}

#[test]
fn a_repeated_key_does_not_grow_the_buffer() {
    let mut buffer = Buffer::default();
    for batch in 1..10_000 {
        let at_ms = i64::try_from(batch % 7).unwrap();
        buffer.insert(batch, &[reading(1, at_ms, 1.0)], NOW);
    }
    assert!(buffer.readings() < 200, "{} readings for 7 keys", buffer.readings());
}

#[test]
fn few_readings_of_many_days_make_one_group_within_a_block() {
    let mut buffer = Buffer::default();
    for day in 0..45 {
        buffer.insert(day + 1, &[reading(1, i64::try_from(day).unwrap() * DAY_MS, 1.0)], NOW);
    }
    let groups = buffer.freeze(&buffer.days(), 0);
    assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [30, 15]);
}

#[test]
fn generations_of_different_rounds_stay_apart() {
    let mut buffer = Buffer::default();
    buffer.insert(1, &[reading(1, 0, 1.0)], NOW);
    buffer.freeze(&[Day(0)], 0);
    buffer.insert(2, &[reading(1, 0, 2.0)], NOW);
    buffer.insert(3, &[reading(1, DAY_MS, 3.0)], NOW);
    let groups = buffer.freeze(&buffer.days(), 0);
    assert_eq!(groups.len(), 2, "day 0 holds batch 2, which is older than batch 3 of day 1");
}

#[test]
fn an_empty_buffer_lets_the_log_go_up_to_the_newest_batch_it_saw() {
    let mut buffer = Buffer::default();
    buffer.insert(7, &[reading(1, 0, 1.0)], NOW);
    buffer.freeze(&[Day(0)], 0);
    buffer.release(Day(0));
    assert_eq!(buffer.log_bound(), 8);
}

proptest! {
    #[test]
    fn any_order_of_readings_is_a_sorted_map(
        batches in proptest::collection::vec(
            proptest::collection::vec((0_u32..4, -200_i64..200, any::<i32>()), 0..90), 0..12),
        freeze_after in any::<prop::sample::Index>(),
    ) {
        let mut buffer = Buffer::default();
        let mut oracle = BTreeMap::new();
        let freeze_after = freeze_after.index(batches.len().max(1));
        for (index, batch) in batches.iter().enumerate() {
            let readings: Vec<Reading> = batch
                .iter()
                .map(|(series, at, value)| reading(*series, *at, f64::from(*value)))
                .collect();
            buffer.insert(index as u64 + 1, &readings, NOW);
            for r in &readings {
                oracle.insert((r.series.0, r.at_ms), r.value.to_bits());
            }
            if index == freeze_after {
                buffer.freeze(&[Day(-1), Day(0)], 0);
            }
        }
        let all = [Series(0), Series(1), Series(2), Series(3)];
        prop_assert_eq!(merged(&buffer, &all), oracle);
        for part in buffer.snapshot(&all, -150, 150) {
            let keys: Vec<_> = part.readings.iter().map(|r| (r.series, r.at_ms)).collect();
            prop_assert!(keys.is_sorted_by(|a, b| a < b), "sorted, each key once: {keys:?}");
            prop_assert!(keys.iter().all(|(_, at)| (-150..150).contains(at)));
        }
    }
}
