//! Forecasts over HTTP.

use axum::extract::State as Shared;
use base::Id;
use energy_rules::bill::{BillMonth, bills};
use energy_rules::forecast::{DayType, Model, Plan, forecast};
use jiff::civil::Date;
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Energy;
use crate::bill::decimal_kilo;
use crate::electricity_contract::{ElectricityContract, rules};
use crate::load::today;

/// Days of history that a forecast looks at; also the months whose peaks carry over.
const HISTORY_DAYS: i64 = 400;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(forecast_get))
}

/// Which day.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForecastQuery {
    /// The day, at most tomorrow; today when absent.
    #[param(value_type = Option<String>, format = Date)]
    day: Option<Date>,
}

/// The forecast of a day, from the days before it alone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ForecastView {
    /// The day.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// Its type: `monday`, `midweek`, `saturday`, `off` (Sunday or holiday).
    day_type: &'static str,
    /// Energy of each quarter of an hour that one in ten stays below, kWh.
    p10_kwh: Vec<f64>,
    /// That half stay below.
    p50_kwh: Vec<f64>,
    /// That nine in ten stay below.
    p90_kwh: Vec<f64>,
    /// What was drawn, as far as it is known, kWh.
    actual_kwh: Vec<Option<f64>>,
    /// Whether a quarter of an hour can set the billing demand.
    counts: Vec<bool>,
    /// The day's highest quarter of an hour, of all hours.
    peak: ForecastPeak,
    /// What the basic charge rests on before this day, kW: a higher peak raises it.
    billing_demand_kw: Option<f64>,
    /// Which forecast it is and why.
    choice: ForecastChoice,
}

/// The highest mean power of a quarter of an hour.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "a name says its unit")]
pub(crate) struct ForecastPeak {
    /// One day in ten stays below, kW.
    p10_kw: f64,
    /// Half of the days, kW.
    p50_kw: f64,
    /// Nine days in ten, kW.
    p90_kw: f64,
}

/// Which of two forecasts is used: the better one on this meter's own last days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ForecastChoice {
    /// `base` (median of the last eight days of the same type) or `similar_days`.
    model: &'static str,
    /// Mean error of the base on the tried days, kWh a quarter of an hour.
    mae_base_kwh: f64,
    /// The same of similar days.
    mae_model_kwh: f64,
    /// Days that both were tried on.
    tried_days: usize,
}

/// The load of a day as it is expected before it begins, with the peak that may raise the billing demand.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/forecast", tag = "energy",
    params(("id" = uuid::Uuid, Path), ForecastQuery),
    responses((status = 200, body = ForecastView), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn forecast_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<ForecastQuery>,
) -> ApiResult<Json<ForecastView>> {
    let contract = energy.contract(&ctx, id).await?;
    let customer = rules::customer(&contract.terms);
    let tomorrow = today(&ctx).saturating_add(jiff::Span::new().days(1));
    let day = query.day.unwrap_or_else(|| today(&ctx));
    if day > tomorrow {
        return Err(Problem::invalid_field("/day", format!("give a day until {tomorrow}")));
    }
    let first = day.saturating_sub(jiff::Span::new().days(HISTORY_DAYS));
    let mut load = energy.load(&ctx, &contract.terms, first, day).await?.load;
    let slots = load.wh.len() - energy_rules::SLOTS_PER_DAY;
    let actual = load.wh.split_off(slots);
    load.lagging_varh.truncate(slots);
    load.leading_varh.truncate(slots);
    let found = forecast(&load, &energy.calendar, &Plan::default(), day);
    let found = found.map_err(|fault| Problem::invalid_field("/day", fault.to_string()))?;
    let terms = energy.terms(&customer, rules::power_factor(&contract.terms, None));
    let billed = bills(&load, &terms, &rules::history(&contract.terms)).ok();
    let month = BillMonth::of(day, customer.reading_day);
    let billed = billed.and_then(|bills| bills.into_iter().rev().find(|bill| bill.month <= month));
    let counts = energy.prices(&customer, (day, 1)).iter().map(|price| price.counts).collect();
    Ok(Json(ForecastView {
        day,
        day_type: day_type(found.day_type),
        p10_kwh: found.p10,
        p50_kwh: found.p50,
        p90_kwh: found.p90,
        actual_kwh: actual.into_iter().map(|wh| wh.map(decimal_kilo)).collect(),
        counts,
        peak: ForecastPeak {
            p10_kw: found.peak.p10_kw,
            p50_kw: found.peak.p50_kw,
            p90_kw: found.peak.p90_kw,
        },
        billing_demand_kw: billed.and_then(|bill| bill.demand).map(|x| decimal_kilo(x.w)),
        choice: ForecastChoice {
            model: match found.choice.model {
                Model::Base => "base",
                Model::SimilarDays => "similar_days",
            },
            mae_base_kwh: found.choice.mae_base,
            mae_model_kwh: found.choice.mae_model,
            tried_days: found.choice.days,
        },
    }))
}

fn day_type(of: DayType) -> &'static str {
    match of {
        DayType::Monday => "monday",
        DayType::Midweek => "midweek",
        DayType::Saturday => "saturday",
        DayType::Off => "off",
    }
}
