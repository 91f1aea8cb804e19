//! The platform's own periodic work: sealing the ledger, delivering the outbox, sweeping sessions.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base::Instant;
use platform::Platform;
use platform::db::DbError;
use platform::trouble::Trouble;
use platform::work::outbox::Handlers;
use platform::work::{Stage, lease, outbox};

use crate::App;

const SEAL_EVERY: Duration = Duration::from_secs(1);
const DELIVER_EVERY: Duration = Duration::from_millis(250);
const SWEEP_EVERY: Duration = Duration::from_hours(1);
const FORGET_EVERY: Duration = Duration::from_hours(6);
/// A machine that dies holds its leases this long.
const LEASE: Duration = Duration::from_secs(10);

pub(crate) fn start(app: &App) {
    let platform = &app.platform;
    let holder: Arc<str> = platform.clock.new_id::<App>().to_string().into();
    let handlers = app.control.handlers(Handlers::default());
    let seal = Periodic { task: "platform.audit.seal", stage: Stage::Store, period: SEAL_EVERY };
    seal.start(platform, &holder, |platform| async move {
        platform::audit::seal(&platform.db).await.map(drop)
    });
    let deliver =
        Periodic { task: "platform.outbox.deliver", stage: Stage::Drain, period: DELIVER_EVERY };
    deliver.start(platform, &holder, move |platform| {
        let handlers = handlers.clone();
        async move {
            outbox::deliver(&platform.db, platform.clock.as_ref(), &handlers).await.map(drop)
        }
    });
    let sweep =
        Periodic { task: "platform.session.sweep", stage: Stage::Store, period: SWEEP_EVERY };
    sweep.start(platform, &holder, |platform| async move {
        let now = platform.clock.now();
        platform::sign_in::store::sweep_sessions(&platform.db, now).await.map(drop)
    });
    let control = app.control.clone();
    let forget =
        Periodic { task: "control.signal.forget", stage: Stage::Store, period: FORGET_EVERY };
    forget.start(platform, &holder, move |platform| {
        let control = control.clone();
        async move { control.forget_signals(platform.clock.now()).await.map(drop) }
    });
    crate::clock_watch::start(platform);
}

/// Work that runs every `period` on the one machine that holds the lease of `task`.
struct Periodic {
    task: &'static str,
    stage: Stage,
    period: Duration,
}

impl Periodic {
    fn start<W, Fut>(self, platform: &Platform, holder: &Arc<str>, work: W)
    where
        W: Fn(Platform) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<(), DbError>> + Send + 'static,
    {
        let (owner, holder, task) = (platform.clone(), Arc::clone(holder), self.task);
        let lease = Arc::new(Lease { task, length: LEASE, renewed_us: AtomicI64::new(i64::MIN) });
        platform.tasks.every(self.stage, self.period, move || {
            let (platform, holder, work) = (owner.clone(), Arc::clone(&holder), work.clone());
            let lease = Arc::clone(&lease);
            let platform_of_task = owner.clone();
            async move {
                let outcome = match lease.hold(&platform, &holder).await {
                    Ok(true) => work(platform).await,
                    Ok(false) => Ok(()),
                    Err(error) => Err(error),
                };
                note(&platform_of_task, task, outcome.as_ref().err());
                if let Err(error) = outcome {
                    tracing::error!(task, cause = %error, "a task failed and runs again at its next turn");
                }
            }
        });
    }
}

/// A task that fails is a trouble until it works again.
fn note(platform: &Platform, task: &'static str, failed: Option<&DbError>) {
    const CODE: &str = "platform.task_failed";
    match failed {
        None => platform.troubles.clear(CODE, task),
        Some(error) => {
            let detail = format!("the task {task} failed and is tried again: {error}");
            let since = platform.clock.now();
            platform
                .troubles
                .raise(task, Trouble { code: CODE, since, detail, stops_intake: false });
        }
    }
}

/// A lease that is renewed at half of its length: a round in between costs no write.
struct Lease {
    task: &'static str,
    length: Duration,
    renewed_us: AtomicI64,
}

impl Lease {
    async fn hold(&self, platform: &Platform, holder: &str) -> Result<bool, DbError> {
        let now = platform.clock.now();
        let renewed = Instant::from_micros(self.renewed_us.load(Ordering::Acquire));
        if now >= renewed && now.since(renewed) < self.length / 2 {
            return Ok(true);
        }
        let held = lease::take(&platform.db, self.task, holder, now, self.length).await?;
        let renewed_us = if held { now.as_micros() } else { i64::MIN };
        self.renewed_us.store(renewed_us, Ordering::Release);
        Ok(held)
    }
}
