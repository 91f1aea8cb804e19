//! Published sums and benchmarks over HTTP.

use axum::extract::State as Shared;
use base::noun::{Complex, Establishment};
use base::{Action, Id, Scope, allows};
use energy_rules::bill::BillMonth;
use energy_rules::sharing::{Decision, Level, MEMBERS_MIN, Metric, Reason, held_since};
use platform::Ctx;
use platform::http::{ApiResult, Json, Problem, Query};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::publish::month_start;
use super::store::{BENCHMARK, TOTAL};
use super::{
    BenchmarkMetric, BenchmarkView, Compared, SharingGroupList, SharingGroupView, SharingHour,
    Totals, store,
};
use crate::Energy;
use crate::bill::decimal_kilo;
use crate::load::today;
use crate::sharing_level::store::{history, level_of};

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(sharing_group_list)).routes(routes!(benchmark_get))
}

/// Which groups.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SharingGroupQuery {
    /// Of this complex.
    #[param(value_type = uuid::Uuid)]
    complex: Id<Complex>,
    /// The month: `2026-11`; the present one when absent.
    #[param(value_type = Option<String>)]
    month: Option<BillMonth>,
}

/// The sums of tenants by industry that are published, and why others are not. For everybody of the complex.
#[utoipa::path(
    get, path = "/api/v1/sharing_groups", tag = "energy", params(SharingGroupQuery),
    responses((status = 200, body = SharingGroupList), (status = 403, body = Problem))
)]
pub(crate) async fn sharing_group_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Query(query): Query<SharingGroupQuery>,
) -> ApiResult<Json<SharingGroupList>> {
    let complex = query.complex;
    // A tenant reads what is published of the complex around it.
    let is_tenant = ctx.grants.iter().any(|held| {
        held.scope.complex() == Some(complex)
            && allows(std::slice::from_ref(held), Action::ReadValues, held.scope)
    });
    if !is_tenant {
        ctx.require(Action::ReadValues, Scope::Complex(complex))?;
    }
    let month = query.month.unwrap_or_else(|| BillMonth::of(today(&ctx), 0));
    let mut tx = energy.platform.db.read().await?;
    let groups: Vec<Totals> = store::of_month(&mut tx, TOTAL, complex, month).await?;
    let choices = history(&mut tx, complex).await?;
    let since = month_start(month);
    let holds = |id: &Id<Establishment>| {
        choices.get(id).is_some_and(|x| held_since(&x.levels, &since, Level::Total))
    };
    let items = groups.iter().map(|group| view(&ctx, group, holds)).collect();
    Ok(Json(SharingGroupList { month, items }))
}

fn view(ctx: &Ctx, group: &Totals, holds: impl Fn(&Id<Establishment>) -> bool) -> SharingGroupView {
    let (body, complex) = (&group.body, group.complex);
    let is_own = |id: &Id<Establishment>| {
        ctx.may(Action::ReadTenantValues, Scope::Establishment { id: *id, complex })
    };
    let (decisions, reason) = match body.shown(holds) {
        Ok(decisions) => (decisions, None),
        Err(reason) => (&[][..], Some(reason)),
    };
    let first = group.month.first_day();
    let hours = decisions.iter().enumerate().filter_map(|(hour, decision)| {
        let days = i64::try_from(hour / 24).ok()?;
        let clock = i8::try_from(hour % 24).ok()?;
        let date = first.saturating_add(jiff::Span::new().days(days));
        let start = date.at(clock, 0, 0, 0);
        match decision {
            Decision::Open => None,
            Decision::Published(wh) => {
                Some(SharingHour { start, kwh: Some(decimal_kilo(*wh)), reason: None })
            }
            Decision::Suppressed(reason) => {
                Some(SharingHour { start, kwh: None, reason: Some(*reason) })
            }
        }
    });
    let hours: Vec<_> = hours.collect();
    let published_hours = hours.iter().filter(|hour| hour.kwh.is_some()).count();
    let count = body.members().len();
    SharingGroupView {
        code: group.code.clone(),
        member_count: (count >= MEMBERS_MIN).then_some(count),
        is_mine: body.members().iter().any(is_own),
        reason,
        kwh: hours.iter().filter_map(|hour| hour.kwh).sum(),
        published_hours,
        suppressed_hours: hours.len() - published_hours,
        open_hours: decisions.len() - hours.len(),
        hours,
    }
}

/// Whose benchmark.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct BenchmarkQuery {
    /// The establishment, for which you act.
    #[param(value_type = uuid::Uuid)]
    establishment: Id<Establishment>,
}

/// An establishment's own figures of the latest month, beside the quartiles of its group; for its own roles.
#[utoipa::path(
    get, path = "/api/v1/benchmark", tag = "energy", params(BenchmarkQuery),
    responses((status = 200, body = BenchmarkView), (status = 403, body = Problem),
        (status = 404, body = Problem))
)]
pub(crate) async fn benchmark_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Query(query): Query<BenchmarkQuery>,
) -> ApiResult<Json<BenchmarkView>> {
    let site = energy.owned(&ctx, query.establishment)?;
    let mut answer = BenchmarkView {
        establishment_id: site.id,
        month: None,
        code: None,
        count: None,
        reason: Some("level_too_low"),
        metrics: Vec::new(),
    };
    let mut tx = energy.platform.db.read().await?;
    if level_of(&mut tx, site.id).await? < Level::Benchmark {
        return Ok(Json(answer));
    }
    let groups: Vec<Compared> = store::newest(&mut tx, BENCHMARK, site.complex).await?;
    let Some(group) = groups.into_iter().find(|group| group.body.members.contains(&site.id)) else {
        answer.reason = Some("waiting");
        return Ok(Json(answer));
    };
    let choices = history(&mut tx, site.complex).await?;
    let since = month_start(group.month);
    let holds = |id: &Id<Establishment>| {
        choices.get(id).is_some_and(|x| held_since(&x.levels, &since, Level::Benchmark))
    };
    (answer.month, answer.code) = (Some(group.month), Some(group.code));
    let outcome = match group.body.outcome {
        Ok(_) if !group.body.members.iter().all(holds) => Err(Reason::MemberLeft),
        outcome => outcome,
    };
    match outcome {
        Err(reason) => answer.reason = Some(word(reason)),
        Ok(made) => {
            answer.reason = None;
            answer.count = Some(made.count);
            let own = made.members.iter().find(|compared| compared.member == site.id);
            let metric = |metric| BenchmarkMetric {
                metric,
                own: own.and_then(|own| own.figures.get(&metric).copied()),
                quarter: own.and_then(|own| own.quarters.get(&metric).copied()),
                quartiles: made.quartiles.get(&metric).copied(),
            };
            answer.metrics = Metric::ALL.map(metric).into();
        }
    }
    Ok(Json(answer))
}

const fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::TooFew => "too_few",
        Reason::Dominated => "dominated",
        Reason::MissingValues => "missing_values",
        Reason::MemberLeft => "member_left",
        Reason::Differencing => "differencing",
    }
}
