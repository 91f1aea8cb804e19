//! The one way in: decode, look up, accept, append, and only then answer.
//!
//! Messages are not serialised: each waits for the group commit of the log that takes its readings, so
//! that a thousand senders share one `fdatasync`. A full log makes senders wait; nothing queues here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base::{Action, Actor, ActorKind, Coded, ErrorKind, Instant, Reading, Scope};
use platform::metrics::{Counter, Family, Label};
use platform::{Ctx, Platform};
use registry::directory::{DeviceInfo, Directory};

use super::accept::accept;
use super::decode::{RawReading, decode};
use super::quality::{Memory, Seen};
use super::sparkplug::session::Edges;
use crate::reject::{Reject, RejectCode, Rejects, Sender, cut};
use crate::store::{Store, StoreError};

/// Most readings of one append: a longer import is cut.
pub const READINGS_PER_APPEND_MAX: usize = 50_000;

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Readings that are durable now.
    pub accepted: usize,
    /// What was not taken, and why.
    pub rejected: Vec<Reject>,
}

/// Why a message could not be settled: the sender must send it again.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The log did not take the readings.
    #[error("the readings were not made durable ({0}): send them again")]
    Store(#[from] StoreError),
}

impl Coded for IngestError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Unavailable
    }
    fn code(&self) -> &'static str {
        "reading.not_durable"
    }
}

/// The way in. Cheap to clone.
#[derive(Clone)]
pub struct Ingest {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Arc<dyn base::Clock>,
    directory: Directory,
    store: Store,
    rejects: Rejects,
    memory: Mutex<Memory>,
    edges: Mutex<Edges>,
    accepted: Family<Label, Counter>,
    messages: Family<Label, Counter>,
    noticed: Family<Label, Counter>,
}

impl Ingest {
    /// A way into `store`, for the devices of `directory`.
    pub fn new(platform: &Platform, directory: Directory, store: Store, rejects: Rejects) -> Self {
        let counter =
            |name, help| platform.metrics.register(name, help, Family::<Label, Counter>::default());
        let accepted =
            counter("telemetry_reading_accepted", "Readings made durable, by kind of sender");
        let messages = counter("telemetry_message_received", "Messages, by kind of sender");
        let clock = Arc::clone(&platform.clock);
        let noticed =
            counter("telemetry_reading_noticed", "Readings that were sent again, or under a mark");
        let memory = Mutex::new(Memory::default());
        let edges = Mutex::default();
        let inner =
            Inner { clock, directory, store, rejects, memory, edges, accepted, messages, noticed };
        Self { inner: Arc::new(inner) }
    }

    /// The clock by which arrivals are stamped.
    pub fn now(&self) -> Instant {
        self.inner.clock.now()
    }

    /// The devices and points that this knows.
    pub fn directory(&self) -> &Directory {
        &self.inner.directory
    }

    /// Where the readings go.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The edge nodes of Sparkplug B.
    pub(crate) fn edges(&self) -> MutexGuard<'_, Edges> {
        self.inner.edges.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The counter of refusals.
    pub fn rejects(&self) -> &Rejects {
        &self.inner.rejects
    }

    /// Settles one message of one device: `bytes` is the JSON list of [`super::decode`]. When this
    /// returns `Ok`, what is counted as accepted survives a power cut.
    ///
    /// Sending the same message again is harmless: (point, time) is the key of a reading.
    pub async fn message(
        &self,
        device_key: &str,
        bytes: &[u8],
        arrived: Instant,
        actor: &Actor,
    ) -> Result<Outcome, IngestError> {
        let (raw, rejected) = decode(bytes, arrived);
        self.readings(device_key, raw, rejected, arrived, actor).await
    }

    /// Settles what another decoder read of one message: its readings, and what it refused itself.
    pub async fn readings(
        &self,
        device_key: &str,
        raw: Vec<RawReading>,
        mut rejected: Vec<Reject>,
        arrived: Instant,
        actor: &Actor,
    ) -> Result<Outcome, IngestError> {
        self.inner.messages.get_or_create(&via(actor)).inc();
        let snapshot = self.inner.directory.snapshot();
        let Some(device) = snapshot.device_by_key(device_key) else {
            return Ok(self.refuse_unknown(device_key, None, arrived));
        };
        if device.retired {
            let detail = "the device is out of use: set it active again before it sends".to_owned();
            let code = RejectCode::NotPermitted;
            return Ok(self.refuse(device_key, Some(device), code, detail, arrived));
        }
        let mut readings = Vec::with_capacity(raw.len());
        for entry in &raw {
            match accept(entry, snapshot.point(device.id, &entry.point), arrived) {
                Ok(reading) => readings.push(reading),
                Err(reject) => rejected.push(reject),
            }
        }
        if !rejected.is_empty() {
            let sender = sender(device_key, Some(device));
            self.inner.rejects.count(sender, &rejected, arrived);
        }
        let accepted = readings.len();
        // A message may tell its newest value first; what is judged by the value before needs order.
        readings.sort_by_key(|reading| reading.at_ms);
        self.append_judged(readings, arrived, actor).await?;
        Ok(Outcome { accepted, rejected })
    }

