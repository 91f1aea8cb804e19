//! How often one establishment, or the office of one complex, may ask: all its tokens together.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base::{Grant, Instant};

use crate::OpenadrError;

/// Requests in one window. A client that polls each second and reports stays below it.
pub(crate) const REQUESTS_MAX: u32 = 600;
/// The window.
const WINDOW: Duration = Duration::from_mins(1);
/// Establishments that are counted; beyond it the windows that are over go first.
const KEYS_MAX: usize = 10_000;

/// Counts of requests, in memory: a restart forgives.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    by_scope: Mutex<BTreeMap<String, (u32, Instant)>>,
}

impl Pace {
    /// Counts a request of somebody with these grants; refused when there were too many in the window.
    pub(crate) fn take(&self, grants: &[Grant], now: Instant) -> Result<(), OpenadrError> {
        let Some(grant) = grants.first() else { return Ok(()) };
        let mut by_scope = self.by_scope.lock().unwrap_or_else(PoisonError::into_inner);
        if by_scope.len() >= KEYS_MAX {
            by_scope.retain(|_, (_, since)| now.since(*since) < WINDOW);
        }
        if by_scope.len() >= KEYS_MAX {
            by_scope.clear();
        }
        let (count, since) = by_scope.entry(grant.scope.to_string()).or_insert((0, now));
        let passed = now.since(*since);
        if passed >= WINDOW {
            (*count, *since) = (0, now);
        } else if *count >= REQUESTS_MAX {
            let seconds = WINDOW.saturating_sub(passed).as_secs().max(1);
            return Err(OpenadrError::TooOften { most: REQUESTS_MAX, seconds });
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use base::noun::{Complex, Establishment};
    use base::{Role, Scope};

    use super::*;

    #[test]
    fn one_establishment_waits_and_the_others_do_not() {
        let clock: std::sync::Arc<dyn base::Clock> = platform::testing::test_clock();
        let (complex, now) = (clock.new_id::<Complex>(), clock.now());
        let tenant = || {
            let id = clock.new_id::<Establishment>();
            [Grant { role: Role::EnergyManager, scope: Scope::Establishment { id, complex } }]
        };
        let (one, other, pace) = (tenant(), tenant(), Pace::default());
        for _ in 0..REQUESTS_MAX {
            assert_eq!(pace.take(&one, now), Ok(()));
        }
        let later = now + Duration::from_secs(20);
        let refused = OpenadrError::TooOften { most: REQUESTS_MAX, seconds: 40 };
        assert_eq!(pace.take(&one, later), Err(refused));
        assert_eq!(pace.take(&other, later), Ok(()));
        assert_eq!(pace.take(&one, now + WINDOW), Ok(()), "the window is over");
    }
}
