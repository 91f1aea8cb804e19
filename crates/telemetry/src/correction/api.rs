//! Corrections over HTTP.

use axum::extract::State;
use base::noun::Point;
use base::{Action, Actor, Id, Instant, Page, PageQuery, Scope};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use registry::directory::{Directory, PointInfo};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rules::Change;
use super::work::{Corrections, Wanted};
use super::{Correction, CorrectionNoun, REASON_CHARS_MAX, store};
use crate::reading::access::{self, Span};
use crate::reading::api::forbidden;

#[derive(Clone)]
struct Corrected {
    corrections: Corrections,
    directory: Directory,
}

/// The routes of corrections.
pub(crate) fn routes(corrections: &Corrections, directory: Directory) -> OpenApiRouter {
    let corrections = corrections.clone();
    OpenApiRouter::new()
        .routes(routes!(correction_list, correction_create))
        .routes(routes!(correction_undo))
        .with_state(Corrected { corrections, directory })
}

/// What to correct: every reading of the point from `from` until before `to`, at most 1000.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CorrectionCreate {
    /// From here; the time of the reading, when it is one.
    #[schema(value_type = String, format = DateTime)]
    from: Instant,
    /// Until here, excluded; absent: only the reading at `from`.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Instant>,
    /// What becomes of the readings.
    change: Change,
    /// Why, for whoever asks in five years.
    reason: String,
}

/// Why a correction is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CorrectionUndo {
    /// Why.
    reason: String,
}

/// One version of one reading.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Correction)]
struct CorrectionView {
    /// Identifier.
    #[schema(value_type = uuid::Uuid)]
    id: Id<CorrectionNoun>,
    /// The point.
    #[schema(value_type = uuid::Uuid)]
    point_id: Id<Point>,
    /// The time of the reading.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// 1 for the first correction of this time.
    version: i64,
    /// What stood there before.
    old_value: f64,
    /// What stands there by this version; absent: struck out.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_value: Option<f64>,
    /// Why.
    reason: String,
    /// Who.
    author: Actor,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// Whether this version stands now.
    in_force: bool,
    /// Who took it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    undone_by: Option<Actor>,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    undone_at: Option<Instant>,
    /// Why it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    undo_reason: Option<String>,
}

/// What was corrected.
#[derive(Debug, Serialize, ToSchema)]
struct CorrectionsMade {
    /// The new versions, by time.
    items: Vec<CorrectionView>,
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CorrectionQuery {
    /// Readings from here; all when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Instant>,
    /// Readings until here, excluded; all when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Instant>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Every version of every correction of a point, the newest first; those of readings that the reader may
/// see. Superseded ones and those taken back stay in the list.
#[utoipa::path(
    get, path = "/api/v1/points/{id}/corrections", tag = "telemetry",
    params(("id" = uuid::Uuid, Path, description = "The point"), CorrectionQuery),
    responses((status = 200, body = Page<CorrectionView>))
)]
async fn correction_list(
    State(state): State<Corrected>,
    ctx: Ctx,
    Path(id): Path<Id<Point>>,
    Query(query): Query<CorrectionQuery>,
) -> ApiResult<Json<Page<CorrectionView>>> {
    let directory = state.directory.snapshot();
    let point = directory.point_by_id(id).ok_or_else(|| Problem::not_found("point", id))?;
    let asked = Span {
        from_ms: query.from.map_or(i64::MIN / 4, Instant::as_millis),
        until_ms: query.to.map_or(i64::MAX / 4, Instant::as_millis),
    };
    let may = |action, scope| ctx.may(action, scope);
    access::readable(point, asked, may).ok_or_else(|| forbidden(&ctx, point))?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let (after, fetch) = (page.after()?, page.fetch());
    let mut tx = state.corrections.platform.db.read().await?;
    let span = (asked.from_ms, asked.until_ms);
    let rows = store::list(&mut tx, id, span, after, fetch).await?;
    let mut page = page.page(rows, |row| row.id.to_string());
    page.items.retain(|row| access::may_read(point, row.at_ms, may));
    let items = page.items.into_iter().map(view).collect();
    Ok(Json(Page { items, next: page.next }))
}

