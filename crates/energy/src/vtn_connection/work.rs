//! The tasks: one for each connection that is on, started, changed and ended as the table says.

use std::collections::HashMap;
use std::time::Duration;

use base::Id;
use platform::db::DbError;
use platform::work::Stage;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{VtnConnection, poll, rules, store};
use crate::Energy;

/// How often the table is looked at without a nudge: another process may have written.
const RELOAD_EVERY: Duration = Duration::from_secs(15);

struct Running {
    version: u32,
    token: CancellationToken,
    task: AbortHandle,
}

impl Energy {
    /// Starts following the servers of connections that are on.
    pub(crate) fn follow_vtns(&self) {
        let energy = self.clone();
        self.platform.tasks.spawn(Stage::Intake, move |token| run(energy, token));
    }
}

/// Keeps one task for each connection that is on, until `token` ends it.
async fn run(energy: Energy, token: CancellationToken) {
    let (mut tasks, mut running) = (JoinSet::new(), HashMap::new());
    loop {
        match load(&energy).await {
            Ok(wanted) => reconcile(&energy, &token, wanted, &mut running, &mut tasks),
            Err(cause) => {
                tracing::warn!(%cause, "the connections could not be read; tried again");
            }
        }
        tokio::select! {
            () = token.cancelled() => break,
            () = energy.vtn_nudge.notified() => {}
            () = sleep(RELOAD_EVERY) => {}
        }
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
}

async fn load(energy: &Energy) -> Result<Vec<(VtnConnection, String)>, DbError> {
    store::enabled(&mut energy.platform.db.read().await?).await
}

fn reconcile(
    energy: &Energy,
    token: &CancellationToken,
    wanted: Vec<(VtnConnection, String)>,
    running: &mut HashMap<Id<VtnConnection>, Running>,
    tasks: &mut JoinSet<()>,
) {
    running.retain(|id, old| {
        let same = |(one, _): &(VtnConnection, String)| one.id == *id && one.version == old.version;
        let stays = !old.task.is_finished() && wanted.iter().any(same);
        if !stays {
            old.token.cancel();
        }
        stays
    });
    for (connection, sealed) in wanted {
        if running.contains_key(&connection.id) {
            continue;
        }
        let (id, version, token) = (connection.id, connection.version, token.child_token());
        let task = tasks.spawn(keep(energy.clone(), connection, sealed, token.clone()));
        running.insert(id, Running { version, token, task });
    }
}

/// Follows one server until `token` ends it.
async fn keep(energy: Energy, connection: VtnConnection, sealed: String, token: CancellationToken) {
    let id = connection.id;
    let mut follower = poll::Follower::new(&energy, connection, &sealed);
    loop {
        let polled = tokio::select! {
            () = token.cancelled() => return,
            polled = follower.poll() => polled,
        };
        let interval_s = follower.interval_s();
        let wait = match polled {
            Ok(heard) => {
                energy.vtn_statuses.heard(id, energy.platform.clock.now(), heard);
                rules::wait(0, interval_s, false, 0)
            }
            Err(failure) => {
                let now = energy.platform.clock.now();
                let failures = energy.vtn_statuses.failed(id, now, &failure.words);
                if failures == 1 {
                    let (connection, cause) = (id.to_string(), &failure.words);
                    tracing::warn!(connection, cause, "a demand response server does not answer");
                }
                let mut bytes = [0; 2];
                energy.platform.clock.random(&mut bytes);
                rules::wait(failures, interval_s, failure.is_lasting, u16::from_be_bytes(bytes))
            }
        };
        tokio::select! {
            () = token.cancelled() => return,
            () = sleep(wait) => {}
        }
    }
}
