//! The gauge of a contract over HTTP.

use axum::extract::State as Shared;
use base::{Id, Instant};
use energy_rules::demand::{GaugeRule, Nowcast, SLOT_MS, Warning, slot_of};
use jiff::civil::DateTime;
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Watched;
use super::build::is_customers;
use crate::Energy;
use crate::bill::{BillDemand, decimal_kilo, demand};
use crate::electricity_contract::ElectricityContract;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(gauge_get))
}

/// How a running quarter of an hour is doing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GaugeView {
    /// When this was so.
    at: Instant,
    /// Whether it can be said, and why not.
    state: GaugeState,
    /// The quarter of an hour, from here.
    from: Instant,
    /// Until here.
    until: Instant,
    /// Whether it can set the billing demand; absent where that is not known.
    counts: Option<bool>,
    /// What was drawn of it so far, kWh, as far as the power was known.
    so_far_kwh: Option<f64>,
    /// For so many seconds of it the power was known.
    known_s: i64,
    /// Where it will end.
    cast: Option<GaugeCast>,
    /// What to do: `none`, `watch`, `warn` (shed load now), `too_late`.
    warning: GaugeWarning,
    /// The kW that it must not pass; absent where nothing rests on it.
    limit_kw: Option<f64>,
    /// Where the limit comes from.
    limit_from: GaugeLimit,
    /// What the basic charge of the month rests on until now.
    billing_demand: Option<BillDemand>,
    /// The largest quarter of an hour of the month that counts.
    month_peak: Option<GaugePeak>,
    /// What one kW above the billing demand costs.
    price: Option<GaugePrice>,
    /// Readings of power of the last hour, the earliest first.
    readings: Vec<GaugeReading>,
}

/// Whether the end of the running quarter of an hour can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GaugeState {
    /// Yes.
    Live,
    /// The contract names no point of power.
    NoPower,
    /// Readings of power are too old, or too much of the quarter of an hour is not known.
    Stale,
    /// The history is being read: ask again in some seconds.
    Starting,
    /// The contract has no terms for today.
    NoTerms,
    /// A point of the contract is not its customer's now.
    NotOwn,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GaugeWarning {
    /// Nothing.
    None,
    /// It may pass the limit: look again in a minute.
    Watch,
    /// It will pass the limit: shed load now.
    Warn,
    /// It will pass, and less time is left than shedding takes.
    TooLate,
}

/// Where a limit comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GaugeLimit {
    /// The contract's own aim.
    Target,
    /// The billing demand as it stands.
    BillingDemand,
    /// There is none: the contract kW is billed.
    None,
}

/// Where a quarter of an hour will end.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "a name says its unit")]
pub(crate) struct GaugeCast {
    /// The power now, kW.
    now_kw: f64,
    /// Its mean at the end, as likely passed as not, kW.
    p50_kw: f64,
    /// Its mean at the end that is passed in one of ten cases, kW.
    p90_kw: f64,
}

/// A peak.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GaugePeak {
    /// kW.
    kw: f64,
    /// Its start, civil time of Korea.
    #[schema(value_type = String)]
    at: DateTime,
}

/// What one kW more costs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GaugePrice {
    /// Won a kW and month, before power factor, tax and fund.
    won_per_kw: f64,
    /// Months for which a peak of this month is paid, this one included.
    months: u8,
}

/// A reading of power.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GaugeReading {
    /// When.
    at: Instant,
    /// kW.
    kw: f64,
}

/// The running quarter of an hour of a contract: what was drawn, where it will end, what that would cost.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/gauge", tag = "energy",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = GaugeView), (status = 404, body = Problem))
)]
pub(crate) async fn gauge_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
) -> ApiResult<Json<GaugeView>> {
    let contract = energy.contract(&ctx, id).await?;
    if !energy.owns_points(&contract, ctx.now) {
        return Ok(Json(unknown(ctx.now, GaugeState::NotOwn)));
    }
    let (watched, skipped) = {
        let book = energy.book();
        (book.get(id).cloned(), book.is_skipped(id))
    };
    // What was built for terms that have changed since says nothing about these.
    let watched = watched.filter(|watched| watched.version == contract.version);
    let Some(watched) = watched else {
        let state = if skipped { GaugeState::NoTerms } else { GaugeState::Starting };
        return Ok(Json(unknown(ctx.now, state)));
    };
    let mut view = view(&watched, ctx.now);
    view.price = energy.price(&watched);
    Ok(Json(view))
}

