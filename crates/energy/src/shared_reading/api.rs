//! Shared readings and the read log over HTTP.

use axum::extract::State as Shared;
use base::noun::Establishment;
use base::{Action, Grant, Id, Page, PageQuery, Role};
use energy_rules::SLOTS_PER_DAY;
use energy_rules::sharing::{Passed, Resolution, SETTLE_DAYS, coarsen};
use jiff::civil::Date;
use platform::Ctx;
use platform::http::{ApiResult, Json, Problem, Query};
use registry::directory::PointInfo;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{DAYS_MAX, SharedReadings, SharedSeries, SharedValue, SharingRead, VALUES_MAX, store};
use crate::bill::decimal_kilo;
use crate::load::{midnight_ms, today};
use crate::sharing_grant::api::{is_shareable, visible};
use crate::sharing_grant::{
    SharingGrant, SharingGrantError as Refusal, SharingGrantState, SharingTerms, rules,
};
use crate::{Energy, sharing_grant, sharing_level};

/// Days back that are told when nothing is said.
const DAYS_DEFAULT: i32 = 30;
/// Milliseconds of a slot.
const SLOT_MS: i64 = 900_000;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(shared_reading_list)).routes(routes!(sharing_read_list))
}

/// What to read under which grant.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SharedReadingQuery {
    /// The grant.
    #[param(value_type = uuid::Uuid)]
    grant: Id<SharingGrant>,
    /// The first day; 30 days before `to` when absent, a year for months, or the first that is granted.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day; today when absent, or the last that is granted.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// `quarter_hour`, `hour`, `day` or `month`; not finer than granted, which is what holds when absent.
    #[param(value_type = Option<String>)]
    resolution: Option<Resolution>,
}

/// The values that a grant opens to you, in its resolution or coarser, in whole buckets of whole days. Each
/// call is a row of the log that the owner sees.
#[utoipa::path(
    get, path = "/api/v1/shared_readings", tag = "energy", params(SharedReadingQuery),
    responses((status = 200, body = SharedReadings), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub(crate) async fn shared_reading_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Query(query): Query<SharedReadingQuery>,
) -> ApiResult<Json<SharedReadings>> {
    ctx.require_somewhere(Action::ReadValues)?;
    let grant = energy.open_grant(&ctx, query.grant).await?;
    let resolution = query.resolution.unwrap_or(grant.terms.resolution);
    if resolution < grant.terms.resolution {
        let detail =
            "the grant does not open values so fine: leave it out, or ask for coarser ones";
        return Err(Problem::invalid_field("/resolution", detail));
    }
    let back = if resolution == Resolution::Month { DAYS_MAX - 1 } else { DAYS_DEFAULT };
    let (from, to) = days(&grant.terms, (query.from, query.to), back, today(&ctx))?;
    let told = energy.told(&ctx, &grant, (from, to), resolution).await?;
    energy.log(&ctx, &grant, &told).await?;
    Ok(Json(told))
}

/// Which reads to list.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SharingReadQuery {
    /// Of the values of this establishment, for which you act.
    #[param(value_type = uuid::Uuid)]
    establishment: Id<Establishment>,
    /// Under this grant.
    #[param(value_type = Option<uuid::Uuid>)]
    grant: Option<Id<SharingGrant>>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Who read which of an establishment's values under its grants, the newest first; for the owner alone.
#[utoipa::path(
    get, path = "/api/v1/sharing_reads", tag = "energy", params(SharingReadQuery),
    responses((status = 200, body = Page<SharingRead>), (status = 403, body = Problem),
        (status = 404, body = Problem))
)]
pub(crate) async fn sharing_read_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Query(query): Query<SharingReadQuery>,
) -> ApiResult<Json<Page<SharingRead>>> {
    let owner = energy.owned(&ctx, query.establishment)?.id;
    let page = PageQuery { limit: query.limit, after: query.after };
    let after = page.after()?;
    let mut tx = energy.platform.db.read().await?;
    let found = store::list(&mut tx, owner, query.grant, after, page.fetch()).await?;
    Ok(Json(page.page(found, |read| read.id.to_string())))
}

/// The days that are asked for, as far as they are granted.
fn days(
    terms: &SharingTerms,
    (from, to): (Option<Date>, Option<Date>),
    back_days: i32,
    today: Date,
) -> ApiResult<(Date, Date)> {
    let last = to.unwrap_or(today).min(terms.until).min(today);
    let before = last.saturating_sub(jiff::Span::new().days(back_days));
    let first = from.unwrap_or(before).max(terms.first_day());
    if first > last {
        let (begin, end) = (terms.first_day(), terms.until.min(today));
        let detail = format!("nothing of these days is granted: ask for days of {begin} to {end}");
        return Err(Problem::invalid_field("/from", detail));
    }
    if (last - first).get_days() >= DAYS_MAX {
        return Err(Problem::invalid_field("/from", format!("ask for at most {DAYS_MAX} days")));
    }
    Ok((first, last))
}

