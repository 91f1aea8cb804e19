//! Who hears of durable readings: rules, the live screen. A slow one slows the intake down (it is
//! counted); it never loses a batch while the process lives.

use std::sync::{Arc, Mutex, PoisonError};

use base::ReadingBatch;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::metrics::StoreMetrics;

/// The subscribers of a store. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Subscribers {
    list: Arc<Mutex<Vec<mpsc::Sender<ReadingBatch>>>>,
}

impl Subscribers {
    pub(super) fn add(&self, capacity: usize) -> mpsc::Receiver<ReadingBatch> {
        let (sender, receiver) = mpsc::channel(capacity.max(1));
        self.list.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        receiver
    }

    /// Hands batches on until the writer ends, or until a shutdown finds a subscriber that does not read.
    pub(super) async fn deliver(
        self,
        mut durable: mpsc::Receiver<ReadingBatch>,
        metrics: StoreMetrics,
        shutdown: CancellationToken,
    ) {
        while let Some(batch) = durable.recv().await {
            for subscriber in self.current() {
                let Err(mpsc::error::TrySendError::Full(batch)) =
                    subscriber.try_send(batch.clone())
                else {
                    continue;
                };
                metrics.subscriber_waits.inc();
                tokio::select! {
                    _ = subscriber.send(batch) => {}
                    () = shutdown.cancelled() => {}
                }
            }
        }
    }

    fn current(&self) -> Vec<mpsc::Sender<ReadingBatch>> {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.retain(|subscriber| !subscriber.is_closed());
        list.clone()
    }
}
