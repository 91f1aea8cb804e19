//! Limits on attempts to sign in, by account and by peer.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base::Instant;

/// Wrong attempts before there is a pause.
const ATTEMPTS_MAX: u32 = 5;
/// The same for a peer: behind a proxy many people share one address.
const PEER_ATTEMPTS_MAX: u32 = 50;
/// What keys of peers begin with.
pub(super) const PEER: &str = "peer:";
/// How long a count is kept, and so the longest pause.
const WINDOW: Duration = Duration::from_mins(5);
/// Keys kept; beyond it the oldest windows go first.
const KEYS_MAX: usize = 10_000;

/// Counts of wrong attempts. In memory: a restart forgives.
#[derive(Debug, Default)]
pub struct Attempts {
    by_key: Mutex<BTreeMap<String, (u32, Instant)>>,
}

impl Attempts {
    /// How long `key` must wait, if it must.
    pub fn pause(&self, key: &str, now: Instant) -> Option<Duration> {
        let by_key = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, since) = by_key.get(key)?;
        let rest = WINDOW.checked_sub(now.since(*since))?;
        let most = if key.starts_with(PEER) { PEER_ATTEMPTS_MAX } else { ATTEMPTS_MAX };
        (*count >= most && !rest.is_zero()).then_some(rest)
    }

    /// Counts a wrong attempt.
    pub fn wrong(&self, key: &str, now: Instant) {
        let mut by_key = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        if by_key.len() >= KEYS_MAX {
            by_key.retain(|_, (_, since)| now.since(*since) < WINDOW);
        }
        if by_key.len() >= KEYS_MAX {
            by_key.clear();
        }
        let entry = by_key.entry(key.to_owned()).or_insert((0, now));
        if now.since(entry.1) >= WINDOW {
            *entry = (0, now);
        }
        entry.0 += 1;
    }

    /// Forgets the count after a right attempt.
    pub fn right(&self, key: &str) {
        self.by_key.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_wrong_attempts_make_a_pause_that_ends() {
        let (attempts, start) = (Attempts::default(), Instant::from_micros(0));
        for _ in 0..4 {
            attempts.wrong("a", start);
        }
        assert_eq!(attempts.pause("a", start), None);
        attempts.wrong("a", start);
        assert_eq!(
            attempts.pause("a", start + Duration::from_mins(1)),
            Some(Duration::from_mins(4))
        );
        assert_eq!(attempts.pause("b", start), None);
        assert_eq!(attempts.pause("a", start + WINDOW), None);
        attempts.wrong("a", start + WINDOW);
        assert_eq!(attempts.pause("a", start + WINDOW), None, "the count begins anew");
    }

    #[test]
    fn a_shared_address_is_paused_later_than_an_account() {
        let (attempts, now) = (Attempts::default(), Instant::from_micros(0));
        for _ in 0..PEER_ATTEMPTS_MAX {
            assert_eq!(attempts.pause("peer:10.0.0.1", now), None);
            attempts.wrong("peer:10.0.0.1", now);
        }
        assert!(attempts.pause("peer:10.0.0.1", now).is_some());
    }

    #[test]
    fn a_right_attempt_forgives() {
        let (attempts, now) = (Attempts::default(), Instant::from_micros(0));
        for _ in 0..5 {
            attempts.wrong("a", now);
        }
        attempts.right("a");
        assert_eq!(attempts.pause("a", now), None);
    }
}
