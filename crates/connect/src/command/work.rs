//! Delivery: over the broker, to devices that are connected now, until they answer or time runs out.
//!
//! The order is publish, then note it: a crash in between delivers twice, which devices bear, because
//! an id is obeyed once. The other order could lose a siren.

use std::sync::Arc;
use std::time::Duration;

use base::Id;
use platform::db::DbError;
use platform::http::Problem;
use platform::metrics::{Counter, Family, Label};
use platform::{Ctx, Platform};
use serde_json::json;
use telemetry::ingress::Ingest;
use telemetry::ingress::mqtt::Downlink;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::rules::{self, Due};
use super::{Answer, Command, api, store};

/// How often open commands are looked at without a nudge.
const EVERY: Duration = Duration::from_secs(1);
/// Largest answer of a device that is read.
const ANSWER_BYTES_MAX: usize = 8 * 1024;

/// Everything about commands. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Commands {
    pub(crate) platform: Platform,
    pub(crate) ingest: Ingest,
    /// A command waits.
    pub(crate) nudge: Arc<Notify>,
    ended: Family<Label, Counter>,
}

impl Commands {
    pub(crate) fn new(platform: &Platform, ingest: &Ingest) -> Self {
        let ended = platform.metrics.register(
            "connect_command_change",
            "Changes of commands to devices, by the state that they came to",
            Family::<Label, Counter>::default(),
        );
        Self { platform: platform.clone(), ingest: ingest.clone(), nudge: Arc::default(), ended }
    }

    fn ctx(&self) -> Ctx {
        Ctx::system(&self.platform.clock, "command")
    }

    /// Delivers and expires what is due.
    pub(crate) async fn turn(&self, downlink: &Downlink) -> Result<(), Problem> {
        let open = store::open(&mut self.platform.db.read().await?).await?;
        for command in open {
            // The clock is read for each anew: publishing takes time, and an expiry is an expiry.
            let now = self.ingest.now();
            let (next, action) = match rules::due(&command, now) {
                Due::Wait => continue,
                Due::Expire => (rules::expired(&command, now), "command.expire"),
                Due::Deliver => {
                    let body = body(&command).to_string();
                    let topic = format!("sandan/v1/{}/commands", command.device_key);
                    let left = command.expires_at.since(now);
                    if !downlink.publish(&topic, body.into_bytes(), left).await {
                        continue;
                    }
                    (rules::delivered(&command, now), "command.deliver")
                }
            };
            self.save(&next, action).await?;
        }
        Ok(())
    }

    /// Takes the answer of a device. What cannot be read, or is about another's command, changes nothing.
    pub(crate) async fn answered(&self, device_key: &str, bytes: &[u8]) -> Result<(), String> {
        let Some(answer) = read(bytes) else {
            tracing::warn!(device = device_key, "an answer to a command cannot be read");
            return Ok(());
        };
        let found = self.find(answer.id).await.map_err(|error| error.to_string())?;
        let own = found.filter(|command| command.device_key == device_key);
        let Some(next) = own.and_then(|it| rules::answered(&it, &answer, self.ingest.now())) else {
            tracing::debug!(device = device_key, id = %answer.id, "an answer changes nothing");
            return Ok(());
        };
        self.save(&next, "command.answer").await.map_err(|problem| problem.detail)
    }

    async fn find(&self, id: Id<Command>) -> Result<Option<Command>, DbError> {
        store::find(&mut self.platform.db.read().await?, id).await
    }

    async fn save(&self, next: &Command, action: &'static str) -> Result<(), Problem> {
        let mut tx = self.platform.db.write().await?;
        // Somebody else was faster, say a person who cancelled it: their version stands.
        if !store::update(&mut tx, next).await? {
            return Ok(());
        }
        api::record(&mut tx, &self.ctx(), action, next).await?;
        tx.commit().await?;
        self.ended.get_or_create(&Label { kind: next.state.as_str().to_owned() }).inc();
        Ok(())
    }
}

/// Delivers until `token` ends it.
pub(crate) async fn run(commands: Commands, downlink: Downlink, token: CancellationToken) {
    loop {
        if let Err(problem) = commands.turn(&downlink).await {
            tracing::warn!(cause = problem.detail, "commands were not delivered; tried again");
        }
        tokio::select! {
            () = token.cancelled() => return,
            () = commands.nudge.notified() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// What the device gets.
fn body(command: &Command) -> serde_json::Value {
    json!({
        "id": command.id, "kind": command.kind, "payload": command.payload,
        "expires_at": command.expires_at,
    })
}

/// The answer in a message, if it is one.
pub(super) fn read(bytes: &[u8]) -> Option<Answer> {
    (bytes.len() <= ANSWER_BYTES_MAX).then(|| serde_json::from_slice(bytes).ok()).flatten()
}
