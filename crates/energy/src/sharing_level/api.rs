//! Levels of sharing over HTTP: each tenant's own.

use axum::extract::State as Shared;
use base::noun::{Complex, Establishment};
use base::{Action, Id, Scope};
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use registry::directory::EstablishmentInfo;
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    CHOICES_MAX, FLOOR_AREA_M2_MAX, SharingLevel, SharingLevelChange, SharingLevelError as Refusal,
    SharingLevelList, store,
};
use crate::Energy;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(sharing_level_list)).routes(routes!(sharing_level_update))
}

/// Which levels to list.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SharingLevelQuery {
    /// Only of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<Complex>>,
}

/// How much each of your establishments shares; 0 where nothing was ever chosen.
#[utoipa::path(
    get, path = "/api/v1/sharing_levels", tag = "energy", params(SharingLevelQuery),
    responses((status = 200, body = SharingLevelList), (status = 403, body = Problem))
)]
pub(crate) async fn sharing_level_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Query(query): Query<SharingLevelQuery>,
) -> ApiResult<Json<SharingLevelList>> {
    ctx.require_somewhere(Action::ReadValues)?;
    let directory = energy.directory.snapshot();
    let own = directory.establishments().filter(|site| {
        query.complex.is_none_or(|complex| complex == site.complex)
            && ctx.may(Action::ReadTenantValues, scope(site))
    });
    let mut own: Vec<_> = own.collect();
    own.sort_by_key(|site| site.id);
    let mut tx = energy.platform.db.read().await?;
    let mut items = Vec::with_capacity(own.len());
    for site in own {
        items.push(store::latest(&mut tx, site).await?);
    }
    Ok(Json(SharingLevelList { items }))
}

/// Chooses how much an establishment shares. A lower level closes what it no longer opens at once.
#[utoipa::path(
    patch, path = "/api/v1/sharing_levels/{establishment_id}", tag = "energy",
    params(("establishment_id" = uuid::Uuid, Path)), request_body = SharingLevelChange,
    responses(
        (status = 200, body = SharingLevel), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn sharing_level_update(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<Establishment>>,
    Json(change): Json<SharingLevelChange>,
) -> ApiResult<Json<SharingLevel>> {
    let site = energy.owned(&ctx, id)?;
    Ok(Json(energy.choose(&ctx, &site, change).await?))
}

/// Whom an establishment's values belong to.
pub(crate) fn scope(site: &EstablishmentInfo) -> Scope {
    Scope::Establishment { id: site.id, complex: site.complex }
}

impl Energy {
    /// The establishment, if `ctx` acts for it: only a role of the owner shares, stops and sees who read.
    pub(crate) fn owned(&self, ctx: &Ctx, id: Id<Establishment>) -> ApiResult<EstablishmentInfo> {
        let directory = self.directory.snapshot();
        let site = directory.establishment(id).filter(|site| {
            let complex = Scope::Complex(site.complex);
            ctx.may(Action::ReadRegistry, complex) || ctx.may(Action::ReadRegistry, scope(site))
        });
        let site = site.ok_or_else(|| Problem::not_found("establishment", id))?;
        ctx.require(Action::ManageEnergy, scope(site))?;
        if ctx.may(Action::ReadTenantValues, scope(site)) {
            return Ok(site.clone());
        }
        Err(Problem::forbidden(
            "what a tenant shares is the tenant's own choice: a role held for that establishment \
             (에너지 관리자) shares, stops and sees who read",
        ))
    }

    /// Keeps a choice; whether `ctx` may, the caller has asked.
    pub(crate) async fn choose(
        &self,
        ctx: &Ctx,
        site: &EstablishmentInfo,
        change: SharingLevelChange,
    ) -> ApiResult<SharingLevel> {
        if let Some(area) = change.floor_area_m2
            && !(area > 0.0 && area <= FLOOR_AREA_M2_MAX)
        {
            return Err(Refusal::FloorArea(area).into());
        }
        let mut tx = self.platform.db.write_in_turn("sharing", site.id).await?;
        let mut x = store::latest(&mut tx, site).await?;
        let (given, current) = (change.version, x.version);
        if given != current {
            return Err(Refusal::Stale { given, current }.into());
        }
        if current >= CHOICES_MAX {
            return Err(Refusal::TooMany.into());
        }
        (x.level, x.floor_area_m2) = (change.level, change.floor_area_m2);
        x.version += 1;
        (x.chosen_at, x.chosen_by) = (Some(ctx.now), Some(ctx.actor.clone()));
        store::insert(&mut tx, &x).await?;
        let audit = Audit {
            action: "sharing_level.update",
            subject: format!("sharing_level:{}", x.establishment_id),
            complex: Some(x.complex_id),
            detail: json!({ "level": x.level, "version": x.version }),
        };
        tx.audit(ctx, audit).await?;
        tx.commit().await?;
        Ok(x)
    }
}
