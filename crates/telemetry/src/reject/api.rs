//! What was refused, for the people who mend devices.
#![expect(unused_qualifications, reason = "the macros of utoipa write whole paths")]

use std::time::Duration;

use base::noun::{Complex, Establishment};
use base::{Action, Id, Instant, Page, PageQuery, Scope, allows};
use platform::Ctx;
use platform::Platform;
use platform::http::{ApiResult, Json, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{RejectCode, Tallied, store};

const WEEK: Duration = Duration::from_hours(7 * 24);
const HOUR_US: i64 = 3_600_000_000;
/// 30 days by the hour, with every reason.
const HOURS_MAX: i64 = 20_000;
/// Devices and reasons of one answer.
const DEVICES_MAX: i64 = 100;

/// The routes of refusals.
pub fn routes(platform: &Platform) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(reject_list))
        .routes(routes!(reject_counts))
        .with_state(platform.clone())
}

/// Refusals of one device, point, reason and hour.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RejectRow {
    /// Identifier.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Tallied>,
    /// The complex of the device; absent when no device has this key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub complex_id: Option<Id<Complex>>,
    /// The establishment of a tenant's device.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub establishment_id: Option<Id<Establishment>>,
    /// Key of the device as it was sent; `(기타)` where too many were told apart.
    pub device: String,
    /// Key of the point as it was sent; empty when the whole message was refused.
    pub point: String,
    /// Why.
    pub code: RejectCode,
    /// Start of the hour.
    pub hour: Instant,
    /// How many entries.
    pub count: i64,
    /// What was wrong and what to send instead, of the latest.
    pub detail: String,
    /// The beginning of what was sent; absent when it is a tenant's and the reader may not see values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<String>,
    /// The first of the hour.
    pub first_at: Instant,
    /// The last of the hour.
    pub last_at: Instant,
}

/// Which refusals to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RejectQuery {
    /// Only of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<Complex>>,
    /// Only of the device with this key.
    device: Option<String>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// What was refused in the last 30 days, newest first: unknown points, wrong clocks, unreadable values.
/// A reader sees the devices that it may see; of a tenant's device no values unless they are its own.
#[utoipa::path(
    get, path = "/api/v1/rejects", tag = "telemetry", params(RejectQuery),
    responses((status = 200, body = Page<RejectRow>))
)]
async fn reject_list(
    axum::extract::State(platform): axum::extract::State<Platform>,
    ctx: Ctx,
    Query(query): Query<RejectQuery>,
) -> ApiResult<Json<Page<RejectRow>>> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let filter = store::Filter {
        reach: &reach(&ctx),
        complex: query.complex,
        device: query.device.as_deref(),
        after: page.after::<Id<Tallied>>()?,
        fetch: page.fetch(),
    };
    let mut rows = store::list(&mut platform.db.read().await?, filter).await?;
    for row in &mut rows {
        hide_values(row, &ctx);
    }
    Ok(Json(page.page(rows, |row| row.id.to_string())))
}

/// Which refusals to count.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CountQuery {
    /// Only of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<Complex>>,
    /// Only of the device with this key.
    device: Option<String>,
    /// From the hour of this instant; a week before `to` when absent.
    from: Option<Instant>,
    /// Until here; now when absent.
    to: Option<Instant>,
}

/// Entries of one hour and reason.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct HourCount {
    /// Start of the hour.
    pub(crate) hour: Instant,
    /// Why.
    pub(crate) code: RejectCode,
    /// How many entries.
    pub(crate) count: i64,
}

/// Entries of one device and reason.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct DeviceCount {
    /// Key of the device as it was sent; `(기타)` where too many were told apart.
    pub(crate) device: String,
    /// Why.
    pub(crate) code: RejectCode,
    /// How many entries.
    pub(crate) count: i64,
    /// The last of them.
    pub(crate) last_at: Instant,
}

/// How much was refused.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct RejectCounts {
    /// By hour and reason, the oldest first; hours without any are not there.
    hours: Vec<HourCount>,
    /// The devices and reasons with the most, at most 100.
    devices: Vec<DeviceCount>,
}

/// How much was refused, by hour and by device: whether something broke today, and where to begin. Kept for
/// 30 days. A reader's counts are of the devices that it may see.
#[utoipa::path(
    get, path = "/api/v1/reject_counts", tag = "telemetry", params(CountQuery),
    responses((status = 200, body = RejectCounts), (status = 422, body = Problem))
)]
async fn reject_counts(
    axum::extract::State(platform): axum::extract::State<Platform>,
    ctx: Ctx,
    Query(query): Query<CountQuery>,
) -> ApiResult<Json<RejectCounts>> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let to = query.to.unwrap_or(ctx.now);
    let from = query.from.unwrap_or(to - WEEK);
    if from >= to {
        return Err(Problem::invalid_field("/from", "give a `from` before `to`"));
    }
    let counted = store::Counted {
        reach: &reach(&ctx),
        complex: query.complex,
        device: query.device.as_deref(),
        from: Instant::from_micros(from.as_micros().div_euclid(HOUR_US).saturating_mul(HOUR_US)),
        to,
    };
    let mut tx = platform.db.read().await?;
    let hours = store::by_hour(&mut tx, &counted, HOURS_MAX).await?;
    let devices = store::by_device(&mut tx, &counted, DEVICES_MAX).await?;
    Ok(Json(RejectCounts { hours, devices }))
}

fn hide_values(row: &mut RejectRow, ctx: &Ctx) {
    if let (Some(id), Some(complex)) = (row.establishment_id, row.complex_id)
        && !ctx.may(Action::ReadTenantValues, Scope::Establishment { id, complex })
    {
        row.sample = None;
    }
}

/// The complexes and establishments whose devices the actor may see: `*`, or ids one after the other.
fn reach(ctx: &Ctx) -> String {
    let mut ids = Vec::new();
    for grant in ctx.grants.iter() {
        if !allows(std::slice::from_ref(grant), Action::ReadRegistry, grant.scope) {
            continue;
        }
        match grant.scope {
            Scope::System => return "*".to_owned(),
            Scope::Complex(id) => ids.push(id.to_string()),
            Scope::Establishment { id, .. } => ids.push(id.to_string()),
            Scope::Organisation(_) => {}
        }
    }
    ids.join(" ")
}
