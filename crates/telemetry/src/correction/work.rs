//! How a correction comes about: book it, lay it over what arrives, write it to the log.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base::noun::Complex;
use base::{Id, Reading};
use platform::db::WriteTx;
use platform::http::Problem;
use platform::work::Stage;
use platform::{Audit, Ctx, Platform};
use registry::directory::PointInfo;
use serde_json::json;

use super::rules::{Change, CorrectionError, changed};
use super::{Correction, CorrectionNoun, IN_FORCE_MAX, READINGS_MAX, Undone, store};
use crate::Store;

/// How often is looked for corrections that are booked and not in the log.
const CATCH_UP_EVERY: Duration = Duration::from_mins(1);

/// The corrections of this process. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Corrections {
    pub(super) platform: Platform,
    pub(super) store: Store,
    /// One at a time: a version is the next one of what was read.
    one: Arc<tokio::sync::Mutex<()>>,
}

/// A span of one point, and what becomes of its readings.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) spans: Vec<(i64, i64)>,
    pub(super) change: Change,
    pub(super) reason: String,
}

impl Corrections {
    pub(crate) fn new(platform: &Platform, store: &Store) -> Self {
        let one = Arc::new(tokio::sync::Mutex::new(()));
        Self { platform: platform.clone(), store: store.clone(), one }
    }

    /// Writes what a crash or a full disk left unwritten, now and every minute.
    pub(crate) fn start(&self) {
        let corrections = self.clone();
        self.platform.tasks.every(Stage::Drain, CATCH_UP_EVERY, move || {
            let corrections = corrections.clone();
            async move {
                if let Err(error) = corrections.catch_up().await {
                    tracing::warn!(detail = %error.detail, "corrections wait for the log");
                }
            }
        });
    }

    /// Books a correction of every reading of the spans, and puts it in force.
    pub(super) async fn correct(
        &self,
        ctx: &Ctx,
        point: &PointInfo,
        wanted: &Wanted,
    ) -> Result<Vec<Correction>, Problem> {
        let _one = self.one.lock().await;
        let readings = self.readings(point, wanted).await?;
        if self.store.corrections_in_force() + readings.len() > IN_FORCE_MAX {
            return Err(CorrectionError::Full.into());
        }
        let mut tx = self.platform.db.write_bulk().await?;
        let mut versions = HashMap::new();
        for (from_ms, until_ms) in &wanted.spans {
            versions.extend(store::versions(&mut tx, point.id, *from_ms, *until_ms).await?);
        }
        let mut made = Vec::with_capacity(readings.len());
        for reading in &readings {
            let correction = Correction {
                id: ctx.new_id::<CorrectionNoun>(),
                point: point.id,
                series: point.series,
                at_ms: reading.at_ms,
                version: versions.get(&reading.at_ms).copied().unwrap_or(0) + 1,
                old_value: reading.value,
                old_quality: reading.quality,
                new_value: changed(wanted.change, reading)?,
                reason: wanted.reason.clone(),
                author: ctx.actor.clone(),
                created_at: ctx.now,
                undone: None,
                in_force: true,
            };
            store::insert(&mut tx, point.complex, &correction).await?;
            made.push(correction);
        }
        let detail = json!({
            "readings": made.len(), "change": wanted.change, "reason": wanted.reason,
            "from_ms": readings.first().map(|reading| reading.at_ms),
            "to_ms": readings.last().map(|reading| reading.at_ms),
        });
        audit(&mut tx, ctx, "correction.create", point, detail).await?;
        tx.commit().await?;
        self.store.lay_over(made.iter().map(Correction::reading));
        self.write(&made).await?;
        Ok(made)
    }

    async fn readings(&self, point: &PointInfo, wanted: &Wanted) -> Result<Vec<Reading>, Problem> {
        let mut readings = Vec::new();
        for (from_ms, until_ms) in &wanted.spans {
            let found = self.store.raw(point.series, *from_ms, *until_ms, READINGS_MAX + 1).await?;
            readings.extend(found.readings);
            if readings.len() > READINGS_MAX {
                return Err(CorrectionError::TooMany.into());
            }
        }
        if readings.is_empty() { Err(CorrectionError::Nothing.into()) } else { Ok(readings) }
    }

    /// Takes a correction in force back; what stood before it stands again.
    pub(super) async fn undo(
        &self,
        ctx: &Ctx,
        point: &PointInfo,
        correction: &Correction,
        reason: String,
    ) -> Result<Correction, Problem> {
        let _one = self.one.lock().await;
        let undone = Undone { by: ctx.actor.clone(), at: ctx.now, reason };
        let mut tx = self.platform.db.write().await?;
        if !store::undo(&mut tx, correction, &undone).await? {
            return Err(CorrectionError::NotInForce.into());
        }
        let detail = json!({
            "correction": correction.id, "at_ms": correction.at_ms, "reason": undone.reason,
        });
        audit(&mut tx, ctx, "correction.undo", point, detail).await?;
        tx.commit().await?;
        let undone = Correction { undone: Some(undone), in_force: false, ..correction.clone() };
        self.write(std::slice::from_ref(&undone)).await?;
        Ok(undone)
    }

    /// Writes to the log what stands at the times of these corrections, and notes that it is there.
    async fn write(&self, corrections: &[Correction]) -> Result<(), Problem> {
        let mut readings = Vec::with_capacity(corrections.len());
        for correction in corrections {
            readings.push(self.standing(correction).await?);
        }
        self.store.append(readings, self.platform.clock.now()).await?;
        let mut tx = self.platform.db.write_bulk().await?;
        for correction in corrections {
            store::set_written(&mut tx, correction.id).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The reading that stands at the time of a correction: its own, the one of a version that is in
    /// force again, or the one before.
    async fn standing(&self, correction: &Correction) -> Result<Reading, Problem> {
        if correction.in_force {
            return Ok(correction.reading());
        }
        let mut tx = self.platform.db.read().await?;
        let in_force = store::in_force(&mut tx, correction.point, correction.at_ms).await?;
        if let Some(other) = in_force {
            self.store.lay_over([other.reading()]);
            return Ok(other.reading());
        }
        self.store.uncover(correction.series, correction.at_ms);
        Ok(correction.before())
    }

    /// Writes what is booked and not in the log yet.
    pub(super) async fn catch_up(&self) -> Result<(), Problem> {
        let _one = self.one.lock().await;
        let fetch = i64::try_from(READINGS_MAX).unwrap_or(i64::MAX);
        loop {
            let waiting = store::unwritten(&mut self.platform.db.read().await?, fetch).await?;
            if waiting.is_empty() {
                return Ok(());
            }
            self.write(&waiting).await?;
        }
    }
}

async fn audit(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    point: &PointInfo,
    detail: serde_json::Value,
) -> Result<(), Problem> {
    let complex: Option<Id<Complex>> = Some(point.complex);
    let subject = format!("point:{}", point.id);
    tx.audit(ctx, Audit { action, subject, complex, detail }).await?;
    Ok(())
}

impl Store {
    /// Corrections in force, of all points.
    pub(crate) fn corrections_in_force(&self) -> usize {
        self.inner.overlay().len()
    }

    /// Puts corrected readings over whatever arrives from now on.
    pub(crate) fn lay_over(&self, readings: impl IntoIterator<Item = Reading>) {
        let mut overlay = self.inner.overlay();
        for reading in readings {
            overlay.put(reading);
        }
    }

    /// Lets arrive what arrives again.
    pub(crate) fn uncover(&self, series: base::Series, at_ms: i64) {
        self.inner.overlay().take(series, at_ms);
    }
}
