//! Emissions over HTTP: of a meter, of a contract, of the complex's own supply.

use axum::extract::State as Shared;
use base::noun::Complex;
use base::{Action, Id, Scope};
use energy_rules::carbon::Purpose;
use energy_rules::load::Load;
use energy_rules::meter_tree::{Place, Series};
use jiff::civil::Date;
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::report::{
    EmissionFactor, EmissionHeatFactor, EmissionReport, Terms, factor_view, heat_view, report,
};
use crate::Energy;
use crate::electricity_contract::ElectricityContract;
use crate::load::today;
use crate::meter::count::{days, last_day};
use crate::meter::rules::Forest;
use crate::meter::{Meter, MeterError, MeterKind};
use crate::self_sufficiency::SelfSufficiencyRefusal;

/// Days that are shown when nothing is said.
const DAYS_DEFAULT: i64 = 31;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new()
        .routes(routes!(emission_factor_list))
        .routes(routes!(meter_emission_get))
        .routes(routes!(electricity_contract_emission_get))
        .routes(routes!(complex_emission_get))
}

/// Which days, for what, and what was made with it.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmissionQuery {
    /// The first day; thirty days before `to` when absent.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day; yesterday when absent.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// What the factor is for: `disclosure` (the newest published), `k_ets` (as allocated), `informative`;
    /// `disclosure` when absent.
    #[param(value_type = Option<String>)]
    purpose: Option<Purpose>,
    /// Take the factors that were published by this day; today when absent.
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
    /// Tonnes of product that were made in these days: gives kWh and kgCO2e per tonne.
    product_t: Option<f64>,
}

impl EmissionQuery {
    fn terms(&self, ctx: &Ctx) -> Terms {
        Terms {
            purpose: self.purpose.unwrap_or(Purpose::Disclosure),
            as_of: self.as_of.unwrap_or_else(|| today(ctx)),
            product_t: self.product_t,
        }
    }
}

/// The factors that emissions are made by.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EmissionFactorList {
    /// Of electricity from the grid, by purpose and year.
    items: Vec<EmissionFactor>,
    /// The heat value of electricity.
    heat: Option<EmissionHeatFactor>,
}

/// The emission factors that the product ships, each with its source and how sure it is.
#[utoipa::path(
    get, path = "/api/v1/emission_factors", tag = "energy",
    responses((status = 200, body = EmissionFactorList), (status = 403, body = Problem))
)]
pub(crate) async fn emission_factor_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
) -> ApiResult<Json<EmissionFactorList>> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let heat = energy.factors.heat(energy_rules::carbon::Carrier::Electricity).ok();
    let items = energy.factors.all_grid().iter().map(factor_view).collect();
    Ok(Json(EmissionFactorList { items, heat: heat.map(heat_view) }))
}

/// The greenhouse gas of what a meter drew, with the dated factor of each year, and its tonnes of oil
/// equivalent.
#[utoipa::path(
    get, path = "/api/v1/meters/{id}/emissions", tag = "energy",
    params(("id" = uuid::Uuid, Path), EmissionQuery),
    responses(
        (status = 200, body = EmissionReport), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn meter_emission_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<Meter>>,
    Query(query): Query<EmissionQuery>,
) -> ApiResult<Json<EmissionReport>> {
    let (forest, place) = energy.meter(&ctx, id).await?;
    let name = &forest.meters[place].terms.name;
    match forest.meters[place].terms.kind {
        MeterKind::Main | MeterKind::Sub | MeterKind::Virtual => {}
        MeterKind::Generator | MeterKind::Battery => {
            let detail = format!(
                "meter '{name}' does not count electricity from the grid: choose a main meter, a sub-meter or \
                 a virtual one"
            );
            return Err(Problem::invalid_field("/id", detail));
        }
    }
    Ok(Json(energy.emission_of(&ctx, &forest, &[place], &query).await?))
}

/// The greenhouse gas of what the complex drew through main meters of its own. What tenants draw through
/// theirs is not in it.
#[utoipa::path(
    get, path = "/api/v1/complexes/{id}/emissions", tag = "energy",
    params(("id" = uuid::Uuid, Path), EmissionQuery),
    responses(
        (status = 200, body = EmissionReport), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn complex_emission_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<Complex>>,
    Query(query): Query<EmissionQuery>,
) -> ApiResult<Json<EmissionReport>> {
    ctx.require(Action::ReadValues, Scope::Complex(id))?;
    let forest = energy.forest(id).await?;
    let own_main =
        |meter: &Meter| meter.terms.kind == MeterKind::Main && meter.establishment_id.is_none();
    let meters = forest.meters.iter().enumerate();
    let mains: Vec<Place> =
        meters.filter(|(_, meter)| own_main(meter)).map(|(place, _)| place).collect();
    if mains.is_empty() {
        return Err(SelfSufficiencyRefusal::NoMainMeter.into());
    }
    Ok(Json(energy.emission_of(&ctx, &forest, &mains, &query).await?))
}

/// The greenhouse gas of what a contract's meter drew.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/emissions", tag = "energy",
    params(("id" = uuid::Uuid, Path), EmissionQuery),
    responses(
        (status = 200, body = EmissionReport), (status = 404, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn electricity_contract_emission_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<EmissionQuery>,
) -> ApiResult<Json<EmissionReport>> {
    let contract = energy.contract(&ctx, id).await?;
    let span = days(&ctx, (query.from, query.to), DAYS_DEFAULT)?;
    let metered = energy.load(&ctx, &contract.terms, span.0, last_day(span)).await?;
    let mut made = report(&energy.factors, &metered.load, query.terms(&ctx))?;
    made.counted_by = vec![contract.terms.name];
    made.hidden = metered.hidden;
    Ok(Json(made))
}

impl Energy {
    /// The emission of what some meters drew together; on a day on which one of them does not stand, the
    /// others count.
    async fn emission_of(
        &self,
        ctx: &Ctx,
        forest: &Forest,
        places: &[Place],
        query: &EmissionQuery,
    ) -> ApiResult<EmissionReport> {
        let span = days(ctx, (query.from, query.to), DAYS_DEFAULT)?;
        let read = self.counts(ctx, forest, places, span).await?;
        let mut series: Vec<(Place, &Series)> = Vec::new();
        for place in places {
            let name = &forest.meters[*place].terms.name;
            let known = read.counts.series[*place].as_ref();
            series.push((*place, known.ok_or_else(|| MeterError::Hidden(name.clone()))?));
        }
        let wh = (0..read.counts.slots).map(|slot| {
            let day = read.counts.day_of(slot);
            let mut held = series
                .iter()
                .filter(|(place, _)| forest.tree.nodes()[*place].holds_on(day))
                .peekable();
            held.peek()?;
            held.map(|(_, series)| series.forward[slot]).sum::<Option<i64>>()
        });
        let load = Load::active(span.0, wh.collect());
        let mut made = report(&self.factors, &load, query.terms(ctx))?;
        let names = places.iter().map(|place| forest.meters[*place].terms.name.clone());
        made.counted_by = names.collect();
        made.hidden = read.hidden_partly;
        Ok(made)
    }
}
