//! Contracts over HTTP: seen and changed by whoever manages the customer's energy.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use base::noun::{Complex, Establishment, Point};
use base::{Action, FieldError, Id, Page, PageQuery, Scope};
use platform::db::{ReadTx, WriteTx};
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use registry::directory::{PointInfo, Snapshot};
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    ElectricityContract, ElectricityContractChange, ElectricityContractError as Refusal,
    ElectricityContractNew, rules, scope, store,
};
use crate::Energy;
use crate::load::is_quarterly;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new()
        .routes(routes!(electricity_contract_list, electricity_contract_create))
        .routes(routes!(electricity_contract_get, electricity_contract_update))
}

/// Which contracts to list.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ElectricityContractQuery {
    /// Of this complex.
    #[param(value_type = uuid::Uuid)]
    complex: Id<Complex>,
    /// Of this tenant.
    #[param(value_type = Option<uuid::Uuid>)]
    establishment: Option<Id<Establishment>>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// The contracts of a complex that you may see, the oldest first. A page may hold fewer than asked for.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts", tag = "energy", params(ElectricityContractQuery),
    responses((status = 200, body = Page<ElectricityContract>), (status = 403, body = Problem))
)]
pub(crate) async fn electricity_contract_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Query(query): Query<ElectricityContractQuery>,
) -> ApiResult<Json<Page<ElectricityContract>>> {
    ctx.require_somewhere(Action::ReadValues)?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let mut tx = energy.platform.db.read().await?;
    let (complex, after) = (query.complex, page.after()?);
    let found = store::list(&mut tx, complex, query.establishment, after, page.fetch()).await?;
    let mut page = page.page(found, |contract| contract.id.to_string());
    page.items.retain(|contract| may_read(&ctx, contract.scope()));
    Ok(Json(page))
}

/// A new contract.
#[utoipa::path(
    post, path = "/api/v1/electricity_contracts", tag = "energy",
    request_body = ElectricityContractNew,
    responses(
        (status = 201, body = ElectricityContract), (status = 403, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn electricity_contract_create(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Json(new): Json<ElectricityContractNew>,
) -> ApiResult<(StatusCode, Json<ElectricityContract>)> {
    require(&ctx, scope(new.complex_id, new.establishment_id))?;
    Ok((StatusCode::CREATED, Json(energy.create(&ctx, new).await?)))
}

impl Energy {
    /// Keeps a new contract; whether `ctx` may, the caller has asked.
    pub async fn create(
        &self,
        ctx: &Ctx,
        new: ElectricityContractNew,
    ) -> ApiResult<ElectricityContract> {
        let ElectricityContractNew { complex_id, establishment_id, terms } = new;
        let contract = ElectricityContract {
            id: ctx.new_id(),
            complex_id,
            establishment_id,
            terms,
            version: 1,
            updated_at: ctx.now,
            updated_by: ctx.actor.clone(),
        };
        self.check(&contract).map_err(refusal)?;
        let mut tx = self.platform.db.write_in_turn("electricity_contract", complex_id).await?;
        if store::is_full(&mut tx, complex_id).await? {
            return Err(Refusal::TooMany.into());
        }
        if store::is_own_full(&mut tx, complex_id, establishment_id).await? {
            return Err(Refusal::TooManyOwn.into());
        }
        store::insert(&mut tx, &contract).await?;
        audit(&mut tx, ctx, "electricity_contract.create", &contract).await?;
        tx.commit().await?;
        Ok(contract)
    }
}

/// One contract.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}", tag = "energy",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = ElectricityContract), (status = 404, body = Problem))
)]
pub(crate) async fn electricity_contract_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
) -> ApiResult<Json<ElectricityContract>> {
    let mut tx = energy.platform.db.read().await?;
    Ok(Json(visible(&mut tx, &ctx, id).await?))
}

