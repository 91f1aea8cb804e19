//! Measures over HTTP: written by whoever manages the customer's energy, signed by the complex's office.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use base::noun::{Complex, Point};
use base::{Action, FieldError, Id, Page, PageQuery, PointKind};
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use registry::point::PointClass;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::read::{MeasureReader, SavingMeasureView, reader, require, require_owner, visible};
use super::{
    MeasureAct, MeasurePlan, MeasureState, SavingMeasure, SavingMeasureError as Refusal,
    VariableRole, VariableSource, rules, step_api, store,
};
use crate::Energy;
use crate::electricity_contract::{self, ElectricityContract};

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new()
        .routes(routes!(saving_measure_list, saving_measure_create))
        .routes(routes!(saving_measure_get, saving_measure_update))
        .merge(step_api::routes())
}

/// Which measures to list.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavingMeasureQuery {
    /// Of this complex.
    #[param(value_type = uuid::Uuid)]
    complex: Id<Complex>,
    /// Of this contract.
    #[param(value_type = Option<uuid::Uuid>)]
    contract: Option<Id<ElectricityContract>>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A measure as somebody writes it.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavingMeasureNew {
    /// The contract whose meter is looked at.
    #[schema(value_type = uuid::Uuid)]
    contract_id: Id<ElectricityContract>,
    /// What was done and how it is measured.
    plan: MeasurePlan,
}

/// A new plan of a measure.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavingMeasureChange {
    /// The version that was read.
    version: u32,
    /// The whole plan.
    plan: MeasurePlan,
}

/// The measures of a complex that you may see, the oldest first: your own, and those that were submitted to the
/// complex's office where you are of it. A page may hold fewer than asked for.
#[utoipa::path(
    get, path = "/api/v1/saving_measures", tag = "energy", params(SavingMeasureQuery),
    responses((status = 200, body = Page<SavingMeasureView>), (status = 403, body = Problem))
)]
pub(crate) async fn saving_measure_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Query(query): Query<SavingMeasureQuery>,
) -> ApiResult<Json<Page<SavingMeasureView>>> {
    ctx.require_somewhere(Action::ManageEnergy).or(ctx.require_somewhere(Action::ReadValues))?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let after = page.after()?;
    let mut tx = energy.platform.db.read().await?;
    let found = store::list(&mut tx, query.complex, query.contract, after, page.fetch()).await?;
    let Page { items, next } = page.page(found, |measure| measure.id.to_string());
    let seen = items.into_iter().filter_map(|measure| {
        let reader = reader(&ctx, &measure)?;
        Some(SavingMeasureView::brief(&ctx, measure, reader))
    });
    Ok(Json(Page { items: seen.collect(), next }))
}

/// A new measure: a draft that its owner alone sees.
#[utoipa::path(
    post, path = "/api/v1/saving_measures", tag = "energy", request_body = SavingMeasureNew,
    responses(
        (status = 201, body = SavingMeasureView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn saving_measure_create(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Json(new): Json<SavingMeasureNew>,
) -> ApiResult<(StatusCode, Json<SavingMeasureView>)> {
    let mut tx = energy.platform.db.read().await?;
    let contract = electricity_contract::api::visible(&mut tx, &ctx, new.contract_id).await?;
    drop(tx);
    require_owner(&ctx, contract.scope())?;
    let measure = energy.keep_measure(&ctx, &contract, new.plan).await?;
    let view = SavingMeasureView::whole(&ctx, measure, MeasureReader::Owner);
    Ok((StatusCode::CREATED, Json(view)))
}

/// One measure.
#[utoipa::path(
    get, path = "/api/v1/saving_measures/{id}", tag = "energy", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = SavingMeasureView), (status = 404, body = Problem))
)]
pub(crate) async fn saving_measure_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<SavingMeasure>>,
) -> ApiResult<Json<SavingMeasureView>> {
    let mut tx = energy.platform.db.read().await?;
    let (measure, reader) = visible(&mut tx, &ctx, id).await?;
    Ok(Json(SavingMeasureView::whole(&ctx, measure, reader)))
}

