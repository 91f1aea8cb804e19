//! Anomalies over HTTP.

use axum::extract::State as Shared;
use base::Id;
use energy_rules::anomaly::{Event, Kind};
use jiff::civil::{Date, DateTime, Time};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::look::{DAYS_MAX, Seen};
use crate::Energy;
use crate::anomaly_verdict::{AnomalyVerdict, rules, store};
use crate::electricity_contract::ElectricityContract;
use crate::load::today;

/// Days that are shown when nothing is said.
const DAYS_DEFAULT: i64 = 31;
/// Quarters of an hour before and after an event that are drawn with it: two hours.
const MARGIN_SLOTS: usize = 8;
/// Quarters of an hour of one profile: three days.
const PROFILE_SLOTS_MAX: usize = 288;

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
    /// What the detector has learnt from the verdicts on this contract, kind by kind.
    tuning: Vec<AnomalyTuning>,
    /// Whether a part of the time is not shown because the meter was another's then.
    hidden: bool,
}

/// What the verdicts on a kind have done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnomalyTuning {
    /// The kind.
    kind: &'static str,
    /// The threshold over the shipped one: above 1 it takes more to tell the kind.
    factor: f64,
    /// Verdicts that said yes.
    yes: usize,
    /// Verdicts that said no.
    no: usize,
}

/// Something that went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnomalyView {
    /// `base_load_on`, `stuck_meter`, `outage`, `spike`, `unusual_day`.
    kind: String,
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
    /// What the difference costs by the prices of its hours (energy, climate and fuel, before VAT and fund),
    /// won; below zero less was drawn than expected. Absent where the contract has no terms for a part of it.
    cost_won: Option<i64>,
    /// Whether the detector tells it with its present tuning; else it is here for its verdict, with the
    /// figures of then.
    detected: bool,
    /// What was said of it.
    verdict: Option<AnomalyVerdict>,
    /// What was drawn around it, and what was expected.
    profile: AnomalyProfile,
}

/// Quarters of an hour around an event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnomalyProfile {
    /// Start of the first, civil time of Korea.
    #[schema(value_type = String)]
    from: DateTime,
    /// Energy drawn, kWh.
    actual_kwh: Vec<Option<f64>>,
    /// What days like it draw, kWh.
    expected_kwh: Vec<Option<f64>>,
}

/// What went wrong at the meter of a contract: base load left on, a stuck meter, an outage, a spike, an
/// unusual day; each with its kWh and its won, and what was said of it.
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
    let mut tx = energy.platform.db.read().await?;
    let given = store::all(&mut tx, id).await?;
    drop(tx);
    let seen = energy.anomalies(&ctx, &contract, (from, to), &given).await?;
    let mut items: Vec<_> = seen.events.iter().map(|event| told(&seen, event, &given)).collect();
    // What is told no more because somebody said no stays in sight, for a change of mind.
    let midnight = from.to_datetime(Time::midnight());
    let quiet = given.iter().filter(|given| {
        let is_told = |item: &AnomalyView| rules::is_of(given, &item.kind, item.from, item.until);
        let is_asked = given.until > midnight && given.from.date() <= to;
        is_asked && !items.iter().any(is_told)
    });
    let quiet: Vec<_> = quiet.map(|given| kept(&seen, given)).collect();
    items.extend(quiet);
    items.sort_by(|a, b| (a.from, &a.kind).cmp(&(b.from, &b.kind)));
    let tuning = rules::tuning(&given);
    let learnt = |kind: Kind| {
        let (yes, no) = rules::count(&given, kind);
        AnomalyTuning { kind: kind.code(), factor: tuning.factor(kind), yes, no }
    };
    let tuning = Kind::ALL.map(learnt).into();
    Ok(Json(AnomalyList { items, tuning, hidden: seen.hidden }))
}

/// An event as it is told now.
fn told(seen: &Seen, event: &Event, given: &[AnomalyVerdict]) -> AnomalyView {
    let (from, until) = seen.span(event);
    let kind = event.kind.code();
    let verdict = given.iter().rev().find(|given| rules::is_of(given, kind, from, until));
    AnomalyView {
        kind: kind.to_owned(),
        from,
        until,
        told_at: seen.told_at(event),
        actual_kwh: event.actual_kwh,
        expected_kwh: event.expected_kwh,
        cost_won: event.cost_won,
        detected: true,
        verdict: verdict.cloned(),
        profile: profile(seen, event.slots.clone()),
    }
}

/// An event as it was when somebody judged it.
fn kept(seen: &Seen, given: &AnomalyVerdict) -> AnomalyView {
    let slots = seen.slot(given.from).map(|from| from..seen.slot(given.until).unwrap_or(from + 1));
    AnomalyView {
        kind: given.kind.clone(),
        from: given.from,
        until: given.until,
        told_at: given.told_at,
        actual_kwh: given.actual_kwh,
        expected_kwh: given.expected_kwh,
        cost_won: given.cost_won,
        detected: false,
        verdict: Some(given.clone()),
        profile: profile(seen, slots.unwrap_or(0..0)),
    }
}

fn profile(seen: &Seen, slots: std::ops::Range<usize>) -> AnomalyProfile {
    let from = slots.start.saturating_sub(MARGIN_SLOTS);
    let until = (slots.end + MARGIN_SLOTS).min(from + PROFILE_SLOTS_MAX);
    let (actual_kwh, expected_kwh) = seen.profile(from..until);
    AnomalyProfile { from: seen.at(from), actual_kwh, expected_kwh }
}
