//! Saved queries over HTTP.
#![expect(unused_qualifications, reason = "the macros of utoipa write whole paths")]

use axum::extract::State;
use axum::http::StatusCode;
use base::noun::Complex;
use base::{Action, ErrorKind, FieldError, Id, Page, PageQuery, Scope};
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx, Platform};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store::{self, New, Owned};
use super::{Kept, NAME_CHARS_MAX, OWN_MAX, SPEC_BYTES_MAX, SavedQuery, SavedQueryKind};

/// The routes of saved queries.
pub fn routes(platform: &Platform) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(saved_query_list, saved_query_create))
        .routes(routes!(saved_query_change, saved_query_remove))
        .with_state(platform.clone())
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SavedQueryFilter {
    /// Only of this kind: `chart` or `sql`.
    #[param(inline)]
    kind: Option<SavedQueryKind>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A question to keep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SavedQueryNew {
    /// Its name, once for each owner.
    name: String,
    /// What sort of question it is.
    kind: SavedQueryKind,
    /// The question: the choices of the page, or `{"sql": "…"}`.
    #[schema(value_type = Object)]
    spec: Value,
    /// The complex in which it is shared; absent: only for oneself.
    #[schema(value_type = Option<uuid::Uuid>)]
    complex_id: Option<Id<Complex>>,
}

/// What to change: absent keeps.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SavedQueryChange {
    /// The version that the change was made from.
    version: i64,
    /// Its name.
    name: Option<String>,
    /// The question.
    #[schema(value_type = Option<Object>)]
    spec: Option<Value>,
    /// Whether it is shared in `complex_id` from now on.
    shared: Option<bool>,
    /// The complex in which it is shared.
    #[schema(value_type = Option<uuid::Uuid>)]
    complex_id: Option<Id<Complex>>,
}

/// The reader's own saved queries and those shared in the complexes that the reader knows.
#[utoipa::path(
    get, path = "/api/v1/saved_queries", tag = "telemetry", params(SavedQueryFilter),
    responses((status = 200, body = Page<SavedQuery>))
)]
async fn saved_query_list(
    State(platform): State<Platform>,
    ctx: Ctx,
    Query(filter): Query<SavedQueryFilter>,
) -> ApiResult<Json<Page<SavedQuery>>> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let page = PageQuery { limit: filter.limit, after: filter.after };
    let after = page.after::<Id<Kept>>()?;
    let mut tx = platform.db.read().await?;
    let (reader, reach) = (ctx.actor.id.as_str(), reach(&ctx));
    let rows = store::list(&mut tx, reader, &reach, filter.kind, after, page.fetch()).await?;
    Ok(Json(page.page(rows, |row| row.id.to_string())))
}

/// Keeps a question.
#[utoipa::path(
    post, path = "/api/v1/saved_queries", tag = "telemetry", request_body = SavedQueryNew,
    responses((status = 200, body = SavedQuery))
)]
async fn saved_query_create(
    State(platform): State<Platform>,
    ctx: Ctx,
    Json(new): Json<SavedQueryNew>,
) -> ApiResult<Json<SavedQuery>> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    check(&new.name, new.kind, &new.spec)?;
    check_complex(&ctx, new.complex_id)?;
    let id = ctx.new_id::<Kept>();
    let mut tx = platform.db.write_in_turn("saved_query", &ctx.actor.id).await?;
    if store::count(&mut tx, &ctx.actor.id).await? >= OWN_MAX {
        let detail = format!("you keep {OWN_MAX} queries, which is the most: remove one first");
        return Err(Problem::new(ErrorKind::TooLarge, "saved_query.too_many", detail));
    }
    let row = New {
        id,
        owner: &ctx.actor.id,
        owner_name: &ctx.actor.name,
        complex: new.complex_id,
        name: new.name.trim(),
        kind: new.kind,
        spec: &new.spec,
    };
    store::insert(&mut tx, row, ctx.now).await?;
    let saved = SavedQuery {
        id,
        name: new.name.trim().to_owned(),
        kind: new.kind,
        spec: new.spec,
        complex_id: new.complex_id,
        owner_name: ctx.actor.name.clone(),
        own: true,
        version: 1,
        updated_at: ctx.now,
    };
    tx.audit(&ctx, audit("saved_query.create", &saved)).await?;
    tx.commit().await?;
    Ok(Json(saved))
}

