//! Load plans over HTTP: seen and written by whoever keeps the contract.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use base::{Id, Page, PageQuery};
use jiff::civil::Date;
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{LoadPlan, LoadPlanError as Refusal, LoadPlanNew, rules, store};
use crate::Energy;
use crate::electricity_contract::ElectricityContract;
use crate::electricity_contract::api::{require, visible};

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new()
        .routes(routes!(load_plan_list, load_plan_create))
        .routes(routes!(load_plan_delete))
}

/// Which entries to list.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoadPlanQuery {
    /// That end on this day or later.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// That begin on this day or earlier.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// The shutdowns and production factors of a contract, by their first day.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/load_plans", tag = "energy",
    params(("id" = uuid::Uuid, Path), LoadPlanQuery),
    responses((status = 200, body = Page<LoadPlan>), (status = 404, body = Problem))
)]
pub(crate) async fn load_plan_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<LoadPlanQuery>,
) -> ApiResult<Json<Page<LoadPlan>>> {
    let mut tx = energy.platform.db.read().await?;
    let contract = visible(&mut tx, &ctx, id).await?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let days = (query.from, query.to);
    let found = store::list(&mut tx, contract.id, days, page.after()?, page.fetch()).await?;
    Ok(Json(page.page(found, |entry| entry.from.to_string())))
}

/// A new entry: days on which the customer shuts down, or makes more or less than on other days.
#[utoipa::path(
    post, path = "/api/v1/electricity_contracts/{id}/load_plans", tag = "energy",
    params(("id" = uuid::Uuid, Path)), request_body = LoadPlanNew,
    responses(
        (status = 201, body = LoadPlan), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn load_plan_create(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Json(new): Json<LoadPlanNew>,
) -> ApiResult<(StatusCode, Json<LoadPlan>)> {
    let mut tx = energy.platform.db.write_in_turn("load_plan", id).await?;
    let contract = visible(&mut tx, &ctx, id).await?;
    require(&ctx, contract.scope())?;
    rules::check(&new).map_err(refusal)?;
    let days = (Some(new.from), Some(new.to));
    if let Some(other) = store::list(&mut tx, contract.id, days, None, 1).await?.first() {
        return Err(Refusal::Overlap { from: other.from, to: other.to }.into());
    }
    if store::is_full(&mut tx, contract.id).await? {
        return Err(Refusal::TooMany.into());
    }
    let LoadPlanNew { from, to, kind, factor_percent, note } = new;
    let entry = LoadPlan {
        id: ctx.new_id(),
        contract_id: contract.id,
        from,
        to,
        kind,
        factor_percent,
        note: note.trim().to_owned(),
        created_at: ctx.now,
        created_by: ctx.actor.clone(),
    };
    store::insert(&mut tx, &entry).await?;
    audit(&mut tx, &ctx, "load_plan.create", (&contract, &entry)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(entry)))
}

/// Withdraws an entry: its days are ordinary days again.
#[utoipa::path(
    delete, path = "/api/v1/load_plans/{id}", tag = "energy",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem))
)]
pub(crate) async fn load_plan_delete(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<LoadPlan>>,
) -> ApiResult<StatusCode> {
    let mut tx = energy.platform.db.write().await?;
    let entry = store::find(&mut tx, id).await?.ok_or(Refusal::NotFound(id))?;
    // Whoever may not know the contract may not know that it has a plan.
    let contract = visible(&mut tx, &ctx, entry.contract_id).await;
    let contract = contract.map_err(|problem| match problem.status() {
        404 => Refusal::NotFound(id).into(),
        _ => problem,
    })?;
    require(&ctx, contract.scope())?;
    store::delete(&mut tx, id).await?;
    audit(&mut tx, &ctx, "load_plan.delete", (&contract, &entry)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Energy {
    /// The entries that touch the days from `first` to `last`; the contract was asked for before.
    pub(crate) async fn load_plans(
        &self,
        contract: Id<ElectricityContract>,
        (first, last): (Date, Date),
    ) -> ApiResult<Vec<LoadPlan>> {
        let mut tx = self.platform.db.read().await?;
        Ok(store::all(&mut tx, contract, (Some(first), Some(last))).await?)
    }
}

/// A refusal as problem+json, with the bad field.
fn refusal(error: Refusal) -> Problem {
    let fields = match &error {
        Refusal::Invalid(field) => vec![field.clone()],
        Refusal::NotFound(_) | Refusal::Overlap { .. } | Refusal::TooMany => Vec::new(),
    };
    let mut problem = Problem::from(error);
    problem.fields = fields;
    problem
}

async fn audit(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    (contract, entry): (&ElectricityContract, &LoadPlan),
) -> ApiResult<()> {
    let audit = Audit {
        action,
        subject: format!("load_plan:{}", entry.id),
        complex: Some(contract.complex_id),
        // The ledger is read by auditors of the complex: when a tenant stands still stays out of it.
        detail: json!({
            "contract_id": contract.id,
            "establishment_id": contract.establishment_id,
        }),
    };
    Ok(tx.audit(ctx, audit).await?)
}
