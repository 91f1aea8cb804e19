//! Sharing grants over HTTP: made and taken back by the owner, seen by the recipients.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use base::noun::{Complex, Establishment, Point};
use base::{Action, FieldError, Id, Page, PageQuery, Scope};
use energy_rules::sharing::Level;
use platform::db::{ReadTx, WriteTx};
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use registry::directory::{PointInfo, Snapshot};
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    SharingGrant, SharingGrantError as Refusal, SharingGrantNew, SharingGrantView,
    SharingRevocation, SharingTerms, rules, store,
};
use crate::load::{is_quarterly, today};
use crate::{Energy, shared_reading, sharing_level};

/// Reads that a revocation lists.
const READS_LISTED: i64 = 100;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new()
        .routes(routes!(sharing_grant_list, sharing_grant_create))
        .routes(routes!(sharing_grant_get))
        .routes(routes!(sharing_grant_revoke))
}

/// Which grants to list.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SharingGrantQuery {
    /// Of owners in this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<Complex>>,
    /// Of this owner.
    #[param(value_type = Option<uuid::Uuid>)]
    establishment: Option<Id<Establishment>>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// The grants that you made or received, the newest first. A page may hold fewer than asked for.
#[utoipa::path(
    get, path = "/api/v1/sharing_grants", tag = "energy", params(SharingGrantQuery),
    responses((status = 200, body = Page<SharingGrantView>), (status = 403, body = Problem))
)]
pub(crate) async fn sharing_grant_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Query(query): Query<SharingGrantQuery>,
) -> ApiResult<Json<Page<SharingGrantView>>> {
    ctx.require_somewhere(Action::ReadValues)?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let mut tx = energy.platform.db.read().await?;
    let after = page.after()?;
    let found =
        store::list(&mut tx, query.complex, query.establishment, after, page.fetch()).await?;
    let mut page = page.page(found, |grant| grant.id.to_string());
    page.items.retain(|grant| may_see(&ctx, grant));
    let mut items = Vec::with_capacity(page.items.len());
    for grant in page.items {
        let level = sharing_level::store::level_of(&mut tx, grant.establishment_id).await?;
        items.push(energy.grant_view(&ctx, grant, level));
    }
    Ok(Json(Page { items, next: page.next }))
}

/// A new grant, open from the next request on.
#[utoipa::path(
    post, path = "/api/v1/sharing_grants", tag = "energy", request_body = SharingGrantNew,
    responses(
        (status = 201, body = SharingGrantView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn sharing_grant_create(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Json(new): Json<SharingGrantNew>,
) -> ApiResult<(StatusCode, Json<SharingGrantView>)> {
    energy.owned(&ctx, new.establishment_id)?;
    Ok((StatusCode::CREATED, Json(energy.grant(&ctx, new).await?)))
}

/// One grant.
#[utoipa::path(
    get, path = "/api/v1/sharing_grants/{id}", tag = "energy",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = SharingGrantView), (status = 404, body = Problem))
)]
pub(crate) async fn sharing_grant_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<SharingGrant>>,
) -> ApiResult<Json<SharingGrantView>> {
    let mut tx = energy.platform.db.read().await?;
    let grant = visible(&mut tx, &ctx, id).await?;
    let level = sharing_level::store::level_of(&mut tx, grant.establishment_id).await?;
    Ok(Json(energy.grant_view(&ctx, grant, level)))
}

/// Takes a grant back: the next request is refused. Tells what had been read by then. A second time changes
/// nothing.
#[utoipa::path(
    post, path = "/api/v1/sharing_grants/{id}/revoke", tag = "energy",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = SharingRevocation), (status = 403, body = Problem),
        (status = 404, body = Problem))
)]
pub(crate) async fn sharing_grant_revoke(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<SharingGrant>>,
) -> ApiResult<Json<SharingRevocation>> {
    let mut tx = energy.platform.db.write().await?;
    let mut grant = visible(&mut tx, &ctx, id).await?;
    energy.owned(&ctx, grant.establishment_id)?;
    if grant.revoked_at.is_none() {
        grant.revoked_at = Some(ctx.now);
        grant.revoked_by = Some(ctx.actor.clone());
        store::revoke(&mut tx, &grant).await?;
        audit(&mut tx, &ctx, "sharing_grant.revoke", &grant).await?;
    }
    let level = sharing_level::store::level_of(&mut tx, grant.establishment_id).await?;
    let (owner, of) = (grant.establishment_id, Some(grant.id));
    let (read_count, value_count) = shared_reading::store::count(&mut tx, grant.id).await?;
    let reads = shared_reading::store::list(&mut tx, owner, of, None, READS_LISTED).await?;
    tx.commit().await?;
    let grant = energy.grant_view(&ctx, grant, level);
    Ok(Json(SharingRevocation { grant, read_count, value_count, reads }))
}

/// The grant, if there is one that `ctx` may know of.
pub(crate) async fn visible(
    tx: &mut ReadTx,
    ctx: &Ctx,
    id: Id<SharingGrant>,
) -> ApiResult<SharingGrant> {
    let found = store::find(tx, id).await?.filter(|grant| may_see(ctx, grant));
    Ok(found.ok_or(Refusal::NotFound(id))?)
}

fn may_see(ctx: &Ctx, grant: &SharingGrant) -> bool {
    ctx.may(Action::ReadTenantValues, grant.scope())
        || rules::receives(&ctx.grants, grant.terms.recipient)
}