impl Energy {
    /// The grant, if `ctx` receives by it and it is open.
    async fn open_grant(&self, ctx: &Ctx, id: Id<SharingGrant>) -> ApiResult<SharingGrant> {
        let mut tx = self.platform.db.read().await?;
        let grant = visible(&mut tx, ctx, id).await?;
        if !rules::receives(&ctx.grants, grant.terms.recipient) {
            return Err(Problem::forbidden(
                "this grant opens your own values to another: read them under 데이터",
            ));
        }
        let level = sharing_level::store::level_of(&mut tx, grant.establishment_id).await?;
        match rules::state(&grant, level, today(ctx)) {
            SharingGrantState::Open => Ok(grant),
            closed => Err(Refusal::Closed(closed).into()),
        }
    }

    /// The values, coarse as granted.
    async fn told(
        &self,
        ctx: &Ctx,
        grant: &SharingGrant,
        (from, to): (Date, Date),
        resolution: Resolution,
    ) -> ApiResult<SharedReadings> {
        // Readings are asked for as the owner: only what was the owner's at its time comes back.
        let owner = self.acting_for(ctx, grant);
        let over = slots_until(from, ctx.now.as_millis());
        let settled = over.saturating_sub(days_in_slots(SETTLE_DAYS));
        let mut series = Vec::new();
        let mut values = 0;
        for point in self.granted_points(grant) {
            let read = self.slots(&owner, point.id, from, to).await?;
            let items = coarsen(from, &read.amounts, resolution, Passed { over, settled });
            let items: Vec<_> = items
                .into_iter()
                .map(|bucket| SharedValue {
                    start: bucket.start,
                    value: bucket.amount.map(decimal_kilo),
                    slots: u32::try_from(bucket.slots).unwrap_or(u32::MAX),
                    missing_slots: u32::try_from(bucket.slots - bucket.known).unwrap_or(u32::MAX),
                })
                .collect();
            values += items.iter().filter(|item| item.value.is_some()).count();
            if values > VALUES_MAX {
                let detail = format!("more than {VALUES_MAX} values: ask for fewer days");
                return Err(Problem::invalid_field("/from", detail));
            }
            series.push(SharedSeries {
                point_id: point.id,
                name: point.name.to_string(),
                quantity: point.quantity.to_string(),
                unit: point.unit.to_string(),
                items,
                hidden: read.hidden,
            });
        }
        let value_count = u32::try_from(values).expect("checked above");
        Ok(SharedReadings { grant_id: grant.id, from, to, resolution, series, value_count })
    }

    /// Notes the read, if the grant is still open: what is revoked while an answer is made does not leave.
    async fn log(&self, ctx: &Ctx, grant: &SharingGrant, told: &SharedReadings) -> ApiResult<()> {
        let read = SharingRead {
            id: ctx.new_id(),
            grant_id: grant.id,
            establishment_id: grant.establishment_id,
            at: ctx.now,
            actor: ctx.actor.clone(),
            from: told.from,
            to: told.to,
            resolution: told.resolution,
            point_count: u32::try_from(told.series.len()).unwrap_or(u32::MAX),
            value_count: told.value_count,
        };
        let mut tx = self.platform.db.write().await?;
        let present = sharing_grant::store::find(&mut tx, grant.id).await?;
        let present = present.ok_or(Refusal::NotFound(grant.id))?;
        let level = sharing_level::store::level_of(&mut tx, grant.establishment_id).await?;
        match rules::state(&present, level, today(ctx)) {
            SharingGrantState::Open => {}
            closed => return Err(Refusal::Closed(closed).into()),
        }
        store::insert(&mut tx, &read).await?;
        Ok(tx.commit().await?)
    }

    /// Somebody who may read what the owner of a grant may read, and nothing else.
    fn acting_for(&self, ctx: &Ctx, grant: &SharingGrant) -> Ctx {
        let role = Grant { role: Role::EnergyManager, scope: grant.scope() };
        let (clock, request) = (self.platform.clock.clone(), ctx.request_id.clone());
        Ctx::new(ctx.actor.clone(), vec![role], clock, request)
    }

    /// The points of a grant that are, or were, the owner's.
    fn granted_points(&self, grant: &SharingGrant) -> Vec<PointInfo> {
        let (directory, terms) = (self.directory.snapshot(), &grant.terms);
        let is_granted = |point: &&PointInfo| {
            let is_named = match (&terms.points, &terms.quantity) {
                (Some(ids), _) => ids.contains(&point.id),
                (None, Some(quantity)) => *point.quantity == **quantity,
                (None, None) => false,
            };
            is_named && is_shareable(point, grant.establishment_id)
        };
        directory.points().iter().filter(is_granted).cloned().collect()
    }
}

/// Slots from the midnight before `first` that are over at this time.
pub(crate) fn slots_until(first: Date, now_ms: i64) -> usize {
    usize::try_from((now_ms - midnight_ms(first)) / SLOT_MS).unwrap_or(0)
}

/// Slots of so many days.
pub(crate) fn days_in_slots(days: i64) -> usize {
    usize::try_from(days).unwrap_or(0) * SLOTS_PER_DAY
}