/// Changes a saved query; only its owner may.
#[utoipa::path(
    patch, path = "/api/v1/saved_queries/{id}", tag = "telemetry",
    params(("id" = uuid::Uuid, Path, description = "The saved query")),
    request_body = SavedQueryChange, responses((status = 200, body = SavedQuery))
)]
async fn saved_query_change(
    State(platform): State<Platform>,
    ctx: Ctx,
    Path(id): Path<Id<Kept>>,
    Json(change): Json<SavedQueryChange>,
) -> ApiResult<Json<SavedQuery>> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let mut tx = platform.db.write().await?;
    let old = own(&ctx, store::find(&mut tx, id, &ctx.actor.id).await?, id)?;
    if change.version != old.version {
        return Err(Problem::stale("saved query", change.version, old.version));
    }
    let complex_id = match change.shared {
        Some(true) => change.complex_id.or(old.complex_id),
        Some(false) => None,
        None => old.complex_id,
    };
    if complex_id != old.complex_id {
        check_complex(&ctx, complex_id)?;
    }
    let name = change.name.map_or(old.name, |name| name.trim().to_owned());
    let mut next = SavedQuery { name, complex_id, spec: change.spec.unwrap_or(old.spec), ..old };
    check(&next.name, next.kind, &next.spec)?;
    if !store::update(&mut tx, &next, ctx.now).await? {
        return Err(Problem::stale("saved query", change.version, next.version + 1));
    }
    next.version += 1;
    next.updated_at = ctx.now;
    tx.audit(&ctx, audit("saved_query.change", &next)).await?;
    tx.commit().await?;
    Ok(Json(next))
}

/// Removes a saved query; only its owner may.
#[utoipa::path(
    delete, path = "/api/v1/saved_queries/{id}", tag = "telemetry",
    params(("id" = uuid::Uuid, Path, description = "The saved query")),
    responses((status = 204))
)]
async fn saved_query_remove(
    State(platform): State<Platform>,
    ctx: Ctx,
    Path(id): Path<Id<Kept>>,
) -> ApiResult<StatusCode> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let mut tx = platform.db.write().await?;
    let old = own(&ctx, store::find(&mut tx, id, &ctx.actor.id).await?, id)?;
    store::delete(&mut tx, id).await?;
    tx.audit(&ctx, audit("saved_query.remove", &old)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The query, when it is the actor's own; 404 for what the actor may not know of.
fn own(ctx: &Ctx, found: Option<Owned>, id: Id<Kept>) -> Result<SavedQuery, Problem> {
    let Some(Owned { owner, query }) = found else {
        return Err(Problem::not_found("saved query", id));
    };
    if owner == ctx.actor.id {
        return Ok(query);
    }
    let is_known = query.complex_id.is_some_and(|complex| knows(ctx, complex));
    if !is_known {
        return Err(Problem::not_found("saved query", id));
    }
    Err(Problem::forbidden(format!(
        "'{}' is kept by {}: only they may change it; save it under a name of your own",
        query.name, query.owner_name
    )))
}

fn audit(action: &'static str, query: &SavedQuery) -> Audit {
    Audit {
        action,
        subject: format!("saved_query:{}", query.id),
        complex: query.complex_id,
        detail: json!({"name": query.name, "kind": query.kind, "spec": query.spec}),
    }
}

fn check(name: &str, kind: SavedQueryKind, spec: &Value) -> Result<(), Problem> {
    let mut wrong = Vec::new();
    let length = name.trim().chars().count();
    if length == 0 || length > NAME_CHARS_MAX {
        wrong.push(FieldError::new("/name", format!("give 1 to {NAME_CHARS_MAX} characters")));
    }
    let is_whole = match kind {
        SavedQueryKind::Sql => spec.get("sql").is_some_and(Value::is_string),
        SavedQueryKind::Chart => spec.is_object(),
    };
    if !is_whole {
        let detail = "give an object; for kind sql one with the text as `sql`";
        wrong.push(FieldError::new("/spec", detail));
    }
    if spec.to_string().len() > SPEC_BYTES_MAX {
        let detail = format!("the question is longer than {SPEC_BYTES_MAX} bytes: shorten it");
        wrong.push(FieldError::new("/spec", detail));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Problem::invalid(wrong)) }
}

fn check_complex(ctx: &Ctx, complex: Option<Id<Complex>>) -> Result<(), Problem> {
    match complex {
        Some(id) if !knows(ctx, id) => Err(Problem::not_found("complex", id)),
        _ => Ok(()),
    }
}

/// Whether the actor holds a role in the complex or over it.
fn knows(ctx: &Ctx, complex: Id<Complex>) -> bool {
    ctx.may(Action::ReadRegistry, Scope::Complex(complex))
        || ctx.grants.iter().any(|grant| {
            grant.scope.complex() == Some(complex) && ctx.may(Action::ReadRegistry, grant.scope)
        })
}

/// The complexes that the actor knows: `*`, or ids one after the other.
fn reach(ctx: &Ctx) -> String {
    if ctx.may(Action::ReadRegistry, Scope::System) {
        return "*".to_owned();
    }
    let complexes = ctx.grants.iter().filter_map(|grant| grant.scope.complex());
    complexes.filter(|id| knows(ctx, *id)).map(|id| id.to_string()).collect::<Vec<_>>().join(" ")
}
