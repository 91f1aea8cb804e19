//! Rules over HTTP: read by whoever sees alarms, written by whoever may write rules.

use axum::extract::State as Shared;
use base::noun::Complex;
use base::{Action, Id, Page, PageQuery, Scope};
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    AlarmRule, AlarmRuleChange, AlarmRuleError, AlarmRuleNew, Target, defaults, rules, store,
};
use crate::Control;
use crate::reach::Reach;

pub(crate) fn routes() -> OpenApiRouter<Control> {
    OpenApiRouter::new()
        .routes(routes!(alarm_rule_list, alarm_rule_create))
        .routes(routes!(alarm_rule_get, alarm_rule_update))
        .routes(routes!(alarm_rule_version_list))
        .routes(routes!(alarm_rule_default_list))
}

/// Which rules to list.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlarmRuleQuery {
    /// Of this complex.
    #[param(value_type = Option<Uuid>)]
    complex: Option<Id<Complex>>,
    /// Only those that watch, or only those that do not.
    enabled: Option<bool>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// The rules of a complex, the oldest first.
#[utoipa::path(
    get, path = "/api/v1/alarm_rules", tag = "control", params(AlarmRuleQuery),
    responses((status = 200, body = Page<AlarmRule>), (status = 403, body = Problem))
)]
pub(crate) async fn alarm_rule_list(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Query(query): Query<AlarmRuleQuery>,
) -> ApiResult<Json<Page<AlarmRule>>> {
    let reach = Reach::of(&ctx, Action::ReadAlarms, query.complex, None)?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let mut tx = control.platform.db.read().await?;
    let rules =
        store::list(&mut tx, reach.complex, query.enabled, page.after()?, page.fetch()).await?;
    Ok(Json(page.page(rules, |rule| rule.id.to_string())))
}

/// A new rule. It needs its rationalisation record: cause, consequence, corrective action, time to
/// respond.
#[utoipa::path(
    post, path = "/api/v1/alarm_rules", tag = "control", request_body = AlarmRuleNew,
    responses(
        (status = 200, body = AlarmRule), (status = 403, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn alarm_rule_create(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Json(new): Json<AlarmRuleNew>,
) -> ApiResult<Json<AlarmRule>> {
    ctx.require(Action::WriteRules, Scope::Complex(new.complex_id))?;
    control.know_complex(new.complex_id)?;
    control.know_target(new.complex_id, &new.target)?;
    let rule = rules::create(ctx.new_id(), new, &ctx.actor, ctx.now).map_err(refusal)?;
    let mut tx = control.platform.db.write().await?;
    create(&mut tx, &ctx, &rule).await?;
    tx.commit().await?;
    control.nudge();
    Ok(Json(rule))
}

/// Writes a new rule with its audit row in the caller's transaction.
pub(crate) async fn create(tx: &mut WriteTx, ctx: &Ctx, rule: &AlarmRule) -> ApiResult<()> {
    tx.turn("alarm_rule", rule.complex_id).await?;
    if store::is_full(tx, rule.complex_id).await? {
        return Err(AlarmRuleError::TooMany.into());
    }
    store::insert(tx, rule).await?;
    audit(tx, ctx, "alarm_rule.create", rule).await
}

/// One rule.
#[utoipa::path(
    get, path = "/api/v1/alarm_rules/{id}", tag = "control", params(("id" = Uuid, Path)),
    responses((status = 200, body = AlarmRule), (status = 404, body = Problem))
)]
pub(crate) async fn alarm_rule_get(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Path(id): Path<Id<AlarmRule>>,
) -> ApiResult<Json<AlarmRule>> {
    let mut tx = control.platform.db.read().await?;
    Ok(Json(visible(&ctx, id, store::find(&mut tx, id).await?)?))
}

