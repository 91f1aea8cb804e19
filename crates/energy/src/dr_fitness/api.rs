//! Fitness over HTTP.

use axum::extract::State as Shared;
use base::Id;
use energy_rules::response::{
    Adjustment, DayUse, Exclusions, Hours, Method, Period, Ranking, ResponseError, Rules, compare,
    used_days,
};
use jiff::civil::Date;
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{DrDay, DrDays, DrFitnessView, DrMethod, GATE_PERCENT};
use super::{PastLoad, UNVERIFIED};
use crate::Energy;
use crate::electricity_contract::ElectricityContract;
use crate::load::today;

/// Days that one answer measures.
const DAYS_MAX: i64 = 400;
/// Days that are measured when nothing is said.
const DAYS_DEFAULT: i64 = 365;
/// Hours in which reductions are called when nothing is said; unverified.
const HOURS_DEFAULT: (u8, u8) = (9, 20);

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(dr_fitness_get))
}

/// Which days, hours and rules.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DrFitnessQuery {
    /// The first day; 364 days before `to` when absent.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day; yesterday when absent.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// The first hour that may be called; 9 when absent.
    first_hour: Option<u8>,
    /// The hour before which calls end; 20 when absent.
    end_hour: Option<u8>,
    /// What days are ranked by: `by_hour` (when absent), `by_day`.
    #[param(value_type = Option<String>)]
    ranking: Option<Ranking>,
    /// Days left out: `reductions` (when absent), `low_days`, `factory`.
    #[param(value_type = Option<String>)]
    exclusions: Option<Exclusions>,
    /// Whose days and chart to show: `max_4_5`, `mid_6_10`, `mid_8_10`, `mean_10`; the best when absent.
    #[param(value_type = Option<String>)]
    method: Option<Method>,
    /// Of `method`: `none`, `same_day`.
    #[param(value_type = Option<String>)]
    adjustment: Option<Adjustment>,
    /// The day to show; the last one measured when absent.
    #[param(value_type = Option<String>, format = Date)]
    day: Option<Date>,
}

impl DrFitnessQuery {
    /// The days that are measured.
    fn period(&self, today: Date) -> ApiResult<Period> {
        let days = |days: i64| jiff::Span::new().days(days);
        let last = self.to.unwrap_or_else(|| today.saturating_sub(days(1)));
        let first = self.from.unwrap_or_else(|| last.saturating_sub(days(DAYS_DEFAULT - 1)));
        let length = i64::from((last - first).get_days()) + 1;
        if !(1..=DAYS_MAX).contains(&length) {
            let detail = format!("give a `from` before `to`, and at most {DAYS_MAX} days");
            return Err(Problem::invalid_field("/from", detail));
        }
        let (first_hour, end_hour) = HOURS_DEFAULT;
        let hours =
            Hours::new(self.first_hour.unwrap_or(first_hour), self.end_hour.unwrap_or(end_hour));
        let hours =
            hours.map_err(|fault| Problem::invalid_field("/first_hour", fault.to_string()))?;
        Ok(Period { first, last, hours })
    }
}

/// Whether the market of demand response would take a customer: the error of each baseline on days without a
/// call against the gate of 30 %, with the days that were left out and why.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/dr_fitness", tag = "energy",
    params(("id" = uuid::Uuid, Path), DrFitnessQuery),
    responses((status = 200, body = DrFitnessView), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn dr_fitness_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<DrFitnessQuery>,
) -> ApiResult<Json<DrFitnessView>> {
    let contract = energy.contract(&ctx, id).await?;
    let period = query.period(today(&ctx))?;
    let span = (period.first, period.last);
    let history = energy.response_history(&ctx, &contract, span).await?;
    let work = move || measure(&history, &query, period);
    Ok(Json(energy.calculations.run(work).await??))
}

fn measure(
    history: &PastLoad,
    query: &DrFitnessQuery,
    mut period: Period,
) -> Result<DrFitnessView, ResponseError> {
    let (hidden, last_known) = (history.hidden, history.last_known);
    let history = &history.history;
    // Nothing is said of days that have not come.
    period.last = last_known.map_or(period.last, |last| period.last.min(last)).max(period.first);
    let ranking = query.ranking.unwrap_or(Ranking::ByHour);
    let exclusions = query.exclusions.unwrap_or(Exclusions::Reductions);
    let found = compare(history, &period, ranking, exclusions)?;
    let best = found.first().map(|fitness| fitness.rules);
    let rules = match (query.method, best) {
        (None, Some(best)) => best,
        (method, _) => Rules {
            method: method.unwrap_or(Method::Mid6Of10),
            ranking,
            adjustment: query.adjustment.unwrap_or(Adjustment::None),
            exclusions,
        },
    };
    let used = used_days(history, rules, &period)?;
    let last_measured = used.iter().rfind(|day| day.day_use == DayUse::Measured);
    let day = query.day.or(last_measured.map(|day| day.date));
    let methods: Vec<_> = found.iter().map(DrMethod::from).collect();
    Ok(DrFitnessView {
        from: period.first,
        to: period.last,
        first_hour: period.hours.first(),
        end_hour: period.hours.first() + period.hours.count(),
        gate_percent: GATE_PERCENT,
        passing: methods.iter().filter(|method| method.passes).count(),
        methods,
        days: DrDays::of(rules, &used),
        day: day.map(|day| DrDay::of(history, rules, (day, period.hours))),
        unverified: UNVERIFIED.to_vec(),
        hidden,
    })
}
