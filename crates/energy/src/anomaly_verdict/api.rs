//! Verdicts over HTTP: given and withdrawn by whoever keeps the contract.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use base::Id;
use jiff::civil::DateTime;
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    AnomalyVerdict, AnomalyVerdictError as Refusal, AnomalyVerdictNew, NOTE_CHARS_MAX,
    VERDICTS_MAX, rules, store,
};
use crate::Energy;
use crate::anomaly::look::DAYS_MAX;
use crate::electricity_contract::ElectricityContract;
use crate::electricity_contract::api::{require, visible};

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(anomaly_verdict_give, anomaly_verdict_withdraw))
}

/// Says whether an anomaly was one; what was said of it before is replaced. “No” makes the detector of this
/// contract slower to tell the kind, “yes” a little quicker.
#[utoipa::path(
    post, path = "/api/v1/electricity_contracts/{id}/anomaly_verdicts", tag = "energy",
    params(("id" = uuid::Uuid, Path)), request_body = AnomalyVerdictNew,
    responses(
        (status = 200, body = AnomalyVerdict), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn anomaly_verdict_give(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Json(new): Json<AnomalyVerdictNew>,
) -> ApiResult<Json<AnomalyVerdict>> {
    let contract = energy.contract(&ctx, id).await?;
    require(&ctx, contract.scope())?;
    check(&new)?;
    let event = energy.judged(&ctx, &contract, &new).await?;
    let verdict = AnomalyVerdict {
        verdict: new.verdict,
        note: new.note.trim().to_owned(),
        judged_at: ctx.now,
        judged_by: ctx.actor.clone(),
        ..event
    };
    let mut tx = energy.platform.db.write_in_turn("anomaly_verdict", id).await?;
    if store::all(&mut tx, id).await?.len() >= VERDICTS_MAX {
        return Err(Refusal::TooMany.into());
    }
    store::replace(&mut tx, &verdict).await?;
    audit(&mut tx, &ctx, "anomaly_verdict.give", &contract).await?;
    tx.commit().await?;
    Ok(Json(verdict))
}

/// Which verdict.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnomalyVerdictQuery {
    /// The kind of the event.
    kind: String,
    /// When it began.
    #[param(value_type = String)]
    from: DateTime,
    /// When it ended.
    #[param(value_type = String)]
    until: DateTime,
}

/// Withdraws what was said of an anomaly: the detector forgets it.
#[utoipa::path(
    delete, path = "/api/v1/electricity_contracts/{id}/anomaly_verdicts", tag = "energy",
    params(("id" = uuid::Uuid, Path), AnomalyVerdictQuery),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem))
)]
pub(crate) async fn anomaly_verdict_withdraw(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<AnomalyVerdictQuery>,
) -> ApiResult<StatusCode> {
    let mut tx = energy.platform.db.write().await?;
    let contract = visible(&mut tx, &ctx, id).await?;
    require(&ctx, contract.scope())?;
    let AnomalyVerdictQuery { kind, from, until } = query;
    if store::delete(&mut tx, id, &kind, (from, until)).await? == 0 {
        return Err(Refusal::NoSuchEvent { kind, from }.into());
    }
    audit(&mut tx, &ctx, "anomaly_verdict.withdraw", &contract).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn check(new: &AnomalyVerdictNew) -> ApiResult<()> {
    if new.note.trim().chars().count() > NOTE_CHARS_MAX {
        let detail = format!("give at most {NOTE_CHARS_MAX} characters");
        return Err(Problem::invalid_field("/note", detail));
    }
    let days = (new.until.date() - new.from.date()).get_days();
    if new.until <= new.from || i64::from(days) >= DAYS_MAX {
        return Err(Problem::invalid_field("/until", "give the end of the event as it is listed"));
    }
    Ok(())
}

impl Energy {
    /// The event that is judged: as it was judged before, else as the detector tells it now.
    async fn judged(
        &self,
        ctx: &Ctx,
        contract: &ElectricityContract,
        new: &AnomalyVerdictNew,
    ) -> ApiResult<AnomalyVerdict> {
        let (from, until) = (new.from, new.until);
        let mut tx = self.platform.db.read().await?;
        let verdicts = store::all(&mut tx, contract.id).await?;
        drop(tx);
        let before = verdicts.iter().find(|given| rules::is_of(given, &new.kind, from, until));
        if let Some(before) = before {
            return Ok(before.clone());
        }
        let seen = self.anomalies(ctx, contract, (from.date(), until.date()), &verdicts).await?;
        let event = seen.events.iter().find(|event| {
            let (began, ended) = seen.span(event);
            event.kind.code() == new.kind && began < until && from < ended
        });
        let event =
            event.ok_or_else(|| Refusal::NoSuchEvent { kind: new.kind.clone(), from: new.from })?;
        let (began, ended) = seen.span(event);
        Ok(AnomalyVerdict {
            contract_id: contract.id,
            kind: new.kind.clone(),
            from: began,
            until: ended,
            told_at: seen.told_at(event),
            actual_kwh: event.actual_kwh,
            expected_kwh: event.expected_kwh,
            cost_won: event.cost_won,
            verdict: new.verdict,
            note: String::new(),
            judged_at: ctx.now,
            judged_by: ctx.actor.clone(),
        })
    }
}

async fn audit(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    contract: &ElectricityContract,
) -> ApiResult<()> {
    let audit = Audit {
        action,
        subject: format!("electricity_contract:{}", contract.id),
        complex: Some(contract.complex_id),
        // The ledger is read by auditors of the complex: what went wrong at a tenant's stays out of it.
        detail: json!({ "establishment_id": contract.establishment_id }),
    };
    Ok(tx.audit(ctx, audit).await?)
}
