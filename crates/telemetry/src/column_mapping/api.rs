//! Mappings over HTTP.
#![expect(unused_qualifications, reason = "the macros of utoipa write whole paths")]

use axum::extract::State;
use base::noun::Complex;
use base::{Action, Id, Page, PageQuery, Scope, allows};
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx, Platform};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Mapping, Saved, store};

/// Longest name of a mapping, in characters.
const NAME_CHARS_MAX: usize = 100;

/// The routes of column mappings.
pub fn routes(platform: &Platform) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(column_mapping_list, column_mapping_create))
        .routes(routes!(column_mapping_change))
        .with_state(platform.clone())
}

/// How the columns of an interval file are read, under a name.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ColumnMapping {
    /// What to give as `mapping` of an import: the name of a built-in one, else an identifier.
    pub id: String,
    /// The complex that saved it; absent for those built in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub complex_id: Option<Id<Complex>>,
    /// Its name.
    pub name: String,
    /// The columns.
    pub spec: Mapping,
    /// Give this back with a change; absent for those built in, which do not change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ColumnMappingQuery {
    /// Only of this complex, besides those built in.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<Complex>>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A mapping to save.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ColumnMappingNew {
    /// The complex that keeps it.
    #[schema(value_type = uuid::Uuid)]
    complex_id: Id<Complex>,
    /// Its name, unique in the complex.
    name: String,
    /// The columns.
    spec: Mapping,
}

/// What to change of a mapping: absent keeps.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ColumnMappingChange {
    /// The version that the change was made from.
    version: i64,
    /// Its name.
    name: Option<String>,
    /// The columns.
    spec: Option<Mapping>,
}

/// The mappings that an import can use: those built in first, then those of the complexes.
#[utoipa::path(
    get, path = "/api/v1/column_mappings", tag = "telemetry", params(ColumnMappingQuery),
    responses((status = 200, body = Page<ColumnMapping>))
)]
async fn column_mapping_list(
    State(platform): State<Platform>,
    ctx: Ctx,
    Query(query): Query<ColumnMappingQuery>,
) -> ApiResult<Json<Page<ColumnMapping>>> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let after = page.after::<Id<Saved>>()?;
    let mut tx = platform.db.read().await?;
    let saved = store::list(&mut tx, &reach(&ctx), query.complex, after, page.fetch()).await?;
    let mut page = page.page(saved, |mapping| mapping.id.clone());
    if after.is_none() {
        page.items.splice(0..0, builtin());
    }
    Ok(Json(page))
}

/// Saves a mapping for all of a complex. Who may import into any meter of the complex may do so.
#[utoipa::path(
    post, path = "/api/v1/column_mappings", tag = "telemetry", request_body = ColumnMappingNew,
    responses((status = 200, body = ColumnMapping))
)]
async fn column_mapping_create(
    State(platform): State<Platform>,
    ctx: Ctx,
    Json(new): Json<ColumnMappingNew>,
) -> ApiResult<Json<ColumnMapping>> {
    require_within(&ctx, new.complex_id)?;
    check(&new.name, &new.spec)?;
    let id = ctx.new_id::<Saved>();
    let mut tx = platform.db.write().await?;
    store::insert(&mut tx, id, new.complex_id, &new.name, &new.spec, ctx.now).await?;
    let audit = Audit {
        action: "column_mapping.create",
        subject: format!("column_mapping:{id}"),
        complex: Some(new.complex_id),
        detail: json!({"name": new.name, "spec": new.spec}),
    };
    tx.audit(&ctx, audit).await?;
    tx.commit().await?;
    Ok(Json(ColumnMapping {
        id: id.to_string(),
        complex_id: Some(new.complex_id),
        name: new.name,
        spec: new.spec,
        version: Some(1),
    }))
}

/// Changes a saved mapping. It takes a role for the whole complex, as others use it too.
#[utoipa::path(
    patch, path = "/api/v1/column_mappings/{id}", tag = "telemetry",
    params(("id" = uuid::Uuid, Path, description = "The mapping")),
    request_body = ColumnMappingChange,
    responses((status = 200, body = ColumnMapping))
)]
async fn column_mapping_change(
    State(platform): State<Platform>,
    ctx: Ctx,
    Path(id): Path<Id<Saved>>,
    Json(change): Json<ColumnMappingChange>,
) -> ApiResult<Json<ColumnMapping>> {
    let mut tx = platform.db.write().await?;
    let found = store::find(&mut tx, id).await?;
    let found = found.and_then(|old| old.complex_id.map(|complex| (old, complex)));
    let Some((old, complex)) = found else { return Err(Problem::not_found("column mapping", id)) };
    if require_within(&ctx, complex).is_err() {
        return Err(Problem::not_found("column mapping", id));
    }
    ctx.require(Action::ImportReadings, Scope::Complex(complex))?;
    let current = old.version.unwrap_or_default();
    if change.version != current {
        return Err(Problem::stale("column mapping", change.version, current));
    }
    let name = change.name.unwrap_or(old.name);
    let spec = change.spec.unwrap_or(old.spec);
    check(&name, &spec)?;
    if !store::update(&mut tx, id, &name, &spec, change.version, ctx.now).await? {
        return Err(Problem::stale("column mapping", change.version, current + 1));
    }
    let audit = Audit {
        action: "column_mapping.change",
        subject: format!("column_mapping:{id}"),
        complex: Some(complex),
        detail: json!({"name": name, "spec": spec}),
    };
    tx.audit(&ctx, audit).await?;
    tx.commit().await?;
    let version = Some(change.version + 1);
    Ok(Json(ColumnMapping { id: id.to_string(), complex_id: Some(complex), name, spec, version }))
}

fn builtin() -> impl Iterator<Item = ColumnMapping> {
    Mapping::BUILTIN.into_iter().filter_map(|name| {
        let spec = Mapping::builtin(name)?;
        let id = name.to_owned();
        Some(ColumnMapping { name: id.clone(), id, complex_id: None, spec, version: None })
    })
}

fn check(name: &str, spec: &Mapping) -> Result<(), Problem> {
    let mut wrong = spec.check();
    let length = name.trim().chars().count();
    if length == 0 || length > NAME_CHARS_MAX || Mapping::BUILTIN.contains(&name) {
        let detail =
            format!("give 1 to {NAME_CHARS_MAX} characters, not the name of a built-in one");
        wrong.insert(0, base::FieldError::new("/name", detail));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Problem::invalid(wrong)) }
}

/// Refuses unless the actor may import into something of this complex.
fn require_within(ctx: &Ctx, complex: Id<Complex>) -> Result<(), Problem> {
    let within = ctx.grants.iter().any(|grant| {
        grant.scope.complex() == Some(complex)
            && allows(std::slice::from_ref(grant), Action::ImportReadings, grant.scope)
    });
    if within { Ok(()) } else { ctx.require(Action::ImportReadings, Scope::Complex(complex)) }
}

/// The complexes that the actor knows: `*`, or ids one after the other.
fn reach(ctx: &Ctx) -> String {
    if ctx.may(Action::ReadRegistry, Scope::System) {
        return "*".to_owned();
    }
    let complexes = ctx.grants.iter().filter_map(|grant| grant.scope.complex());
    complexes.map(|id| id.to_string()).collect::<Vec<_>>().join(" ")
}