/// The next version of a rule. Disabling it returns its alarms to normal.
#[utoipa::path(
    patch, path = "/api/v1/alarm_rules/{id}", tag = "control", params(("id" = Uuid, Path)),
    request_body = AlarmRuleChange,
    responses(
        (status = 200, body = AlarmRule), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn alarm_rule_update(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Path(id): Path<Id<AlarmRule>>,
    Json(change): Json<AlarmRuleChange>,
) -> ApiResult<Json<AlarmRule>> {
    let mut tx = control.platform.db.write().await?;
    let rule = visible(&ctx, id, store::find(&mut tx, id).await?)?;
    ctx.require(Action::WriteRules, Scope::Complex(rule.complex_id))?;
    let given = change.version;
    let next = rules::change(&rule, change, &ctx.actor, ctx.now).map_err(refusal)?;
    if !store::update(&mut tx, &next).await? {
        return Err(AlarmRuleError::Stale { given, current: next.version }.into());
    }
    audit(&mut tx, &ctx, "alarm_rule.update", &next).await?;
    tx.commit().await?;
    control.nudge();
    Ok(Json(next))
}

/// Every version of a rule, the present one included, the oldest first.
#[utoipa::path(
    get, path = "/api/v1/alarm_rules/{id}/versions", tag = "control",
    params(("id" = Uuid, Path), PageQuery),
    responses((status = 200, body = Page<AlarmRule>), (status = 404, body = Problem))
)]
pub(crate) async fn alarm_rule_version_list(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Path(id): Path<Id<AlarmRule>>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<AlarmRule>>> {
    let after = query.after::<u32>()?.unwrap_or(0);
    let mut tx = control.platform.db.read().await?;
    visible(&ctx, id, store::find(&mut tx, id).await?)?;
    let versions = store::versions(&mut tx, id, after, query.fetch()).await?;
    Ok(Json(query.page(versions, |rule| rule.version.to_string())))
}

/// Whose proposals to show.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlarmRuleDefaultQuery {
    /// The complex that they would be for.
    #[param(value_type = Uuid)]
    complex: Id<Complex>,
}

/// Rules that a new complex may start from, each with its source; nothing is written.
#[utoipa::path(
    get, path = "/api/v1/alarm_rule_defaults", tag = "control", params(AlarmRuleDefaultQuery),
    responses((status = 200, body = Page<AlarmRuleNew>), (status = 403, body = Problem))
)]
pub(crate) async fn alarm_rule_default_list(
    ctx: Ctx,
    Query(query): Query<AlarmRuleDefaultQuery>,
) -> ApiResult<Json<Page<AlarmRuleNew>>> {
    ctx.require(Action::WriteRules, Scope::Complex(query.complex))?;
    Ok(Json(Page { items: defaults::default_rules(query.complex), next: None }))
}

impl Control {
    fn know_complex(&self, id: Id<Complex>) -> ApiResult<()> {
        let known = self.directory.snapshot().complexes().iter().any(|complex| complex.id == id);
        if known {
            return Ok(());
        }
        Err(Problem::invalid_field("/complex_id", format!("there is no complex {id}")))
    }

    fn know_target(&self, complex: Id<Complex>, target: &Target) -> ApiResult<()> {
        let Target::Point { point_id } = target else { return Ok(()) };
        let directory = self.directory.snapshot();
        match directory.point_by_id(*point_id) {
            Some(point) if point.complex == complex => Ok(()),
            Some(_) | None => {
                let detail = format!("there is no point {point_id} in this complex");
                Err(Problem::invalid_field("/target/point_id", detail))
            }
        }
    }
}

/// The rule, if there is one that `ctx` may know of.
fn visible(
    ctx: &Ctx,
    id: Id<AlarmRule>,
    rule: Option<AlarmRule>,
) -> Result<AlarmRule, AlarmRuleError> {
    let seen = |rule: &AlarmRule| {
        ctx.grants.iter().any(|grant| {
            let grant = std::slice::from_ref(grant);
            let here = Scope::Complex(rule.complex_id);
            base::allows(grant, Action::ReadAlarms, here)
                // A tenant sees the rules of the complex that its site lies in.
                || (grant[0].scope.complex() == Some(rule.complex_id)
                    && base::allows(grant, Action::ReadAlarms, grant[0].scope))
        })
    };
    rule.filter(seen).ok_or(AlarmRuleError::NotFound(id))
}

/// A refusal as problem+json, with every bad field.
fn refusal(error: AlarmRuleError) -> Problem {
    let fields = match &error {
        AlarmRuleError::Invalid(fields) => fields.clone(),
        AlarmRuleError::NotFound(_) | AlarmRuleError::Stale { .. } | AlarmRuleError::TooMany => {
            Vec::new()
        }
    };
    let mut problem = Problem::from(error);
    problem.fields = fields;
    problem
}

async fn audit(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    rule: &AlarmRule,
) -> ApiResult<()> {
    let audit = Audit {
        action,
        subject: format!("alarm_rule:{}", rule.id),
        complex: Some(rule.complex_id),
        detail: json!(rule),
    };
    Ok(tx.audit(ctx, audit).await?)
}
