//! Connections over HTTP: seen and written by whoever sees and manages the contract.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use base::{FieldError, Id, Instant, Page, PageQuery};
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    CONNECTIONS_PER_CONTRACT_MAX, VtnConnection, VtnConnectionError as Refusal,
    VtnConnectionStatus, VtnConnectionTerms, rules, store,
};
use crate::Energy;
use crate::electricity_contract::{self, ElectricityContract};

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new()
        .routes(routes!(vtn_connection_list, vtn_connection_create))
        .routes(routes!(vtn_connection_update, vtn_connection_delete))
}

/// A connection and how it is doing. Its secret is told to nobody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VtnConnectionView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: Id<VtnConnection>,
    /// The contract that follows it.
    #[schema(value_type = uuid::Uuid)]
    contract_id: Id<ElectricityContract>,
    /// Where it is and how it is followed.
    terms: VtnConnectionTerms,
    /// How it is doing since the platform started.
    status: VtnConnectionStatus,
    /// Rises by one with each change.
    version: u32,
    /// When this version was written.
    updated_at: Instant,
    /// Who wrote it.
    updated_by: String,
}

impl VtnConnectionView {
    fn of(energy: &Energy, it: VtnConnection) -> Self {
        Self {
            status: energy.vtn_statuses.of(it.id, it.terms.enabled),
            id: it.id,
            contract_id: it.contract_id,
            terms: it.terms,
            version: it.version,
            updated_at: it.updated_at,
            updated_by: it.updated_by.name,
        }
    }
}

/// Which connections to list.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct VtnConnectionQuery {
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A connection as somebody writes it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VtnConnectionNew {
    /// Where it is and how it is followed.
    terms: VtnConnectionTerms,
    /// The client's secret. It is sealed and never told again.
    secret: String,
}

/// New terms of a connection.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VtnConnectionChange {
    /// The version that was read.
    version: u32,
    /// Where it is and how it is followed.
    terms: VtnConnectionTerms,
    /// Another secret; needed where the address of tokens changes, else the one that stands stays.
    #[serde(default)]
    secret: Option<String>,
}

/// The connections of a contract, the oldest first, each with how it is doing.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/vtn_connections", tag = "energy",
    params(("id" = uuid::Uuid, Path), VtnConnectionQuery),
    responses((status = 200, body = Page<VtnConnectionView>), (status = 404, body = Problem))
)]
pub(crate) async fn vtn_connection_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<VtnConnectionQuery>,
) -> ApiResult<Json<Page<VtnConnectionView>>> {
    let contract = energy.contract(&ctx, id).await?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let mut tx = energy.platform.db.read().await?;
    let found = store::list(&mut tx, contract.id, page.after()?, page.fetch()).await?;
    let page = page.page(found, |connection| connection.id.to_string());
    let items = page.items.into_iter().map(|it| VtnConnectionView::of(&energy, it)).collect();
    Ok(Json(Page { items, next: page.next }))
}

