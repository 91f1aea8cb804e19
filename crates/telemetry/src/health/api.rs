//! Device health over HTTP.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use base::noun::Complex;
use base::{Action, Id, Instant, Series};
use platform::http::{ApiResult, Json, Query};
use platform::{Ctx, Platform};
use registry::directory::{DeviceInfo, Directory, PointInfo, Snapshot};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rules::{self, DAY_MS, Heard};
use super::{DeviceHealth, store};
use crate::ingress::sparkplug::session::Presence;
use crate::ingress::{Ingest, device_scope};
use crate::{Aggregate, Bucketing, Store};

/// Devices of one answer.
const DEVICES_MAX: usize = 20_000;
/// How long counted readings are shown again.
const COUNTED_FOR: Duration = Duration::from_mins(1);
/// Complexes whose counts are kept.
const COMPLEXES_MAX: usize = 64;

type Received = HashMap<Series, u64>;
/// What was counted when, by complex; `None` is all of them.
type Counted = HashMap<Option<Id<Complex>>, (Instant, Arc<Received>)>;

#[derive(Clone)]
struct Health {
    platform: Platform,
    ingest: Ingest,
    store: Store,
    directory: Directory,
    counted: Arc<Mutex<Counted>>,
}

/// The routes of health.
pub fn routes(platform: &Platform, ingest: &Ingest) -> OpenApiRouter {
    let (platform, counted) = (platform.clone(), Arc::default());
    let (ingest, store) = (ingest.clone(), ingest.store().clone());
    let directory = ingest.directory().clone();
    OpenApiRouter::new().routes(routes!(device_health_list)).with_state(Health {
        platform,
        ingest,
        store,
        directory,
        counted,
    })
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HealthQuery {
    /// Only devices of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<Complex>>,
}

/// The health of the devices.
#[derive(Debug, Serialize, ToSchema)]
struct DeviceHealthList {
    /// When it was so.
    as_of: Instant,
    /// The devices in use, by key; at most 20,000.
    items: Vec<DeviceHealth>,
    /// Whether there are more devices than an answer holds: ask for one complex.
    truncated: bool,
}

/// The health of every device in use that the caller may see: age, gaps, refusals, battery and signal. Gaps
/// are counted at most once a minute.
#[utoipa::path(get, path = "/api/v1/device_health", tag = "telemetry", params(HealthQuery),
    responses((status = 200, body = DeviceHealthList)))]
async fn device_health_list(
    State(state): State<Health>,
    ctx: Ctx,
    Query(query): Query<HealthQuery>,
) -> ApiResult<Json<DeviceHealthList>> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let snapshot = state.directory.snapshot();
    let mut devices: Vec<_> = snapshot
        .devices()
        .filter(|device| !device.retired)
        .filter(|device| query.complex.is_none_or(|complex| complex == device.complex))
        .filter(|device| ctx.may(Action::ReadRegistry, device_scope(device)))
        .collect();
    devices.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    let truncated = devices.len() > DEVICES_MAX;
    devices.truncate(DEVICES_MAX);
    let since = ctx.now - Duration::from_hours(24);
    let rejects = store::rejects(&mut state.platform.db.read().await?, since).await?;
    let received = received(&state, &snapshot, query.complex, ctx.now).await;
    let latest = |series| state.store.latest(series);
    let count = |series| received.as_ref().and_then(|x| x.get(&series).copied()).unwrap_or(0);
    let items = devices.into_iter().map(|device| {
        let points: Vec<&PointInfo> = snapshot.points_of(device.id).collect();
        let heard = Heard {
            latest: &latest,
            received: received.is_some().then_some(&count),
            rejects: rejects.get(&*device.key).copied().unwrap_or(0),
            uncalibrated: snapshot.lacks_calibration(device.id, ctx.now),
            presence: presence(&state.ingest, &snapshot, device),
        };
        rules::health(device, &points, &heard, ctx.now)
    });
    Ok(Json(DeviceHealthList { as_of: ctx.now, items: items.collect(), truncated }))
}

/// What the births and deaths of Sparkplug B tell of a device.
fn presence(ingest: &Ingest, snapshot: &Snapshot, device: &DeviceInfo) -> Option<Presence> {
    let gateway = device.gateway.and_then(|id| snapshot.device(id));
    let behind = |gateway: &DeviceInfo| ingest.edges().presence(&gateway.key, Some(&device.key));
    gateway.and_then(behind).or_else(|| ingest.edges().presence(&device.key, None))
}

/// Readings of the last day by series, counted at most once a minute; `None` when they cannot be counted.
async fn received(
    state: &Health,
    snapshot: &Snapshot,
    complex: Option<Id<Complex>>,
    now: Instant,
) -> Option<Arc<Received>> {
    let kept = || state.counted.lock().unwrap_or_else(PoisonError::into_inner);
    let known = kept().get(&complex).cloned();
    if let Some((at, received)) = known
        && now.since(at) < COUNTED_FOR
    {
        return Some(received);
    }
    let points = snapshot.points().iter();
    let points = points.filter(|point| complex.is_none_or(|complex| complex == point.complex));
    let series: Vec<Series> = points.map(|point| point.series).collect();
    let until_ms = now.as_millis();
    let from_ms = until_ms - DAY_MS;
    let bucketing = Bucketing {
        from_ms,
        until_ms,
        bucket_ms: DAY_MS,
        origin_ms: from_ms,
        aggregate: Aggregate::Count,
    };
    match state.store.bucketed(&series, bucketing).await {
        Ok(buckets) => {
            let mut received = Received::new();
            for bucket in buckets {
                *received.entry(bucket.series).or_default() += bucket.count;
            }
            let (mut kept, received) = (kept(), Arc::new(received));
            if kept.len() >= COMPLEXES_MAX {
                kept.clear();
            }
            kept.insert(complex, (now, Arc::clone(&received)));
            Some(received)
        }
        Err(error) => {
            tracing::warn!(cause = %error, "the readings of a day were not counted for device health");
            None
        }
    }
}