    /// Judges accepted readings by what came before them, and makes them durable. What was sent again is
    /// appended again: whether its first arrival became durable is not known here, and the key (point,
    /// time) makes it one.
    pub(super) async fn append_judged(
        &self,
        mut readings: Vec<Reading>,
        arrived: Instant,
        actor: &Actor,
    ) -> Result<(), IngestError> {
        let snapshot = self.inner.directory.snapshot();
        let newest = |series| {
            let newest = self.inner.store.latest(series)?;
            Some(Seen { at_ms: newest.at_ms, value: newest.value, quality: newest.quality })
        };
        let noticed = {
            let mut memory = self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner);
            memory.judge(&mut readings, &snapshot, newest)
        };
        for (kind, count) in noticed.counts() {
            self.inner.noticed.get_or_create(&Label { kind: kind.to_owned() }).inc_by(count);
        }
        self.append(readings, arrived, actor).await
    }

    /// Counts a message of a device that is not known, or not known to its sender (`device` is there).
    pub fn refuse_unknown(
        &self,
        device_key: &str,
        device: Option<&DeviceInfo>,
        arrived: Instant,
    ) -> Outcome {
        let (code, detail) = if device.is_some() {
            let detail = "a token without a role for it sent to the device".to_owned();
            (RejectCode::NotPermitted, detail)
        } else {
            let key = cut(device_key, 64);
            let detail = format!("no device has the key '{key}': register it, or correct the key");
            (RejectCode::UnknownDevice, detail)
        };
        self.refuse(device_key, device, code, detail, arrived)
    }

    /// A token of one complex sent under a key that no device has: whoever registers devices there sees
    /// the sender among the quarantined devices. The message stays refused.
    pub fn note_unknown(
        &self,
        ctx: &Ctx,
        device_key: &str,
        message: &[u8],
        protocol: &'static str,
    ) {
        let mut sites = ctx.grants.iter().filter_map(|grant| match grant.scope {
            Scope::Complex(id) if ctx.may(Action::WriteReadings, grant.scope) => Some(id),
            _ => None,
        });
        if let (Some(complex), None) = (sites.next(), sites.next()) {
            let quarantine = self.inner.directory.quarantine();
            quarantine.note(complex, device_key, message, protocol, ctx.now);
        }
    }

    /// Makes readings durable that were accepted elsewhere: imports.
    pub async fn append(
        &self,
        readings: Vec<Reading>,
        arrived: Instant,
        actor: &Actor,
    ) -> Result<(), IngestError> {
        if readings.is_empty() {
            return Ok(());
        }
        let count = readings.len() as u64;
        self.inner.store.append(readings, arrived).await?;
        self.inner.accepted.get_or_create(&via(actor)).inc_by(count);
        Ok(())
    }

    /// Counts a refusal that was decided elsewhere.
    pub(crate) fn count_refused(
        &self,
        device_key: &str,
        device: Option<&DeviceInfo>,
        reject: &Reject,
        arrived: Instant,
    ) {
        let sender = sender(device_key, device);
        self.inner.rejects.count(sender, std::slice::from_ref(reject), arrived);
    }

    /// Counts a message that was refused before it was read.
    pub(crate) fn refuse(
        &self,
        device_key: &str,
        device: Option<&DeviceInfo>,
        code: RejectCode,
        detail: String,
        arrived: Instant,
    ) -> Outcome {
        let rejected = vec![Reject::body(code, detail, b"")];
        self.inner.rejects.count(sender(device_key, device), &rejected, arrived);
        Outcome { accepted: 0, rejected }
    }
}

fn sender<'a>(device_key: &'a str, device: Option<&DeviceInfo>) -> Sender<'a> {
    Sender {
        device_key,
        complex: device.map(|device| device.complex),
        establishment: device.and_then(|device| device.establishment),
    }
}

fn via(actor: &Actor) -> Label {
    let kind = match actor.kind {
        ActorKind::Person => "person",
        ActorKind::Token => "token",
        ActorKind::Device => "device",
        ActorKind::System => "system",
    };
    Label { kind: kind.to_owned() }
}

/// Whom a device belongs to, for permissions.
pub fn device_scope(device: &DeviceInfo) -> Scope {
    match device.establishment {
        Some(id) => Scope::Establishment { id, complex: device.complex },
        None => Scope::Complex(device.complex),
    }
}
