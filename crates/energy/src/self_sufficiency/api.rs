//! Self-sufficiency over HTTP.

use axum::extract::State as Shared;
use base::noun::Complex;
use base::{Action, Id, Scope};
use energy_rules::SLOTS_PER_DAY;
use energy_rules::load::Load;
use energy_rules::self_sufficiency::{
    ClearSky, Disposal, Figures, Origin, Plant, SelfSufficiencyError, figures,
};
use jiff::civil::{Date, DateTime};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::SelfSufficiencyRefusal;
use super::source::Source;
use crate::Energy;
use crate::meter::count::{days, last_day};
use crate::meter::{Meter, MeterDisposal, MeterKind};

/// Days that are shown when nothing is said.
const DAYS_DEFAULT: i64 = 31;
/// Hours are shown of so many days at most.
const DAYS_BY_HOUR_MAX: usize = 31;
/// A usual tilt, degrees; towards the south; what is left after all losses.
const TILT: f64 = 30.0;
const SOUTH: f64 = 180.0;
const PERFORMANCE_RATIO: f64 = 0.8;
/// The largest plant that is modelled, kW.
const MODEL_KW_MAX: f64 = 1e6;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(self_sufficiency_get))
}

/// How long the periods are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SelfSufficiencyBy {
    /// Hours; of 31 days at most.
    Hour,
    /// Days.
    #[default]
    Day,
    /// Calendar months.
    Month,
}

/// Which days, how long the periods are, and a plant to think of.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SelfSufficiencyQuery {
    /// The first day; thirty days before `to` when absent.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day; yesterday when absent.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// `hour`, `day` or `month`; `day` when absent.
    #[serde(default)]
    #[param(inline)]
    by: SelfSufficiencyBy,
    /// Rated power of a photovoltaic plant to think of, kW: it is modelled under skies without a cloud, and the
    /// figures with it stand apart.
    model_pv_kw: Option<f64>,
}

/// The self-sufficiency of a complex, from its own meters.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SelfSufficiency {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// The figures of all of the time, as measured.
    figures: SelfSufficiencyFigures,
    /// The figures with the plant to think of; a model, an upper bound.
    model: Option<SelfSufficiencyModel>,
    /// By period, as measured.
    items: Vec<SelfSufficiencyPeriod>,
    /// The meters that they are made from.
    meters: Vec<SelfSufficiencyMeter>,
    /// Main meters and generators of tenants in the tree, which are in none of the figures.
    tenant_meters_left_out: usize,
    /// Quarters of an hour left out since more went out than came in.
    impossible_slots: usize,
}

/// Three figures that are never mixed, and what netting would claim. Shares of consumption.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub(crate) struct SelfSufficiencyFigures {
    /// Generated within (역내 발전): all generation over all consumption; may exceed 1.
    generated_within: f64,
    /// Consumed within (역내 소비): generation behind the complex's own meters, at most what each hour used;
    /// what is sold or fed back apart. With a battery it is a lower bound.
    consumed_within: f64,
    /// Matched by the hour (시간대별 일치): the smaller of generation and consumption of each hour.
    matched: f64,
    /// Netted over the whole time (기간 상계): generation of any hour against consumption of any other. For
    /// comparison: it is not self-sufficiency.
    netted: f64,
    /// Consumption of the hours that count, kWh.
    consumption_kwh: f64,
    /// Generation of the hours that count, kWh.
    generation_kwh: f64,
    /// What was matched, kWh.
    matched_kwh: f64,
    /// Hours that count.
    hours: usize,
    /// Hours left out since a reading is missing.
    hours_left_out: usize,
    /// Whether a modelled plant is in them.
    is_synthetic: bool,
}

/// A plant to think of, and the figures with it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SelfSufficiencyModel {
    /// Rated power, kW.
    pv_kw: f64,
    /// From the horizontal, degrees.
    tilt_deg: f64,
    /// From north over east, degrees.
    azimuth_deg: f64,
    /// What is left of the rated power after all losses.
    performance_ratio: f64,
    /// What it would generate, kWh: under skies without a cloud, so an upper bound.
    clear_sky_kwh: f64,
    /// The figures with it.
    figures: SelfSufficiencyFigures,
}

/// A period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SelfSufficiencyPeriod {
    /// Its start, civil time of Korea.
    #[schema(value_type = String)]
    at: DateTime,
    /// Its figures; absent when nothing is known of it.
    figures: Option<SelfSufficiencyFigures>,
}

/// A meter that the figures are made from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SelfSufficiencyMeter {
    /// The meter.
    #[schema(value_type = uuid::Uuid)]
    meter_id: Id<Meter>,
    /// Its name.
    name: String,
    /// What sort.
    kind: MeterKind,
    /// Where a generator's energy goes.
    disposal: Option<MeterDisposal>,
}

