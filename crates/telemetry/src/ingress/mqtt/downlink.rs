//! The way down: messages of the platform to devices that are connected, and what they answer.

use std::sync::{Arc, PoisonError};

use base::Instant;
use bytes::Bytes;
use futures::future::BoxFuture;
use rmqtt::codec::types::Publish as Packet;
use rmqtt::types::{From, Id, Publish, QoS, Retain};

use super::hooks::Shared;
use super::sparkplug;
use super::{LISTENER_ID, NODE_ID};
use crate::ingress::sparkplug::topic;

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
        self.send(topic, payload, false).await
    }

    /// Says that the host application of edge nodes is there, or goes; kept for those who come later.
    pub(super) async fn tell_host_state(&self, is_online: bool, since: Instant) {
        let payload = sparkplug::host_state(is_online, since);
        self.send(&topic::host_state(), payload, true).await;
    }

    /// Has messages that devices send in their maker's own form mapped from now on; a second handler is not
    /// taken.
    pub fn on_raw(
        &self,
        handler: impl Fn(String, Bytes) -> BoxFuture<'static, Result<(), String>>
        + Send
        + Sync
        + 'static,
    ) {
        // The server asks once.
        let _ = self.shared.mapper.set(Arc::new(handler));
    }

    async fn send(&self, topic: &str, payload: Vec<u8>, retain: bool) -> bool {
        let broker = self.shared.broker.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(broker) = broker else { return false };
        let packet = Packet {
            dup: false,
            retain,
            qos: QoS::AtLeastOnce,
            topic: topic.into(),
            packet_id: None,
            payload: payload.into(),
            properties: None,
        };
        let from =
            From::from_system(Id::new(NODE_ID, LISTENER_ID, None, None, "sandan".into(), None));
        let publish: Publish = packet.into();
        if retain {
            let kept = Retain { msg_id: None, from: from.clone(), publish: publish.clone() };
            let store = broker.extends.retain().await;
            if let Err(error) = store.set(&publish.topic, kept, None).await {
                tracing::warn!(%error, topic, "a message is not kept for those who come later");
            }
        }
        match broker.extends.shared().await.forwards(None, from, publish).await {
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
