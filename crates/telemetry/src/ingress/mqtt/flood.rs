//! Fair share: a device that sends more than its share waits, and one that does so for minutes is shut out
//! for a while. Pure, bounded.
//!
//! Waiting costs the device only: its connection carries one message at a time. A backlog after an outage
//! is thus taken at the sustained rate; nothing of it is lost.

use std::collections::HashMap;
use std::time::Duration;

use base::Instant;

/// The share of one device.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    /// Messages a second in the long run.
    pub per_s: u32,
    /// Messages at once, after a pause.
    pub burst: u32,
    /// Being held back for this long ends in a ban.
    pub ban_after: Duration,
    /// How long a ban lasts.
    pub ban: Duration,
}

impl Default for Share {
    fn default() -> Self {
        Self {
            per_s: 200,
            burst: 2_000,
            ban_after: Duration::from_mins(5),
            ban: Duration::from_mins(1),
        }
    }
}

/// Longest wait of one message, however many connections a device has.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// Most devices that are remembered; those at rest are forgotten first.
const DEVICES_MAX: usize = 200_000;

/// What a message has to do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Turn {
    /// Go on.
    Now,
    /// Wait first.
    After(Duration),
    /// The device is shut out.
    Banned,
}

/// How much of its share each device has used.
#[derive(Debug)]
pub(super) struct Flood {
    share: Share,
    devices: HashMap<Box<str>, Used>,
}

#[derive(Debug, Clone, Copy)]
struct Used {
    /// Messages that may come at once; negative while some wait.
    left: f64,
    at: Instant,
    held_since: Option<Instant>,
    banned_until: Option<Instant>,
}

impl Flood {
    pub(super) fn new(share: Share) -> Self {
        Self { share, devices: HashMap::new() }
    }

    /// Whether the device is shut out now.
    pub(super) fn is_banned(&self, key: &str, now: Instant) -> bool {
        self.devices.get(key).and_then(|used| used.banned_until).is_some_and(|until| now < until)
    }

    /// Takes a message of the device.
    pub(super) fn take(&mut self, key: &str, now: Instant) -> Turn {
        let share = self.share;
        let (per_s, burst) = (f64::from(share.per_s.max(1)), f64::from(share.burst.max(1)));
        if self.devices.len() >= DEVICES_MAX && !self.devices.contains_key(key) {
            let refilled = |used: &Used| used.left + seconds(used.at, now) * per_s;
            let banned = |used: &Used| used.banned_until.is_some_and(|until| now < until);
            self.devices.retain(|_, used| refilled(used) < burst || banned(used));
        }
        let full = Used { left: burst, at: now, held_since: None, banned_until: None };
        let used = self.devices.entry(key.into()).or_insert(full);
        match used.banned_until {
            Some(until) if now < until => return Turn::Banned,
            Some(_) => *used = full,
            None => {}
        }
        used.left = (used.left + seconds(used.at, now) * per_s).min(burst);
        used.at = now;
        if used.left >= burst / 2.0 {
            used.held_since = None;
        }
        used.left -= 1.0;
        if used.left >= 0.0 {
            return Turn::Now;
        }
        let since = *used.held_since.get_or_insert(now);
        if seconds(since, now) >= share.ban_after.as_secs_f64() {
            used.banned_until = Some(now + share.ban);
            return Turn::Banned;
        }
        Turn::After(Duration::from_secs_f64(-used.left / per_s).min(WAIT_MAX))
    }
}

/// From `before` to `now`; nothing when the clock went back.
fn seconds(before: Instant, now: Instant) -> f64 {
    now.as_micros().saturating_sub(before.as_micros()).max(0) as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(1_795_564_800_000_000);

    fn share() -> Share {
        Share { per_s: 10, burst: 20, ..Share::default() }
    }

    #[test]
    fn a_burst_goes_through_and_what_follows_waits_its_turn() {
        let mut flood = Flood::new(share());
        for n in 0..20 {
            assert_eq!(flood.take("g-17", NOW), Turn::Now, "{n}");
        }
        assert_eq!(flood.take("g-17", NOW), Turn::After(Duration::from_millis(100)));
        assert_eq!(flood.take("g-17", NOW), Turn::After(Duration::from_millis(200)));
        assert_eq!(flood.take("g-18", NOW), Turn::Now, "nobody else waits");
        assert_eq!(flood.take("g-17", NOW + Duration::from_secs(2)), Turn::Now);
        for _ in 0..1_000 {
            flood.take("g-17", NOW);
        }
        assert_eq!(flood.take("g-17", NOW), Turn::After(WAIT_MAX));
    }

    #[test]
    fn a_device_that_never_stops_is_shut_out_for_a_minute_and_then_begins_anew() {
        let (mut flood, mut now, mut taken) = (Flood::new(share()), NOW, 0);
        let banned_at = loop {
            match flood.take("g-17", now) {
                Turn::Now => taken += 1,
                Turn::After(wait) => {
                    taken += 1;
                    now = now + wait;
                }
                Turn::Banned => break now,
            }
        };
        // 300 s at ten a second, and the burst before.
        assert!((3_015..=3_025).contains(&taken), "{taken}");
        assert!(flood.is_banned("g-17", banned_at + Duration::from_secs(59)));
        assert_eq!(flood.take("g-17", banned_at + Duration::from_secs(59)), Turn::Banned);
        assert!(!flood.is_banned("g-17", banned_at + Duration::from_mins(1)));
        assert_eq!(flood.take("g-17", banned_at + Duration::from_mins(1)), Turn::Now);
        assert!(!flood.is_banned("g-18", banned_at));
    }

    #[test]
    fn a_backlog_with_an_end_is_not_punished() {
        let (mut flood, mut now) = (Flood::new(share()), NOW);
        for _ in 0..2_500 {
            match flood.take("g-17", now) {
                Turn::Now => {}
                Turn::After(wait) => now = now + wait,
                Turn::Banned => panic!("banned at {now:?}"),
            }
        }
        assert_eq!(flood.take("g-17", now + Duration::from_secs(2)), Turn::Now);
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_and_takes_nothing() {
        let mut flood = Flood::new(share());
        flood.take("g-17", NOW + Duration::from_hours(1));
        for _ in 0..19 {
            assert_eq!(flood.take("g-17", NOW), Turn::Now);
        }
        assert_eq!(flood.take("g-17", NOW), Turn::After(Duration::from_millis(100)));
    }
}
