//! The way of a measure over HTTP: adjustments, submission, return, signature; and its result.

use axum::extract::State as Shared;
use base::Id;
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::read::{MeasureReader, SavingMeasureView, require, visible};
use super::{
    FrozenResult, MeasureAct, MeasureAdjustment, MeasureResult, SavingMeasure,
    SavingMeasureError as Refusal, rules,
};
use crate::Energy;
use crate::load::today;

pub(super) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new()
        .routes(routes!(saving_measure_adjust))
        .routes(routes!(saving_measure_strike))
        .routes(routes!(saving_measure_submit))
        .routes(routes!(saving_measure_withdraw))
        .routes(routes!(saving_measure_return))
        .routes(routes!(saving_measure_sign))
        .routes(routes!(saving_measure_result))
}

/// The version that was read.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeasureVersion {
    /// The version that was read.
    version: u32,
}

/// A non-routine adjustment as somebody writes it.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeasureAdjustmentNew {
    /// The version that was read.
    version: u32,
    /// kWh added to the baseline of the whole reporting period: above zero the saving grows.
    kwh: f64,
    /// What changed.
    reason: String,
    /// How its energy is known, and where that is kept.
    evidence: String,
}

/// Why a measure is given back.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeasureReturn {
    /// The version that was read.
    version: u32,
    /// What the tenant shall put right.
    reason: String,
}

/// A signature for figures.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeasureSignature {
    /// The version that was read.
    version: u32,
    /// The fingerprint of the figures that were seen.
    fingerprint: String,
}

/// A result: as it was submitted, and as the same measure comes out now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeasureResultView {
    /// As it was submitted.
    frozen: Option<FrozenResult>,
    /// As it comes out now; for the owner alone.
    now: Option<FrozenResult>,
    /// Why it does not come out now, though it did.
    now_fault: Option<String>,
    /// Whether readings, entered values, tariffs or adjustments are others than those of the submission.
    input_changed: Option<bool>,
    /// The saving now less the saving as submitted, kWh.
    difference_kwh: Option<f64>,
}

