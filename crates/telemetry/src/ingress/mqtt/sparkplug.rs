//! Edge nodes of Sparkplug B at the broker: their births, data and deaths, and what we tell them.

use std::sync::Arc;
use std::time::Duration;

use base::{Actor, Instant};
use platform::work::Stage;
use rmqtt::types::{FromType, Publish, PublishAclResult};

use super::downlink::Downlink;
use super::hooks::Shared;
use crate::ingress::sparkplug::payload::{self, Payload};
use crate::ingress::sparkplug::session::Taken;
use crate::ingress::sparkplug::topic::{self, Kind, Topic};
use crate::reject::{Reject, RejectCode};

/// How long the broker holds a request for a birth.
const REBIRTH_LIFETIME: Duration = Duration::from_mins(1);

impl Shared {
    /// Takes a message of the edge node `key`, and says whether it may be acknowledged.
    pub(super) async fn edge_message(
        self: &Arc<Self>,
        key: &str,
        topic: Topic<'_>,
        publish: &Publish,
    ) -> PublishAclResult {
        let arrived = self.ingest.now();
        let payload = match payload::decode(&publish.payload) {
            Ok(payload) => payload,
            Err(error) => {
                self.count("sparkplug_unreadable");
                let detail = format!("the body is no payload of Sparkplug B: {error}");
                let reject = Reject::body(RejectCode::MalformedReading, detail, b"");
                return self.unreadable(key, &reject, arrived);
            }
        };
        let Taken { readings, rejects, rebirth } =
            self.ingest.edges().take(&topic, &payload, arrived);
        if rebirth {
            self.count("sparkplug_rebirth_asked");
            self.ask_for_birth(&topic, arrived);
        }
        if readings.is_empty() && rejects.is_empty() {
            return PublishAclResult::allow();
        }
        let target = topic.device.unwrap_or(key);
        let message = (&*publish.payload, "sparkplug");
        if topic.device.is_some() && !self.is_behind(key, target, message, arrived) {
            return PublishAclResult::allow();
        }
        let actor = Actor::device(key);
        let settled = self.ingest.readings(target, readings, rejects, arrived, &actor).await;
        self.answer_of(key, settled)
    }

    fn ask_for_birth(self: &Arc<Self>, topic: &Topic<'_>, now: Instant) {
        let to = topic::node_command(topic.group, topic.edge);
        let downlink = Downlink { shared: Arc::clone(self) };
        // The broker waits for this hook; it must not wait for the broker.
        self.tasks.spawn(Stage::Intake, |_| async move {
            let asked = payload::rebirth(now.as_millis());
            if !downlink.publish(&to, asked, REBIRTH_LIFETIME).await {
                tracing::info!(
                    to,
                    "an edge node does not listen to commands: its birth is unknown"
                );
            }
        });
    }

    /// The broker publishes a will without asking for permission; it was looked at when the node came in.
    pub(super) fn will(&self, from: FromType, publish: &Publish) {
        if !matches!(from, FromType::LastWill) {
            return;
        }
        let Some(topic) = Topic::parse(&publish.topic).filter(|t| t.kind == Kind::NodeDeath) else {
            return;
        };
        // A will without a readable number still says that the connection is gone.
        let payload = payload::decode(&publish.payload).unwrap_or_else(|_| Payload::default());
        self.ingest.edges().take(&topic, &payload, self.ingest.now());
    }
}

/// What we say of ourselves to edge nodes: that their host application is there, or goes.
pub(super) fn host_state(is_online: bool, since: Instant) -> Vec<u8> {
    serde_json::json!({ "online": is_online, "timestamp": since.as_millis() }).to_string().into()
}
