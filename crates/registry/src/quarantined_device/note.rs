//! Notes unknown senders in memory and writes them every few seconds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base::{Clock, Id, Instant, noun};
use platform::db::{Db, DbError};
use platform::metrics::Counter;
use platform::work::Stage;
use platform::{Ctx, Platform};

use super::store;
use crate::device::is_device_key;

/// How often notes are written.
pub const FLUSH_EVERY: Duration = Duration::from_secs(3);
/// The most keys of a complex that are noted between two writes.
pub const NOTED_MAX: usize = 200;
/// The most complexes that are noted between two writes.
const COMPLEXES_MAX: usize = 1_000;
/// Characters of a message that are kept.
pub const SAMPLE_CHARS_MAX: usize = 500;
/// Notes written in one transaction.
const NOTES_PER_TX: usize = 50;

/// What was noted of one key since the last write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) complex: Id<noun::Complex>,
    pub(super) key: String,
    pub(super) protocol: &'static str,
    pub(super) messages: i64,
    pub(super) sample: String,
    pub(super) first_at: Instant,
    pub(super) last_at: Instant,
}

type Notes = HashMap<Id<noun::Complex>, HashMap<String, Note>>;

/// Where adaptors note senders whose key no device has. Cheap to clone.
#[derive(Clone)]
pub struct Quarantine {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    notes: Mutex<Notes>,
    left_out: Counter,
}

impl Quarantine {
    /// An empty one, with its metric registered.
    pub(crate) fn new(platform: &Platform) -> Self {
        let left_out = platform.metrics.register(
            "registry_quarantine_left_out",
            "Messages of unknown devices that were not noted, because too many keys came",
            Counter::default(),
        );
        let (db, clock) = (platform.db.clone(), Arc::clone(&platform.clock));
        Self { inner: Arc::new(Inner { db, clock, notes: Mutex::default(), left_out }) }
    }

    /// Notes a message of an unknown device, for whoever may adopt it. The sender proved itself for
    /// `complex`; `message` is cut. Keys that no device can have are left out: they stay refused.
    pub fn note(
        &self,
        complex: Id<noun::Complex>,
        key: &str,
        message: &[u8],
        protocol: &'static str,
        now: Instant,
    ) {
        if !is_device_key(key) {
            return;
        }
        let mut notes = self.notes();
        let full = notes.len() >= COMPLEXES_MAX && !notes.contains_key(&complex);
        let known = notes.get(&complex).is_some_and(|notes| notes.contains_key(key));
        let many = notes.get(&complex).is_some_and(|notes| notes.len() >= NOTED_MAX);
        if !known && (full || many) {
            self.inner.left_out.inc();
            return;
        }
        let note =
            notes.entry(complex).or_default().entry(key.to_owned()).or_insert_with(|| Note {
                complex,
                key: key.to_owned(),
                protocol,
                messages: 0,
                sample: sample(message),
                first_at: now,
                last_at: now,
            });
        note.messages += 1;
        note.last_at = note.last_at.max(now);
    }

    /// Writes what was noted. When the store fails, the notes wait for the next turn.
    pub async fn flush(&self) {
        let noted = std::mem::take(&mut *self.notes());
        let noted: Vec<Note> = noted.into_values().flat_map(HashMap::into_values).collect();
        for (at, some) in noted.chunks(NOTES_PER_TX).enumerate() {
            if let Err(error) = self.write(some).await {
                tracing::warn!(cause = %error, "unknown devices wait for the store");
                self.put_back(noted.into_iter().skip(at * NOTES_PER_TX));
                return;
            }
        }
    }

    async fn write(&self, notes: &[Note]) -> Result<(), DbError> {
        let ctx = Ctx::system(&self.inner.clock, "registry.quarantine.flush");
        let mut tx = self.inner.db.write_bulk().await?;
        tx.turn("quarantined_device", "").await?;
        let mut left_out = 0;
        for note in notes {
            if !store::keep(&mut tx, ctx.new_id(), note).await? {
                left_out += 1;
            }
        }
        tx.commit().await?;
        self.inner.left_out.inc_by(left_out);
        Ok(())
    }

    fn put_back(&self, noted: impl Iterator<Item = Note>) {
        let mut notes = self.notes();
        for old in noted {
            let of_complex = notes.entry(old.complex).or_default();
            let room = of_complex.len() < NOTED_MAX;
            match of_complex.get_mut(&old.key) {
                Some(note) => {
                    note.messages += old.messages;
                    note.first_at = note.first_at.min(old.first_at);
                }
                None if room => {
                    of_complex.insert(old.key.clone(), old);
                }
                None => {}
            }
        }
    }

    /// Starts the writing, with a last one at shutdown.
    pub(crate) fn start(&self, platform: &Platform) {
        let quarantine = self.clone();
        platform.tasks.spawn(Stage::Drain, move |token| async move {
            let mut ticks = tokio::time::interval(FLUSH_EVERY);
            loop {
                tokio::select! {
                    () = token.cancelled() => break,
                    _ = ticks.tick() => quarantine.flush().await,
                }
            }
            quarantine.flush().await;
        });
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.inner.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The beginning of a message, as text that a screen can show.
pub(super) fn sample(message: &[u8]) -> String {
    // A character has at most four bytes: no more need be looked at.
    let head = &message[..message.len().min(SAMPLE_CHARS_MAX * 4)];
    let text = String::from_utf8_lossy(head);
    let shown = |c: &char| *c == '\n' || *c == '\t' || !c.is_control();
    text.chars().filter(shown).take(SAMPLE_CHARS_MAX).collect()
}
