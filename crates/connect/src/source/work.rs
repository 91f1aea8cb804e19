//! The tasks: one for each lane, started, changed and ended as the table says.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base::noun::Device;
use base::{Actor, Id};
use platform::Platform;
use platform::metrics::{CallLabel, Counter, Family};
use telemetry::ingress::Ingest;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::status::Statuses;
use super::{Connection, Source, SourceKind, backoff, modbus, opcua, open_data, polled, store};

/// How often the table is looked at without a nudge: another process may have written.
const RELOAD_EVERY: Duration = Duration::from_secs(15);

/// The environment of the process, or one of a test.
pub(crate) type Environment = fn(&str) -> Option<String>;

/// Everything that asks sources. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Sources {
    pub(crate) platform: Platform,
    pub(crate) ingest: Ingest,
    pub(crate) statuses: Statuses,
    /// The table changed.
    pub(crate) nudge: Arc<Notify>,
    /// Where secrets stand, by the name of a variable.
    pub(crate) environment: Environment,
    /// Where keys and certificates of OPC UA lie.
    pub(crate) folder: Arc<Path>,
    reads: Family<CallLabel, Counter>,
}

impl Sources {
    pub(crate) fn new(
        platform: &Platform,
        ingest: &Ingest,
        folder: &Path,
        environment: Environment,
    ) -> Self {
        let reads = platform.metrics.register(
            "connect_source_read",
            "Calls of sources, by kind and outcome",
            Family::<CallLabel, Counter>::default(),
        );
        Self {
            platform: platform.clone(),
            ingest: ingest.clone(),
            statuses: Statuses::default(),
            nudge: Arc::default(),
            environment,
            folder: folder.into(),
            reads,
        }
    }

    /// Counts a call.
    pub(crate) fn count(&self, kind: SourceKind, outcome: &'static str) {
        self.reads.get_or_create(&CallLabel { kind: kind.as_str(), outcome }).inc();
    }

    /// A source failed; tells how long to leave it alone, at most a minute.
    pub(crate) fn failed(&self, id: Id<Source>, kind: SourceKind, error: &str) -> Duration {
        self.failed_within(id, kind, error, backoff::LONGEST)
    }

    /// A source failed; tells how long to leave it alone, at most `longest`.
    pub(crate) fn failed_within(
        &self,
        id: Id<Source>,
        kind: SourceKind,
        error: &str,
        longest: Duration,
    ) -> Duration {
        let failures = self.statuses.failed(id, self.ingest.now(), error);
        if failures == 1 {
            let (source, kind) = (id.to_string(), kind.as_str());
            tracing::warn!(source, kind, cause = error, "a source does not answer");
        }
        backoff::wait(failures, longest, backoff::random(self.platform.clock.as_ref()))
    }

    /// Sends what a source said on its way, and notes how that went.
    pub(crate) async fn take<'a>(
        &self,
        id: Id<Source>,
        device: Id<Device>,
        entries: impl Iterator<Item = polled::Entry<'a>>,
    ) -> Result<(), String> {
        let now = self.ingest.now();
        let actor = Actor::system(&format!("source:{id}"));
        let settled = polled::send(&self.ingest, device, entries, now, &actor).await?;
        let (accepted, rejected) = (settled.accepted, settled.rejected);
        self.statuses.answered(id, now, accepted, rejected, settled.reason);
        Ok(())
    }
}

/// A source in the terms of its protocol.
pub(crate) struct Asked<C> {
    pub(crate) id: Id<Source>,
    pub(crate) device_id: Id<Device>,
    pub(crate) connection: C,
}

/// What is asked by one task, one call after the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Lane {
    /// Everything behind a `host:port`.
    Gateway(String, u16),
    /// One source.
    Own(Id<Source>),
}

impl Lane {
    fn of(source: &Source) -> Self {
        match &source.connection {
            Connection::Modbus(unit) => Self::Gateway(unit.host.clone(), unit.port),
            Connection::Opcua(_) | Connection::Airkorea(_) | Connection::Kma(_) => {
                Self::Own(source.id)
            }
        }
    }
}

type Lanes = HashMap<Lane, Vec<Source>>;

struct Running {
    sources: Vec<Source>,
    token: CancellationToken,
    task: AbortHandle,
}

/// Keeps one task for each lane until `token` ends it.
pub(crate) async fn run(sources: Sources, token: CancellationToken) {
    let (mut tasks, mut running) = (JoinSet::new(), HashMap::new());
    loop {
        match load(&sources).await {
            Ok(wanted) => reconcile(&sources, &token, wanted, &mut running, &mut tasks),
            Err(error) => {
                tracing::warn!(cause = %error, "the sources could not be read; tried again");
            }
        }
        tokio::select! {
            () = token.cancelled() => break,
            () = sources.nudge.notified() => {}
            () = sleep(RELOAD_EVERY) => {}
        }
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
}

async fn load(sources: &Sources) -> Result<Lanes, platform::db::DbError> {
    let mut lanes = Lanes::new();
    for source in store::enabled(&mut sources.platform.db.read().await?).await? {
        lanes.entry(Lane::of(&source)).or_default().push(source);
    }
    Ok(lanes)
}

fn reconcile(
    sources: &Sources,
    token: &CancellationToken,
    mut wanted: Lanes,
    running: &mut HashMap<Lane, Running>,
    tasks: &mut JoinSet<()>,
) {
    running.retain(|lane, old| {
        let stays = !old.task.is_finished() && wanted.get(lane) == Some(&old.sources);
        if stays {
            wanted.remove(lane);
        } else {
            old.token.cancel();
        }
        stays
    });
    for (lane, group) in wanted {
        let token = token.child_token();
        let task = tasks.spawn(ask(sources.clone(), lane.clone(), group.clone(), token.clone()));
        running.insert(lane, Running { sources: group, token, task });
    }
}

/// Asks everything in a lane until `token` ends it.
async fn ask(sources: Sources, lane: Lane, group: Vec<Source>, token: CancellationToken) {
    let mut units = Vec::new();
    for Source { id, device_id, connection, .. } in group {
        let (sources, token) = (sources.clone(), token.clone());
        match connection {
            Connection::Modbus(connection) => units.push(Asked { id, device_id, connection }),
            Connection::Opcua(connection) => {
                opcua::work::keep(sources, Asked { id, device_id, connection }, token).await;
            }
            Connection::Airkorea(connection) => {
                open_data::work::keep(sources, Asked { id, device_id, connection }, token).await;
            }
            Connection::Kma(connection) => {
                open_data::work::keep(sources, Asked { id, device_id, connection }, token).await;
            }
        }
    }
    if let Lane::Gateway(host, port) = lane {
        modbus::work::ask(sources, (host, port), units, token).await;
    }
}
