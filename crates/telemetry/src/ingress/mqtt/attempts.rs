//! Wrong passwords, counted per sender: pure, bounded.
//!
//! Secrets have 160 random bits, so nobody guesses one; the limit keeps a device with an old secret
//! from costing more than a look into a table. It is kept per address AND user name, so that a broken
//! device behind a shared address locks out nobody but itself.

use std::collections::HashMap;
use std::net::IpAddr;

use base::Instant;

/// Wrong passwords within [`WINDOW_US`] after which further attempts are refused unseen.
pub(super) const FAILURES_MAX: u32 = 10;
/// Length of the window.
const WINDOW_US: i64 = 60_000_000;
/// Most senders that are remembered.
const SENDERS_MAX: usize = 10_000;

/// Who tries.
pub(super) type Tried = (Option<IpAddr>, String);

/// The failures of the running windows.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    failures: HashMap<Tried, (Instant, u32)>,
}

impl Attempts {
    /// Whether this sender must wait before its password is looked at again.
    pub(super) fn must_wait(&self, who: &Tried, now: Instant) -> bool {
        self.failures
            .get(who)
            .is_some_and(|&(since, count)| count >= FAILURES_MAX && is_recent(since, now))
    }

    /// Notes a wrong password.
    pub(super) fn failed(&mut self, who: Tried, now: Instant) {
        if self.failures.len() >= SENDERS_MAX && !self.failures.contains_key(&who) {
            self.failures.retain(|_, &mut (since, _)| is_recent(since, now));
            if self.failures.len() >= SENDERS_MAX {
                return; // every attempt is still checked and refused; only the shortcut is missing
            }
        }
        let entry = self.failures.entry(who).or_insert((now, 0));
        if !is_recent(entry.0, now) {
            *entry = (now, 0);
        }
        entry.1 += 1;
    }

    /// Forgets the failures of a sender that came in.
    pub(super) fn succeeded(&mut self, who: &Tried) {
        self.failures.remove(who);
    }
}

fn is_recent(since: Instant, now: Instant) -> bool {
    now.as_micros().saturating_sub(since.as_micros()) < WINDOW_US
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Instant = Instant::from_micros(1_795_564_800_000_000);

    fn who(name: &str) -> Tried {
        (Some(IpAddr::from([10, 0, 0, 1])), name.to_owned())
    }

    #[test]
    fn ten_failures_close_the_door_for_a_minute_and_for_nobody_else() {
        let mut attempts = Attempts::default();
        for _ in 0..FAILURES_MAX {
            assert!(!attempts.must_wait(&who("g-17"), NOW));
            attempts.failed(who("g-17"), NOW);
        }
        assert!(attempts.must_wait(&who("g-17"), NOW + Duration::from_secs(59)));
        assert!(!attempts.must_wait(&who("g-17"), NOW + Duration::from_mins(1)));
        assert!(!attempts.must_wait(&who("g-18"), NOW));
    }

    #[test]
    fn a_right_password_clears_the_count() {
        let mut attempts = Attempts::default();
        for _ in 0..FAILURES_MAX {
            attempts.failed(who("g-17"), NOW);
        }
        attempts.succeeded(&who("g-17"));
        assert!(!attempts.must_wait(&who("g-17"), NOW));
    }

    #[test]
    fn a_flood_of_names_does_not_take_memory() {
        let mut attempts = Attempts::default();
        for n in 0..SENDERS_MAX + 500 {
            attempts.failed(who(&format!("d{n}")), NOW);
        }
        assert_eq!(attempts.failures.len(), SENDERS_MAX);
        attempts.failed(who("later"), NOW + Duration::from_secs(61));
        assert_eq!(attempts.failures.len(), 1);
    }
}