impl Energy {
    /// Whether the points that a watch rests on are the customer's now.
    pub(super) fn owns_points(&self, contract: &ElectricityContract, now: Instant) -> bool {
        let directory = self.directory.snapshot();
        let terms = &contract.terms;
        let points = [Some(terms.active_point_id), terms.power_point_id];
        points.into_iter().flatten().all(|id| {
            directory.point_by_id(id).is_some_and(|point| is_customers(contract, point, now))
        })
    }

    fn price(&self, watched: &Watched) -> Option<GaugePrice> {
        let day = watched.today.day;
        let row = watched.customer.on(day)?;
        let option = self.tariffs.get(&row.version)?.option(&row.option)?;
        let rule = watched.today.rule.as_deref()?;
        let carries = rule.months.contains(&watched.today.month.month());
        Some(GaugePrice {
            won_per_kw: option.basic_won_per_kw.0 as f64 / 1e6,
            months: if carries { rule.months_before + 1 } else { 1 },
        })
    }
}

/// The gauge at a moment; its price is filled in by the caller, who knows the tariffs.
pub(super) fn view(watched: &Watched, now: Instant) -> GaugeView {
    let now_ms = now.as_millis();
    let start_ms = slot_of(now_ms);
    let watch = &watched.watch;
    let cast = watch.cast(now_ms);
    let counts = watched.counts_at(start_ms);
    let so_far = watch.so_far(now_ms);
    let has_limit = watch.limit_w() > 0;
    let warning = match (&cast, counts) {
        (Some(cast), Some(counts)) if has_limit => {
            warning(GaugeRule::new(watch.limit_w()).decide(cast, counts))
        }
        _ => GaugeWarning::None,
    };
    let readings: Vec<_> = watch
        .readings()
        .filter(|reading| reading.at_ms > now_ms - 4 * SLOT_MS)
        .map(|reading| GaugeReading { at: moment(reading.at_ms), kw: decimal_kilo(reading.w) })
        .collect();
    let state = match (watched.power, &cast) {
        (None, _) => GaugeState::NoPower,
        (Some(_), Some(_)) => GaugeState::Live,
        (Some(_), None) => GaugeState::Stale,
    };
    let limit_from = match watched.target_w {
        _ if !has_limit => GaugeLimit::None,
        Some(_) => GaugeLimit::Target,
        None => GaugeLimit::BillingDemand,
    };
    GaugeView {
        at: now,
        state,
        from: moment(start_ms),
        until: moment(start_ms + SLOT_MS),
        counts,
        so_far_kwh: (so_far.known_ms > 0).then(|| decimal_kilo(so_far.wh)),
        known_s: so_far.known_ms / 1_000,
        cast: cast.map(|Nowcast { now_w, p50_w, p90_w, .. }| GaugeCast {
            now_kw: decimal_kilo(now_w),
            p50_kw: decimal_kilo(p50_w),
            p90_kw: decimal_kilo(p90_w),
        }),
        warning,
        limit_kw: has_limit.then(|| decimal_kilo(watch.limit_w())),
        limit_from,
        billing_demand: watched.demand().as_ref().map(demand),
        month_peak: watched.own.map(|peak| GaugePeak { kw: decimal_kilo(peak.w), at: peak.at }),
        price: None,
        readings,
    }
}

pub(super) fn moment(at_ms: i64) -> Instant {
    Instant::from_micros(at_ms.saturating_mul(1_000))
}

fn unknown(now: Instant, state: GaugeState) -> GaugeView {
    let start_ms = slot_of(now.as_millis());
    GaugeView {
        at: now,
        state,
        from: moment(start_ms),
        until: moment(start_ms + SLOT_MS),
        counts: None,
        so_far_kwh: None,
        known_s: 0,
        cast: None,
        warning: GaugeWarning::None,
        limit_kw: None,
        limit_from: GaugeLimit::None,
        billing_demand: None,
        month_peak: None,
        price: None,
        readings: Vec::new(),
    }
}

fn warning(of: Warning) -> GaugeWarning {
    match of {
        Warning::None => GaugeWarning::None,
        Warning::Watch => GaugeWarning::Watch,
        Warning::Warn { .. } => GaugeWarning::Warn,
        Warning::TooLate => GaugeWarning::TooLate,
    }
}
