//! The platform's own periodic work: sealing the ledger, delivering the outbox, sweeping sessions.

use std::time::Duration;

use platform::Platform;
use platform::db::DbError;
use platform::work::outbox::Handlers;
use platform::work::{Stage, lease, outbox};

use crate::App;

const SEAL_EVERY: Duration = Duration::from_secs(1);
const DELIVER_EVERY: Duration = Duration::from_millis(250);
const SWEEP_EVERY: Duration = Duration::from_secs(3_600);
/// A machine that dies holds its leases this long.
const LEASE: Duration = Duration::from_secs(10);

pub(crate) fn start(app: &App) {
    let platform = &app.platform;
    let holder = platform.clock.new_id::<App>().to_string();
    leased(platform, &holder, "platform.audit.seal", Stage::Store, SEAL_EVERY, async |platform| {
        platform::audit::seal(&platform.db).await.map(drop)
    });
    let handlers = app.control.handlers(Handlers::default());
    let (deliverer, deliver_holder) = (platform.clone(), holder.clone());
    platform.tasks.every(Stage::Drain, DELIVER_EVERY, move || {
        let (platform, holder, handlers) =
            (deliverer.clone(), deliver_holder.clone(), handlers.clone());
        async move {
            let work = async {
                if take(&platform, "platform.outbox.deliver", &holder).await? {
                    outbox::deliver(&platform.db, platform.clock.as_ref(), &handlers).await?;
                }
                Ok(())
            };
            report("platform.outbox.deliver", work.await);
        }
    });
    leased(platform, &holder, "platform.session.sweep", Stage::Store, SWEEP_EVERY, async |p| {
        sign_in_sweep(&p).await
    });
}

async fn sign_in_sweep(platform: &Platform) -> Result<(), DbError> {
    platform::sign_in::store::sweep_sessions(&platform.db, platform.clock.now()).await.map(drop)
}

/// Runs `work` every `period` on the one machine that holds the lease.
fn leased<F>(
    platform: &Platform,
    holder: &str,
    task: &'static str,
    stage: Stage,
    period: Duration,
    work: F,
) where
    F: AsyncFn(Platform) -> Result<(), DbError> + Clone + Send + 'static,
    for<'a> F::CallRefFuture<'a>: Send,
{
    let (platform_of_task, holder) = (platform.clone(), holder.to_owned());
    platform.tasks.every(stage, period, move || {
        let (platform, holder, work) = (platform_of_task.clone(), holder.clone(), work.clone());
        async move {
            let outcome = async {
                if take(&platform, task, &holder).await? { work(platform).await } else { Ok(()) }
            };
            report(task, outcome.await);
        }
    });
}

async fn take(platform: &Platform, task: &str, holder: &str) -> Result<bool, DbError> {
    lease::take(&platform.db, task, holder, platform.clock.now(), LEASE).await
}

fn report(task: &str, outcome: Result<(), DbError>) {
    if let Err(error) = outcome {
        tracing::error!(task, cause = %error, "a task failed and runs again at its next turn");
    }
}
