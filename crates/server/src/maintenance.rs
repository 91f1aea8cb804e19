//! The platform's own periodic work: sealing the ledger, delivering the outbox, sweeping sessions.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base::Instant;
use platform::Platform;
use platform::db::DbError;
use platform::work::outbox::Handlers;
use platform::work::{Stage, lease, outbox};

use crate::App;

const SEAL_EVERY: Duration = Duration::from_secs(1);
const DELIVER_EVERY: Duration = Duration::from_millis(250);
const SWEEP_EVERY: Duration = Duration::from_hours(1);
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
            async move {
                let outcome = match lease.hold(&platform, &holder).await {
                    Ok(true) => work(platform).await,
                    Ok(false) => Ok(()),
                    Err(error) => Err(error),
                };
                if let Err(error) = outcome {
                    tracing::error!(task, cause = %error, "a task failed and runs again at its next turn");
                }
            }
        });
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
