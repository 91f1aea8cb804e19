//! The one loop that writes the book: it takes readings, looks at the running slots, leaves signals.

use std::sync::MutexGuard;
use std::time::Duration;

use base::noun::Signal as SignalNoun;
use base::{Grade, Instant, Phase, ReadingBatch, Signal};
use energy_rules::demand::Notice;
use platform::Ctx;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::book::{Book, Happened};
use super::{PEAK_AHEAD, PEAK_PASSED, SOURCE};
use crate::Energy;
use crate::electricity_contract::store;
use crate::load::day_in_korea as today;

/// How often running slots are looked at: readings of power come once a minute.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// How often contracts are compared with what is watched.
const REREAD_EVERY: Duration = Duration::from_secs(10);
/// Batches taken before the loop looks up.
const BATCHES_AT_ONCE: usize = 64;
/// Topic of the outbox on which the control centre takes signals.
const TOPIC: &str = "signal";

impl Energy {
    /// Starts the watch; `readings` brings what became durable.
    pub(crate) fn watch_peaks(&self, readings: mpsc::Receiver<ReadingBatch>) {
        let energy = self.clone();
        let drain = platform::work::Stage::Drain;
        self.platform.tasks.spawn(drain, move |token| run(energy, readings, token));
        let energy = self.clone();
        self.platform.tasks.every(drain, REREAD_EVERY, move || {
            let energy = energy.clone();
            async move {
                if let Err(cause) = energy.reread().await {
                    tracing::warn!(%cause, "the contracts cannot be read: peaks go unwatched");
                }
            }
        });
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

async fn run(energy: Energy, mut readings: mpsc::Receiver<ReadingBatch>, token: CancellationToken) {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut connected = true;
    while !token.is_cancelled() {
        let mut batches = Vec::new();
        tokio::select! {
            () = token.cancelled() => {}
            count = readings.recv_many(&mut batches, BATCHES_AT_ONCE), if connected => {
                connected = count > 0;
            }
            _ = looks.tick() => {
                let now = energy.platform.clock.now();
                let today = today(now);
                energy.book().turn(today, |customer| energy.holds(customer, today));
                let told = energy.book().look(now.as_millis());
                energy.tell(&told).await;
            }
        }
        let now_ms = energy.platform.clock.now().as_millis();
        for batch in &batches {
            let told = energy.book().take(&batch.readings, now_ms);
            energy.tell(&told).await;
        }
    }
}

impl Energy {
    /// Builds the watches of contracts that are new or changed, and of all once a day.
    pub(crate) async fn reread(&self) -> Result<(), String> {
        let now = self.platform.clock.now();
        let today = today(now);
        let versions = {
            let mut tx = self.platform.db.read().await.map_err(|error| error.to_string())?;
            store::versions(&mut tx).await.map_err(|error| error.to_string())?
        };
        let stale = self.book().stale(&versions, today);
        let token = self.platform.tasks.token(platform::work::Stage::Drain);
        for id in stale {
            if token.is_cancelled() {
                break;
            }
            let found = {
                let mut tx = self.platform.db.read().await.map_err(|error| error.to_string())?;
                store::find(&mut tx, id).await.map_err(|error| error.to_string())?
            };
            let Some(contract) = found else { continue };
            let built = self.watched(&contract, now).await.map_err(|error| error.to_string())?;
            match built {
                Some(watched) => self.book().put(watched),
                None => self.book().skip(id, contract.version, today),
            }
        }
        Ok(())
    }

    /// Leaves a signal for each notice. One that cannot be written is logged: the next tick tells again what
    /// goes on.
    pub(crate) async fn tell(&self, told: &[Happened]) {
        for happened in told {
            if let Err(cause) = self.leave(happened).await {
                tracing::error!(%cause, contract = %happened.contract, "a peak was seen and could not be told");
            }
        }
    }

    async fn leave(&self, happened: &Happened) -> Result<(), platform::db::DbError> {
        let ctx = Ctx::system(&self.platform.clock, SOURCE);
        let mut tx = self.platform.db.write().await?;
        // The meter may have become another's since its history was read.
        let contract = store::find(&mut tx, happened.contract).await?;
        if contract.is_some_and(|contract| !self.owns_points(&contract, ctx.now)) {
            return Ok(());
        }
        let signal = signal(happened, ctx.new_id::<SignalNoun>(), ctx.now);
        let body = serde_json::to_value(&signal).expect("a signal has a JSON form");
        tx.outbox(&ctx, TOPIC, &body).await?;
        tx.commit().await
    }
}

/// What the control centre is told.
pub(crate) fn signal(happened: &Happened, id: base::Id<SignalNoun>, at: Instant) -> Signal {
    let (kind, phase, grade, w) = match happened.notice {
        Notice::Ahead { cast, .. } => (PEAK_AHEAD, Phase::Raised, Grade::Warning, Some(cast.p50_w)),
        Notice::Passed { w, .. } => (PEAK_PASSED, Phase::Updated, Grade::Warning, Some(w)),
        Notice::Settled => (PEAK_AHEAD, Phase::Cleared, Grade::Caution, None),
    };
    Signal {
        id,
        v: 1,
        source: SOURCE.to_owned(),
        complex: happened.complex,
        subject: format!("point:{}", happened.point),
        kind: kind.to_owned(),
        grade,
        phase,
        dedupe_key: happened.contract.to_string(),
        place: None,
        value: w.map(crate::bill::decimal_kilo),
        unit: w.map(|_| "kW".to_owned()),
        evidence: Vec::new(),
        at,
    }
}
