//! Meters over HTTP: seen by who sees the register, changed by whoever manages the energy.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use base::noun::{Complex, Point};
use base::{Action, FieldError, Id, Page, PageQuery};
use platform::db::{ReadTx, WriteTx};
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rules::{self, Forest};
use super::{
    METERS_PER_ESTABLISHMENT_MAX, Meter, MeterChange, MeterClose, MeterError as Refusal,
    MeterFormula, MeterNew, MeterTerms, scope, store,
};
use crate::Energy;
use crate::load::is_quarterly;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new()
        .routes(routes!(meter_list, meter_create))
        .routes(routes!(super::latest::meter_energy_list))
        .routes(routes!(meter_get, meter_update))
        .routes(routes!(meter_close))
        .routes(routes!(super::balance::meter_balance_get))
        .routes(routes!(super::flow::meter_flow_get))
}

/// Which meters to list.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeterQuery {
    /// Of this complex.
    #[param(value_type = uuid::Uuid)]
    pub(super) complex: Id<Complex>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    pub(super) limit: Option<u32>,
    /// `next` of the page before.
    pub(super) after: Option<String>,
}

/// The meters of a complex that you may see, the oldest first; `terms.parent_id` makes the tree. A page may
/// hold fewer than asked for.
#[utoipa::path(
    get, path = "/api/v1/meters", tag = "energy", params(MeterQuery),
    responses((status = 200, body = Page<Meter>), (status = 403, body = Problem))
)]
pub(crate) async fn meter_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Query(query): Query<MeterQuery>,
) -> ApiResult<Json<Page<Meter>>> {
    Ok(Json(energy.meter_page(&ctx, query).await?))
}

/// A new meter of the tree.
#[utoipa::path(
    post, path = "/api/v1/meters", tag = "energy", request_body = MeterNew,
    responses(
        (status = 201, body = Meter), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn meter_create(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Json(new): Json<MeterNew>,
) -> ApiResult<(StatusCode, Json<Meter>)> {
    ctx.require(Action::ManageEnergy, scope(new.complex_id, new.establishment_id))?;
    Ok((StatusCode::CREATED, Json(energy.create_meter(&ctx, new).await?)))
}

/// One meter.
#[utoipa::path(
    get, path = "/api/v1/meters/{id}", tag = "energy", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Meter), (status = 404, body = Problem))
)]
pub(crate) async fn meter_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<Meter>>,
) -> ApiResult<Json<Meter>> {
    let mut tx = energy.platform.db.read().await?;
    Ok(Json(visible(&mut tx, &ctx, id).await?))
}

