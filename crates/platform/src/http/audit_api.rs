//! Reading the ledger.

use axum::extract::State;
use base::noun::Complex;
use base::{Action, Id, Page, PageQuery, Scope};
use serde::Deserialize;

use super::{ApiResult, Json, Query};
use crate::audit::{self, AuditEntry, Verification};
use crate::{Ctx, Platform};

/// What to list of the ledger.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditFilter {
    /// `system` or the id of a complex.
    pub chain: Option<String>,
    /// Noun and verb: `alarm.acknowledge`.
    pub action: Option<String>,
    /// The thing: `alarm:ID`.
    pub subject: Option<String>,
    /// Rows of a page.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub after: Option<String>,
}

/// The audit ledger, the newest entry first. An auditor of one complex names it as `chain`.
#[utoipa::path(
    get, path = "/api/v1/audit_entries", tag = "platform", params(AuditFilter),
    responses((status = 200, body = Page<AuditEntry>), (status = 403, body = super::Problem))
)]
pub(super) async fn audit_entry_list(
    State(platform): State<Platform>,
    ctx: Ctx,
    Query(filter): Query<AuditFilter>,
) -> ApiResult<Json<Page<AuditEntry>>> {
    ctx.require(Action::ReadAudit, scope_of(filter.chain.as_deref()))?;
    let query = PageQuery { limit: filter.limit, after: filter.after.clone() };
    let mut tx = platform.db.read().await?;
    let rows = audit::list(&mut tx, &filter, query.after.clone(), query.fetch()).await?;
    Ok(Json(query.page(rows, |entry| entry.id.clone())))
}

fn scope_of(chain: Option<&str>) -> Scope {
    let complex = chain.and_then(|chain| chain.parse::<Id<Complex>>().ok());
    complex.map_or(Scope::System, Scope::Complex)
}

/// Recomputes the hash chains of the whole ledger and names the entries that do not fit.
#[utoipa::path(
    get, path = "/api/v1/audit_entries/verification", tag = "platform",
    responses((status = 200, body = Verification), (status = 403, body = super::Problem))
)]
pub(super) async fn audit_entry_verify(
    State(platform): State<Platform>,
    ctx: Ctx,
) -> ApiResult<Json<Verification>> {
    ctx.require(Action::ReadAudit, Scope::System)?;
    Ok(Json(audit::verify(&platform.db).await?))
}
