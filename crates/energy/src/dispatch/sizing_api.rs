//! Sizing over HTTP: which battery, and which array of modules, would pay for itself.

use axum::extract::State as Shared;
use base::{FieldError, Id};
use energy_rules::bill::BillMonth;
use energy_rules::dispatch::{Pays, Sized, Sizes, pays, sizing};
use energy_rules::self_sufficiency::ClearSky;
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::BatteryHabits;
use super::site::Planned;
use super::view::PlanBasis;
use crate::Energy;
use crate::electricity_contract::ElectricityContract;

/// Sizes of one answer: each plans a year.
const SIZES_MAX: usize = 24;
/// The longest life, years.
const LIFE_MAX: f64 = 50.0;
/// Near Jeonju; where the complex stands is not asked.
const PLACE: (f64, f64) = (35.85, 127.15);
/// Hours of a year.
const YEAR_HOURS: f64 = 8_760.0;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(sizing_compute))
}

/// What to compute.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SizingNew {
    /// The first month: `2026-01`; eleven before `to`, as far as they are known, when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    from: Option<BillMonth>,
    /// The last month, which must be over; the last one that is when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    to: Option<BillMonth>,
    /// Capacities, kWh.
    capacity_kwh: Vec<f64>,
    /// Powers, kW; each capacity is computed with each.
    power_kw: Vec<f64>,
    /// What is said of the batteries beside their size.
    #[serde(default)]
    battery: BatteryHabits,
    /// What a kWh of capacity costs, won. An assumption of yours: no price is shipped.
    won_per_kwh: f64,
    /// What a kW of power costs, won.
    won_per_kw: f64,
    /// Years that a battery lasts.
    life_years: f64,
    /// An array of modules, whose generation the site uses itself and never feeds in.
    #[serde(default)]
    pv: Option<SizingPvNew>,
}

/// An array of modules. Its generation is a model (clear sky), not a measurement.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SizingPvNew {
    /// Rated power, kW.
    kw: f64,
    /// What a kW costs, won.
    won_per_kw: f64,
    /// Years that it lasts.
    life_years: f64,
    /// What a kW generates in a year, kWh: the model's curve is brought down to it. Absent: no cloud all year,
    /// an upper bound.
    #[serde(default)]
    yearly_kwh_per_kw: Option<f64>,
    /// Tilt from the horizontal, degrees; 30 when absent.
    #[serde(default)]
    tilt: Option<f64>,
    /// Azimuth from north over east, degrees; 180 (south) when absent.
    #[serde(default)]
    azimuth: Option<f64>,
}

/// Sizes beside what the site costs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SizingView {
    /// What it rests on.
    basis: PlanBasis,
    /// Energy and basic charge of a year without battery and modules, won.
    base_won: f64,
    /// What a battery's life was said to be, years.
    life_years: f64,
    /// One row for each size; savings are of the battery alone, beside the modules.
    rows: Vec<SizingRow>,
    /// The row that has paid for itself soonest at worst; absent where none saves anything.
    best: Option<usize>,
    /// The modules.
    pv: Option<SizingPv>,
}

/// One size of battery.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SizingRow {
    /// Capacity, kWh.
    capacity_kwh: f64,
    /// Power, kW.
    power_kw: f64,
    /// The demand to defend, kW.
    target_kw: f64,
    /// What it saves in a year at least and at most, won.
    saving_won: [f64; 2],
    /// What it costs, won.
    cost_won: f64,
    /// Years until it has paid for itself, at best and at worst; absent where it saves nothing.
    payback_years: Option<[f64; 2]>,
    /// Whether that is within its life: `yes`, `perhaps` (at the best saving only), `no`.
    #[schema(value_type = String)]
    pays: Pays,
}

