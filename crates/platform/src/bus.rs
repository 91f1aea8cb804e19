//! Events to the consoles and between the parts of this process.
//!
//! The bus forgets: a listener that falls behind is told to read again ([`Heard::Lagged`]). What must
//! not be lost goes through the outbox ([`crate::work::outbox`]) instead.

use std::sync::Arc;

use base::{Action, Scope};
use tokio::sync::broadcast;

/// Events that a slow listener may fall behind before it must read again.
const CAPACITY: usize = 4_096;

/// Something changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Stable name: `alarm.changed`.
    pub kind: &'static str,
    /// What part of the world it belongs to.
    pub scope: Scope,
    /// Who may hear of it: those who may do this in `scope`.
    pub action: Action,
    /// The news, as the console gets it.
    pub body: serde_json::Value,
}

/// The bus of this process.
#[derive(Clone)]
pub struct Bus {
    sender: broadcast::Sender<Arc<Event>>,
}

/// What a listener hears.
#[derive(Debug, Clone)]
pub enum Heard {
    /// An event.
    Event(Arc<Event>),
    /// Some were missed: read the state again.
    Lagged,
}

/// One listener.
pub struct Listener(broadcast::Receiver<Arc<Event>>);

impl Listener {
    /// Waits for the next event; `None` when the bus is gone.
    pub async fn hear(&mut self) -> Option<Heard> {
        match self.0.recv().await {
            Ok(event) => Some(Heard::Event(event)),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Heard::Lagged),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

impl Default for Bus {
    fn default() -> Self {
        Self::new()
    }
}

impl Bus {
    /// An empty bus.
    pub fn new() -> Self {
        Self { sender: broadcast::Sender::new(CAPACITY) }
    }

    /// Tells all who listen now.
    pub fn publish(&self, event: Event) {
        // No listener is no error.
        let _ = self.sender.send(Arc::new(event));
    }

    /// Listens from now on.
    pub fn listen(&self) -> Listener {
        Listener(self.sender.subscribe())
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.sender.receiver_count()
    }
}
