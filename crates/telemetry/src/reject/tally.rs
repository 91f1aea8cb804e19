//! Counting of refusals in memory: pure, bounded, flushed in bulk.
//!
//! Sketch: a row is one device, point, reason and hour. A flood of ten thousand unknown keys from one
//! device is at most [`POINTS_PER_DEVICE_MAX`] rows an hour and reason; all devices together are at most
//! [`KEYS_PER_HOUR_MAX`] rows. The rest is counted under [`OTHER`], so that sums stay right.

use std::collections::HashMap;

use base::noun::{Complex, Establishment};
use base::{Id, Instant};

use super::{Reject, RejectCode};

/// The name under which everything beyond the limits is counted.
pub const OTHER: &str = "(기타)";
/// Most rows of one hour.
pub const KEYS_PER_HOUR_MAX: usize = 10_000;
/// Most points of one device that are told apart within an hour.
pub const POINTS_PER_DEVICE_MAX: usize = 100;

const HOUR_US: i64 = 3_600_000_000;

/// Whose message it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender<'a> {
    /// The key of the device, known or not.
    pub device_key: &'a str,
    /// The complex of a known device.
    pub complex: Option<Id<Complex>>,
    /// The establishment of a tenant's device.
    pub establishment: Option<Id<Establishment>>,
}

/// What a row tells apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key {
    /// Start of the hour, microseconds.
    pub(super) hour: i64,
    pub(super) device: String,
    pub(super) point: String,
    pub(super) code: RejectCode,
}

/// What has come for a row since the last flush.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) complex: Option<Id<Complex>>,
    pub(super) establishment: Option<Id<Establishment>>,
    pub(super) entries: u64,
    pub(super) detail: String,
    pub(super) sample: String,
    pub(super) first_at: Instant,
    pub(super) last_at: Instant,
}

/// The counts of the running hour.
#[derive(Debug, Default)]
pub(super) struct Tally {
    hour: i64,
    /// Points told apart, per device, in this hour.
    devices: HashMap<String, usize>,
    /// Rows of this hour; zero counts are kept, so that a known key stays known after a flush.
    counts: HashMap<Key, Count>,
}

impl Tally {
    /// Counts one refusal. An earlier hour that was not flushed stays until the next flush.
    pub(super) fn add(&mut self, sender: Sender<'_>, reject: &Reject, now: Instant) {
        let hour = now.as_micros().div_euclid(HOUR_US) * HOUR_US;
        if hour != self.hour {
            self.hour = hour;
            self.devices.clear();
            self.counts.retain(|_, count| count.entries > 0);
        }
        let key = self.key(hour, sender, reject);
        let count = self.counts.entry(key).or_insert_with(|| Count {
            complex: sender.complex,
            establishment: sender.establishment,
            entries: 0,
            detail: String::new(),
            sample: String::new(),
            first_at: now,
            last_at: now,
        });
        if count.entries == 0 {
            count.first_at = now;
            reject.detail.clone_into(&mut count.detail);
            reject.sample.clone_into(&mut count.sample);
        }
        count.entries += reject.count;
        count.last_at = now;
    }

    /// The key to count under: as told, or [`OTHER`] where a limit is reached.
    fn key(&mut self, hour: i64, sender: Sender<'_>, reject: &Reject) -> Key {
        let point_key = reject.point.as_deref().unwrap_or("");
        let key = |device_key: &str, point_key: &str| Key {
            hour,
            device: super::cut(device_key, super::KEY_CHARS_MAX),
            point: point_key.to_owned(),
            code: reject.code,
        };
        let told = key(sender.device_key, point_key);
        if self.counts.contains_key(&told) {
            return told;
        }
        if self.counts.len() >= KEYS_PER_HOUR_MAX {
            return key(OTHER, OTHER);
        }
        let points = self.devices.entry(told.device.clone()).or_default();
        if *points >= POINTS_PER_DEVICE_MAX {
            return key(sender.device_key, OTHER);
        }
        *points += 1;
        told
    }

    /// Takes what has come since the last flush.
    pub(super) fn take(&mut self) -> Vec<(Key, Count)> {
        let mut taken = Vec::new();
        for (key, count) in &mut self.counts {
            if count.entries > 0 {
                taken.push((key.clone(), count.clone()));
                count.entries = 0;
            }
        }
        taken.sort_by(|a, b| a.0.cmp(&b.0));
        taken
    }

    /// Puts back what could not be written.
    pub(super) fn put_back(&mut self, counts: Vec<(Key, Count)>) {
        for (key, old) in counts {
            match self.counts.get_mut(&key) {
                Some(count) if count.entries > 0 => {
                    count.entries += old.entries;
                    count.first_at = old.first_at;
                }
                _ => {
                    self.counts.insert(key, old);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Instant = Instant::from_micros(1_795_564_800_000_000);

    fn sender(device_key: &str) -> Sender<'_> {
        Sender { device_key, complex: None, establishment: None }
    }

    fn reject(point: &str) -> Reject {
        Reject::entry(0, Some(point), RejectCode::UnknownPoint, "no such point", "{}")
    }

    fn sum(counts: &[(Key, Count)]) -> u64 {
        counts.iter().map(|(_, count)| count.entries).sum()
    }

    #[test]
    fn the_same_refusal_is_one_row_with_a_count() {
        let mut tally = Tally::default();
        for second in 0..5 {
            tally.add(sender("g-17"), &reject("pm25"), NOW + Duration::from_secs(second));
        }
        let counts = tally.take();
        assert_eq!(counts.len(), 1);
        assert_eq!((counts[0].1.entries, counts[0].1.first_at), (5, NOW));
        assert_eq!(counts[0].1.last_at, NOW + Duration::from_secs(4));
        assert!(tally.take().is_empty());
    }

    #[test]
    fn a_flood_of_points_is_bounded_and_still_counted() {
        let mut tally = Tally::default();
        for n in 0..10_000 {
            tally.add(sender("g-17"), &reject(&format!("p{n}")), NOW);
        }
        let counts = tally.take();
        assert_eq!(counts.len(), POINTS_PER_DEVICE_MAX + 1);
        assert_eq!(sum(&counts), 10_000);
        assert!(counts.iter().any(|(key, _)| key.point == OTHER));
    }

    #[test]
    fn a_flood_of_devices_is_bounded_even_when_it_is_flushed_in_between() {
        let mut tally = Tally::default();
        let (mut rows, mut total) = (std::collections::HashSet::new(), 0);
        for round in 0..3 {
            for n in 0..8_000 {
                tally.add(sender(&format!("d{round}-{n}")), &reject("x"), NOW);
            }
            let counts = tally.take();
            total += sum(&counts);
            rows.extend(counts.into_iter().map(|(key, _)| key));
        }
        assert_eq!(total, 24_000);
        assert_eq!(rows.len(), KEYS_PER_HOUR_MAX + 1);
    }

    #[test]
    fn a_new_hour_begins_new_rows() {
        let mut tally = Tally::default();
        tally.add(sender("g-17"), &reject("pm25"), NOW);
        tally.add(sender("g-17"), &reject("pm25"), NOW + Duration::from_hours(1));
        assert_eq!(tally.take().len(), 2);
    }

    #[test]
    fn what_could_not_be_written_is_counted_again() {
        let mut tally = Tally::default();
        tally.add(sender("g-17"), &reject("pm25"), NOW);
        let taken = tally.take();
        tally.add(sender("g-17"), &reject("pm25"), NOW + Duration::from_secs(1));
        tally.put_back(taken);
        let counts = tally.take();
        assert_eq!((counts[0].1.entries, counts[0].1.first_at), (2, NOW));
    }
}
