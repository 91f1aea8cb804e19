//! Erasing: hide, cut out, and see that nothing is left.

use base::{Id, Series};
use platform::{Audit, Ctx};
use serde_json::json;

use super::{Erasure, ErasureKind, Held, Order, rules, store};
use crate::catalogue::{self, SegmentRow, Span, Tombstone};
use crate::correction;
use crate::store::{Inner, Store, StoreError};

/// Files that one round writes anew.
const REWRITES_MAX: usize = 64;

impl Store {
    /// Hides the readings of `order` at once and for good, writes the record, and lets the files forget
    /// them later. What arrives from now on is kept.
    pub(crate) async fn erase(&self, ctx: &Ctx, order: &Order) -> Result<Id<Erasure>, StoreError> {
        let inner = &self.inner;
        let _one = inner.flushing.lock().await;
        // First all that waits from failed flushes, so that what is frozen next is all there is.
        let days = inner.state.buffer().days();
        inner.flush(&days).await?;
        let seq = inner.state.tombstones() + 1;
        let (groups, batch_hi) = {
            let mut buffer = inner.state.buffer();
            let days = buffer.days();
            (buffer.freeze(&days, seq - 1), buffer.newest())
        };
        let id = ctx.new_id::<Erasure>();
        let span = order.from_ms..order.until_ms;
        let corrected = inner.overlay().cut(&order.series, span);
        let written = self.write(ctx, id, order, (seq, batch_hi)).await;
        if let Err(error) = written {
            let mut overlay = inner.overlay();
            for reading in corrected {
                overlay.put(reading);
            }
            return Err(error);
        }
        inner.state.note_tombstone(seq);
        if let Err(error) = self.settle(order, &groups).await {
            // The tombstone is written: the next start and the next round do the rest.
            tracing::warn!(%error, erasure = %id, "an erasure goes on in the background");
        }
        Ok(id)
    }

    /// The record, and the end of every correction of what it erases.
    async fn write(
        &self,
        ctx: &Ctx,
        id: Id<Erasure>,
        order: &Order,
        (seq, batch_hi): (i64, u64),
    ) -> Result<(), StoreError> {
        let mut tx = self.inner.platform.db.write().await?;
        store::insert(&mut tx, ctx, id, order, (seq, batch_hi)).await?;
        let ranges: Vec<(u32, u32)> = rules::ranges(&order.series);
        let (from_ms, until_ms) = (order.from_ms, order.until_ms);
        let corrections = correction::store::erase(&mut tx, &ranges, from_ms, until_ms).await?;
        let audit = Audit {
            action: "erasure.create",
            subject: format!("erasure:{id}"),
            complex: order.complex,
            detail: json!({
                "kind": order.kind,
                "reason": order.reason,
                "what": order.what,
                "points": order.series.len(),
                "corrections": corrections,
            }),
        };
        tx.audit(ctx, audit).await?;
        Ok(tx.commit().await?)
    }

    /// What is in memory goes to segments, whose turn comes later; the newest values are made again.
    async fn settle(
        &self,
        order: &Order,
        groups: &[Vec<std::sync::Arc<crate::buffer::Generation>>],
    ) -> Result<(), StoreError> {
        let inner = &self.inner;
        for group in groups {
            inner.flush_group(group).await?;
        }
        let span = order.from_ms..order.until_ms;
        let mut touched: Vec<Series> = Vec::new();
        inner.state.change_latest(|latest| {
            touched = latest.hide(&order.series, |row| span.contains(&row.at_ms));
        });
        // A rule erases all that is old; nothing older can be the newest then.
        if order.kind == ErasureKind::Request {
            self.restore_latest(&touched).await?;
        }
        self.close_log_file().await?;
        inner.forget().await
    }

    /// Cuts what was erased out of files that are due; tells how many were written anew or removed.
    pub(crate) async fn cut_out(&self) -> Result<usize, StoreError> {
        let _one = self.inner.compacting.lock().await;
        let now = self.inner.platform.clock.now();
        let mut tx = self.inner.platform.db.read().await?;
        let open = store::open(&mut tx).await?;
        if open.is_empty() {
            return Ok(0);
        }
        let tombstones = catalogue::tombstones(&mut tx, Span::ALL).await?;
        let seq = catalogue::newest_tombstone(&mut tx).await?;
        let live = catalogue::live(&mut tx).await?;
        drop(tx);
        let records = store::by_seq(&open);
        let mut done = 0;
        for row in live {
            let of_row: Vec<Tombstone> =
                tombstones.iter().filter(|t| t.applies_to(&row)).copied().collect();
            if !of_row.is_empty() && rules::is_due(&held(&row, &of_row, &records), now) {
                self.inner.merge(std::slice::from_ref(&row), row.level, &tombstones, seq).await?;
                done += 1;
                if done == REWRITES_MAX {
                    break;
                }
            }
        }
        Ok(done)
    }

    /// Closes the records of which nothing is left; tells how many.
    pub(crate) async fn complete_erasures(&self) -> Result<usize, StoreError> {
        let Inner { platform, closed, .. } = &*self.inner;
        let mut tx = platform.db.read().await?;
        let open = store::open(&mut tx).await?;
        let mut complete = Vec::new();
        for record in open {
            let in_log = closed.oldest_batch().is_some_and(|batch| batch <= record.batch_hi);
            if !in_log && !store::is_held(&mut tx, record.id).await? {
                complete.push(record.id);
            }
        }
        drop(tx);
        for id in &complete {
            let ctx = Ctx::system(&platform.clock, "telemetry.erase");
            let mut tx = platform.db.write().await?;
            store::complete(&mut tx, *id, ctx.now).await?;
            let audit = Audit {
                action: "erasure.complete",
                subject: format!("erasure:{id}"),
                complex: None,
                detail: json!({}),
            };
            tx.audit(&ctx, audit).await?;
            tx.commit().await?;
        }
        Ok(complete.len())
    }
}

fn held(
    row: &SegmentRow,
    tombstones: &[Tombstone],
    records: &std::collections::HashMap<i64, store::Open>,
) -> Held {
    let mut held = Held {
        at_ms: (row.min_at_ms, row.max_at_ms),
        requested: false,
        expired_until_ms: None,
        expired_since: None,
    };
    for tombstone in tombstones {
        match records.get(&tombstone.seq) {
            Some(record) if record.kind == ErasureKind::Retention => {
                held.expired_until_ms = held.expired_until_ms.max(Some(tombstone.until_ms));
                let since = record.created_at;
                held.expired_since = Some(held.expired_since.map_or(since, |at| at.min(since)));
            }
            Some(_) | None => held.requested = true,
        }
    }
    held
}