/// Enters a non-routine adjustment, for which its author answers.
#[utoipa::path(
    post, path = "/api/v1/saving_measures/{id}/adjustments", tag = "energy",
    params(("id" = uuid::Uuid, Path)), request_body = MeasureAdjustmentNew,
    responses(
        (status = 200, body = SavingMeasureView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn saving_measure_adjust(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<SavingMeasure>>,
    Json(new): Json<MeasureAdjustmentNew>,
) -> ApiResult<Json<SavingMeasureView>> {
    let adjustment = MeasureAdjustment {
        id: ctx.new_id(),
        kwh: new.kwh,
        reason: new.reason,
        evidence: new.evidence,
        by: ctx.actor.clone(),
        at: ctx.now,
    };
    let at = (id, new.version);
    energy.step(&ctx, at, MeasureAct::Adjust, |_, m| rules::adjust(m, adjustment)).await
}

/// Strikes out a non-routine adjustment; the ledger keeps that it was there.
#[utoipa::path(
    delete, path = "/api/v1/saving_measures/{id}/adjustments/{adjustment}", tag = "energy",
    params(("id" = uuid::Uuid, Path), ("adjustment" = uuid::Uuid, Path), MeasureVersion),
    responses(
        (status = 200, body = SavingMeasureView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
    )
)]
pub(crate) async fn saving_measure_strike(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path((id, adjustment)): Path<(Id<SavingMeasure>, Id<MeasureAdjustment>)>,
    Query(MeasureVersion { version }): Query<MeasureVersion>,
) -> ApiResult<Json<SavingMeasureView>> {
    let strike = |_: &Energy, measure: &mut SavingMeasure| rules::strike(measure, adjustment);
    energy.step(&ctx, (id, version), MeasureAct::Adjust, strike).await
}

/// Lays a measure before the complex's office. From now on the office sees the result of this measure as it stands
/// now, its daily energy in the two periods, its plan and adjustments, and nothing else of the tenant.
#[utoipa::path(
    post, path = "/api/v1/saving_measures/{id}/submit", tag = "energy",
    params(("id" = uuid::Uuid, Path)), request_body = MeasureVersion,
    responses(
        (status = 200, body = SavingMeasureView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn saving_measure_submit(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<SavingMeasure>>,
    Json(MeasureVersion { version }): Json<MeasureVersion>,
) -> ApiResult<Json<SavingMeasureView>> {
    let (measure, _) = visible(&mut energy.platform.db.read().await?, &ctx, id).await?;
    require(&ctx, &measure, MeasureAct::Submit)?;
    rules::may_submit(&measure, today(&ctx))?;
    if measure.version != version {
        let (given, current) = (version, measure.version);
        return Err(Refusal::Stale { given, current }.into());
    }
    // Computed before the transaction; the version holds the plan in place meanwhile.
    let frozen = energy.result_now(&ctx, &measure).await?;
    let submit = |_: &Energy, measure: &mut SavingMeasure| {
        rules::submit(measure, frozen, today(&ctx), (&ctx.actor, ctx.now))
    };
    energy.step(&ctx, (id, version), MeasureAct::Submit, submit).await
}

/// Takes a submitted measure back: the office sees nothing of it any more.
#[utoipa::path(
    post, path = "/api/v1/saving_measures/{id}/withdraw", tag = "energy",
    params(("id" = uuid::Uuid, Path)), request_body = MeasureVersion,
    responses(
        (status = 200, body = SavingMeasureView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
    )
)]
pub(crate) async fn saving_measure_withdraw(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<SavingMeasure>>,
    Json(MeasureVersion { version }): Json<MeasureVersion>,
) -> ApiResult<Json<SavingMeasureView>> {
    let by = (&ctx.actor, ctx.now);
    let at = (id, version);
    energy.step(&ctx, at, MeasureAct::Withdraw, |_, m| rules::withdraw(m, by)).await
}

/// Gives a submitted measure back to the tenant with a reason; the office keeps no figures of it.
#[utoipa::path(
    post, path = "/api/v1/saving_measures/{id}/return", tag = "energy",
    params(("id" = uuid::Uuid, Path)), request_body = MeasureReturn,
    responses(
        (status = 200, body = SavingMeasureView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn saving_measure_return(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<SavingMeasure>>,
    Json(MeasureReturn { version, reason }): Json<MeasureReturn>,
) -> ApiResult<Json<SavingMeasureView>> {
    let by = (&ctx.actor, ctx.now);
    let at = (id, version);
    energy.step(&ctx, at, MeasureAct::Return, |_, m| rules::give_back(m, &reason, by)).await
}

/// Signs for the submitted figures. Whoever submitted them may not.
#[utoipa::path(
    post, path = "/api/v1/saving_measures/{id}/sign", tag = "energy",
    params(("id" = uuid::Uuid, Path)), request_body = MeasureSignature,
    responses(
        (status = 200, body = SavingMeasureView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
    )
)]
pub(crate) async fn saving_measure_sign(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<SavingMeasure>>,
    Json(MeasureSignature { version, fingerprint }): Json<MeasureSignature>,
) -> ApiResult<Json<SavingMeasureView>> {
    let by = (&ctx.actor, ctx.now);
    let at = (id, version);
    energy.step(&ctx, at, MeasureAct::Sign, |_, m| rules::sign(m, &fingerprint, by)).await
}

/// What a measure saved: with its interval at 68, 90 and 95 %, every gate, the model and the money. The office sees
/// the figures as they were submitted.
#[utoipa::path(
    get, path = "/api/v1/saving_measures/{id}/result", tag = "energy",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, body = MeasureResultView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn saving_measure_result(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<SavingMeasure>>,
) -> ApiResult<Json<MeasureResultView>> {
    let (measure, reader) = visible(&mut energy.platform.db.read().await?, &ctx, id).await?;
    let frozen = measure.frozen.clone();
    let mut view = MeasureResultView {
        frozen: None,
        now: None,
        now_fault: None,
        input_changed: None,
        difference_kwh: None,
    };
    match (reader, frozen) {
        (MeasureReader::Office, None) => {
            return Err(Problem::forbidden(
                "this measure was given back: its figures are the tenant's until it is submitted again",
            ));
        }
        (MeasureReader::Office, Some(frozen)) => view.frozen = Some(frozen),
        (MeasureReader::Owner, None) => view.now = Some(energy.result_now(&ctx, &measure).await?),
        (MeasureReader::Owner, Some(frozen)) => {
            match energy.result_now(&ctx, &measure).await {
                Ok(now) => {
                    view.input_changed = Some(now.fingerprint != frozen.fingerprint);
                    let saved = now.result.saving_kwh - frozen.result.saving_kwh;
                    view.difference_kwh = Some(saved);
                    view.now = Some(now);
                }
                Err(problem) => view.now_fault = Some(problem.detail),
            }
            view.frozen = Some(frozen);
        }
    }
    Ok(Json(view))
}

impl Energy {
    /// The result of a measure from the readings that stand now, as far as `ctx` may read them.
    async fn result_now(&self, ctx: &Ctx, measure: &SavingMeasure) -> ApiResult<FrozenResult> {
        let option = measure.plan.option;
        if option != super::MeasureOption::C {
            let letter = energy_rules::savings::IpmvpOption::from(option).letter();
            let fault = energy_rules::savings::SavingsError::NotComputed(letter);
            return Err(Refusal::NoResult(fault.to_string()).into());
        }
        let contract = self.contract(ctx, measure.contract_id).await?;
        let input = self.measure_input(ctx, measure, &contract).await?;
        let (measure, at) = (measure.clone(), ctx.now);
        let work = move || {
            let fingerprint = input.fingerprint(&measure);
            let result = MeasureResult::of(&measure, &input)?.readable()?;
            Ok::<_, Refusal>(FrozenResult { fingerprint, at, result })
        };
        Ok(self.calculations.run(work).await??)
    }
}
