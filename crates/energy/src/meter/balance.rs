//! The balance of a meter over HTTP: what came in, what is accounted for, what is not.

use axum::extract::State as Shared;
use base::Id;
use energy_rules::meter_tree::{Every, Period, Warning};
use jiff::civil::Date;
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::count::{days, last_day};
use super::rules::Forest;
use super::{Meter, MeterError, MeterKind, REST_LIMIT_PERCENT_DEFAULT};
use crate::Energy;
use crate::bill::decimal_kilo;

/// Days that are shown when nothing is said.
const DAYS_DEFAULT: i64 = 31;

/// How long the periods of a balance are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MeterBalanceBy {
    /// Days of Korea.
    #[default]
    Day,
    /// Calendar months.
    Month,
}

/// Which days, and how long the periods are.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeterBalanceQuery {
    /// The first day; thirty days before `to` when absent.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day; yesterday when absent.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// `day` or `month`; `day` when absent.
    #[serde(default)]
    #[param(inline)]
    by: MeterBalanceBy,
}

/// The balance of a meter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeterBalance {
    /// The meter.
    #[schema(value_type = uuid::Uuid)]
    meter_id: Id<Meter>,
    /// By period.
    items: Vec<MeterBalancePeriod>,
    /// All of the time together.
    total: MeterBalancePeriod,
    /// A rest above so many percent of what came in is pointed out.
    limit_percent: u8,
    /// Of some meter a part of the time is not yours to see; its quarters of an hour are among the missing.
    hidden_partly: bool,
}

/// The balance over a period. All kWh are of the same quarters of an hour: of those in which no reading is
/// missing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeterBalancePeriod {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// Drawn through the meter, kWh.
    drawn_kwh: f64,
    /// Fed back through it (역송), kWh.
    fed_back_kwh: f64,
    /// What came in: drawn less fed back, with what was generated and discharged below, kWh.
    supply_kwh: f64,
    /// The meters below that you may read.
    parts: Vec<MeterBalancePart>,
    /// So many meters below are not yours to read.
    hidden_meters: usize,
    /// What no meter below accounts for (설명되지 않는 차이), kWh; below zero, they count more than came in.
    /// Absent with hidden meters, and when nothing is known.
    rest_kwh: Option<f64>,
    /// What the meters themselves may be off by, kWh: below zero within it, the rest is pointed out to nobody.
    tolerance_kwh: f64,
    /// The rest in percent of what came in.
    rest_percent: Option<f64>,
    /// The rest and all hidden meters together, kWh; only where the hidden ones have five owners or more.
    unshown_kwh: Option<f64>,
    /// Quarters of an hour of the period.
    slots: usize,
    /// Quarters of an hour that count in nothing here, since a reading is missing.
    missing_slots: usize,
    /// What to look into.
    warnings: Vec<MeterBalanceWarning>,
}

/// What a meter below accounts for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeterBalancePart {
    /// The meter.
    #[schema(value_type = uuid::Uuid)]
    meter_id: Id<Meter>,
    /// What sort.
    kind: MeterKind,
    /// Drawn, generated or charged, kWh.
    forward_kwh: f64,
    /// Fed back or discharged, kWh.
    back_kwh: f64,
}

/// What to look into, in both languages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeterBalanceWarning {
    /// `below_exceeds` or `rest_above_limit`.
    code: &'static str,
    /// In Korean.
    ko: String,
    /// In English.
    en: String,
}

/// The balance of a meter that others stand below, by day or month: drawn, generated and discharged against
/// what the meters below account for, and the unexplained rest. Quarters of an hour with a missing reading
/// count in nothing, and are counted.
#[utoipa::path(
    get, path = "/api/v1/meters/{id}/balance", tag = "energy",
    params(("id" = uuid::Uuid, Path), MeterBalanceQuery),
    responses(
        (status = 200, body = MeterBalance), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn meter_balance_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<Meter>>,
    Query(query): Query<MeterBalanceQuery>,
) -> ApiResult<Json<MeterBalance>> {
    let (forest, place) = energy.meter(&ctx, id).await?;
    let span = days(&ctx, (query.from, query.to), DAYS_DEFAULT)?;
    let wanted: Vec<_> = forest.tree.below(place).chain([place]).collect();
    let read = energy.counts(&ctx, &forest, &wanted, span).await?;
    let every = match query.by {
        MeterBalanceBy::Day => Every::Day,
        MeterBalanceBy::Month => Every::Month,
    };
    let name = || forest.meters[place].terms.name.clone();
    if wanted.len() == 1 {
        return Err(MeterError::NothingBelow(name()).into());
    }
    let hidden = MeterError::Hidden(name());
    let limit_percent = limit(&forest.meters[place]);
    let work = move || {
        let balance = |every| forest.tree.balance(&read.counts, place, every);
        let (items, total) = balance(every).zip(balance(Every::Whole))?;
        let view = |period: &Period| period_view(&forest, period, limit_percent);
        debug_assert_eq!(total[0].to, last_day(span), "the whole ends with the last day");
        Some(MeterBalance {
            meter_id: id,
            items: items.iter().map(view).collect(),
            total: view(&total[0]),
            limit_percent,
            hidden_partly: read.hidden_partly,
        })
    };
    Ok(Json(energy.calculations.run(work).await?.ok_or(hidden)?))
}

/// The percent above which a rest is pointed out.
fn limit(meter: &Meter) -> u8 {
    meter.terms.rest_limit_percent.unwrap_or(REST_LIMIT_PERCENT_DEFAULT)
}

fn period_view(forest: &Forest, period: &Period, limit_percent: u8) -> MeterBalancePeriod {
    let parts = period.parts.iter().map(|part| MeterBalancePart {
        meter_id: forest.meters[part.node].id,
        kind: forest.meters[part.node].terms.kind,
        forward_kwh: decimal_kilo(part.forward_wh),
        back_kwh: decimal_kilo(part.back_wh),
    });
    let warnings = period.warnings(u16::from(limit_percent) * 10);
    let words = |warning: Warning| MeterBalanceWarning {
        code: warning.code(),
        ko: warning.ko(),
        en: warning.en(),
    };
    MeterBalancePeriod {
        from: period.from,
        to: period.to,
        drawn_kwh: decimal_kilo(period.forward_wh),
        fed_back_kwh: decimal_kilo(period.back_wh),
        supply_kwh: decimal_kilo(period.supply_wh),
        parts: parts.collect(),
        hidden_meters: period.hidden.len(),
        rest_kwh: period.rest_wh.map(decimal_kilo),
        tolerance_kwh: decimal_kilo(period.tolerance_wh()),
        rest_percent: period.rest_permille().map(|permille| permille as f64 / 10.0),
        unshown_kwh: period.unshown_wh.map(decimal_kilo),
        slots: period.slots,
        missing_slots: period.missing_slots,
        warnings: warnings.into_iter().map(words).collect(),
    }
}
