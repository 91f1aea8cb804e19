//! A month as the controller would have run it: what is left of the optimum when the load is only forecast.

use axum::extract::State as Shared;
use base::Id;
use energy_rules::SLOTS_PER_DAY;
use energy_rules::bill::BillMonth;
use energy_rules::calendar::Calendar;
use energy_rules::dispatch::{
    Battery, Controller, End, HABIT_DAYS_MAX, Habit, Outlook, Settings, Site, Task, complete,
    learn_target, plan, roll,
};
use energy_rules::forecast::{Plan as Production, forecast};
use energy_rules::load::Load;
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::site::{PlanRefusal, Planned, last_month};
use super::view::PlanBasis;
use super::{BatteryHabits, battery};
use crate::Energy;
use crate::electricity_contract::ElectricityContract;

/// Days before the month that the target is learnt on; fewer are refused.
const TARGET_DAYS: usize = 60;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(dispatch_run_get))
}

/// Which battery, which month.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DispatchRunQuery {
    /// The month, which must be over; the last one that is when absent.
    #[param(value_type = Option<String>)]
    month: Option<BillMonth>,
    /// Capacity, kWh.
    capacity_kwh: f64,
    /// Power at its terminals, kW.
    power_kw: f64,
}

/// A month of the controller beside the plan that knew the load.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DispatchRunView {
    /// What it rests on.
    basis: PlanBasis,
    /// The month: `2026-10`.
    month: String,
    /// Days before it that the controller learnt from.
    past_days: usize,
    /// The demand that it set out to defend, learnt on the days before, kW.
    target_kw: f64,
    /// The month's demand without battery, kW.
    demand_before_kw: f64,
    /// With the controller, kW.
    demand_run_kw: f64,
    /// With the plan that knew the load, kW.
    demand_plan_kw: f64,
    /// What the controller saved, won; below 0 it cost.
    saving_run_won: f64,
    /// What the plan would have saved, won.
    saving_plan_won: f64,
    /// The first over the second, %; absent where the plan saves nothing.
    kept_percent: Option<f64>,
}

/// A past month run slot by slot by the controller, on a forecast from the days before each day alone, with a
/// target learnt on the 60 days before: what it keeps of the optimum on this very meter.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/dispatch_run", tag = "energy",
    params(("id" = uuid::Uuid, Path), DispatchRunQuery),
    responses((status = 200, body = DispatchRunView), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn dispatch_run_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<DispatchRunQuery>,
) -> ApiResult<Json<DispatchRunView>> {
    let contract = energy.contract(&ctx, id).await?;
    let battery = battery(BatteryHabits::default(), query.capacity_kwh, query.power_kw)?;
    let month = query.month.map_or_else(|| last_month(&ctx, &contract), Ok)?;
    let mut planned = energy.planned_site(&ctx, &contract, (Some(month), Some(month))).await?;
    // The controller does not know the load; what it is set beside is told in its own words.
    let not_here = ["perfect_foresight", "earlier_months_known", "earlier_months_unknown"];
    planned.assumes.retain(|name| !not_here.contains(name));
    // Peaks of months without the battery would hide what it does about this one's.
    planned.terms.history_kw.clear();
    planned.terms.carrying.clear();
    let days = |days: usize| jiff::Span::new().days(i64::try_from(days).unwrap_or(0));
    let first = planned.first.saturating_sub(days(HABIT_DAYS_MAX));
    let last = planned.first.saturating_sub(days(1));
    let past = known(energy.load(&ctx, &contract.terms, first, last).await?.load);
    if past.days() < TARGET_DAYS {
        return Err(PlanRefusal::ShortPast { days: past.days() }.into());
    }
    let prices = energy.priced(&ctx, &planned.row, (past.first_day, past.days()))?;
    let calendar = std::sync::Arc::clone(&energy.calendar);
    let work = move || {
        let past_kwh = complete(&past, &calendar)?.kwh;
        let past_site = Site {
            price_won: prices.iter().map(|price| price.micro_won_per_kwh as f64 / 1e6).collect(),
            counts: prices.iter().map(|price| price.counts).collect(),
            month: vec![0; past_kwh.len()],
            load_kwh: past_kwh,
        };
        let months = (past_site, planned);
        Ok::<_, Problem>(view(months, &past, &battery, &calendar)?)
    };
    Ok(Json(energy.calculations.run(work).await??))
}

