//! People over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use base::{Action, Id, Page, PageQuery, Scope, noun};
use platform::Ctx;
use platform::db::{ReadTx, WriteTx};
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Person, PersonCreate, PersonNoun, PersonUpdate, rules, store};
use crate::access::pattern;
use crate::access::{self, Reach};
use crate::change::{self, Change};
use crate::error::{RegistryError, named, same_version};
use crate::{Registry, establishment, organisation};

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(person_list, person_create))
        .routes(routes!(person_get, person_update))
        .with_state(registry.clone())
}

/// Which ones to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PersonFilter {
    /// Only those of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<noun::Complex>>,
    /// Only those of this establishment.
    #[param(value_type = Option<uuid::Uuid>)]
    establishment: Option<Id<noun::Establishment>>,
    /// Only those with this text in a name or code.
    q: Option<String>,
}

/// The people within reach, in the order of registration.
#[utoipa::path(get, path = "/api/v1/people", tag = "registry", params(PersonFilter, PageQuery),
    responses((status = 200, body = Page<Person>), (status = 403, body = Problem)))]
async fn person_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Query(filter): Query<PersonFilter>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<Person>>> {
    access::require_complex(&ctx, filter.complex)?;
    let (q, after) = (pattern(filter.q.as_deref()), query.after()?);
    let mut tx = registry.platform().db.read().await?;
    let filter = store::Filter {
        reach: &Reach::people(&ctx),
        complex: filter.complex,
        establishment: filter.establishment,
        q,
        after,
    };
    let items = store::list(&mut tx, filter, query.fetch()).await?;
    Ok(Json(query.page(items, |x| x.id.to_string())))
}

/// One person.
#[utoipa::path(get, path = "/api/v1/people/{id}", tag = "registry", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Person), (status = 404, body = Problem)))]
async fn person_get(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<PersonNoun>>,
) -> ApiResult<Json<Person>> {
    let x = store::find(&mut registry.platform().db.read().await?, id).await?;
    see(&ctx, &x)?;
    Ok(Json(x))
}

/// Registers a person.
#[utoipa::path(post, path = "/api/v1/people", tag = "registry", request_body = PersonCreate,
    responses((status = 201, body = Person), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn person_create(
    State(registry): State<Registry>,
    ctx: Ctx,
    Json(body): Json<PersonCreate>,
) -> ApiResult<(StatusCode, Json<Person>)> {
    let x = Person::born(body, ctx.new_id(), ctx.now);
    ctx.require(Action::WriteRegistry, scope(&x))?;
    let mut tx = registry.write().await?;
    register(&mut tx, &ctx, &x).await?;
    registry.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(x)))
}

/// Changes a person.
#[utoipa::path(patch, path = "/api/v1/people/{id}", tag = "registry", request_body = PersonUpdate,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Person), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn person_update(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<PersonNoun>>,
    Json(body): Json<PersonUpdate>,
) -> ApiResult<Json<Person>> {
    let mut tx = registry.write().await?;
    let x = store::find(&mut tx, id).await?;
    see(&ctx, &x)?;
    ctx.require(Action::WriteRegistry, scope(&x))?;
    same_version("person", id, body.version, x.version)?;
    let next = x.changed(body, ctx.now);
    amend(&mut tx, &ctx, &x, &next).await?;
    registry.commit(tx).await?;
    Ok(Json(next))
}

/// Checks and adds a person, and tells the consoles after the commit.
pub(crate) async fn register(tx: &mut WriteTx, ctx: &Ctx, x: &Person) -> Result<(), RegistryError> {
    add(tx, ctx, x).await?;
    Ok(change::announce(tx, scope(x), &json!({ "noun": "person", "id": x.id })).await?)
}

/// Checks and adds a person, with its audit row. In bulk: announce once before the commit.
pub(crate) async fn add(tx: &mut WriteTx, ctx: &Ctx, x: &Person) -> Result<(), RegistryError> {
    rules::check(x)?;
    references(tx, x).await?;
    store::insert(tx, x).await?;
    let change = Change {
        action: "person.create",
        noun: "person",
        id: x.id.to_string(),
        scope: scope(x),
        detail: json!({ "establishment": x.establishment_id, "organisation": x.organisation_id }),
    };
    Ok(change::audit(tx, ctx, change).await?)
}

/// Checks and saves the next version of a person, with its audit row.
pub(crate) async fn amend(
    tx: &mut WriteTx,
    ctx: &Ctx,
    before: &Person,
    after: &Person,
) -> Result<(), RegistryError> {
    rules::check(after)?;
    references(tx, after).await?;
    store::update(tx, after).await?;
    let change = Change {
        action: "person.update",
        noun: "person",
        id: after.id.to_string(),
        scope: scope(after),
        detail: json!({ "changed": changed_fields(before, after) }),
    };
    Ok(change::record(tx, ctx, change).await?)
}

/// Whom the person belongs to.
fn scope(x: &Person) -> Scope {
    match (x.establishment_id, x.organisation_id, x.complex_id) {
        (Some(id), _, Some(complex)) => Scope::Establishment { id, complex },
        (_, _, Some(complex)) => Scope::Complex(complex),
        (_, Some(id), None) => Scope::Organisation(id),
        (_, None, None) => Scope::System,
    }
}

/// Shows a person to those who write there and to its own house, and to nobody else.
fn see(ctx: &Ctx, x: &Person) -> Result<(), Problem> {
    let reach = Reach::people(ctx);
    let seen = x.establishment_id.is_some_and(|id| reach.holds(id))
        || x.organisation_id.is_some_and(|id| reach.holds(id))
        || x.complex_id.is_some_and(|id| reach.holds(id))
        || ctx.may(Action::WriteRegistry, Scope::System);
    if seen { Ok(()) } else { Err(Problem::not_found("person", x.id)) }
}

/// Refuses a person whose house lies in another complex.
async fn references(tx: &mut ReadTx, x: &Person) -> Result<(), RegistryError> {
    let complex = if let Some(id) = x.establishment_id {
        let house = establishment::store::find(tx, id).await.map_err(named("/establishment_id"))?;
        Some(house.complex_id)
    } else if let Some(id) = x.organisation_id {
        let house = organisation::store::find(tx, id).await.map_err(named("/organisation_id"))?;
        house.complex_id
    } else {
        None
    };
    if complex == x.complex_id {
        return Ok(());
    }
    let detail = "give the complex of the establishment or organisation, or nothing if it has none";
    Err(RegistryError::field("/complex_id", detail))
}

/// The names of the fields that differ: the ledger keeps no personal data.
fn changed_fields(before: &Person, after: &Person) -> Vec<&'static str> {
    [
        ("name", before.name != after.name),
        ("role", before.role != after.role),
        ("phone", before.phone != after.phone),
        ("email", before.email != after.email),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}