/// Puts other values in the place of readings, or strikes them out. The readings stay in the books as
/// they were; a device that sends them again undoes nothing. Needs a role that may both see the values
/// and correct them, for the owner at the time of the readings.
#[utoipa::path(
    post, path = "/api/v1/points/{id}/corrections", tag = "telemetry",
    params(("id" = uuid::Uuid, Path, description = "The point")),
    request_body = CorrectionCreate,
    responses((status = 200, body = CorrectionsMade))
)]
async fn correction_create(
    State(state): State<Corrected>,
    ctx: Ctx,
    Path(id): Path<Id<Point>>,
    Json(new): Json<CorrectionCreate>,
) -> ApiResult<Json<CorrectionsMade>> {
    let directory = state.directory.snapshot();
    let point = directory.point_by_id(id).ok_or_else(|| Problem::not_found("point", id))?;
    let from_ms = new.from.as_millis();
    let until_ms = new.to.map_or(from_ms.saturating_add(1), Instant::as_millis);
    if from_ms >= until_ms {
        return Err(Problem::invalid_field("/from", "`from` must come before `to`"));
    }
    let spans = correctable(&ctx, point, Span { from_ms, until_ms })?;
    let reason = reason(&new.reason)?;
    let wanted = Wanted { spans, change: new.change, reason };
    let made = state.corrections.correct(&ctx, point, &wanted).await?;
    Ok(Json(CorrectionsMade { items: made.into_iter().map(view).collect() }))
}

/// Takes a correction in force back: the version before it stands again, or the reading as it came.
#[utoipa::path(
    post, path = "/api/v1/corrections/{id}/undo", tag = "telemetry",
    params(("id" = uuid::Uuid, Path, description = "The correction")),
    request_body = CorrectionUndo,
    responses((status = 200, body = CorrectionView))
)]
async fn correction_undo(
    State(state): State<Corrected>,
    ctx: Ctx,
    Path(id): Path<Id<CorrectionNoun>>,
    Json(undo): Json<CorrectionUndo>,
) -> ApiResult<Json<CorrectionView>> {
    ctx.require_somewhere(Action::CorrectReadings)?;
    let found = store::find(&mut state.corrections.platform.db.read().await?, id).await?;
    let directory = state.directory.snapshot();
    let missing = || Problem::not_found("correction", id);
    let correction = found.ok_or_else(missing)?;
    let point = directory.point_by_id(correction.point).ok_or_else(missing)?;
    let at_ms = correction.at_ms;
    // Whoever may not see the reading does not learn that it was corrected.
    if !access::may_read(point, at_ms, |action, scope| ctx.may(action, scope)) {
        return Err(missing());
    }
    correctable(&ctx, point, Span { from_ms: at_ms, until_ms: at_ms.saturating_add(1) })?;
    let reason = reason(&undo.reason)?;
    let undone = state.corrections.undo(&ctx, point, &correction, reason).await?;
    Ok(Json(view(undone)))
}

/// The parts of a span whose readings the actor may both see and correct.
fn correctable(ctx: &Ctx, point: &PointInfo, asked: Span) -> Result<Vec<(i64, i64)>, Problem> {
    let may =
        |action, scope: Scope| ctx.may(action, scope) && ctx.may(Action::CorrectReadings, scope);
    let readable = access::readable(point, asked, may).ok_or_else(|| {
        Problem::forbidden(format!(
            "{} may not correct readings of point {}: that takes a role that may see them and correct \
             them, for the complex, or for the establishment that owned the point then",
            ctx.actor.name, point.id
        ))
    })?;
    Ok(readable.spans.iter().map(|span| (span.from_ms, span.until_ms)).collect())
}

fn reason(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if (1..=REASON_CHARS_MAX).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    let detail = format!("say why, in 1 to {REASON_CHARS_MAX} characters");
    Err(Problem::invalid_field("/reason", detail))
}

fn view(correction: Correction) -> CorrectionView {
    let (undone_by, undone_at, undo_reason) = match correction.undone {
        None => (None, None, None),
        Some(undone) => (Some(undone.by), Some(undone.at), Some(undone.reason)),
    };
    CorrectionView {
        id: correction.id,
        point_id: correction.point,
        at: Instant::from_micros(correction.at_ms.saturating_mul(1_000)),
        version: correction.version,
        old_value: correction.old_value,
        new_value: correction.new_value,
        reason: correction.reason,
        author: correction.author,
        created_at: correction.created_at,
        in_force: correction.in_force,
        undone_by,
        undone_at,
        undo_reason,
    }
}
