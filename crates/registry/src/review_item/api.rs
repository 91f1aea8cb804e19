//! Review items over HTTP.

use axum::extract::State;
use base::{Action, Id, Page, PageQuery, Scope, noun};
use platform::Ctx;
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{ReviewDecision, ReviewItem, ReviewItemNoun, ReviewState, store};
use crate::access::{self, Reach};
use crate::change::{self, Change};
use crate::error::{RegistryError, named, same_complex};
use crate::registry_import::{EstablishmentInput, create_establishment, update_establishment};
use crate::{Registry, company, establishment};

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(review_item_list))
        .routes(routes!(review_item_resolve))
        .with_state(registry.clone())
}

/// Which items to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReviewItemFilter {
    /// Only those of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<noun::Complex>>,
    /// Only those in this state.
    state: Option<ReviewState>,
}

/// The review items within reach, the oldest first.
#[utoipa::path(get, path = "/api/v1/review_items", tag = "registry",
    params(ReviewItemFilter, PageQuery),
    responses((status = 200, body = Page<ReviewItem>), (status = 403, body = Problem)))]
async fn review_item_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Query(filter): Query<ReviewItemFilter>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<ReviewItem>>> {
    access::require_complex(&ctx, filter.complex)?;
    // Items show rows of files that only writers may read; an establishment reaches none of them.
    let (reach, after) = (Reach::of(&ctx), query.after()?);
    let mut tx = registry.platform().db.read().await?;
    let items =
        store::list(&mut tx, &reach, filter.complex, filter.state, after, query.fetch()).await?;
    Ok(Json(query.page(items, |x| x.id.to_string())))
}

/// A decision about a review item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewItemResolve {
    /// What to do.
    decision: ReviewDecision,
    /// The establishment that the row means; only with `merge`.
    #[schema(value_type = Option<uuid::Uuid>)]
    target_id: Option<Id<noun::Establishment>>,
}

/// Decides a review item.
#[utoipa::path(post, path = "/api/v1/review_items/{id}/resolve", tag = "registry",
    request_body = ReviewItemResolve, params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = ReviewItem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn review_item_resolve(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<ReviewItemNoun>>,
    Json(body): Json<ReviewItemResolve>,
) -> ApiResult<Json<ReviewItem>> {
    let mut tx = registry.write().await?;
    let mut item = store::find(&mut tx, id).await?;
    let scope = Scope::Complex(item.complex_id);
    access::see(&ctx, scope, "review item", id)?;
    ctx.require(Action::WriteRegistry, scope)?;
    if item.state != ReviewState::Open {
        return Err(decided(&item).into());
    }
    decide(&mut tx, &ctx, &mut item, &body).await?;
    item.decided_by = Some(ctx.actor.name.clone());
    item.decided_at = Some(ctx.now);
    if !store::decide(&mut tx, &item).await? {
        return Err(decided(&item).into());
    }
    let change = Change {
        action: "review_item.resolve",
        noun: "review_item",
        id: id.to_string(),
        scope,
        detail: json!({
            "decision": body.decision, "target": item.target_id, "import": item.import_id,
            "line": item.line, "values": item.values,
        }),
    };
    change::record(&mut tx, &ctx, change).await?;
    registry.commit(tx).await?;
    Ok(Json(item))
}

fn decided(item: &ReviewItem) -> RegistryError {
    RegistryError::Conflict(format!(
        "review item {} is decided already ({}): change the establishment itself instead",
        item.id, item.state
    ))
}

async fn decide(
    tx: &mut WriteTx,
    ctx: &Ctx,
    item: &mut ReviewItem,
    body: &ReviewItemResolve,
) -> Result<(), RegistryError> {
    let input = EstablishmentInput::from_values(&item.values).ok_or_else(|| {
        RegistryError::Conflict(format!("the cells of line {} hold an error: skip it", item.line))
    })?;
    match (body.decision, body.target_id) {
        (ReviewDecision::Create, None) => {
            let company = match &input.registration_number {
                Some(number) => company::store::by_number(tx, number).await?.map(|c| c.id),
                None => None,
            };
            let source = &item.file_name;
            let made =
                create_establishment(tx, ctx, item.complex_id, &input, company, source).await?;
            (item.state, item.target_id) = (ReviewState::Created, Some(made.id));
        }
        (ReviewDecision::Merge, Some(target)) => {
            let standing = establishment::store::find(tx, target).await;
            let standing = standing.map_err(named("/target_id"))?;
            same_complex("/target_id", standing.complex_id, item.complex_id)?;
            update_establishment(tx, ctx, target, &input, &item.file_name).await?;
            (item.state, item.target_id) = (ReviewState::Merged, Some(target));
        }
        (ReviewDecision::Skip, None) => item.state = ReviewState::Skipped,
        (ReviewDecision::Merge, None) => {
            let detail = "give the establishment that the row means, such as one of the candidates";
            return Err(RegistryError::field("/target_id", detail));
        }
        (ReviewDecision::Create | ReviewDecision::Skip, Some(_)) => {
            let detail = "leave it out: only merge has a target";
            return Err(RegistryError::field("/target_id", detail));
        }
    }
    Ok(())
}