/// The part of a load from its first known day on.
fn known(mut load: Load) -> Load {
    let first = load.wh.iter().position(Option::is_some).unwrap_or(load.wh.len()) / SLOTS_PER_DAY;
    let first_day = load.day_of(first * SLOTS_PER_DAY);
    let wh = load.wh.split_off((first * SLOTS_PER_DAY).min(load.wh.len()));
    Load::active(first_day, wh)
}

fn view(
    (past_site, planned): (Site, Planned),
    past: &Load,
    battery: &Battery,
    calendar: &Calendar,
) -> Result<DispatchRunView, energy_rules::dispatch::DispatchError> {
    let (site, terms) = (&planned.site, &planned.terms);
    let recent = past_site.len() - TARGET_DAYS * SLOTS_PER_DAY;
    let target_kw = learn_target(&tail(&past_site, recent), battery, terms.charge_won_per_kw)?;
    let stored_kwh = f64::midpoint(battery.stored_min_kwh(), battery.stored_max_kwh());
    let end = End::Exactly(stored_kwh);
    let best = plan(&Task { site, battery, terms, stored_kwh, end })?;
    let habit = Habit::of(&past_site)?;
    let settings = Settings::defending(target_kw);
    let controller = Controller::new(battery, terms, settings, habit, stored_kwh)?;
    let days = forecasts(past, &planned, calendar);
    let mut outlook = |at: usize| ahead(&days, at);
    let run = roll(site, controller, &mut outlook)?;
    let kept = (best.saving_won() >= 1.0).then(|| run.saving_won() / best.saving_won() * 100.0);
    let of = |kw: &[f64]| kw.first().copied().unwrap_or(0.0);
    Ok(DispatchRunView {
        basis: PlanBasis::of(&planned, &["month_alone", "no_ageing", "forecast_of_the_day_before"]),
        month: planned.months.first().map(ToString::to_string).unwrap_or_default(),
        past_days: past.days(),
        target_kw,
        demand_before_kw: of(&best.base_demand_kw),
        demand_run_kw: of(&run.demand_kw),
        demand_plan_kw: of(&best.demand_kw),
        saving_run_won: run.saving_won(),
        saving_plan_won: best.saving_won(),
        kept_percent: kept,
    })
}

/// The end of a site.
fn tail(site: &Site, from: usize) -> Site {
    Site {
        load_kwh: site.load_kwh[from..].to_vec(),
        price_won: site.price_won[from..].to_vec(),
        counts: site.counts[from..].to_vec(),
        month: site.month[from..].to_vec(),
    }
}

/// Median and 90th percentile of each day of the month and the one after it, from the days before each alone.
fn forecasts(past: &Load, planned: &Planned, calendar: &Calendar) -> Vec<(Vec<f64>, Vec<f64>)> {
    let mut load = past.clone();
    let slots = &planned.site.load_kwh;
    let mut days: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
    for begin in (0..=slots.len()).step_by(SLOTS_PER_DAY) {
        let date = load.day_of(load.wh.len());
        let found = forecast(&load, calendar, &Production::default(), date);
        let found = found.map(|found| (found.p50, found.p90)).ok();
        // Where nothing can be forecast, the day is expected to be like the one before.
        let before = days.last().cloned();
        let flat = || (vec![0.0; SLOTS_PER_DAY], vec![0.0; SLOTS_PER_DAY]);
        days.push(found.or(before).unwrap_or_else(flat));
        for kwh in slots.iter().skip(begin).take(SLOTS_PER_DAY) {
            load.wh.push(crate::load::thousandths(*kwh));
        }
    }
    days
}

/// What is expected from a slot on: the rest of today, then what is already gone of today's forecast in the place
/// of tomorrow's, which is made at midnight.
fn ahead(days: &[(Vec<f64>, Vec<f64>)], at: usize) -> Outlook {
    let (day, slot) = (at / SLOTS_PER_DAY, at % SLOTS_PER_DAY);
    let today = &days[day.min(days.len() - 1)];
    let turned = |values: &[f64]| [&values[slot..], &values[..slot]].concat();
    Outlook { p50_kwh: turned(&today.0), p90_kwh: turned(&today.1) }
}