/// New terms of a contract. The old rows stay in it, so that old months are billed by them.
#[utoipa::path(
    patch, path = "/api/v1/electricity_contracts/{id}", tag = "energy",
    params(("id" = uuid::Uuid, Path)), request_body = ElectricityContractChange,
    responses(
        (status = 200, body = ElectricityContract), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn electricity_contract_update(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Json(change): Json<ElectricityContractChange>,
) -> ApiResult<Json<ElectricityContract>> {
    let mut tx = energy.platform.db.write().await?;
    let mut contract = visible(&mut tx, &ctx, id).await?;
    require(&ctx, contract.scope())?;
    let (given, current) = (change.version, contract.version);
    if given != current {
        return Err(Refusal::Stale { given, current }.into());
    }
    contract.terms = change.terms;
    contract.version += 1;
    (contract.updated_at, contract.updated_by) = (ctx.now, ctx.actor.clone());
    energy.check(&contract).map_err(refusal)?;
    if !store::update(&mut tx, &contract).await? {
        return Err(Refusal::Stale { given, current: contract.version }.into());
    }
    audit(&mut tx, &ctx, "electricity_contract.update", &contract).await?;
    tx.commit().await?;
    Ok(Json(contract))
}

/// The contract, if there is one that `ctx` may know of.
pub(crate) async fn visible(
    tx: &mut ReadTx,
    ctx: &Ctx,
    id: Id<ElectricityContract>,
) -> ApiResult<ElectricityContract> {
    let found = store::find(tx, id).await?;
    let found = found.filter(|contract| may_read(ctx, contract.scope()));
    Ok(found.ok_or(Refusal::NotFound(id))?)
}

/// Values of tenants are theirs, and so is what they pay.
pub(crate) fn may_read(ctx: &Ctx, scope: Scope) -> bool {
    let action = match scope {
        Scope::Establishment { .. } => Action::ReadTenantValues,
        Scope::System | Scope::Complex(_) | Scope::Organisation(_) => Action::ReadValues,
    };
    ctx.may(action, scope)
}

/// Whether `ctx` may write what belongs to a customer: a contract, and what is kept beside it.
pub(crate) fn require(ctx: &Ctx, scope: Scope) -> ApiResult<()> {
    ctx.require(Action::ManageEnergy, scope)?;
    if may_read(ctx, scope) {
        return Ok(());
    }
    Err(Problem::forbidden(
        "what a tenant pays is the tenant's own: a role held for that establishment (에너지 관리자) keeps \
         its contracts",
    ))
}

impl Energy {
    /// Refuses terms that no bill could be made by, and points that are not the customer's.
    fn check(&self, contract: &ElectricityContract) -> Result<(), Refusal> {
        let directory = self.directory.snapshot();
        let known = directory.complexes().iter().any(|complex| complex.id == contract.complex_id);
        if !known {
            let detail = format!("there is no complex {}", contract.complex_id);
            return Err(Refusal::Invalid(vec![FieldError::new("/complex_id", detail)]));
        }
        rules::check(&contract.terms, &self.tariffs)?;
        let terms = &contract.terms;
        let points = [
            ("/terms/active_point_id", Some(terms.active_point_id), "active_energy"),
            ("/terms/lagging_point_id", terms.lagging_point_id, LAGGING),
            ("/terms/leading_point_id", terms.leading_point_id, LEADING),
        ];
        let mut wrong: Vec<_> = points
            .into_iter()
            .filter_map(|(field, id, quantity)| {
                let detail = point_fault(&directory, contract, id?, quantity)?;
                Some(FieldError::new(field, detail))
            })
            .collect();
        let power = terms.power_point_id.and_then(|id| power_fault(&directory, contract, id));
        wrong.extend(power.map(|detail| FieldError::new("/terms/power_point_id", detail)));
        if wrong.is_empty() { Ok(()) } else { Err(Refusal::Invalid(wrong)) }
    }
}

/// Power that comes more seldom says too little about a quarter of an hour: it holds for three minutes.
const POWER_INTERVAL_S_MAX: u32 = 180;
const LAGGING: &str = "reactive_energy_lagging";
const LEADING: &str = "reactive_energy_leading";

/// A point of this customer that measures this quantity, or what is wrong with it.
fn own_point<'a>(
    directory: &'a Snapshot,
    contract: &ElectricityContract,
    id: Id<Point>,
    quantity: &str,
) -> Result<&'a PointInfo, String> {
    let point = directory.point_by_id(id).ok_or_else(|| format!("there is no point {id}"))?;
    if point.complex != contract.complex_id || !belongs(point, contract.establishment_id) {
        return Err("the point is not this customer's: choose one of its own meters".to_owned());
    }
    if &*point.quantity != quantity {
        let is = &point.quantity;
        return Err(format!("the point measures {is}: choose one of {quantity}"));
    }
    Ok(point)
}

/// What is wrong with a point that a contract is billed by.
pub(crate) fn point_fault(
    directory: &Snapshot,
    contract: &ElectricityContract,
    id: Id<Point>,
    quantity: &str,
) -> Option<String> {
    match own_point(directory, contract, id, quantity) {
        Ok(point) if is_quarterly(point) => None,
        Ok(_) => Some(
            "bills need quarters of an hour: choose a point of kind interval with 900 s, or a counter that is \
             read at least every 900 s"
                .to_owned(),
        ),
        Err(fault) => Some(fault),
    }
}

/// What is wrong with the point of power of a contract.
fn power_fault(
    directory: &Snapshot,
    contract: &ElectricityContract,
    id: Id<Point>,
) -> Option<String> {
    match own_point(directory, contract, id, "active_power") {
        Ok(point) if point.expected_interval_s <= POWER_INTERVAL_S_MAX => None,
        Ok(point) => Some(format!(
            "the gauge needs power at least every {POWER_INTERVAL_S_MAX} s, and this point sends it every {} s",
            point.expected_interval_s
        )),
        Err(fault) => Some(fault),
    }
}

/// Whether a point is this tenant's, or nobody's where the complex is the customer.
fn belongs(point: &PointInfo, establishment: Option<Id<Establishment>>) -> bool {
    match establishment {
        Some(id) => point.owners.iter().any(|owner| owner.establishment == id),
        None => point.class == registry::point::PointClass::Complex,
    }
}

/// A refusal as problem+json, with every bad field.
fn refusal(error: Refusal) -> Problem {
    let fields = match &error {
        Refusal::Invalid(fields) => fields.clone(),
        Refusal::NotFound(_) | Refusal::Stale { .. } | Refusal::TooMany | Refusal::TooManyOwn => {
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
    contract: &ElectricityContract,
) -> ApiResult<()> {
    let audit = Audit {
        action,
        subject: format!("electricity_contract:{}", contract.id),
        complex: Some(contract.complex_id),
        // The ledger is read by auditors of the complex: what a tenant agreed on stays out of it.
        detail: json!({
            "establishment_id": contract.establishment_id,
            "version": contract.version,
        }),
    };
    Ok(tx.audit(ctx, audit).await?)
}