/// How far a complex lives on energy that it generates: generated within, consumed within and matched by the
/// hour, beside netting. Made from the complex's own meters: what tenants use and generate behind meters of
/// their own is not in it.
#[utoipa::path(
    get, path = "/api/v1/complexes/{id}/self_sufficiency", tag = "energy",
    params(("id" = uuid::Uuid, Path), SelfSufficiencyQuery),
    responses(
        (status = 200, body = SelfSufficiency), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn self_sufficiency_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<Complex>>,
    Query(query): Query<SelfSufficiencyQuery>,
) -> ApiResult<Json<SelfSufficiency>> {
    ctx.require(Action::ReadValues, Scope::Complex(id))?;
    let span = days(&ctx, (query.from, query.to), DAYS_DEFAULT)?;
    if query.by == SelfSufficiencyBy::Hour && span.1 > DAYS_BY_HOUR_MAX {
        let detail = format!("by the hour, ask for at most {DAYS_BY_HOUR_MAX} days");
        return Err(Problem::invalid_field("/by", detail));
    }
    let source = energy.source(&ctx, id, span).await?;
    let all = figures(&source.consumption, &source.plants()).map_err(problem)?;
    let model = match query.model_pv_kw {
        Some(kw) => Some(energy.model(&source, kw)?),
        None => None,
    };
    let meters = source.used.iter().map(|place| {
        let meter = &source.forest.meters[*place];
        let terms = &meter.terms;
        let (name, kind, disposal) = (terms.name.clone(), terms.kind, terms.disposal);
        SelfSufficiencyMeter { meter_id: meter.id, name, kind, disposal }
    });
    Ok(Json(SelfSufficiency {
        from: span.0,
        to: last_day(span),
        figures: view(&all),
        model,
        items: periods(&source, query.by)?,
        meters: meters.collect(),
        tenant_meters_left_out: source.tenants_left_out,
        impossible_slots: source.impossible_slots,
    }))
}

impl Energy {
    /// The figures with a plant that is not there, at the place of the main meter.
    fn model(&self, source: &Source, pv_kw: f64) -> ApiResult<SelfSufficiencyModel> {
        if !(pv_kw > 0.0 && pv_kw <= MODEL_KW_MAX) {
            let detail = format!("give a rated power above 0 and up to {MODEL_KW_MAX} kW");
            return Err(Problem::invalid_field("/model_pv_kw", detail));
        }
        let directory = self.directory.snapshot();
        let position = source.used.iter().find_map(|place| {
            let point = source.forest.meters[*place].terms.point_id?;
            directory.point_by_id(point)?.position
        });
        let position = position.ok_or(SelfSufficiencyRefusal::NoPosition)?;
        let place = (position.lat, position.lon);
        let array = ClearSky::new(place, TILT, SOUTH, pv_kw, PERFORMANCE_RATIO);
        let array =
            array.map_err(|fault| Problem::invalid_field("/model_pv_kw", fault.to_string()))?;
        let made = array.load(source.consumption.first_day, source.consumption.days());
        let mut plants = source.plants();
        let origin = Origin::ClearSkyModel;
        plants.push(Plant { generation: &made, disposal: Disposal::OwnUse, origin });
        let found = figures(&source.consumption, &plants).map_err(problem)?;
        Ok(SelfSufficiencyModel {
            pv_kw,
            tilt_deg: TILT,
            azimuth_deg: SOUTH,
            performance_ratio: PERFORMANCE_RATIO,
            clear_sky_kwh: crate::bill::decimal_kilo(made.wh.iter().flatten().sum()),
            figures: view(&found),
        })
    }
}

/// The figures of each period by themselves.
fn periods(source: &Source, by: SelfSufficiencyBy) -> ApiResult<Vec<SelfSufficiencyPeriod>> {
    let load = &source.consumption;
    let mut items = Vec::new();
    let mut first = 0;
    while first < load.wh.len() {
        let end = match by {
            SelfSufficiencyBy::Hour => first + SLOTS_PER_DAY / 24,
            SelfSufficiencyBy::Day => first + SLOTS_PER_DAY,
            SelfSufficiencyBy::Month => {
                let month = load.day_of(first).first_of_month();
                let days = (first..load.wh.len()).step_by(SLOTS_PER_DAY);
                days.take_while(|slot| load.day_of(*slot).first_of_month() == month).count()
                    * SLOTS_PER_DAY
                    + first
            }
        };
        let slots = first..end.min(load.wh.len());
        let cut =
            |load: &Load| Load::active(load.day_of(slots.start), load.wh[slots.clone()].to_vec());
        let plants: Vec<_> = source.plants.iter().map(|(made, how)| (cut(made), *how)).collect();
        let plants: Vec<_> = plants
            .iter()
            .map(|(generation, disposal)| Plant {
                generation,
                disposal: *disposal,
                origin: Origin::Metered,
            })
            .collect();
        let found = match figures(&cut(load), &plants) {
            Ok(found) => Some(view(&found)),
            Err(SelfSufficiencyError::NoConsumption { .. }) => None,
            Err(error) => return Err(problem(error)),
        };
        let hour = i8::try_from(first % SLOTS_PER_DAY * 24 / SLOTS_PER_DAY).unwrap_or(0);
        items.push(SelfSufficiencyPeriod {
            at: load.day_of(first).at(hour, 0, 0, 0),
            figures: found,
        });
        first = slots.end;
    }
    Ok(items)
}

fn problem(error: SelfSufficiencyError) -> Problem {
    match error {
        SelfSufficiencyError::NoConsumption { .. } => SelfSufficiencyRefusal::NoConsumption.into(),
        SelfSufficiencyError::OtherDays { .. } | SelfSufficiencyError::Negative { .. } => {
            Problem::invalid_field("/from", error.to_string())
        }
    }
}

fn view(found: &Figures) -> SelfSufficiencyFigures {
    SelfSufficiencyFigures {
        generated_within: found.generated_within,
        consumed_within: found.consumed_within,
        matched: found.matched,
        netted: found.netted(),
        consumption_kwh: found.consumption_kwh,
        generation_kwh: found.generation_kwh,
        matched_kwh: found.matched * found.consumption_kwh,
        hours: found.hours,
        hours_left_out: found.hours_left_out,
        is_synthetic: found.is_synthetic,
    }
}
