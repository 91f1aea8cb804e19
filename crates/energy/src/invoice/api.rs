//! Invoices over HTTP: kept and checked by whoever keeps the contract.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use base::{Id, Page, PageQuery};
use energy_rules::bill::BillMonth;
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Invoice, InvoiceError as Refusal, InvoiceNew, rules, store};
use crate::Energy;
use crate::electricity_contract::ElectricityContract;
use crate::electricity_contract::api::{require, visible};
use crate::invoice_check::api::InvoiceCheckView;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new()
        .routes(routes!(invoice_list))
        .routes(routes!(invoice_get, invoice_save, invoice_delete))
        .routes(routes!(invoice_check_get))
}

type OfMonth = (Id<ElectricityContract>, BillMonth);

/// Which invoices to list.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvoiceQuery {
    /// The first month: `2026-01`.
    #[param(value_type = Option<String>)]
    from: Option<BillMonth>,
    /// The last month.
    #[param(value_type = Option<String>)]
    to: Option<BillMonth>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// The kept invoices of a contract, the latest month first.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/invoices", tag = "energy",
    params(("id" = uuid::Uuid, Path), InvoiceQuery),
    responses((status = 200, body = Page<Invoice>), (status = 404, body = Problem))
)]
pub(crate) async fn invoice_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<InvoiceQuery>,
) -> ApiResult<Json<Page<Invoice>>> {
    let mut tx = energy.platform.db.read().await?;
    let contract = visible(&mut tx, &ctx, id).await?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let (months, after) = ((query.from, query.to), page.after()?);
    let found = store::list(&mut tx, contract.id, months, after, page.fetch()).await?;
    Ok(Json(page.page(found, |invoice| invoice.month.to_string())))
}

/// The kept invoice of a month.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/invoices/{month}", tag = "energy",
    params(("id" = uuid::Uuid, Path), ("month" = String, Path)),
    responses((status = 200, body = Invoice), (status = 404, body = Problem))
)]
pub(crate) async fn invoice_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path((id, month)): Path<OfMonth>,
) -> ApiResult<Json<Invoice>> {
    let mut tx = energy.platform.db.read().await?;
    let contract = visible(&mut tx, &ctx, id).await?;
    let found = store::find(&mut tx, contract.id, month).await?;
    Ok(Json(found.ok_or(Refusal::NotFound(month))?))
}

/// Keeps the invoice of a month, a new one or another version of it.
#[utoipa::path(
    put, path = "/api/v1/electricity_contracts/{id}/invoices/{month}", tag = "energy",
    params(("id" = uuid::Uuid, Path), ("month" = String, Path)), request_body = InvoiceNew,
    responses(
        (status = 200, body = Invoice), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn invoice_save(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path((id, month)): Path<OfMonth>,
    Json(new): Json<InvoiceNew>,
) -> ApiResult<Json<Invoice>> {
    let mut tx = energy.platform.db.write().await?;
    let contract = visible(&mut tx, &ctx, id).await?;
    require(&ctx, contract.scope())?;
    rules::parse(month, &new.lines).map_err(refusal)?;
    rules::check_note(&new.note).map_err(refusal)?;
    let before = store::find(&mut tx, id, month).await?;
    let (given, current) = (new.version, before.as_ref().map_or(0, |before| before.version));
    if given != current {
        return Err(Refusal::Stale { given, current }.into());
    }
    let invoice = Invoice {
        contract_id: id,
        month,
        lines: new.lines,
        note: new.note.trim().to_owned(),
        version: current + 1,
        updated_at: ctx.now,
        updated_by: ctx.actor.clone(),
    };
    if before.is_none() {
        store::insert(&mut tx, &invoice).await?;
    } else if !store::update(&mut tx, &invoice).await? {
        return Err(Refusal::Stale { given, current: invoice.version }.into());
    }
    audit(&mut tx, &ctx, "invoice.save", (&contract, month)).await?;
    tx.commit().await?;
    Ok(Json(invoice))
}

/// Forgets the kept invoice of a month.
#[utoipa::path(
    delete, path = "/api/v1/electricity_contracts/{id}/invoices/{month}", tag = "energy",
    params(("id" = uuid::Uuid, Path), ("month" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem))
)]
pub(crate) async fn invoice_delete(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path((id, month)): Path<OfMonth>,
) -> ApiResult<StatusCode> {
    let mut tx = energy.platform.db.write().await?;
    let contract = visible(&mut tx, &ctx, id).await?;
    require(&ctx, contract.scope())?;
    if !store::delete(&mut tx, id, month).await? {
        return Err(Refusal::NotFound(month).into());
    }
    audit(&mut tx, &ctx, "invoice.delete", (&contract, month)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts the kept invoice of a month beside its bill, line by line.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/invoices/{month}/check", tag = "energy",
    params(("id" = uuid::Uuid, Path), ("month" = String, Path)),
    responses((status = 200, body = InvoiceCheckView), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn invoice_check_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path((id, month)): Path<OfMonth>,
) -> ApiResult<Json<InvoiceCheckView>> {
    let contract = energy.contract(&ctx, id).await?;
    let mut tx = energy.platform.db.read().await?;
    let kept = store::find(&mut tx, id, month).await?.ok_or(Refusal::NotFound(month))?;
    drop(tx);
    let invoice = rules::parse(month, &kept.lines).map_err(refusal)?;
    Ok(Json(energy.check_invoice(&ctx, &contract, &invoice).await?))
}

/// A refusal as problem+json, with the bad field.
pub(crate) fn refusal(error: Refusal) -> Problem {
    let fields = match &error {
        Refusal::Invalid(field) => vec![field.clone()],
        Refusal::NotFound(_) | Refusal::Stale { .. } => Vec::new(),
    };
    let mut problem = Problem::from(error);
    problem.fields = fields;
    problem
}

async fn audit(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    (contract, month): (&ElectricityContract, BillMonth),
) -> ApiResult<()> {
    let audit = Audit {
        action,
        subject: format!("invoice:{}:{month}", contract.id),
        complex: Some(contract.complex_id),
        // The ledger is read by auditors of the complex: what a tenant pays stays out of it.
        detail: json!({ "establishment_id": contract.establishment_id }),
    };
    Ok(tx.audit(ctx, audit).await?)
}
