//! The parts of this crate, put together for the server.

use std::path::{Path, PathBuf};

use base::noun::Point;
use base::{Id, ReadingBatch};
use platform::http::{ApiResult, Problem};
use platform::work::Stage;
use platform::{Ctx, Platform};
use registry::Directory;
use tokio::sync::mpsc;
use utoipa_axum::router::OpenApiRouter;

use crate::correction::Corrections;
use crate::export::ExportFolder;
use crate::ingress::mqtt::{Downlink, MqttAddresses, MqttError, MqttOptions};
use crate::ingress::{self, Ingest};
use crate::query::RAW_READINGS_MAX;
use crate::reading::access::{self, Permitted, Span};
use crate::reading::api::forbidden;
use crate::reject::{self, Rejects};
use crate::{
    LatestReading, Options, Store, StoreError, column_mapping, compaction, erasure, health,
    interval_import, reading, saved_query, sql_query,
};
use crate::{consumption, correction, coverage};

/// Batches that a subscriber may fall behind before the log waits for it.
const SUBSCRIBER_BATCHES_MAX: usize = 256;

/// The data plane of this process. Cheap to clone.
#[derive(Clone)]
pub struct Telemetry {
    platform: Platform,
    directory: Directory,
    store: Store,
    ingest: Ingest,
    corrections: Corrections,
}

impl Telemetry {
    /// Opens the store in `folder` and recovers what was acknowledged.
    pub async fn open(
        platform: &Platform,
        directory: Directory,
        folder: &Path,
        options: Options,
    ) -> Result<Self, StoreError> {
        let store = Store::open(platform.clone(), folder, options).await?;
        let rejects = Rejects::new(platform);
        let ingest = Ingest::new(platform, directory.clone(), store.clone(), rejects);
        let corrections = Corrections::new(platform, &store);
        Ok(Self { platform: platform.clone(), directory, store, ingest, corrections })
    }

    /// The store of readings.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The way in, for imports and for the command line.
    pub fn ingest(&self) -> &Ingest {
        &self.ingest
    }

    /// Hears every batch that became durable from now on.
    pub fn subscribe(&self) -> mpsc::Receiver<ReadingBatch> {
        self.store.subscribe(SUBSCRIBER_BATCHES_MAX)
    }

    /// The newest reading of every point.
    pub fn last_seen(&self) -> Vec<LatestReading> {
        let snapshot = self.directory.snapshot();
        let series: Vec<_> = snapshot.points().iter().map(|point| point.series).collect();
        self.store.latest_many(&series)
    }

    /// The readings of a point in `from_ms..until_ms`, as far as `ctx` may read them. Refused when it may
    /// read nothing of the point, or when there are more than [`RAW_READINGS_MAX`].
    pub async fn permitted(
        &self,
        ctx: &Ctx,
        point: Id<Point>,
        from_ms: i64,
        until_ms: i64,
    ) -> ApiResult<Permitted> {
        self.permitted_around(ctx, point, (from_ms, until_ms), 0).await
    }

    /// The same of a range and of `margin_ms` before and after it. Hidden is only what is left out of the range
    /// itself.
    pub async fn permitted_around(
        &self,
        ctx: &Ctx,
        point: Id<Point>,
        (from_ms, until_ms): (i64, i64),
        margin_ms: i64,
    ) -> ApiResult<Permitted> {
        let directory = self.directory.snapshot();
        let point =
            directory.point_by_id(point).ok_or_else(|| Problem::not_found("point", point))?;
        let readable = |margin_ms: i64| {
            let from_ms = from_ms.saturating_sub(margin_ms);
            let asked = Span { from_ms, until_ms: until_ms.saturating_add(margin_ms) };
            let found = access::readable(point, asked, |action, scope| ctx.may(action, scope));
            found.ok_or_else(|| forbidden(ctx, point))
        };
        let hidden = readable(0)?.hidden;
        let readable = readable(margin_ms)?;
        let mut readings = Vec::new();
        for span in readable.spans {
            let (from_ms, until_ms) = (span.from_ms, span.until_ms);
            let found = self.store.raw(point.series, from_ms, until_ms, RAW_READINGS_MAX).await?;
            if found.truncated {
                let detail =
                    format!("more than {RAW_READINGS_MAX} readings: ask for a shorter range");
                return Err(Problem::invalid_field("/from", detail));
            }
            readings.extend(found.readings);
        }
        Ok(Permitted { readings, hidden })
    }

    /// Opens the broker for devices; it closes first in a shutdown.
    pub async fn start_mqtt(
        &self,
        options: MqttOptions,
    ) -> Result<(MqttAddresses, Downlink), MqttError> {
        let broker = ingress::mqtt::start(&self.platform, self.ingest.clone(), options).await?;
        let (addresses, downlink) = (broker.addresses(), broker.downlink());
        self.platform.tasks.spawn(Stage::Intake, |token| async move {
            token.cancelled().await;
            broker.stop().await;
        });
        Ok((addresses, downlink))
    }

    /// Starts the periodic work: rejects to their table, old previews away, segments merged.
    pub fn start(&self) {
        self.ingest.rejects().start(&self.platform);
        interval_import::tasks(&self.platform);
        compaction::tasks(&self.store);
        erasure::tasks(&self.store, &self.directory);
        self.corrections.start();
    }

    /// Keeps a folder of plain Parquet up to date with all readings, those of tenants too.
    pub fn start_export(&self, folder: PathBuf) {
        let (store, directory) = (self.store.clone(), self.directory.clone());
        ExportFolder::new(&self.platform, store, directory, folder).start();
    }

    /// The routes under `/api/v1`.
    pub fn routes(&self) -> OpenApiRouter {
        OpenApiRouter::new()
            .merge(ingress::http::routes(self.ingest.clone()))
            .merge(reading::routes(self.store.clone(), self.directory.clone()))
            .merge(erasure::routes(self.store.clone(), self.directory.clone()))
            .merge(reading::many_routes(&self.platform, self.store.clone(), self.directory.clone()))
            .merge(sql_query::routes(&self.platform, self.store.clone(), self.directory.clone()))
            .merge(reject::routes(&self.platform))
            .merge(saved_query::routes(&self.platform))
            .merge(health::routes(&self.platform, &self.ingest))
            .merge(correction::routes(&self.corrections, self.directory.clone()))
            .merge(consumption::routes(self.store.clone(), self.directory.clone()))
            .merge(coverage::routes(self.store.clone(), self.directory.clone()))
            .merge(column_mapping::routes(&self.platform))
            .merge(interval_import::routes(&self.platform, self.ingest.clone()))
    }

    /// Ends the store in order; nothing that was taken in is lost.
    pub async fn close(&self) {
        if let Err(error) = self.store.shutdown().await {
            tracing::error!(cause = %error, "the reading store did not end cleanly; it recovers at start");
        }
    }
}
