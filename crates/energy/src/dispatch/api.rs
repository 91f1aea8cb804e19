//! Plans over HTTP.

use axum::extract::State as Shared;
use base::Id;
use energy_rules::SLOTS_PER_DAY;
use energy_rules::bill::BillMonth;
use energy_rules::dispatch::{Battery, DispatchError, End, Task, plan};
use jiff::civil::Date;
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::site::Planned;
use super::view::DispatchView;
use super::{BatteryHabits, battery};
use crate::Energy;
use crate::electricity_contract::ElectricityContract;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(dispatch_get))
}

/// Which battery, which months.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DispatchQuery {
    /// The first month: `2026-01`; eleven before `to`, as far as they are known, when absent.
    #[param(value_type = Option<String>)]
    from: Option<BillMonth>,
    /// The last month, which must be over; the last one that is when absent.
    #[param(value_type = Option<String>)]
    to: Option<BillMonth>,
    /// Capacity, kWh.
    capacity_kwh: f64,
    /// Power at its terminals, kW.
    power_kw: f64,
    /// Share of the energy taken that comes back, AC to AC, %; 90 when absent.
    efficiency_percent: Option<f64>,
    /// Never drawn below this charge, %; 10 when absent.
    soc_min_percent: Option<f64>,
    /// Never filled beyond this charge, %; 95 when absent.
    soc_max_percent: Option<f64>,
    /// Wear, won per kWh discharged; 0 when absent.
    wear_won_per_kwh: Option<f64>,
    /// The day to show; that of the highest demand when absent.
    #[param(value_type = Option<String>, format = Date)]
    day: Option<Date>,
}

/// The plan of least cost of a battery over past months, the load known beforehand: what energy and basic
/// charge come to with it and without, the demand to defend, and one day quarter by quarter.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/dispatch", tag = "energy",
    params(("id" = uuid::Uuid, Path), DispatchQuery),
    responses((status = 200, body = DispatchView), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn dispatch_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<DispatchQuery>,
) -> ApiResult<Json<DispatchView>> {
    let contract = energy.contract(&ctx, id).await?;
    let habits = BatteryHabits {
        efficiency_percent: query.efficiency_percent,
        soc_min_percent: query.soc_min_percent,
        soc_max_percent: query.soc_max_percent,
        wear_won_per_kwh: query.wear_won_per_kwh,
    };
    let battery = battery(habits, query.capacity_kwh, query.power_kw)?;
    let planned = energy.planned_site(&ctx, &contract, (query.from, query.to)).await?;
    let day = shown(&planned, query.day)?;
    let work = move || view(&planned, &battery, day);
    Ok(Json(energy.calculations.run(work).await??))
}

fn view(planned: &Planned, battery: &Battery, day: usize) -> Result<DispatchView, DispatchError> {
    let stored_kwh = f64::midpoint(battery.stored_min_kwh(), battery.stored_max_kwh());
    let found = plan(&Task {
        site: &planned.site,
        battery,
        terms: &planned.terms,
        stored_kwh,
        end: End::Exactly(stored_kwh),
    })?;
    Ok(DispatchView::of(planned, battery.spec(), &found, day))
}

/// The number of the day to show.
fn shown(planned: &Planned, asked: Option<Date>) -> ApiResult<usize> {
    let Some(day) = asked else { return Ok(highest(planned)) };
    if !(planned.first..=planned.last).contains(&day) {
        let (first, last) = (planned.first, planned.last);
        let detail = format!("the plan covers {first} to {last}: give a day of these");
        return Err(Problem::invalid_field("/day", detail));
    }
    Ok(usize::try_from((day - planned.first).get_days()).unwrap_or(0))
}

/// The day of the highest demand that counts, or of the highest load where none does.
fn highest(planned: &Planned) -> usize {
    let site = &planned.site;
    let counting = (0..site.len()).filter(|at| site.counts[*at]);
    let most = counting.max_by(|a, b| site.load_kwh[*a].total_cmp(&site.load_kwh[*b]));
    let any = (0..site.len()).max_by(|a, b| site.load_kwh[*a].total_cmp(&site.load_kwh[*b]));
    most.or(any).unwrap_or(0) / SLOTS_PER_DAY
}
