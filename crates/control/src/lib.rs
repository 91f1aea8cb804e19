//! The control centre (관제): what is abnormal, who took note of it, and what was done.
//!
//! ```text
//!  readings (a channel) ──► evaluation ──► alarm ──► transitions, bus, consoles
//!                              ▲ rules       ▲
//!                        alarm_rule        signal ◄── outbox of other rooms, POST /api/v1/signals
//! ```
//! - [`alarm`] is the golden noun: one occurrence of something that needs a response, its life cycle
//!   after ISA-18.2, and what people do about it. Every later noun copies its folder.
//! - [`alarm_rule`] says when readings need a response and why.
//! - [`evaluation`] turns readings and time into raised and returned alarms.
//! - [`signal`] lets other rooms raise alarms without knowing this crate.
//!
//! The crate does not know `telemetry`: the server connects the channel of readings and hands over the
//! last value of each series at the start.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

pub mod alarm;
pub mod alarm_rule;
pub mod evaluation;
pub mod signal;

mod metrics;
mod reach;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use base::noun::Complex;
use base::{Actor, Id, Instant, Quality, ReadingBatch, Series, Signal};
use platform::db::Statement;
use platform::http::ApiResult;
use platform::work::Stage;
use platform::work::outbox::Handlers;
use platform::{Ctx, Platform};
use registry::Directory;
use tokio::sync::{Notify, mpsc};
use utoipa_axum::router::OpenApiRouter;

use metrics::ControlMetrics;

/// The tables that the control centre writes.
pub const MIGRATIONS: platform::db::MigrationSet = platform::migrations!("control", "0001_alarm");

/// Every SQL statement of the control centre, for the test that prepares all on both engines.
pub fn statements() -> Vec<Statement> {
    [
        alarm::store::statements(),
        alarm_rule::store::statements(),
        evaluation::store::statements(),
        signal::store::statements(),
    ]
    .concat()
}

/// The control centre of this process. Cheap to clone.
#[derive(Clone)]
pub struct Control {
    pub(crate) platform: Platform,
    pub(crate) directory: Directory,
    pub(crate) metrics: ControlMetrics,
    /// Wakes the evaluation, because a rule or a shelf changed.
    pub(crate) nudge: Arc<Notify>,
}

/// The last reading of a series, as it stood when the process started.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LastSeen {
    /// The point.
    pub series: Series,
    /// When it was measured, milliseconds UTC.
    pub at_ms: i64,
    /// Its value.
    pub value: f64,
    /// What is to be said against it.
    pub quality: Quality,
    /// When it arrived.
    pub arrived: Instant,
}

impl Control {
    /// The control centre on this platform; it knows points from `directory`.
    pub fn new(platform: Platform, directory: Directory) -> Self {
        let metrics = ControlMetrics::new(&platform.metrics);
        Self { platform, directory, metrics, nudge: Arc::new(Notify::new()) }
    }

    /// The routes under `/api/v1`: alarms, rules, signals.
    pub fn routes(&self) -> OpenApiRouter {
        OpenApiRouter::new()
            .merge(alarm::api::routes())
            .merge(alarm_rule::api::routes())
            .merge(signal::api::routes())
            .with_state(self.clone())
    }

    /// Adds the handler of signals that other rooms leave in the outbox.
    #[must_use]
    pub fn handlers(&self, handlers: Handlers) -> Handlers {
        let control = self.clone();
        handlers.on(signal::TOPIC, move |body| {
            let control = control.clone();
            Box::pin(async move {
                let signal: Signal = serde_json::from_value(body)
                    .map_err(|error| format!("the row holds no signal: {error}"))?;
                let by = Actor::system(&signal.source);
                let taken = control.take_signal(&signal, &by).await;
                taken.map(drop).map_err(|problem| problem.detail)
            })
        })
    }

    /// Starts the evaluation. `readings` brings what became durable; `arrivals` is the last reading of
    /// every series as it stood before the first of these batches.
    pub fn start(&self, readings: mpsc::Receiver<ReadingBatch>, arrivals: Vec<LastSeen>) {
        let control = self.clone();
        self.platform.tasks.spawn(Stage::Drain, move |token| {
            evaluation::work::run(control, readings, arrivals, token)
        });
    }

    /// Writes the default rules of a new complex, in one transaction; tells how many. Nothing is
    /// written to a complex that has a rule already.
    pub async fn write_default_rules(&self, ctx: &Ctx, complex: Id<Complex>) -> ApiResult<usize> {
        let mut tx = self.platform.db.write().await?;
        if !alarm_rule::store::list(&mut tx, Some(complex), None, None, 1).await?.is_empty() {
            return Ok(0);
        }
        let rules = alarm_rule::defaults::default_rules(complex);
        let count = rules.len();
        for new in rules {
            let rule = alarm_rule::rules::create(ctx.new_id(), new, &ctx.actor, ctx.now)?;
            alarm_rule::api::create(&mut tx, ctx, &rule).await?;
        }
        tx.commit().await?;
        self.nudge();
        Ok(count)
    }

    /// Forgets signals that can no longer come a second time; tells how many.
    pub async fn forget_signals(&self, now: Instant) -> Result<u64, platform::db::DbError> {
        signal::store::forget(&self.platform.db, now - signal::REMEMBERED).await
    }

    /// Has the evaluation read rules and shelves again.
    pub(crate) fn nudge(&self) {
        self.nudge.notify_one();
    }

    /// Counts a change of an alarm.
    pub(crate) fn count(&self, operation: alarm::Operation) {
        self.metrics.transition(operation);
    }
}
