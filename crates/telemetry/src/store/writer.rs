//! The one thread that writes the log: it gathers, writes, syncs, shows, and only then answers.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant as Tick};

use base::{Instant, Reading, ReadingBatch};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::state::State;
use crate::log::LogError;
use crate::log::file::LogFiles;
use crate::log::frame::{FRAME_READINGS_MAX, encode, frame_bytes};

/// How long batches are gathered after the last sync; it bounds the syncs to 100 a second.
const TICK: Duration = Duration::from_millis(10);
/// A group is closed at this size.
const GROUP_BYTES_MAX: usize = 4 << 20;

/// One batch that waits to become durable; an empty one closes the file that is written.
pub(super) struct Request {
    pub(super) readings: Arc<[Reading]>,
    pub(super) arrived: Instant,
    pub(super) answer: oneshot::Sender<Result<(), LogError>>,
    /// The place in the queue, given back when the request is dropped.
    pub(super) _place: Option<OwnedSemaphorePermit>,
}

/// The writer's side of the store.
pub(super) struct Writer {
    pub(super) requests: Receiver<Request>,
    pub(super) files: LogFiles,
    pub(super) next_batch: u64,
    pub(super) state: Arc<State>,
    pub(super) durable: mpsc::Sender<ReadingBatch>,
}

impl Writer {
    /// Works until every sender of requests is gone and the queue is empty.
    pub(super) fn run(mut self) {
        let mut frames = Vec::new();
        let mut last_sync: Option<Tick> = None;
        while let Some(group) = gather(&self.requests, last_sync) {
            frames.clear();
            let first_batch = self.next_batch;
            for request in &group {
                for part in parts(&request.readings) {
                    encode(&mut frames, self.next_batch, request.arrived, part);
                    self.next_batch += 1;
                }
            }
            if group.iter().any(|request| request.readings.is_empty()) {
                self.files.close_current();
            }
            if frames.is_empty() {
                for request in group {
                    let _ = request.answer.send(Ok(()));
                }
                continue;
            }
            let start = Tick::now();
            let written = self.files.append(&frames, self.next_batch - 1);
            self.state.metrics.sync_seconds.observe(start.elapsed().as_secs_f64());
            last_sync = Some(start);
            match written {
                Ok(()) => self.accept(group, first_batch),
                Err(error) => self.refuse(group, &error),
            }
        }
    }

    fn accept(&self, group: Vec<Request>, first_batch: u64) {
        let mut batch = first_batch;
        for request in &group {
            for part in parts(&request.readings) {
                self.state.show(batch, part, request.arrived);
                batch += 1;
            }
        }
        for request in group {
            let Request { readings, arrived, answer, _place } = request;
            self.state.metrics.batches.inc();
            self.state.metrics.readings.inc_by(readings.len() as u64);
            // The sender may have stopped waiting; its readings are durable all the same.
            let _ = answer.send(Ok(()));
            // Fails only in a shutdown, when nobody listens any more.
            let _ = self.durable.blocking_send(ReadingBatch { arrived, readings });
        }
    }

    fn refuse(&self, group: Vec<Request>, error: &LogError) {
        tracing::error!(%error, batches = group.len(), "the reading log refused batches");
        for request in group {
            self.state.metrics.refused.inc();
            let _ = request.answer.send(Err(error.clone()));
        }
    }
}

/// The next group: what is there, and what comes until one tick after the last sync.
fn gather(requests: &Receiver<Request>, last_sync: Option<Tick>) -> Option<Vec<Request>> {
    let first = requests.recv().ok()?;
    let deadline = last_sync.map_or_else(Tick::now, |sync| sync + TICK);
    let mut bytes = request_bytes(&first);
    let mut group = vec![first];
    while bytes < GROUP_BYTES_MAX {
        let wait = deadline.saturating_duration_since(Tick::now());
        match requests.recv_timeout(wait) {
            Ok(request) => {
                bytes += request_bytes(&request);
                group.push(request);
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    Some(group)
}

fn request_bytes(request: &Request) -> usize {
    frame_bytes(request.readings.len())
}

fn parts(readings: &[Reading]) -> impl Iterator<Item = &[Reading]> {
    readings.chunks(FRAME_READINGS_MAX)
}
