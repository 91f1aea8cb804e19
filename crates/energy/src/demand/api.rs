//! Peaks of a contract over HTTP.

use axum::extract::State as Shared;
use base::Id;
use energy_rules::bill::{BillMonth, PowerFactor};
use energy_rules::demand::{duration_curve, peak_calendar};
use energy_rules::tariff::Band;
use jiff::civil::{Date, DateTime};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Energy;
use crate::bill::decimal_kilo;
use crate::electricity_contract::{ElectricityContract, rules};
use crate::load::{months, today};

/// Points of the load-duration curve.
const CURVE_POINTS: usize = 400;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(demand_get))
}

/// Which months.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemandQuery {
    /// The first month: `2026-01`; eleven months before `to` when absent.
    #[param(value_type = Option<String>)]
    from: Option<BillMonth>,
    /// The last month; the present one when absent.
    #[param(value_type = Option<String>)]
    to: Option<BillMonth>,
}

/// The peaks of a contract.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DemandView {
    /// The largest quarter of an hour of each day.
    days: Vec<DemandDay>,
    /// How long the load was at least so large (부하 지속 곡선), the largest first.
    duration: Vec<DemandDuration>,
    /// Whether a part of the time is not shown because the meter was another's then.
    hidden: bool,
}

/// The largest quarter of an hour of a day of which something is known.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DemandDay {
    /// The day.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// kW.
    kw: f64,
    /// Its start, civil time of Korea.
    #[schema(value_type = String)]
    at: DateTime,
    /// Its band: `light`, `mid`, `peak`; absent without time of use.
    #[schema(value_type = Option<String>)]
    band: Option<Band>,
    /// Whether such a quarter of an hour can set the billing demand.
    counts: bool,
    /// Quarters of an hour of which nothing is known: with any, the peak is a lower bound.
    missing_slots: u32,
}

/// A point of the load-duration curve.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DemandDuration {
    /// For so many hours.
    hours: f64,
    /// The load was at least so large, kW.
    kw: f64,
}

/// The peaks of a contract by day, and how long its load was how large.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/demand", tag = "energy",
    params(("id" = uuid::Uuid, Path), DemandQuery),
    responses((status = 200, body = DemandView), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn demand_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<DemandQuery>,
) -> ApiResult<Json<DemandView>> {
    let contract = energy.contract(&ctx, id).await?;
    let customer = rules::customer(&contract.terms);
    let (from, to) = months(&ctx, &customer, (query.from, query.to))?;
    let first = from.period(customer.reading_day).first;
    let last = to.period(customer.reading_day).last.min(today(&ctx)).max(first);
    let metered = energy.load(&ctx, &contract.terms, first, last).await?;
    let terms = energy.terms(&customer, PowerFactor::default());
    let days = peak_calendar(&metered.load, &terms);
    let days = days?.into_iter().map(|day| DemandDay {
        date: day.date,
        kw: decimal_kilo(day.w),
        at: day.at,
        band: day.band,
        counts: day.counts,
        missing_slots: day.missing_slots,
    });
    let duration = duration_curve(&metered.load, CURVE_POINTS).into_iter().map(|point| {
        let hours = f64::from(point.slots) / 4.0;
        DemandDuration { hours, kw: decimal_kilo(point.w) }
    });
    Ok(Json(DemandView {
        days: days.collect(),
        duration: duration.collect(),
        hidden: metered.hidden,
    }))
}
