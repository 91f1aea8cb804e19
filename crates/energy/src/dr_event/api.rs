//! Calls over HTTP: seen and written by whoever sees and manages the contract.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use base::{Id, Instant, Page, PageQuery};
use energy_rules::response::Hours;
use jiff::civil::{Date, DateTime};
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    DrEvent, DrEventError as Refusal, DrEventState, DrEventTerms, Published, rules, store,
};
use crate::Energy;
use crate::dr_fitness::{PastLoad, UNVERIFIED};
use crate::electricity_contract::{self, ElectricityContract};
use crate::load::KOREA;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new()
        .routes(routes!(dr_event_list, dr_event_create))
        .routes(routes!(dr_event_cancel))
        .routes(routes!(dr_event_result))
}

/// A call and where it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrEventView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: Id<DrEvent>,
    /// The contract whose load is to be reduced.
    #[schema(value_type = uuid::Uuid)]
    contract_id: Id<ElectricityContract>,
    /// What was asked for.
    terms: DrEventTerms,
    /// Where it stands now.
    state: DrEventState,
    /// To whom it was passed on as events of the complex's own server.
    published: Vec<Published>,
    /// Rises by one with each change.
    version: u32,
    /// When this version was written.
    updated_at: Instant,
    /// Who wrote it.
    updated_by: String,
}

impl DrEventView {
    pub(super) fn of(event: DrEvent, now: DateTime) -> Self {
        Self {
            state: rules::state(&event, now),
            id: event.id,
            contract_id: event.contract_id,
            terms: event.terms,
            published: event.published,
            version: event.version,
            updated_at: event.updated_at,
            updated_by: event.updated_by.name,
        }
    }
}

/// Which calls to list.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DrEventQuery {
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A call as somebody writes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DrEventNew {
    /// What is asked for.
    terms: DrEventTerms,
}

/// The version of a call that was read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DrEventCancel {
    /// The version that was read.
    version: u32,
}

/// What a call came to. It is no settlement: KPX settles by its own meter and rules.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrEventResult {
    /// The call.
    event: DrEventView,
    /// Hour by hour.
    hours: Vec<DrEventHour>,
    /// Baseline less actual over the known hours, kWh; below 0 more was drawn than ever.
    reduction_kwh: f64,
    /// What was asked for over the known hours, kWh.
    requested_kwh: f64,
    /// The first over the second, %; absent while nothing is known.
    percent: Option<f64>,
    /// Hours that are not known and stand in no sum.
    missing_hours: Vec<u8>,
    /// What the same-day adjustment added to each hour, kWh.
    adjustment_kwh: f64,
    /// The days that the baseline is made of, the newest first.
    #[schema(value_type = Vec<String>)]
    days: Vec<Date>,
    /// What of the rules is not verified at its source: `same_day_window`, `mid_8_10` and others.
    unverified: Vec<&'static str>,
    /// Whether a part of the time is not shown because the meter was another's then.
    hidden: bool,
}

/// An hour of a call.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrEventHour {
    /// 0 to 23.
    hour: u8,
    /// What would have been drawn, kWh.
    baseline_kwh: f64,
    /// What was drawn, kWh; absent where a quarter of an hour is not known.
    actual_kwh: Option<f64>,
}

/// The calls of a contract, the newest entry first.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/dr_events", tag = "energy",
    params(("id" = uuid::Uuid, Path), DrEventQuery),
    responses((status = 200, body = Page<DrEventView>), (status = 404, body = Problem))
)]
pub(crate) async fn dr_event_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<DrEventQuery>,
) -> ApiResult<Json<Page<DrEventView>>> {
    let contract = energy.contract(&ctx, id).await?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let mut tx = energy.platform.db.read().await?;
    let found = store::list(&mut tx, contract.id, page.after()?, page.fetch()).await?;
    let page = page.page(found, |event| event.id.to_string());
    let now = now(&ctx);
    let items = page.items.into_iter().map(|event| DrEventView::of(event, now)).collect();
    Ok(Json(Page { items, next: page.next }))
}

/// A new call. One of the past may be entered too, to see what it came to.
#[utoipa::path(
    post, path = "/api/v1/electricity_contracts/{id}/dr_events", tag = "energy",
    params(("id" = uuid::Uuid, Path)), request_body = DrEventNew,
    responses((status = 201, body = DrEventView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn dr_event_create(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Json(new): Json<DrEventNew>,
) -> ApiResult<(StatusCode, Json<DrEventView>)> {
    let now = now(&ctx);
    rules::check(&new.terms, now.date(), &energy.calendar).map_err(refusal)?;
    let mut tx = energy.platform.db.write_in_turn("dr_event", id).await?;
    let contract = electricity_contract::api::visible(&mut tx, &ctx, id).await?;
    electricity_contract::api::require(&ctx, contract.scope())?;
    let event = energy.keep_call(&mut tx, &ctx, &contract, new.terms).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(DrEventView::of(event, now))))
}

impl Energy {
    /// Keeps a new call of a contract; whether `ctx` may, the caller has asked.
    pub(crate) async fn keep_call(
        &self,
        tx: &mut WriteTx,
        ctx: &Ctx,
        contract: &ElectricityContract,
        terms: DrEventTerms,
    ) -> ApiResult<DrEvent> {
        rules::check(&terms, now(ctx).date(), &self.calendar).map_err(refusal)?;
        let others = store::all(tx, contract.id).await?;
        if others.len() >= super::EVENTS_PER_CONTRACT_MAX {
            return Err(Refusal::TooMany.into());
        }
        rules::no_overlap(&terms, &others)?;
        let event = DrEvent {
            id: ctx.new_id(),
            contract_id: contract.id,
            complex_id: contract.complex_id,
            terms,
            cancelled: false,
            published: Vec::new(),
            version: 1,
            updated_at: ctx.now,
            updated_by: ctx.actor.clone(),
        };
        store::insert(tx, &event).await?;
        audit(tx, ctx, "dr_event.create", &event).await?;
        Ok(event)
    }
}

