//! Where time and randomness enter: one trait, passed in, so that everything else is a function.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use crate::{Id, Instant};

/// The source of time and of random bits. The real one lives in `platform`.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Instant;
    /// Fills `bytes` with random bits fit for secrets.
    fn random(&self, bytes: &mut [u8]);
}

impl dyn Clock {
    /// A new identifier, born now.
    pub fn new_id<T>(&self) -> Id<T> {
        let mut random = [0; 10];
        self.random(&mut random);
        Id::v7(self.now(), random)
    }
}

/// A clock that stands until it is moved, with countable "randomness": for tests and simulation.
#[derive(Debug)]
pub struct FixedClock {
    micros: AtomicI64,
    drawn: AtomicU64,
}

impl FixedClock {
    /// A clock that stands at `now`.
    pub fn at(now: Instant) -> Self {
        Self { micros: AtomicI64::new(now.as_micros()), drawn: AtomicU64::new(0) }
    }

    /// Sets the clock, also back.
    pub fn set(&self, now: Instant) {
        self.micros.store(now.as_micros(), Ordering::SeqCst);
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.micros.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.micros.load(Ordering::SeqCst))
    }

    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(0);
        let drawn = self.drawn.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        // The count stands last, so that short buffers still differ from draw to draw.
        for (to, from) in bytes.iter_mut().rev().zip(drawn.iter().rev()) {
            *to = *from;
        }
    }
}