/// Corrects a meter. For one that was moved or replaced, close it and enter a new one: past balances stay as
/// they were.
#[utoipa::path(
    patch, path = "/api/v1/meters/{id}", tag = "energy", params(("id" = uuid::Uuid, Path)),
    request_body = MeterChange,
    responses(
        (status = 200, body = Meter), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn meter_update(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<Meter>>,
    Json(change): Json<MeterChange>,
) -> ApiResult<Json<Meter>> {
    let MeterChange { version, terms } = change;
    Ok(Json(energy.change_meter(&ctx, (id, version), "meter.update", |_| terms).await?))
}

/// Ends a meter with a day: it counts until then, and its place in past balances stays.
#[utoipa::path(
    post, path = "/api/v1/meters/{id}/close", tag = "energy", params(("id" = uuid::Uuid, Path)),
    request_body = MeterClose,
    responses(
        (status = 200, body = Meter), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn meter_close(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<Meter>>,
    Json(MeterClose { version, to }): Json<MeterClose>,
) -> ApiResult<Json<Meter>> {
    let closed = |terms| MeterTerms { to: Some(to), ..terms };
    Ok(Json(energy.change_meter(&ctx, (id, version), "meter.close", closed).await?))
}

/// Whether somebody may know that a meter exists; what it counted is another question.
pub(crate) fn may_see(ctx: &Ctx, meter: &Meter) -> bool {
    ctx.may(Action::ReadRegistry, meter.scope())
}

/// The meter, if there is one that `ctx` may know of.
async fn visible(tx: &mut ReadTx, ctx: &Ctx, id: Id<Meter>) -> ApiResult<Meter> {
    let found = store::find(tx, id).await?;
    Ok(found.filter(|meter| may_see(ctx, meter)).ok_or(Refusal::NotFound(id))?)
}

impl Energy {
    /// A page of the meters that `ctx` may know of.
    pub(super) async fn meter_page(&self, ctx: &Ctx, query: MeterQuery) -> ApiResult<Page<Meter>> {
        ctx.require_somewhere(Action::ReadRegistry)?;
        let page = PageQuery { limit: query.limit, after: query.after };
        let mut tx = self.platform.db.read().await?;
        let found = store::list(&mut tx, query.complex, page.after()?, page.fetch()).await?;
        let mut page = page.page(found, |meter| meter.id.to_string());
        page.items.retain(|meter| may_see(ctx, meter));
        Ok(page)
    }

    /// A meter that `ctx` may know of, in the tree of its complex.
    pub(crate) async fn meter(&self, ctx: &Ctx, id: Id<Meter>) -> ApiResult<(Forest, usize)> {
        let mut tx = self.platform.db.read().await?;
        let meter = visible(&mut tx, ctx, id).await?;
        let forest = rules::forest(store::all(&mut tx, meter.complex_id).await?, None)?;
        let place = forest.place(id).ok_or(Refusal::NotFound(id))?;
        Ok((forest, place))
    }

    /// Keeps a new meter; whether `ctx` may for its owner, the caller has asked.
    pub(crate) async fn create_meter(&self, ctx: &Ctx, new: MeterNew) -> ApiResult<Meter> {
        let MeterNew { complex_id, establishment_id, terms } = new;
        let meter = Meter {
            id: ctx.new_id(),
            complex_id,
            establishment_id,
            terms,
            version: 1,
            updated_at: ctx.now,
            updated_by: ctx.actor.clone(),
        };
        let mut tx = self.platform.db.write_in_turn("meter", complex_id).await?;
        self.check_meter(&mut tx, ctx, &meter, None).await?;
        store::insert(&mut tx, &meter).await?;
        audit(&mut tx, ctx, "meter.create", &meter).await?;
        tx.commit().await?;
        Ok(meter)
    }

    async fn change_meter(
        &self,
        ctx: &Ctx,
        (id, given): (Id<Meter>, u32),
        action: &'static str,
        change: impl FnOnce(MeterTerms) -> MeterTerms,
    ) -> ApiResult<Meter> {
        let mut tx = self.platform.db.write().await?;
        let mut meter = visible(&mut tx, ctx, id).await?;
        ctx.require(Action::ManageEnergy, meter.scope())?;
        if given != meter.version {
            return Err(Refusal::Stale { given, current: meter.version }.into());
        }
        let before = meter.terms.clone();
        meter.terms = change(meter.terms);
        meter.version += 1;
        (meter.updated_at, meter.updated_by) = (ctx.now, ctx.actor.clone());
        tx.turn("meter", meter.complex_id).await?;
        self.check_meter(&mut tx, ctx, &meter, Some(&before)).await?;
        if !store::update(&mut tx, &meter).await? {
            return Err(Refusal::Stale { given, current: meter.version }.into());
        }
        audit(&mut tx, ctx, action, &meter).await?;
        tx.commit().await?;
        Ok(meter)
    }

    /// Refuses a meter that does not fit into its complex, and one that leans on what the writer does not
    /// manage or know.
    async fn check_meter(
        &self,
        tx: &mut ReadTx,
        ctx: &Ctx,
        meter: &Meter,
        before: Option<&MeterTerms>,
    ) -> ApiResult<()> {
        rules::check(&meter.terms).map_err(refusal)?;
        let mut all = store::all(tx, meter.complex_id).await?;
        if before.is_none() && is_own_full(meter, &all) {
            return Err(Refusal::TooManyOwn.into());
        }
        all.retain(|other| other.id != meter.id);
        let mut wrong = self.meter_faults(meter, &all);
        wrong.extend(strange(ctx, meter, before, &all));
        if !wrong.is_empty() {
            return Err(refusal(Refusal::Invalid(wrong)));
        }
        all.push(meter.clone());
        rules::forest(all, Some(meter.id)).map_err(refusal).map(drop)
    }

    /// Points that are not the owner's, or that another meter counts with.
    fn meter_faults(&self, meter: &Meter, others: &[Meter]) -> Vec<FieldError> {
        let directory = self.directory.snapshot();
        if !directory.complexes().iter().any(|complex| complex.id == meter.complex_id) {
            let detail = format!("there is no complex {}", meter.complex_id);
            return vec![FieldError::new("/complex_id", detail)];
        }
        let terms = &meter.terms;
        let points =
            [("/terms/point_id", terms.point_id), ("/terms/back_point_id", terms.back_point_id)];
        let faults = points.into_iter().filter_map(|(field, id)| {
            let id = id?;
            let detail = self.meter_point_fault(meter, id).or_else(|| taken(meter, id, others))?;
            Some(FieldError::new(field, detail))
        });
        faults.collect()
    }

    fn meter_point_fault(&self, meter: &Meter, id: Id<Point>) -> Option<String> {
        let directory = self.directory.snapshot();
        let Some(point) = directory.point_by_id(id) else {
            return Some(format!("there is no point {id}"));
        };
        let is_owners = match meter.establishment_id {
            Some(id) => point.owners.iter().any(|owner| owner.establishment == id),
            None => point.class == registry::point::PointClass::Complex,
        };
        if point.complex != meter.complex_id || !is_owners {
            return Some("the point is not this owner's: choose one of its own".to_owned());
        }
        if &*point.quantity != "active_energy" {
            let is = &point.quantity;
            return Some(format!("the point measures {is}: choose one of active_energy"));
        }
        (!is_quarterly(point)).then(|| {
            "a balance needs quarters of an hour: choose a point of kind interval with 900 s, or a counter that \
             is read at least every 900 s"
                .into()
        })
    }
}

/// Whether the establishment of a new meter has as many as it may have; the complex's own have no limit of
/// their own.
fn is_own_full(new: &Meter, all: &[Meter]) -> bool {
    let owner = new.establishment_id;
    let count = all.iter().filter(|meter| meter.establishment_id == owner).count();
    owner.is_some() && count >= METERS_PER_ESTABLISHMENT_MAX
}

/// A point that another meter counts with on the same days.
fn taken(meter: &Meter, point: Id<Point>, others: &[Meter]) -> Option<String> {
    let end = |terms: &MeterTerms| terms.to.unwrap_or(jiff::civil::Date::MAX);
    let other = others.iter().find(|other| {
        let terms = &other.terms;
        let has = terms.point_id == Some(point) || terms.back_point_id == Some(point);
        has && terms.from <= end(&meter.terms) && meter.terms.from <= end(terms)
    })?;
    let name = &other.terms.name;
    Some(format!("meter '{name}' counts with this point on the same days: close that one first"))
}

/// Meters that the writer leans on without managing or knowing them. What stood there before may stay.
fn strange(
    ctx: &Ctx,
    meter: &Meter,
    before: Option<&MeterTerms>,
    others: &[Meter],
) -> Vec<FieldError> {
    let find = |id: Id<Meter>| others.iter().find(|other| other.id == id);
    let mut wrong = Vec::new();
    let terms = &meter.terms;
    let is_new = before.is_none_or(|before| before.parent_id != terms.parent_id);
    if let Some(id) = terms.parent_id.filter(|id| is_new && *id != meter.id) {
        let may = find(id).is_some_and(|parent| ctx.may(Action::ManageEnergy, parent.scope()));
        if !may {
            let detail = "there is no such meter that you manage: choose one of your own, or ask the \
                          complex's energy office (산단 에너지 담당)";
            wrong.push(FieldError::new("/terms/parent_id", detail));
        }
    }
    let is_new = before.is_none_or(|before| before.formula != terms.formula);
    let inputs = terms.formula.as_ref().filter(|_| is_new).map(inputs).unwrap_or_default();
    let unseen = |id: &Id<Meter>| *id != meter.id && !find(*id).is_some_and(|m| may_see(ctx, m));
    if inputs.iter().any(unseen) {
        let detail = "it names a meter that is not there, or that you may not see: choose another";
        wrong.push(FieldError::new("/terms/formula", detail));
    }
    // A part is told to its owner: nobody gives himself one of a meter that is not his to share out.
    let formula = terms.formula.as_ref().filter(|_| is_new);
    let whole = formula.and_then(|formula| match formula {
        MeterFormula::Allocation { of, .. } => find(*of),
        MeterFormula::Sum { .. } | MeterFormula::Difference { .. } => None,
    });
    if whole.is_some_and(|whole| !ctx.may(Action::ManageEnergy, whole.scope())) {
        let detail = "it shares out a meter that you do not manage: ask its owner, or the complex's energy \
                      office (산단 에너지 담당)";
        wrong.push(FieldError::new("/terms/formula", detail));
    }
    wrong
}

fn inputs(formula: &MeterFormula) -> Vec<Id<Meter>> {
    match formula {
        MeterFormula::Sum { of } => of.clone(),
        MeterFormula::Difference { from, minus } => minus.iter().copied().chain([*from]).collect(),
        MeterFormula::Allocation { of, by, .. } => by.iter().copied().chain([*of]).collect(),
    }
}

/// A refusal as problem+json, with every bad field.
fn refusal(error: Refusal) -> Problem {
    let fields = if let Refusal::Invalid(fields) = &error { fields.clone() } else { Vec::new() };
    let mut problem = Problem::from(error);
    problem.fields = fields;
    problem
}

async fn audit(tx: &mut WriteTx, ctx: &Ctx, action: &'static str, meter: &Meter) -> ApiResult<()> {
    let audit = Audit {
        action,
        subject: format!("meter:{}", meter.id),
        complex: Some(meter.complex_id),
        detail: json!({
            "establishment_id": meter.establishment_id,
            "version": meter.version,
            "kind": meter.terms.kind,
            "parent_id": meter.terms.parent_id,
            "from": meter.terms.from,
            "to": meter.terms.to,
        }),
    };
    Ok(tx.audit(ctx, audit).await?)
}
