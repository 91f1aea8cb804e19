//! Production entries over HTTP: kept by whoever keeps the contract.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use base::{FieldError, Id, Page, PageQuery};
use energy_rules::bill::BillMonth;
use platform::db::{ReadTx, WriteTx};
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    ENTRIES_PER_MONTH_MAX, Production, ProductionEntry, ProductionEntryChange,
    ProductionEntryError as Refusal, rules, store,
};
use crate::Energy;
use crate::electricity_contract::ElectricityContract;
use crate::electricity_contract::api::{point_fault, require, visible};
use crate::load::today;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new()
        .routes(routes!(production_entry_list, production_entry_create))
        .routes(routes!(production_entry_update, production_entry_remove))
}

/// Which entries.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProductionEntryQuery {
    /// From this month on: `2026-01`.
    #[param(value_type = Option<String>)]
    from: Option<BillMonth>,
    /// Up to this month.
    #[param(value_type = Option<String>)]
    to: Option<BillMonth>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// What was made by the meter of a contract, in the order in which it was typed.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/production_entries", tag = "energy",
    params(("id" = uuid::Uuid, Path), ProductionEntryQuery),
    responses((status = 200, body = Page<ProductionEntry>), (status = 404, body = Problem))
)]
pub(crate) async fn production_entry_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<ProductionEntryQuery>,
) -> ApiResult<Json<Page<ProductionEntry>>> {
    let page = PageQuery { limit: query.limit, after: query.after };
    let mut tx = energy.platform.db.read().await?;
    let contract = visible(&mut tx, &ctx, id).await?.id;
    let wanted = store::Wanted { contract, from: query.from, to: query.to };
    let found = store::list(&mut tx, wanted, page.after()?, page.fetch()).await?;
    Ok(Json(page.page(found, |entry| entry.id.to_string())))
}

/// Keeps what was made of a product in a month.
#[utoipa::path(
    post, path = "/api/v1/electricity_contracts/{id}/production_entries", tag = "energy",
    params(("id" = uuid::Uuid, Path)), request_body = Production,
    responses(
        (status = 201, body = ProductionEntry), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn production_entry_create(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Json(made): Json<Production>,
) -> ApiResult<(StatusCode, Json<ProductionEntry>)> {
    let mut tx = energy.platform.db.write().await?;
    let contract = visible(&mut tx, &ctx, id).await?;
    require(&ctx, contract.scope())?;
    let entry = ProductionEntry {
        id: ctx.new_id(),
        contract_id: contract.id,
        made: rules::trimmed(made),
        version: 1,
        updated_at: ctx.now,
        updated_by: ctx.actor.clone(),
    };
    tx.turn("production_entry", contract.id).await?;
    energy.check_entry(&mut tx, &ctx, &contract, &entry).await?;
    store::insert(&mut tx, &entry).await?;
    audit(&mut tx, &ctx, "production_entry.create", &contract, &entry).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(entry)))
}

/// Changes what was made of a product in a month.
#[utoipa::path(
    patch, path = "/api/v1/production_entries/{id}", tag = "energy",
    params(("id" = uuid::Uuid, Path)), request_body = ProductionEntryChange,
    responses(
        (status = 200, body = ProductionEntry), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn production_entry_update(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ProductionEntry>>,
    Json(change): Json<ProductionEntryChange>,
) -> ApiResult<Json<ProductionEntry>> {
    let mut tx = energy.platform.db.write().await?;
    let (contract, mut entry) = one(&mut tx, &ctx, id).await?;
    require(&ctx, contract.scope())?;
    let (given, current) = (change.version, entry.version);
    if given != current {
        return Err(Refusal::Stale { given, current }.into());
    }
    entry.made = rules::trimmed(change.made);
    entry.version += 1;
    (entry.updated_at, entry.updated_by) = (ctx.now, ctx.actor.clone());
    tx.turn("production_entry", contract.id).await?;
    energy.check_entry(&mut tx, &ctx, &contract, &entry).await?;
    if !store::update(&mut tx, &entry).await? {
        return Err(Refusal::Stale { given, current: entry.version }.into());
    }
    audit(&mut tx, &ctx, "production_entry.update", &contract, &entry).await?;
    tx.commit().await?;
    Ok(Json(entry))
}

/// Takes an entry away.
#[utoipa::path(
    delete, path = "/api/v1/production_entries/{id}", tag = "energy",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem))
)]
pub(crate) async fn production_entry_remove(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ProductionEntry>>,
) -> ApiResult<StatusCode> {
    let mut tx = energy.platform.db.write().await?;
    let (contract, entry) = one(&mut tx, &ctx, id).await?;
    require(&ctx, contract.scope())?;
    store::delete(&mut tx, id).await?;
    audit(&mut tx, &ctx, "production_entry.remove", &contract, &entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An entry with its contract; who may not know of the contract knows of no entry.
async fn one(
    tx: &mut ReadTx,
    ctx: &Ctx,
    id: Id<ProductionEntry>,
) -> ApiResult<(ElectricityContract, ProductionEntry)> {
    let entry = store::find(tx, id).await?.ok_or(Refusal::NotFound(id))?;
    let contract = visible(tx, ctx, entry.contract_id).await;
    let contract = contract.map_err(|problem| match problem.status() {
        404 => Refusal::NotFound(id).into(),
        _ => problem,
    })?;
    Ok((contract, entry))
}

impl Energy {
    async fn check_entry(
        &self,
        tx: &mut ReadTx,
        ctx: &Ctx,
        contract: &ElectricityContract,
        entry: &ProductionEntry,
    ) -> ApiResult<()> {
        let month = Some(entry.made.month);
        let wanted = store::Wanted { contract: contract.id, from: month, to: month };
        let most = i64::try_from(ENTRIES_PER_MONTH_MAX).expect("a small number") + 1;
        let others = store::list(tx, wanted, None, most).await?.into_iter();
        let others: Vec<_> =
            others.filter(|other| other.id != entry.id).map(|other| other.made).collect();
        let last = BillMonth::of(today(ctx), contract.terms.reading_day);
        rules::check(&entry.made, &others, last).map_err(refusal)?;
        let Some(point) = entry.made.point_id else { return Ok(()) };
        let directory = self.directory.snapshot();
        match point_fault(&directory, contract, point, "active_energy") {
            Some(detail) => {
                Err(refusal(Refusal::Invalid(vec![FieldError::new("/point_id", detail)])))
            }
            None => Ok(()),
        }
    }
}

/// A refusal as problem+json, with every bad field.
fn refusal(error: Refusal) -> Problem {
    let fields = match &error {
        Refusal::Invalid(fields) => fields.clone(),
        Refusal::NotFound(_)
        | Refusal::Stale { .. }
        | Refusal::Taken { .. }
        | Refusal::TooMany(_) => Vec::new(),
    };
    let mut problem = Problem::from(error);
    problem.fields = fields;
    problem
}

async fn audit(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    contract: &ElectricityContract,
    entry: &ProductionEntry,
) -> ApiResult<()> {
    let audit = Audit {
        action,
        subject: format!("production_entry:{}", entry.id),
        complex: Some(contract.complex_id),
        // The ledger is read by auditors of the complex: what a tenant makes stays out of it.
        detail: json!({
            "establishment_id": contract.establishment_id,
            "version": entry.version,
        }),
    };
    Ok(tx.audit(ctx, audit).await?)
}
