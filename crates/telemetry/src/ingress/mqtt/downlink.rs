//! The way down: messages of the platform to devices that are connected, and what they answer.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use base::Instant;
use bytes::Bytes;
use futures::future::BoxFuture;
use rmqtt::codec::types::Publish as Packet;
use rmqtt::codec::v5::PublishProperties;
use rmqtt::context::ServerContext;
use rmqtt::types::{ClientId, From, Id, Publish, QoS, Retain, TopicName};
use rmqtt::utils::timestamp_millis;

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
    /// Hands a message to whoever subscribes to `topic` now, with QoS 1; false when nobody who does is
    /// connected. Inside the broker it lives as long as `lifetime`.
    ///
    /// A session without its connection is nobody: it is in memory alone, and whoever sends keeps the
    /// message better until the device is back.
    pub async fn publish(&self, topic: &str, payload: Vec<u8>, lifetime: Duration) -> bool {
        let Some(broker) = self.shared.broker() else { return false };
        let seconds = u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX);
        let properties = PublishProperties {
            // Not 0, which would be for ever.
            message_expiry_interval: NonZeroU32::new(seconds.max(1)),
            ..PublishProperties::default()
        };
        let message = message(topic, payload, Some(properties));
        let from = From::from_system(id_of("sandan".into()));
        if !is_anybody_there(&broker, &from, &message.topic).await {
            return false;
        }
        match broker.extends.shared().await.forwards(None, from, message).await {
            Ok(receivers) | Err((receivers, _)) => receivers > 0,
        }
    }

    /// Says that the host application of edge nodes is there, or goes; kept for those who come later.
    pub(super) async fn tell_host_state(&self, is_online: bool, since: Instant) {
        let Some(broker) = self.shared.broker() else { return };
        let state = message(&topic::host_state(), sparkplug::host_state(is_online, since), None);
        let from = From::from_system(id_of("sandan".into()));
        let mut kept = state.clone();
        kept.retain = true;
        let kept = Retain { msg_id: None, from: from.clone(), publish: kept };
        if let Err(error) = broker.extends.retain().await.set(&state.topic, kept, None).await {
            tracing::warn!(%error, "edge nodes that come later do not hear that we are there");
        }
        if let Err((_, failed)) = broker.extends.shared().await.forwards(None, from, state).await {
            tracing::debug!(count = failed.len(), "edge nodes went before they heard of us");
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
}

fn message(topic: &str, payload: Vec<u8>, properties: Option<PublishProperties>) -> Publish {
    let packet = Packet {
        dup: false,
        retain: false,
        qos: QoS::AtLeastOnce,
        topic: topic.into(),
        packet_id: None,
        payload: payload.into(),
        properties,
    };
    Publish::from(packet).create_time(timestamp_millis())
}

fn id_of(client: ClientId) -> Id {
    Id::new(NODE_ID, LISTENER_ID, None, None, client, None)
}

/// Whether one of those who subscribe to `topic` is connected.
async fn is_anybody_there(broker: &ServerContext, from: &From, topic: &TopicName) -> bool {
    let matched = broker.extends.router().await.matches(from.id.clone(), topic).await;
    let Ok(matched) = matched else { return false };
    for (_, client, ..) in matched.into_values().flatten() {
        if broker.extends.shared().await.entry(id_of(client)).is_connected().await {
            return true;
        }
    }
    false
}
