//! What stood at an instant: the newest reading of each point at or before it.

use axum::extract::State;
use base::noun::{Complex, Device, Point};
use base::{Action, Id, Instant, Reading, Series, SeriesMap};
use platform::Ctx;
use platform::http::{ApiResult, Json, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{self, Span};
use super::many::Many;
use super::select::{Selection, pick};
use crate::{Store, StoreError};

const HOUR_MS: i64 = 3_600_000;
/// How far back is looked, in steps: most points have sent within the first.
const BACK_MS: [i64; 4] = [6 * HOUR_MS, 2 * 24 * HOUR_MS, 31 * 24 * HOUR_MS, 400 * 24 * HOUR_MS];

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AsOfQuery {
    /// The instant; now when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    at: Option<Instant>,
    /// These points, separated by commas; all that fit the other conditions when absent.
    points: Option<String>,
    /// Only points of this device.
    #[param(value_type = Option<uuid::Uuid>)]
    device: Option<Id<Device>>,
    /// Only points of this quantity.
    quantity: Option<String>,
    /// Only points of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<Complex>>,
}

/// What a point showed at an instant.
#[derive(Debug, Serialize, ToSchema)]
struct AsOfValue {
    /// The point.
    #[schema(value_type = uuid::Uuid)]
    point_id: Id<Point>,
    /// Its device.
    #[schema(value_type = uuid::Uuid)]
    device_id: Id<Device>,
    /// When it was measured.
    at: Instant,
    /// The value, in the unit of the point.
    value: f64,
    /// The unit, UCUM.
    unit: String,
    /// What is to be said against it; empty is good.
    quality: Vec<&'static str>,
    /// Seconds between the measurement and the instant.
    age_s: u64,
}

/// What the points showed at an instant.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AsOfList {
    /// The instant.
    at: Instant,
    /// The points that had shown something within 400 days.
    items: Vec<AsOfValue>,
    /// How many points the reader may not read.
    hidden: usize,
}

/// The newest reading of each point at or before an instant, at most 400 days older. A reading that the
/// reader may not see does not give way to an older one.
#[utoipa::path(
    get, path = "/api/v1/points/as_of", tag = "telemetry", params(AsOfQuery),
    responses((status = 200, body = AsOfList))
)]
pub(super) async fn reading_as_of(
    State(state): State<Many>,
    ctx: Ctx,
    Query(query): Query<AsOfQuery>,
) -> ApiResult<Json<AsOfList>> {
    if ctx.require_somewhere(Action::ReadValues).is_err() {
        ctx.require_somewhere(Action::ReadTenantValues)?;
    }
    let at = query.at.unwrap_or(ctx.now);
    let selection = Selection {
        points: query.points.as_deref(),
        device: query.device,
        establishment: None,
        quantity: query.quantity.as_deref(),
        complex: query.complex,
    };
    let directory = state.directory.snapshot();
    let always = Span { from_ms: i64::MIN, until_ms: i64::MAX };
    let (picked, mut hidden) = pick(&selection, &directory, &ctx, always, false)?;
    let series: Vec<Series> = picked.iter().map(|picked| picked.point.series).collect();
    let newest = newest(&state.store, series, at.as_millis()).await?;
    let mut items = Vec::new();
    for picked in &picked {
        let point = &picked.point;
        let Some(reading) = newest.get(&point.series) else { continue };
        if !access::may_read(point, reading.at_ms, |action, scope| ctx.may(action, scope)) {
            hidden += 1;
            continue;
        }
        let measured = Instant::from_micros(reading.at_ms.saturating_mul(1_000));
        items.push(AsOfValue {
            point_id: point.id,
            device_id: point.device,
            at: measured,
            value: reading.value,
            unit: point.unit.to_string(),
            quality: reading.quality.names(),
            age_s: at.since(measured).as_secs(),
        });
    }
    Ok(Json(AsOfList { at, items, hidden }))
}

async fn newest(
    store: &Store,
    mut missing: Vec<Series>,
    at_ms: i64,
) -> Result<SeriesMap<Reading>, StoreError> {
    let mut found = SeriesMap::default();
    let mut until_ms = at_ms.saturating_add(1);
    // The newest value of all is at hand when it is not after the instant.
    for latest in store.latest_many(&missing) {
        if latest.at_ms <= at_ms {
            let reading = Reading {
                series: latest.series,
                at_ms: latest.at_ms,
                value: latest.value,
                quality: latest.quality,
            };
            found.insert(latest.series, reading);
        }
    }
    for back_ms in BACK_MS {
        missing.retain(|series| !found.contains_key(series));
        let from_ms = at_ms.saturating_sub(back_ms);
        for reading in store.newest(&missing, from_ms, until_ms).await? {
            found.insert(reading.series, reading);
        }
        until_ms = from_ms;
    }
    let oldest_ms = until_ms;
    found.retain(|_, reading: &mut Reading| reading.at_ms >= oldest_ms);
    Ok(found)
}