/// What modules would come to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SizingPv {
    /// Rated power, kW.
    kw: f64,
    /// What they generate in a year, by the model or by the given yield, kWh.
    generated_kwh: f64,
    /// What the site uses of it itself, kWh; the rest is lost here, since nothing is fed in.
    used_kwh: f64,
    /// Whether the curve was brought down to a yearly yield, or has no cloud.
    scaled: bool,
    /// What it saves in a year by itself, won: by what a generated kWh saves in the days of the plan.
    saving_won: f64,
    /// What it costs, won.
    cost_won: f64,
    /// Years until it has paid for itself; absent where it saves nothing.
    payback_years: Option<f64>,
    /// `yes`, `no`; `perhaps` where the curve has no cloud, so that the saving is an upper bound.
    #[schema(value_type = String)]
    pays: Pays,
}

/// What batteries of other sizes, and modules, would save in a year, and whether they pay for themselves at
/// the prices that you give. Nothing is kept.
#[utoipa::path(
    post, path = "/api/v1/electricity_contracts/{id}/sizing", tag = "energy",
    params(("id" = uuid::Uuid, Path)), request_body = SizingNew,
    responses((status = 200, body = SizingView), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn sizing_compute(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Json(new): Json<SizingNew>,
) -> ApiResult<Json<SizingView>> {
    let contract = energy.contract(&ctx, id).await?;
    check(&new)?;
    let planned = energy.planned_site(&ctx, &contract, (new.from, new.to)).await?;
    Ok(Json(energy.calculations.run(move || compute(&planned, &new)).await??))
}

fn check(new: &SizingNew) -> ApiResult<()> {
    let mut wrong = Vec::new();
    let count = new.capacity_kwh.len() * new.power_kw.len();
    if !(1..=SIZES_MAX).contains(&count) {
        let detail = format!("give 1 to {SIZES_MAX} sizes: capacities times powers");
        wrong.push(FieldError::new("/capacity_kwh", detail));
    }
    let all = [("/capacity_kwh", &new.capacity_kwh), ("/power_kw", &new.power_kw)];
    for (field, values) in all {
        if values.iter().any(|value| !(0.0..=super::SIZE_MAX).contains(value)) {
            wrong.push(FieldError::new(field, format!("give 0 to {}", super::SIZE_MAX)));
        }
    }
    let lives =
        [("/life_years", Some(new.life_years)), ("/pv/life_years", new.pv.map(|pv| pv.life_years))];
    for (field, years) in lives {
        if years.is_some_and(|years| !(1.0..=LIFE_MAX).contains(&years)) {
            wrong.push(FieldError::new(field, format!("give 1 to {LIFE_MAX} years")));
        }
    }
    if let Some(pv) = new.pv {
        if !(0.0..=1e10).contains(&pv.won_per_kw) {
            wrong.push(FieldError::new("/pv/won_per_kw", "give 0 or more won"));
        }
        if pv.yearly_kwh_per_kw.is_some_and(|kwh| !(1.0..=3_000.0).contains(&kwh)) {
            wrong.push(FieldError::new("/pv/yearly_kwh_per_kw", "give 1 to 3000 kWh"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Problem::invalid(wrong)) }
}

/// Modules on the site: what they make, kWh a slot.
struct Modules {
    kwh: Vec<f64>,
    /// In a whole year, kWh.
    year_kwh: f64,
    new: SizingPvNew,
}

fn compute(planned: &Planned, new: &SizingNew) -> ApiResult<SizingView> {
    let modules = new.pv.map(|pv| modules(planned, pv)).transpose()?;
    let sizes = Sizes {
        capacity_kwh: new.capacity_kwh.clone(),
        power_kw: new.power_kw.clone(),
        like: new.battery.spec(0.0, 0.0),
        won_per_kwh: new.won_per_kwh,
        won_per_kw: new.won_per_kw,
    };
    let generated = modules.as_ref().map(|modules| modules.kwh.as_slice());
    let found = sizing(&planned.site, generated, &planned.terms, &sizes)?;
    let worst = |row: &Sized| row.payback_years.map(|(_, worst)| worst);
    let best = (0..found.rows.len())
        .filter_map(|at| Some((at, worst(&found.rows[at])?)))
        .min_by(|a, b| a.1.total_cmp(&b.1));
    let mut more = vec!["kept_on_one_plant", "no_ageing", "simple_payback", "prices_given"];
    if !planned.terms.cyclic {
        more.push("scaled_to_a_year");
    }
    if new.pv.is_some() {
        more.push("clear_sky_model");
        more.push("place_near_jeonju");
    }
    Ok(SizingView {
        basis: PlanBasis::of(planned, &more),
        base_won: found.base_won,
        life_years: new.life_years,
        best: best.map(|(at, _)| at),
        rows: found.rows.iter().map(|row| row_view(row, new.life_years)).collect(),
        pv: modules.map(|modules| pv_view(planned, &modules, found.generation_won)),
    })
}

fn modules(planned: &Planned, new: SizingPvNew) -> ApiResult<Modules> {
    // The usual share that is left after all losses; a yearly yield takes its place.
    let array =
        ClearSky::new(PLACE, new.tilt.unwrap_or(30.0), new.azimuth.unwrap_or(180.0), new.kw, 0.8);
    let array = array.map_err(|fault| Problem::invalid_field("/pv", fault.to_string()))?;
    let slots = planned.site.len();
    let days = slots / energy_rules::SLOTS_PER_DAY;
    let made = array.load(planned.first, days).wh;
    let mut kwh: Vec<f64> = made.iter().map(|wh| wh.unwrap_or(0) as f64 / 1_000.0).collect();
    // Against a whole year of the model, so that a plan of summer months is not taken for a year.
    let year = array.load(planned.first, 365).wh.iter().flatten().sum::<i64>() as f64 / 1_000.0;
    let mut year_kwh = year;
    if let Some(yearly) = new.yearly_kwh_per_kw.filter(|_| new.kw > 0.0) {
        let share = if year > 0.0 { yearly * new.kw / year } else { 0.0 };
        for kwh in &mut kwh {
            *kwh *= share;
        }
        year_kwh = year * share;
    }
    Ok(Modules { kwh, year_kwh, new })
}

fn row_view(row: &Sized, life_years: f64) -> SizingRow {
    SizingRow {
        capacity_kwh: row.capacity_kwh,
        power_kw: row.power_kw,
        target_kw: row.target_kw,
        saving_won: row.saving_won.into(),
        cost_won: row.cost_won,
        payback_years: row.payback_years.map(Into::into),
        pays: pays(row.payback_years, life_years),
    }
}

fn pv_view(planned: &Planned, modules: &Modules, saving_won: f64) -> SizingPv {
    let Modules { kwh, year_kwh, new } = modules;
    // A kWh is worth what it was worth in the plan; how many a year has, the model says, season by season.
    let (generated_kwh, planned_kwh) = (*year_kwh, kwh.iter().sum::<f64>());
    let yearly = if planned_kwh > 0.0 { generated_kwh / planned_kwh } else { 0.0 };
    let by_time = YEAR_HOURS / (planned.site.len() as f64 / 4.0);
    let saving_won = saving_won * yearly / by_time;
    let used = kwh.iter().zip(&planned.site.load_kwh).map(|(made, load)| made.min(load.max(0.0)));
    let cost_won = new.kw * new.won_per_kw;
    let years = (saving_won >= 1.0).then(|| cost_won / saving_won);
    let scaled = new.yearly_kwh_per_kw.is_some();
    // Without a cloud the years are the fewest that can be: how many more there are is not known.
    let range = years.map(|years| (years, if scaled { years } else { f64::INFINITY }));
    SizingPv {
        kw: new.kw,
        generated_kwh,
        used_kwh: used.sum::<f64>() * yearly,
        scaled,
        saving_won,
        cost_won,
        payback_years: years,
        pays: pays(range, new.life_years),
    }
}
