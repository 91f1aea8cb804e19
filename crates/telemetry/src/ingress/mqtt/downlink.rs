//! The way down: messages of the platform to devices that are connected, and what they answer.

use std::sync::{Arc, PoisonError};

use bytes::Bytes;
use futures::future::BoxFuture;
use rmqtt::codec::types::Publish as Packet;
use rmqtt::types::{From, Id, QoS};

use super::hooks::Shared;
use super::{LISTENER_ID, NODE_ID};

/// Takes the answer of a device: its key and the message. `Err`: not kept, the device sends it again.
pub(super) type AnswerHandler =
    Arc<dyn Fn(String, Bytes) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// The way down of the running broker. Cheap to clone.
#[derive(Clone)]
pub struct Downlink {
    pub(super) shared: Arc<Shared>,
}

impl Downlink {
    /// Hands a message to whoever subscribes to `topic` now, with QoS 1; false when nobody does.
    pub async fn publish(&self, topic: &str, payload: Vec<u8>) -> bool {
        let broker = self.shared.broker.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(broker) = broker else { return false };
        let packet = Packet {
            dup: false,
            retain: false,
            qos: QoS::AtLeastOnce,
            topic: topic.into(),
            packet_id: None,
            payload: payload.into(),
            properties: None,
        };
        let from =
            From::from_system(Id::new(NODE_ID, LISTENER_ID, None, None, "sandan".into(), None));
        match broker.extends.shared().await.forwards(None, from, packet.into()).await {
            Ok(receivers) | Err((receivers, _)) => receivers > 0,
        }
    }

    /// Hears the answers of devices from now on; a second handler is not taken.
    pub fn on_answer(
        &self,
        handler: impl Fn(String, Bytes) -> BoxFuture<'static, Result<(), String>>
        + Send
        + Sync
        + 'static,
    ) {
        // The server asks once.
        let _ = self.shared.answers.set(Arc::new(handler));
    }
}