/// Writes that a call was called off, and takes its events of the own server back.
pub(crate) async fn cancel(tx: &mut WriteTx, ctx: &Ctx, mut event: DrEvent) -> ApiResult<DrEvent> {
    let (given, current) = (event.version, event.version + 1);
    event.cancelled = true;
    event.version = current;
    (event.updated_at, event.updated_by) = (ctx.now, ctx.actor.clone());
    if !store::update(tx, &event).await? {
        return Err(Refusal::Stale { given, current }.into());
    }
    audit(tx, ctx, "dr_event.cancel", &event).await?;
    for one in &event.published {
        openadr::inside::withdraw(tx, ctx, event.complex_id, one.event).await?;
    }
    Ok(event)
}

/// Calls a reduction off. The call stays in the list; its day serves as baseline again.
#[utoipa::path(
    post, path = "/api/v1/electricity_contracts/{id}/dr_events/{event}/cancel", tag = "energy",
    params(("id" = uuid::Uuid, Path), ("event" = uuid::Uuid, Path)), request_body = DrEventCancel,
    responses((status = 200, body = DrEventView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub(crate) async fn dr_event_cancel(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path((id, event)): Path<(Id<ElectricityContract>, Id<DrEvent>)>,
    Json(change): Json<DrEventCancel>,
) -> ApiResult<Json<DrEventView>> {
    let now = now(&ctx);
    let mut tx = energy.platform.db.write().await?;
    let contract = electricity_contract::api::visible(&mut tx, &ctx, id).await?;
    electricity_contract::api::require(&ctx, contract.scope())?;
    let found = store::find(&mut tx, contract.id, event).await?;
    let event = found.ok_or(Refusal::NotFound(event))?;
    let (given, current) = (change.version, event.version);
    if given != current {
        return Err(Refusal::Stale { given, current }.into());
    }
    match rules::state(&event, now) {
        DrEventState::Planned | DrEventState::Running => {}
        DrEventState::Ended | DrEventState::Cancelled => return Err(Refusal::Closed.into()),
    }
    let event = cancel(&mut tx, &ctx, event).await?;
    tx.commit().await?;
    Ok(Json(DrEventView::of(event, now)))
}

/// What a call came to, by the readings that are known now.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/dr_events/{event}/result", tag = "energy",
    params(("id" = uuid::Uuid, Path), ("event" = uuid::Uuid, Path)),
    responses((status = 200, body = DrEventResult), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn dr_event_result(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path((id, event)): Path<(Id<ElectricityContract>, Id<DrEvent>)>,
) -> ApiResult<Json<DrEventResult>> {
    let contract = energy.contract(&ctx, id).await?;
    let mut tx = energy.platform.db.read().await?;
    let found = store::find(&mut tx, contract.id, event).await?;
    drop(tx);
    let event = found.ok_or(Refusal::NotFound(event))?;
    let terms = event.terms.clone();
    let hours = Hours::new(terms.first_hour, terms.end_hour)?;
    let PastLoad { history, hidden, .. } =
        energy.response_history(&ctx, &contract, (terms.day, terms.day)).await?;
    let requested_kw = f64::from(terms.requested_kw);
    let at = (terms.day, hours);
    let found = energy_rules::response::outcome(&history, terms.baseline.into(), at, requested_kw)?;
    let share = found.share();
    let pairs = hours.iter().zip(found.baseline.kwh).zip(found.actual_kwh);
    let hours = pairs.map(|((hour, baseline_kwh), actual_kwh)| DrEventHour {
        hour,
        baseline_kwh,
        actual_kwh,
    });
    Ok(Json(DrEventResult {
        hours: hours.collect(),
        reduction_kwh: found.reduction_kwh,
        requested_kwh: found.requested_kwh,
        percent: share.map(|share| share * 100.0),
        missing_hours: found.missing_hours,
        adjustment_kwh: found.baseline.adjustment_kwh,
        days: found.baseline.days,
        unverified: UNVERIFIED.to_vec(),
        hidden,
        event: DrEventView::of(event, now(&ctx)),
    }))
}

/// The civil time that it is in Korea.
pub(crate) fn now(ctx: &Ctx) -> DateTime {
    let now = ctx.now.timestamp().in_tz(KOREA);
    now.expect("the time zones are compiled in").datetime()
}

/// A refusal as problem+json, with every bad field.
pub(super) fn refusal(error: Refusal) -> Problem {
    let fields = match &error {
        Refusal::Invalid(fields) => fields.clone(),
        Refusal::NotFound(_)
        | Refusal::Overlaps { .. }
        | Refusal::Stale { .. }
        | Refusal::NotOfComplex
        | Refusal::Published
        | Refusal::Closed
        | Refusal::TooMany => Vec::new(),
    };
    let mut problem = Problem::from(error);
    problem.fields = fields;
    problem
}

pub(super) async fn audit(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    event: &DrEvent,
) -> ApiResult<()> {
    let audit = Audit {
        action,
        subject: format!("dr_event:{}", event.id),
        complex: Some(event.complex_id),
        // The ledger is read by auditors of the complex: how much a tenant reduces stays out of it.
        detail: json!({ "contract_id": event.contract_id, "version": event.version }),
    };
    Ok(tx.audit(ctx, audit).await?)
}
