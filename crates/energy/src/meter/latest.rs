//! What each meter counted on a day, and how old its newest reading is.

use axum::extract::State as Shared;
use base::{Id, Instant, Page};
use energy_rules::SLOTS_PER_DAY;
use energy_rules::meter_tree::Series;
use jiff::civil::Date;
use platform::Ctx;
use platform::http::{ApiResult, Json, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Meter;
use super::api::MeterQuery;
use crate::Energy;
use crate::bill::decimal_kilo;
use crate::load::today;

/// Which meters, and which day.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeterEnergyQuery {
    /// Of this complex.
    #[param(value_type = uuid::Uuid)]
    complex: Id<base::noun::Complex>,
    /// The day; yesterday when absent.
    #[param(value_type = Option<String>, format = Date)]
    day: Option<Date>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// What a meter counted on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeterEnergy {
    /// The meter.
    #[schema(value_type = uuid::Uuid)]
    meter_id: Id<Meter>,
    /// The day.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// Drawn, generated, charged or calculated, kWh; absent when it is not yours to see, or nothing is known.
    forward_kwh: Option<f64>,
    /// Fed back or discharged, kWh; absent when that is not counted.
    back_kwh: Option<f64>,
    /// Quarters of an hour of which nothing is known.
    missing_slots: usize,
    /// Whether what it counts is not yours to see.
    hidden: bool,
    /// When its newest reading was measured; absent for a virtual meter, and where none ever came.
    last_at: Option<Instant>,
}

/// What the meters of a complex counted on a day, and how old their newest readings are.
#[utoipa::path(
    get, path = "/api/v1/meters/energy", tag = "energy", params(MeterEnergyQuery),
    responses((status = 200, body = Page<MeterEnergy>), (status = 403, body = Problem))
)]
pub(crate) async fn meter_energy_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Query(query): Query<MeterEnergyQuery>,
) -> ApiResult<Json<Page<MeterEnergy>>> {
    let MeterEnergyQuery { complex, day, limit, after } = query;
    let page = energy.meter_page(&ctx, MeterQuery { complex, limit, after }).await?;
    let day = day.unwrap_or_else(|| today(&ctx).yesterday().unwrap_or(Date::MIN));
    let forest = energy.forest(complex).await?;
    let place = |meter: &Meter| forest.place(meter.id);
    let wanted: Vec<_> = page.items.iter().filter_map(place).collect();
    let read = energy.counts(&ctx, &forest, &wanted, (day, 1)).await?;
    let items = page.items.iter().map(|meter| {
        let series = place(meter).and_then(|place| read.counts.series[place].as_ref());
        view(meter, day, series, energy.last_at(meter))
    });
    Ok(Json(Page { items: items.collect(), next: page.next }))
}

impl Energy {
    /// When the newest reading of a meter was measured: health, not a value.
    fn last_at(&self, meter: &Meter) -> Option<Instant> {
        let directory = self.directory.snapshot();
        let point = directory.point_by_id(meter.terms.point_id?)?;
        let at_ms = self.telemetry.store().latest(point.series)?.at_ms;
        Some(Instant::from_micros(at_ms.saturating_mul(1_000)))
    }
}

fn view(
    meter: &Meter,
    day: Date,
    series: Option<&Series>,
    last_at: Option<Instant>,
) -> MeterEnergy {
    let known = |wh: &[Option<i64>]| {
        let is_known = wh.iter().any(Option::is_some);
        is_known.then(|| decimal_kilo(wh.iter().flatten().sum()))
    };
    let unknown =
        |series: &Series| (0..SLOTS_PER_DAY).filter(|slot| series.net(*slot).is_none()).count();
    MeterEnergy {
        meter_id: meter.id,
        day,
        forward_kwh: series.and_then(|series| known(&series.forward)),
        back_kwh: series.and_then(|series| known(&series.back)),
        missing_slots: series.map_or(SLOTS_PER_DAY, unknown),
        hidden: series.is_none(),
        last_at,
    }
}
