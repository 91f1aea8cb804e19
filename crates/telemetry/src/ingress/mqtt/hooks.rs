//! What the broker asks us: who is this, may it publish, may it subscribe.
//!
//! rmqtt 0.24 runs, for each PUBLISH: hook `MessagePublish` (cannot refuse, and comes BEFORE the check of
//! permission) → hook `MessagePublishCheckAcl` → routing → PUBACK. So readings are stored in the second,
//! which is awaited before the acknowledgement: **acknowledged means durable**.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use base::{Actor, Instant};
use platform::metrics::{Counter, Family, Label};
use rmqtt::codec::v5::SubscribeAckReason;
use rmqtt::context::ServerContext;
use rmqtt::hook::{Handler, HookResult, Parameter, ReturnType};
use rmqtt::session::Session;
use rmqtt::types::{Publish, PublishAclResult, Reason, Subscribe, SubscribeAclResult};

use super::attempts::Attempts;
use super::door::Peers;
use super::downlink::AnswerHandler;
use super::flood::{Flood, Turn};
use super::sessions::{Sessions, make_room, shorten_flight};
use super::topics::{
    Dialect, dialect, is_command_results, is_dialect_filter, is_own, is_raw, is_readings,
};
use crate::ingress::sparkplug::topic::{Topic, is_edge_filter};
use crate::ingress::{Ingest, IngestError, thingsboard};
use crate::reject::{Reject, RejectCode};

/// What all hooks of one broker share.
pub(super) struct Shared {
    pub(super) ingest: Ingest,
    /// Who came in through a door with TLS.
    pub(super) peers: Arc<Peers>,
    pub(super) tasks: platform::work::Tasks,
    pub(super) attempts: Mutex<Attempts>,
    pub(super) flood: Mutex<Flood>,
    /// Whose each session is.
    pub(super) sessions: Mutex<Sessions>,
    pub(super) refused: Family<Label, Counter>,
    /// Set when nothing more is taken in.
    pub(super) closing: AtomicBool,
    /// Messages between arrival and answer.
    pub(super) in_flight: AtomicUsize,
    /// The broker itself; taken away at the end, so that broker and hooks do not keep each other.
    pub(super) broker: Mutex<Option<ServerContext>>,
    /// Who hears what devices answer to commands.
    pub(super) answers: OnceLock<AnswerHandler>,
    /// Who makes readings of messages in their maker's own form.
    pub(super) mapper: OnceLock<AnswerHandler>,
}

/// The one handler, registered for all questions.
pub(super) struct Hooks(pub(super) Arc<Shared>);

#[async_trait]
impl Handler for Hooks {
    async fn hook(&self, parameter: &Parameter, result: Option<HookResult>) -> ReturnType {
        match parameter {
            Parameter::ClientAuthenticate(connect) => {
                let answer = self.0.authenticate(connect).await;
                (false, Some(HookResult::AuthResult(answer)))
            }
            Parameter::ClientConnected(session) => {
                self.0.session_begins(session);
                (true, result)
            }
            Parameter::ClientDisconnected(session, reason) => {
                // A session that another connection takes over is emptied by that.
                if !matches!(reason, Reason::ConnectKicked(_)) {
                    make_room(session, None);
                    shorten_flight(session).await;
                }
                (true, result)
            }
            Parameter::OfflineMessage(session, _, publish) => {
                make_room(session, Some(publish));
                (true, result)
            }
            Parameter::SessionTerminated(session, _) => {
                self.0.sessions().end(&session.id);
                (true, result)
            }
            Parameter::ClientSubscribeCheckAcl(session, subscribe) => {
                let answer = self.0.check_subscribe(session, subscribe);
                (false, Some(HookResult::SubscribeAclResult(answer)))
            }
            Parameter::MessagePublish(_, from, publish) => {
                self.0.will(from.typ(), publish);
                (true, result)
            }
            Parameter::MessagePublishCheckAcl(session, publish) => {
                // Another handler may have refused already; ours runs last.
                if let Some(HookResult::PublishAclResult(before)) = &result
                    && before.is_rejected()
                {
                    return (false, result);
                }
                let answer = self.0.publish(session, publish).await;
                (false, Some(HookResult::PublishAclResult(answer)))
            }
            _ => (true, result),
        }
    }
}

impl Shared {
    fn check_subscribe(&self, session: &Session, subscribe: &Subscribe) -> SubscribeAclResult {
        let filter = &subscribe.topic_filter;
        let key = self.device_key(&session.id);
        let is_of = |key: String| is_own(filter, &key) || is_edge_filter(filter, &key);
        if key.is_some_and(is_of) || is_dialect_filter(filter) {
            return SubscribeAclResult::new_success(subscribe.opts.qos(), None);
        }
        self.count("foreign_filter");
        SubscribeAclResult::new_failure(SubscribeAckReason::NotAuthorized)
    }

