//! Forecasts over HTTP.

use axum::extract::State as Shared;
use base::{ErrorKind, Id};
use energy_rules::bill::{BillMonth, bills};
use energy_rules::forecast::{DayType, ForecastError, Model, Peak, forecast_counting};
use energy_rules::tariff::Status;
use jiff::civil::Date;
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rules as risk;
use crate::Energy;
use crate::bill::decimal_kilo;
use crate::electricity_contract::{ElectricityContract, rules};
use crate::load::today;
use crate::load_plan::{self, LoadPlan};

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
    /// The highest of the quarters of an hour that can set the billing demand; absent when none can.
    counting_peak: Option<ForecastPeak>,
    /// What the basic charge rests on before this day, kW: a higher peak raises it.
    billing_demand_kw: Option<f64>,
    /// Earlier months that count and of which nothing is known: the billing demand may be higher.
    unknown_months: Vec<String>,
    /// What a peak above the billing demand costs; absent where the contract power is billed.
    over: Option<ForecastOver>,
    /// What is planned for the day.
    planned: Option<LoadPlan>,
    /// Whether a part of the time is not shown because the meter was another's then.
    hidden: bool,
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

/// What a peak above the billing demand costs, before VAT and fund.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ForecastOver {
    /// Won for each kW and month, a decimal.
    won_per_kw: String,
    /// Months that a peak of this day counts for: its own, and those that it is carried over to.
    months: u8,
    /// By so much the peak that nine days in ten stay below exceeds the billing demand, kW; 0 when it does not.
    kw: f64,
    /// What that adds to the basic charge of one month, won.
    month_won: i64,
    /// What it adds to all those months, if nothing else raises the demand in them, won.
    won: i64,
    /// Where the rate and the rule of the months were read.
    source: String,
    /// The less sure of both: `verified`, `reported` or `unverified`.
    #[schema(value_type = String)]
    status: Status,
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
    let metered = energy.load(&ctx, &contract.terms, first, day).await?;
    let mut load = metered.load;
    let slots = load.wh.len() - energy_rules::SLOTS_PER_DAY;
    let actual = load.wh.split_off(slots);
    load.lagging_varh.truncate(slots);
    load.leading_varh.truncate(slots);
    let entries = energy.load_plans(contract.id, (first, day)).await?;
    let plan = load_plan::rules::plan(&entries, (first, day));
    let prices = energy.prices(&customer, (day, 1));
    let counts: Vec<bool> = prices.iter().map(|price| price.counts).collect();
    let found = forecast_counting(&load, &energy.calendar, &plan, day, &counts)
        .map_err(|fault| refusal(&fault))?;
    let terms = energy.terms(&customer, rules::power_factor(&contract.terms, None));
    let history = rules::history(&contract.terms);
    let month = BillMonth::of(day, customer.reading_day);
    let billed = risk::billed(&customer, &energy.tariffs, day);
    let standing = billed.as_ref().map(|billed| {
        let bills = bills(&load, &terms, &history).unwrap_or_default();
        risk::standing(billed, month, &bills, &history)
    });
    let over = billed
        .as_ref()
        .zip(standing.as_ref())
        .map(|(billed, standing)| over(billed, month, standing.w, found.counting_peak));
    let unknown = standing.iter().flat_map(|standing| &standing.unknown);
    Ok(Json(ForecastView {
        day,
        day_type: day_type(found.day_type),
        p10_kwh: found.p10,
        p50_kwh: found.p50,
        p90_kwh: found.p90,
        actual_kwh: actual.into_iter().map(|wh| wh.map(decimal_kilo)).collect(),
        counts,
        peak: peak(found.peak),
        counting_peak: found.counting_peak.map(peak),
        billing_demand_kw: standing.as_ref().map(|standing| decimal_kilo(standing.w)),
        unknown_months: unknown.map(ToString::to_string).collect(),
        over,
        planned: entries.into_iter().find(|entry| (entry.from..=entry.to).contains(&day)),
        hidden: metered.hidden,
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

/// What a peak above the billing demand costs, and whether the forecast one does.
fn over(
    billed: &risk::Billed<'_>,
    month: BillMonth,
    demand_w: i64,
    counting: Option<Peak>,
) -> ForecastOver {
    let raise = risk::raised(billed, month, demand_w, counting.map_or(0.0, |peak| peak.p90_kw));
    ForecastOver {
        won_per_kw: billed.option.basic_won_per_kw.to_string(),
        months: risk::months(billed, month),
        kw: raise.map_or(0.0, |raise| decimal_kilo(raise.over_w)),
        month_won: raise.map_or(0, |raise| raise.month_won),
        won: raise.map_or(0, |raise| raise.won),
        source: format!("{}; {}", billed.option.source, billed.rule.source),
        status: billed.option.status.max(billed.rule.status),
    }
}

fn peak(of: Peak) -> ForecastPeak {
    ForecastPeak { p10_kw: of.p10_kw, p50_kw: of.p50_kw, p90_kw: of.p90_kw }
}

/// Why there is no forecast, under a code that the console has words for.
fn refusal(fault: &ForecastError) -> Problem {
    let detail = fault.to_string();
    match fault {
        ForecastError::TooShort { .. } => {
            Problem::new(ErrorKind::Invalid, "forecast.too_short", detail)
        }
        ForecastError::TooFar { .. } => {
            Problem::new(ErrorKind::Invalid, "forecast.too_far", detail)
        }
        ForecastError::NeverRead { .. } => {
            Problem::new(ErrorKind::Invalid, "forecast.never_read", detail)
        }
        ForecastError::Load(_) => Problem::new(ErrorKind::Invalid, "forecast.load", detail),
    }
}

fn day_type(of: DayType) -> &'static str {
    match of {
        DayType::Monday => "monday",
        DayType::Midweek => "midweek",
        DayType::Saturday => "saturday",
        DayType::Off => "off",
    }
}
