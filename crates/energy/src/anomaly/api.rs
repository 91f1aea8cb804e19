//! Anomalies over HTTP.

use axum::extract::State as Shared;
use base::Id;
use energy_rules::SLOTS_PER_DAY;
use energy_rules::anomaly::{Tuning, detect};
use energy_rules::forecast::Plan;
use jiff::civil::{Date, DateTime};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Energy;
use crate::electricity_contract::{ElectricityContract, rules};
use crate::load::today;

/// Days that the detector learns from before the first day that is shown.
const HISTORY_DAYS: i64 = 150;
/// Days of one answer.
const DAYS_MAX: i64 = 400;
/// Days that are shown when nothing is said.
const DAYS_DEFAULT: i64 = 31;
const SLOT_MINUTES: usize = 15;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(anomaly_list))
}

/// Which days.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnomalyQuery {
    /// The first day; 30 days before `to` when absent.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day; today when absent.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

/// What was seen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnomalyList {
    /// By time.
    items: Vec<AnomalyView>,
}

/// Something that went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnomalyView {
    /// `base_load_on`, `stuck_meter`, `outage`, `spike`, `unusual_day`.
    kind: &'static str,
    /// When it began, civil time of Korea.
    #[schema(value_type = String)]
    from: DateTime,
    /// When it ended, excluded.
    #[schema(value_type = String)]
    until: DateTime,
    /// When it could first be told.
    #[schema(value_type = Option<String>)]
    told_at: Option<DateTime>,
    /// Energy drawn, kWh.
    actual_kwh: f64,
    /// What days like it draw, kWh.
    expected_kwh: f64,
    /// What the difference costs by the prices of its hours, won; below zero less was drawn than expected.
    cost_won: i64,
}

/// What went wrong at the meter of a contract: base load left on, a stuck meter, an outage, a spike, an
/// unusual day; each with its kWh and its won.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/anomalies", tag = "energy",
    params(("id" = uuid::Uuid, Path), AnomalyQuery),
    responses((status = 200, body = AnomalyList), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn anomaly_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<AnomalyQuery>,
) -> ApiResult<Json<AnomalyList>> {
    let contract = energy.contract(&ctx, id).await?;
    let back = |day: Date, days: i64| day.saturating_sub(jiff::Span::new().days(days));
    let to = query.to.unwrap_or_else(|| today(&ctx)).min(today(&ctx));
    let from = query.from.unwrap_or_else(|| back(to, DAYS_DEFAULT - 1));
    if from > to || from < back(to, DAYS_MAX - 1) {
        let detail = format!("give a `from` before `to`, and at most {DAYS_MAX} days");
        return Err(Problem::invalid_field("/from", detail));
    }
    let first = back(from, HISTORY_DAYS);
    let load = energy.load(&ctx, &contract.terms, first, to).await?.load;
    let customer = rules::customer(&contract.terms);
    let prices = energy.prices(&customer, (first, load.days()));
    let prices: Vec<i64> = prices.iter().map(|price| price.micro_won_per_kwh).collect();
    let events = detect(&load, &energy.calendar, &Plan::default(), &prices, &Tuning::default());
    let events = events.map_err(|fault| Problem::invalid_field("/from", fault.to_string()))?;
    let at = |slot: usize| {
        let minutes = i64::try_from(slot % SLOTS_PER_DAY * SLOT_MINUTES).unwrap_or(0);
        let midnight = load.day_of(slot).to_datetime(jiff::civil::Time::midnight());
        midnight.saturating_add(jiff::Span::new().minutes(minutes))
    };
    let shown = events.into_iter().filter(|event| load.day_of(event.slots.end - 1) >= from);
    let items = shown.map(|event| AnomalyView {
        kind: event.kind.code(),
        from: at(event.slots.start),
        until: at(event.slots.end),
        told_at: event.flags.first().map(|slot| at(slot + 1)),
        actual_kwh: event.actual_kwh,
        expected_kwh: event.expected_kwh,
        cost_won: event.cost_won,
    });
    Ok(Json(AnomalyList { items: items.collect() }))
}