    /// Stores a message and says whether it may be acknowledged.
    ///
    /// A refusal always ends the connection: a PUBACK of MQTT 3.1.1 has no reason code and would tell
    /// the device that all is well. A body that cannot be read is acknowledged all the same and counted:
    /// sent again it would be refused again, for ever.
    async fn publish(self: &Arc<Self>, session: &Session, publish: &Publish) -> PublishAclResult {
        // The secret may have been replaced while the connection stood.
        let Some(key) = self.device_key(&session.id) else {
            self.count("secret_replaced");
            return rejected("the credential is no longer valid");
        };
        let key = &*key;
        if let Err(refusal) = self.wait_for_turn(key).await {
            return refusal;
        }
        let _turn = InFlight::begin(&self.in_flight);
        if self.closing.load(Ordering::Acquire) {
            return rejected("the server is going down");
        }
        if is_command_results(&publish.topic, key) {
            return self.hand_over(&self.answers, key, publish).await;
        }
        if is_raw(&publish.topic, key) {
            return self.hand_over(&self.mapper, key, publish).await;
        }
        if let Some(topic) = Topic::parse(&publish.topic).filter(|topic| topic.edge == key) {
            return self.edge_message(key, topic, publish).await;
        }
        let dialect = dialect(&publish.topic);
        if dialect == Some(Dialect::Attributes) {
            self.count("attributes_not_kept");
            return PublishAclResult::allow();
        }
        if dialect == Some(Dialect::GatewayTelemetry) {
            return self.gateway_message(key, publish).await;
        }
        if dialect.is_none() && !is_readings(&publish.topic, key) {
            self.count("foreign_topic");
            let detail = format!(
                "the device may publish to sandan/v1/{key}/readings, /raw and /command_results, and as edge \
                 node '{key}' of Sparkplug B: correct the topic"
            );
            self.refuse(key, detail);
            return rejected("topic not permitted");
        }
        let actor = Actor::device(key);
        let arrived = self.ingest.now();
        let settled = if dialect.is_some() {
            let (raw, rejects) = thingsboard::decode(&publish.payload, arrived);
            self.ingest.readings(key, raw, rejects, arrived, &actor).await
        } else {
            self.ingest.message(key, &publish.payload, arrived, &actor).await
        };
        self.answer_of(key, settled)
    }

    /// Acknowledged is what is durable.
    pub(super) fn answer_of<T>(
        &self,
        key: &str,
        settled: Result<T, IngestError>,
    ) -> PublishAclResult {
        match settled {
            Ok(_) => PublishAclResult::allow(),
            Err(error) => {
                tracing::warn!(device = key, %error, "a message was not acknowledged");
                self.count("not_durable");
                rejected("not durable, send it again")
            }
        }
    }

    /// Counts a body that cannot be read. It is acknowledged: sent again it would be refused again.
    pub(super) fn unreadable(
        &self,
        key: &str,
        reject: &Reject,
        arrived: Instant,
    ) -> PublishAclResult {
        let snapshot = self.ingest.directory().snapshot();
        self.ingest.count_refused(key, snapshot.device_by_key(key), reject, arrived);
        PublishAclResult::allow()
    }

    /// Holds a device to its share of the broker.
    async fn wait_for_turn(&self, key: &str) -> Result<(), PublishAclResult> {
        let turn = self.flood().take(key, self.ingest.now());
        match turn {
            Turn::Now => Ok(()),
            Turn::After(wait) => {
                self.count("held_back");
                tokio::time::sleep(wait).await;
                Ok(())
            }
            Turn::Banned => {
                tracing::warn!(
                    device = key,
                    "a device floods the broker and is shut out for a while"
                );
                self.count("banned");
                let detail = "the device sends more messages than its share for minutes and is shut \
                              out for a while: send less often, or several readings in one message";
                self.refuse(key, detail.to_owned());
                Err(rejected("banned for a while"))
            }
        }
    }

    /// Has a message kept by another room before it is acknowledged.
    async fn hand_over(
        &self,
        to: &OnceLock<AnswerHandler>,
        key: &str,
        publish: &Publish,
    ) -> PublishAclResult {
        let Some(handler) = to.get() else { return rejected("not yet, send it again") };
        match handler(key.to_owned(), publish.payload.clone()).await {
            Ok(()) => PublishAclResult::allow(),
            Err(cause) => {
                tracing::warn!(device = key, cause, "a message was not kept");
                self.count("not_durable");
                rejected("not kept, send it again")
            }
        }
    }

    /// Counts a message that is not taken.
    fn refuse(&self, key: &str, detail: String) {
        let (snapshot, now) = (self.ingest.directory().snapshot(), self.ingest.now());
        let device = snapshot.device_by_key(key);
        self.ingest.refuse(key, device, RejectCode::NotPermitted, detail, now);
    }

    pub(super) fn flood(&self) -> std::sync::MutexGuard<'_, Flood> {
        self.flood.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn attempts(&self) -> std::sync::MutexGuard<'_, Attempts> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn count(&self, why: &str) {
        self.refused.get_or_create(&Label { kind: why.to_owned() }).inc();
    }
}

fn rejected(why: &'static str) -> PublishAclResult {
    PublishAclResult::rejected(true, Some(why.into()))
}

/// Counts a message while it is being stored, so that a shutdown can wait for it.
struct InFlight<'a>(&'a AtomicUsize);

impl<'a> InFlight<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