/// A new plan of a measure that is a draft or was returned.
#[utoipa::path(
    patch, path = "/api/v1/saving_measures/{id}", tag = "energy",
    params(("id" = uuid::Uuid, Path)), request_body = SavingMeasureChange,
    responses(
        (status = 200, body = SavingMeasureView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn saving_measure_update(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<SavingMeasure>>,
    Json(SavingMeasureChange { version, plan }): Json<SavingMeasureChange>,
) -> ApiResult<Json<SavingMeasureView>> {
    let done = energy.step(&ctx, (id, version), MeasureAct::Change, |energy, measure| {
        measure.state = rules::next(measure.state, MeasureAct::Change)?;
        measure.plan = plan;
        energy.check_measure(measure)
    });
    done.await
}

impl Energy {
    /// Keeps a new draft; whether `ctx` may, the caller has asked.
    pub(super) async fn keep_measure(
        &self,
        ctx: &Ctx,
        contract: &ElectricityContract,
        plan: MeasurePlan,
    ) -> ApiResult<SavingMeasure> {
        let measure = SavingMeasure {
            id: ctx.new_id(),
            complex_id: contract.complex_id,
            establishment_id: contract.establishment_id,
            contract_id: contract.id,
            plan,
            adjustments: Vec::new(),
            state: MeasureState::Draft,
            steps: Vec::new(),
            frozen: None,
            version: 1,
            updated_at: ctx.now,
            updated_by: ctx.actor.clone(),
        };
        self.check_measure(&measure).map_err(refusal)?;
        let mut tx = self.platform.db.write_in_turn("saving_measure", contract.complex_id).await?;
        if store::is_full(&mut tx, measure.complex_id).await? {
            let most = super::MEASURES_PER_COMPLEX_MAX;
            return Err(Refusal::TooMany(most, "measures of this complex").into());
        }
        let owner = measure.establishment_id;
        if store::is_own_full(&mut tx, measure.complex_id, owner).await? {
            let most = super::MEASURES_PER_ESTABLISHMENT_MAX;
            return Err(Refusal::TooMany(most, "measures of this establishment").into());
        }
        store::insert(&mut tx, &measure).await?;
        audit(&mut tx, ctx, "saving_measure.create", &measure).await?;
        tx.commit().await?;
        Ok(measure)
    }

    /// Does something to a measure in one transaction, with its row in the ledger.
    pub(super) async fn step(
        &self,
        ctx: &Ctx,
        (id, given): (Id<SavingMeasure>, u32),
        act: MeasureAct,
        change: impl FnOnce(&Self, &mut SavingMeasure) -> Result<(), Refusal> + Send,
    ) -> ApiResult<Json<SavingMeasureView>> {
        let mut tx = self.platform.db.write().await?;
        let (mut measure, reader) = visible(&mut tx, ctx, id).await?;
        require(ctx, &measure, act)?;
        let current = measure.version;
        if given != current {
            return Err(Refusal::Stale { given, current }.into());
        }
        change(self, &mut measure).map_err(refusal)?;
        measure.version += 1;
        (measure.updated_at, measure.updated_by) = (ctx.now, ctx.actor.clone());
        if !store::update(&mut tx, &measure).await? {
            return Err(Refusal::Stale { given, current: measure.version }.into());
        }
        audit(&mut tx, ctx, action_word(act), &measure).await?;
        tx.commit().await?;
        Ok(Json(SavingMeasureView::whole(ctx, measure, reader)))
    }

    /// Refuses plans that no saving could be measured by, and points that are not the customer's.
    fn check_measure(&self, measure: &SavingMeasure) -> Result<(), Refusal> {
        rules::check(&measure.plan)?;
        let variables = measure.plan.variables.iter().enumerate();
        let wrong: Vec<_> = variables
            .filter_map(|(place, variable)| {
                let VariableSource::Point { point_id } = variable.source else { return None };
                let detail = self.point_fault(measure, point_id, variable.role)?;
                Some(FieldError::new(format!("/plan/variables/{place}/source"), detail))
            })
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(Refusal::Invalid(wrong)) }
    }

    /// What is wrong with the point of a variable.
    fn point_fault(
        &self,
        measure: &SavingMeasure,
        id: Id<Point>,
        role: VariableRole,
    ) -> Option<String> {
        let directory = self.directory.snapshot();
        let Some(point) = directory.point_by_id(id) else {
            return Some(format!("there is no point {id}"));
        };
        let owns = point.owners.iter().any(|of| Some(of.establishment) == measure.establishment_id);
        if point.complex != measure.complex_id || !(owns || point.class == PointClass::Complex) {
            let detail = "the point is neither the complex's nor this customer's: choose another";
            return Some(detail.to_owned());
        }
        let fits = match role {
            VariableRole::Temperature => {
                point.kind == PointKind::Gauge && &*point.quantity == "temperature"
            }
            VariableRole::Production | VariableRole::Hours => point.kind == PointKind::Interval,
        };
        (!fits).then(|| match role {
            VariableRole::Temperature => "choose a point that measures temperature".to_owned(),
            VariableRole::Production | VariableRole::Hours => {
                "amounts are summed: choose a point of kind interval, or enter the values"
                    .to_owned()
            }
        })
    }
}

fn action_word(act: MeasureAct) -> &'static str {
    match act {
        MeasureAct::Change => "saving_measure.update",
        MeasureAct::Adjust => "saving_measure.adjust",
        MeasureAct::Submit => "saving_measure.submit",
        MeasureAct::Withdraw => "saving_measure.withdraw",
        MeasureAct::Return => "saving_measure.return",
        MeasureAct::Sign => "saving_measure.sign",
    }
}

/// A refusal as problem+json, with every bad field.
pub(super) fn refusal(error: Refusal) -> Problem {
    let fields = match &error {
        Refusal::Invalid(fields) => fields.clone(),
        Refusal::NotFound(_)
        | Refusal::Stale { .. }
        | Refusal::TooMany(..)
        | Refusal::NotNow { .. }
        | Refusal::NotOver(_)
        | Refusal::OwnSignature(_)
        | Refusal::OtherFigures { .. }
        | Refusal::NoResult(_) => Vec::new(),
    };
    let mut problem = Problem::from(error);
    problem.fields = fields;
    problem
}

async fn audit(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    measure: &SavingMeasure,
) -> ApiResult<()> {
    let audit = Audit {
        action,
        subject: format!("saving_measure:{}", measure.id),
        complex: Some(measure.complex_id),
        // The ledger is read by auditors of the complex: a tenant's figures stay out of it. The fingerprint says
        // which ones were signed.
        detail: json!({
            "establishment_id": measure.establishment_id,
            "version": measure.version,
            "state": measure.state,
            "fingerprint": measure.frozen.as_ref().map(|frozen| &frozen.fingerprint),
        }),
    };
    Ok(tx.audit(ctx, audit).await?)
}