/// A new connection. It is called only once it is on, and only at hosts that the operator named.
#[utoipa::path(
    post, path = "/api/v1/electricity_contracts/{id}/vtn_connections", tag = "energy",
    params(("id" = uuid::Uuid, Path)), request_body = VtnConnectionNew,
    responses((status = 201, body = VtnConnectionView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn vtn_connection_create(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Json(new): Json<VtnConnectionNew>,
) -> ApiResult<(StatusCode, Json<VtnConnectionView>)> {
    let terms = rules::tidy(new.terms);
    let mut tx = energy.platform.db.write().await?;
    let contract = electricity_contract::api::visible(&mut tx, &ctx, id).await?;
    electricity_contract::api::require(&ctx, contract.scope())?;
    rules::check(&terms, Some(&new.secret), &energy.vtn_hosts).map_err(refusal)?;
    tx.turn("vtn_connection", contract.complex_id).await?;
    let (own, is_full) = store::count(&mut tx, contract.complex_id, contract.id).await?;
    if own >= CONNECTIONS_PER_CONTRACT_MAX {
        return Err(Refusal::TooMany.into());
    }
    if is_full {
        return Err(Refusal::TooManyOfComplex.into());
    }
    let connection = VtnConnection {
        id: ctx.new_id(),
        contract_id: contract.id,
        complex_id: contract.complex_id,
        terms,
        version: 1,
        updated_at: ctx.now,
        updated_by: ctx.actor.clone(),
    };
    let sealed = energy.sealed(&connection, &new.secret);
    store::insert(&mut tx, &connection, &sealed).await?;
    audit(&mut tx, &ctx, "vtn_connection.create", &connection).await?;
    tx.commit().await?;
    energy.vtn_nudge.notify_one();
    Ok((StatusCode::CREATED, Json(VtnConnectionView::of(&energy, connection))))
}

/// New terms of a connection; `enabled` false ends the calls to it.
#[utoipa::path(
    patch, path = "/api/v1/electricity_contracts/{id}/vtn_connections/{connection}", tag = "energy",
    params(("id" = uuid::Uuid, Path), ("connection" = uuid::Uuid, Path)),
    request_body = VtnConnectionChange,
    responses((status = 200, body = VtnConnectionView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn vtn_connection_update(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path((id, connection)): Path<(Id<ElectricityContract>, Id<VtnConnection>)>,
    Json(change): Json<VtnConnectionChange>,
) -> ApiResult<Json<VtnConnectionView>> {
    let mut tx = energy.platform.db.write().await?;
    let contract = electricity_contract::api::visible(&mut tx, &ctx, id).await?;
    electricity_contract::api::require(&ctx, contract.scope())?;
    let found = store::find(&mut tx, contract.id, connection).await?;
    let old = found.ok_or(Refusal::NotFound(connection))?;
    let (given, current) = (change.version, old.version);
    if given != current {
        return Err(Refusal::Stale { given, current }.into());
    }
    let next = VtnConnection {
        terms: rules::tidy(change.terms),
        version: old.version + 1,
        updated_at: ctx.now,
        updated_by: ctx.actor.clone(),
        ..old.clone()
    };
    if !rules::follows_the_same(&old.terms, &next.terms) {
        return Err(Refusal::Fixed.into());
    }
    rules::check(&next.terms, change.secret.as_deref(), &energy.vtn_hosts).map_err(refusal)?;
    if change.secret.is_none() && rules::purpose(&old) != rules::purpose(&next) {
        let detail = "give the secret again: it was given for another address";
        return Err(refusal(Refusal::Invalid(vec![FieldError::new("/secret", detail)])));
    }
    let sealed = change.secret.as_ref().map(|secret| energy.sealed(&next, secret));
    if !store::update(&mut tx, &next, sealed.as_deref()).await? {
        return Err(Refusal::Stale { given, current: next.version }.into());
    }
    audit(&mut tx, &ctx, "vtn_connection.update", &next).await?;
    tx.commit().await?;
    energy.vtn_statuses.forget(next.id);
    energy.vtn_nudge.notify_one();
    Ok(Json(VtnConnectionView::of(&energy, next)))
}

/// Forgets a connection and its secret. Proposals and calls that came of it stay.
#[utoipa::path(
    delete, path = "/api/v1/electricity_contracts/{id}/vtn_connections/{connection}", tag = "energy",
    params(("id" = uuid::Uuid, Path), ("connection" = uuid::Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem))
)]
pub(crate) async fn vtn_connection_delete(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path((id, connection)): Path<(Id<ElectricityContract>, Id<VtnConnection>)>,
) -> ApiResult<StatusCode> {
    let mut tx = energy.platform.db.write().await?;
    let contract = electricity_contract::api::visible(&mut tx, &ctx, id).await?;
    electricity_contract::api::require(&ctx, contract.scope())?;
    let found = store::find(&mut tx, contract.id, connection).await?;
    let connection = found.ok_or(Refusal::NotFound(connection))?;
    store::delete(&mut tx, connection.id).await?;
    audit(&mut tx, &ctx, "vtn_connection.delete", &connection).await?;
    tx.commit().await?;
    energy.vtn_statuses.forget(connection.id);
    energy.vtn_nudge.notify_one();
    Ok(StatusCode::NO_CONTENT)
}

impl Energy {
    fn sealed(&self, connection: &VtnConnection, secret: &str) -> String {
        let platform = &self.platform;
        platform.seal.seal(platform.clock.as_ref(), &rules::purpose(connection), secret)
    }
}

/// A refusal as problem+json, with every bad field.
fn refusal(error: Refusal) -> Problem {
    let fields = match &error {
        Refusal::Invalid(fields) => fields.clone(),
        Refusal::NotFound(_)
        | Refusal::Stale { .. }
        | Refusal::Fixed
        | Refusal::TooMany
        | Refusal::TooManyOfComplex => Vec::new(),
    };
    let mut problem = Problem::from(error);
    problem.fields = fields;
    problem
}

async fn audit(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    connection: &VtnConnection,
) -> ApiResult<()> {
    let audit = Audit {
        action,
        subject: format!("vtn_connection:{}", connection.id),
        complex: Some(connection.complex_id),
        // The ledger is read by auditors of the complex: with whom a tenant deals stays out of it.
        detail: json!({
            "contract_id": connection.contract_id,
            "version": connection.version,
            "enabled": connection.terms.enabled,
            "sends_reports": connection.terms.sends_reports,
        }),
    };
    Ok(tx.audit(ctx, audit).await?)
}