impl Energy {
    /// Keeps a new grant; whether `ctx` acts for the owner, the caller has asked.
    pub(crate) async fn grant(
        &self,
        ctx: &Ctx,
        new: SharingGrantNew,
    ) -> ApiResult<SharingGrantView> {
        let SharingGrantNew { establishment_id, mut terms } = new;
        let directory = self.directory.snapshot();
        let owner = directory.establishment(establishment_id);
        let owner = owner.ok_or_else(|| Problem::not_found("establishment", establishment_id))?;
        rules::check(&terms, today(ctx)).map_err(refusal)?;
        if let Some(points) = &mut terms.points {
            points.sort_unstable();
            points.dedup();
        }
        let wrong = faults(&directory, establishment_id, &terms);
        if !wrong.is_empty() {
            return Err(refusal(Refusal::Invalid(wrong)));
        }
        let grant = SharingGrant {
            id: ctx.new_id(),
            complex_id: owner.complex,
            establishment_id,
            terms,
            created_at: ctx.now,
            created_by: ctx.actor.clone(),
            revoked_at: None,
            revoked_by: None,
        };
        let mut tx = self.platform.db.write_in_turn("sharing", establishment_id).await?;
        let level = sharing_level::store::level_of(&mut tx, establishment_id).await?;
        rules::check_level(&grant.terms, level)?;
        if store::is_full(&mut tx, establishment_id).await? {
            return Err(Refusal::TooMany.into());
        }
        store::insert(&mut tx, &grant).await?;
        audit(&mut tx, ctx, "sharing_grant.create", &grant).await?;
        tx.commit().await?;
        Ok(self.grant_view(ctx, grant, level))
    }

    fn grant_view(&self, ctx: &Ctx, grant: SharingGrant, level: Level) -> SharingGrantView {
        let directory = self.directory.snapshot();
        let owner = Scope::Establishment { id: grant.establishment_id, complex: grant.complex_id };
        SharingGrantView {
            id: grant.id,
            complex_id: grant.complex_id,
            establishment_id: grant.establishment_id,
            owner_name: name_of(&directory, owner).unwrap_or_else(|| owner.to_string()),
            recipient_name: name_of(&directory, grant.terms.recipient)
                .unwrap_or_else(|| grant.terms.recipient.to_string()),
            state: rules::state(&grant, level, today(ctx)),
            is_owner: ctx.may(Action::ReadTenantValues, owner),
            is_recipient: rules::receives(&ctx.grants, grant.terms.recipient),
            created_at: grant.created_at,
            created_by: grant.created_by,
            revoked_at: grant.revoked_at,
            terms: grant.terms,
        }
    }
}

/// What the thing behind a scope is called.
fn name_of(directory: &Snapshot, scope: Scope) -> Option<String> {
    match scope {
        Scope::System => None,
        Scope::Complex(id) => {
            let complex = directory.complexes().iter().find(|complex| complex.id == id)?;
            Some(complex.name.to_string())
        }
        Scope::Organisation(id) => Some(directory.organisation(id)?.name.to_string()),
        Scope::Establishment { id, complex } => {
            let site = directory.establishment(id).filter(|site| site.complex == complex)?;
            Some(site.name.to_string())
        }
    }
}

/// Whether a point counts quarters of an hour and is, or was, the owner's.
pub(crate) fn is_shareable(point: &PointInfo, owner: Id<Establishment>) -> bool {
    is_quarterly(point) && point.owners.iter().any(|span| span.establishment == owner)
}

/// What is wrong with recipient and points.
fn faults(directory: &Snapshot, owner: Id<Establishment>, terms: &SharingTerms) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let is_self = matches!(terms.recipient, Scope::Establishment { id, .. } if id == owner);
    if is_self || name_of(directory, terms.recipient).is_none() {
        let detail = "there is no such recipient: choose a complex, an organisation, or another firm \
                      by its sharing address";
        wrong.push(FieldError::new("/terms/recipient", detail));
    }
    let is_good =
        |id: &Id<Point>| directory.point_by_id(*id).is_some_and(|point| is_shareable(point, owner));
    let bad = terms.points.iter().flatten().find(|id| !is_good(id));
    if let Some(id) = bad {
        let detail = format!(
            "{id} is not a point of this establishment that counts quarters of an hour: choose one"
        );
        wrong.push(FieldError::new("/terms/points", detail));
    }
    let has = |quantity: &String| {
        let mut points = directory.points().iter();
        points.any(|point| *point.quantity == **quantity && is_shareable(point, owner))
    };
    if terms.quantity.as_ref().is_some_and(|quantity| !has(quantity)) {
        let detail = "this establishment has no point of it that counts quarters of an hour";
        wrong.push(FieldError::new("/terms/quantity", detail));
    }
    wrong
}

/// A refusal as problem+json, with every bad field.
fn refusal(error: Refusal) -> Problem {
    let fields = match &error {
        Refusal::Invalid(fields) => fields.clone(),
        Refusal::NotFound(_)
        | Refusal::LevelTooLow { .. }
        | Refusal::TooMany
        | Refusal::Closed(_) => Vec::new(),
    };
    let mut problem = Problem::from(error);
    problem.fields = fields;
    problem
}

async fn audit(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    grant: &SharingGrant,
) -> ApiResult<()> {
    let audit = Audit {
        action,
        subject: format!("sharing_grant:{}", grant.id),
        complex: Some(grant.complex_id),
        // The ledger is read by auditors of the complex: what it is for stays between the two.
        detail: json!({
            "establishment_id": grant.establishment_id,
            "recipient": grant.terms.recipient,
            "resolution": grant.terms.resolution,
        }),
    };
    Ok(tx.audit(ctx, audit).await?)
}
