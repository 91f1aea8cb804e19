//! Interval files over HTTP: look first, then keep.
#![expect(unused_qualifications, reason = "the macros of utoipa write whole paths")]

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use base::noun::{Complex, Device};
use base::{Action, Actor, Id, Instant, Page, PageQuery, Scope, allows};
use platform::db::ReadTx;
use platform::http::{ApiResult, Body, Json, Path, Problem, Query};
use platform::work::Stage;
use platform::{Audit, Ctx, Platform};
use registry::directory::{DeviceInfo, Snapshot};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store::FileRow;
use super::{
    FILE_BYTES_MAX, FILES_AT_ONCE, ImportError, IntervalFile, IntervalPreview, IntervalResult,
    PREVIEW_KEPT, PREVIEWS_PER_DEVICE_MAX, keep, prepare, store,
};
use crate::column_mapping;
use crate::ingress::{Ingest, device_scope};

/// Longest name of a file, in characters.
const FILE_NAME_CHARS_MAX: usize = 200;
/// How often files that waited too long are removed.
const CLEAN_EVERY: Duration = Duration::from_hours(1);

#[derive(Clone)]
struct Imports {
    platform: Platform,
    ingest: Ingest,
    turns: Arc<Semaphore>,
}

/// The routes of interval files.
pub fn routes(platform: &Platform, ingest: Ingest) -> OpenApiRouter {
    let turns = Arc::new(Semaphore::new(FILES_AT_ONCE));
    OpenApiRouter::new()
        .routes(routes!(interval_import_list, interval_import_preview))
        .routes(routes!(interval_import_commit))
        .layer(DefaultBodyLimit::max(FILE_BYTES_MAX))
        .with_state(Imports { platform: platform.clone(), ingest, turns })
}

/// Starts the task that removes files which waited too long.
pub fn tasks(platform: &Platform) {
    let cleaned = platform.clone();
    platform.tasks.every(Stage::Drain, CLEAN_EVERY, move || {
        let platform = cleaned.clone();
        async move {
            if let Err(error) = remove_expired(&platform).await {
                tracing::warn!(%error, "expired interval files were not removed; the next hour tries again");
            }
        }
    });
}

/// Removes the files that waited too long; tells how many.
pub(super) async fn remove_expired(platform: &Platform) -> Result<usize, ImportError> {
    let expired = store::expired(&mut platform.db.read().await?, platform.clock.now()).await?;
    for id in &expired {
        platform.blob.delete(&blob_path(*id)).await?;
        let mut tx = platform.db.write_bulk().await?;
        store::delete(&mut tx, *id).await?;
        tx.commit().await?;
    }
    Ok(expired.len())
}

/// A file and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IntervalImport {
    /// Identifier.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<IntervalFile>,
    /// The device that it was read for.
    #[schema(value_type = uuid::Uuid)]
    pub device_id: Id<Device>,
    /// Its name.
    pub file_name: String,
    /// When it was uploaded.
    pub at: Instant,
    /// Who uploaded it.
    pub actor: Actor,
    /// Rows that were read.
    pub rows: i64,
    /// `previewed`, `committed` or `expired`.
    pub state: &'static str,
    /// Readings for intervals that had none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added: Option<u64>,
    /// Readings in place of others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced: Option<u64>,
    /// Readings that stood already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unchanged: Option<u64>,
}

impl IntervalImport {
    fn of(row: FileRow, now: Instant) -> Self {
        let state = match row.result {
            Some(_) => "committed",
            None if row.expires_at < now => "expired",
            None => "previewed",
        };
        Self {
            id: row.id,
            device_id: row.device,
            file_name: row.file_name,
            at: row.created_at,
            actor: row.actor,
            rows: row.rows,
            state,
            added: row.result.map(|result| result.added),
            replaced: row.result.map(|result| result.replaced),
            unchanged: row.result.map(|result| result.unchanged),
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct IntervalImportQuery {
    /// Only of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<Complex>>,
    /// Only of this device.
    #[param(value_type = Option<uuid::Uuid>)]
    device: Option<Id<Device>>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct IntervalPreviewQuery {
    /// Identifier or key of the meter.
    device: String,
    /// How the columns are read: `kepco` (when absent), `steel`, or the id of a saved mapping.
    mapping: Option<String>,
    /// Name of the file.
    file_name: Option<String>,
}

/// The files that were uploaded for devices within reach, newest first; no values of them.
#[utoipa::path(
    get, path = "/api/v1/interval_imports", tag = "telemetry", params(IntervalImportQuery),
    responses((status = 200, body = Page<IntervalImport>))
)]
async fn interval_import_list(
    State(imports): State<Imports>,
    ctx: Ctx,
    Query(query): Query<IntervalImportQuery>,
) -> ApiResult<Json<Page<IntervalImport>>> {
    ctx.require_somewhere(Action::ImportReadings)?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let filter = store::Filter {
        reach: &reach(&ctx),
        complex: query.complex,
        device: query.device,
        after: page.after::<Id<IntervalFile>>()?,
        fetch: page.fetch(),
    };
    let rows = store::list(&mut imports.platform.db.read().await?, filter).await?;
    let items = rows.into_iter().map(|row| IntervalImport::of(row, ctx.now)).collect();
    Ok(Json(page.page(items, |row: &IntervalImport| row.id.to_string())))
}

/// Reads a file of intervals (CSV or XLSX, at most 50 MiB, 2 million rows) and shows what it holds: sums,
/// peak, gaps, doubtful rows. Nothing is kept until the commit; after a day the file is gone.
#[utoipa::path(
    post, path = "/api/v1/interval_imports", tag = "telemetry", params(IntervalPreviewQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = IntervalPreview))
)]
async fn interval_import_preview(
    State(imports): State<Imports>,
    ctx: Ctx,
    Query(query): Query<IntervalPreviewQuery>,
    request: Request,
) -> ApiResult<Json<IntervalPreview>> {
    let snapshot = imports.ingest.directory().snapshot();
    let device = device(&snapshot, &query.device)
        .filter(|device| ctx.may(Action::ImportReadings, device_scope(device)))
        .ok_or_else(|| Problem::not_found("device", crate::reject::cut(&query.device, 64)))?;
    let db = &imports.platform.db;
    let name = query.mapping.as_deref().unwrap_or("kepco");
    let mut tx = db.read().await?;
    refuse_too_many(&mut tx, device.id).await?;
    let mapping = column_mapping::find(&mut tx, device.complex, name).await?;
    let mapping =
        mapping.ok_or_else(|| ImportError::UnknownMapping(crate::reject::cut(name, 64)))?;
    drop(tx);

    // The file is taken into memory only when its turn has come.
    let _turn = imports.turns.acquire().await.map_err(|_| ImportError::Interrupted)?;
    let Body(bytes) = Body::from_request(request, &()).await?;
    let prepared = prepare(&imports.ingest, &device.key, &mapping, bytes.clone(), ctx.now).await?;
    let row = FileRow {
        id: ctx.new_id(),
        complex: device.complex,
        establishment: device.establishment,
        device: device.id,
        file_name: file_name(query.file_name.as_deref()),
        spec: mapping,
        rows: i64::try_from(prepared.parsed.rows.len()).unwrap_or(i64::MAX),
        actor: ctx.actor.clone(),
        created_at: ctx.now,
        expires_at: ctx.now + PREVIEW_KEPT,
        result: None,
    };
    imports.platform.blob.put(&blob_path(row.id), bytes).await?;
    let mut tx = db.write_in_turn("interval_import", device.id).await?;
    refuse_too_many(&mut tx, device.id).await?;
    store::insert(&mut tx, &row).await?;
    tx.commit().await?;
    let preview = prepared.preview();
    Ok(Json(IntervalPreview { id: Some(row.id), expires_at: Some(row.expires_at), ..preview }))
}

/// Refuses one more file of a device that waits.
async fn refuse_too_many(tx: &mut ReadTx, device: Id<Device>) -> ApiResult<()> {
    if store::waiting(tx, device, PREVIEWS_PER_DEVICE_MAX).await? >= PREVIEWS_PER_DEVICE_MAX {
        return Err(ImportError::TooManyPreviews.into());
    }
    Ok(())
}

/// Keeps the readings of a file that was looked at and tells what changed. Safe to repeat: the second
/// time gives the answer of the first.
#[utoipa::path(
    post, path = "/api/v1/interval_imports/{id}/commit", tag = "telemetry",
    params(("id" = uuid::Uuid, Path, description = "The file")),
    responses((status = 200, body = IntervalResult))
)]
async fn interval_import_commit(
    State(imports): State<Imports>,
    ctx: Ctx,
    Path(id): Path<Id<IntervalFile>>,
) -> ApiResult<Json<IntervalResult>> {
    let Imports { platform, ingest, turns } = &imports;
    let row = store::find(&mut platform.db.read().await?, id).await?;
    let row = row
        .filter(|row| ctx.may(Action::ImportReadings, row.scope()))
        .ok_or_else(|| Problem::not_found("interval file", id))?;
    if let Some(result) = row.result {
        return Ok(Json(result));
    }
    if row.expires_at < ctx.now {
        return Err(ImportError::Expired.into());
    }
    let snapshot = ingest.directory().snapshot();
    let device =
        snapshot.device(row.device).ok_or_else(|| Problem::not_found("device", row.device))?;
    let _turn = turns.acquire().await.map_err(|_| ImportError::Interrupted)?;
    let bytes = platform.blob.get(&blob_path(id)).await?;
    let prepared = prepare(ingest, &device.key, &row.spec, bytes, row.created_at).await?;
    let result = keep(ingest, &prepared, &ctx.actor, ctx.now).await?;
    settle(platform, &ctx, &row, result).await?;
    Ok(Json(result))
}

/// Notes that the readings are kept, and lets the file go.
async fn settle(
    platform: &Platform,
    ctx: &Ctx,
    row: &FileRow,
    result: IntervalResult,
) -> Result<(), ImportError> {
    let mut tx = platform.db.write().await?;
    if store::commit(&mut tx, row.id, result, ctx.now).await? {
        let audit = Audit {
            action: "interval_import.commit",
            subject: format!("interval_import:{}", row.id),
            complex: Some(row.complex),
            detail: json!({"device": row.device, "file_name": row.file_name, "result": result}),
        };
        tx.audit(ctx, audit).await?;
    }
    tx.commit().await?;
    if let Err(error) = platform.blob.delete(&blob_path(row.id)).await {
        tracing::warn!(%error, file = %row.id, "an imported file was not removed");
    }
    Ok(())
}

fn device<'s>(snapshot: &'s Snapshot, name: &str) -> Option<&'s DeviceInfo> {
    match name.parse() {
        Ok(id) => snapshot.device(id),
        Err(_) => snapshot.device_by_key(name),
    }
}

fn file_name(given: Option<&str>) -> String {
    let name = given.map(str::trim).filter(|name| !name.is_empty()).unwrap_or("-");
    crate::reject::cut(name, FILE_NAME_CHARS_MAX)
}

fn blob_path(id: Id<IntervalFile>) -> String {
    format!("interval_imports/{id}")
}

/// The complexes and establishments whose devices the actor may import into: `*`, or ids.
fn reach(ctx: &Ctx) -> String {
    let mut ids = Vec::new();
    for grant in ctx.grants.iter() {
        if !allows(std::slice::from_ref(grant), Action::ImportReadings, grant.scope) {
            continue;
        }
        match grant.scope {
            Scope::System => return "*".to_owned(),
            Scope::Complex(id) => ids.push(id.to_string()),
            Scope::Establishment { id, .. } => ids.push(id.to_string()),
            Scope::Organisation(_) => {}
        }
    }
    ids.join(" ")
}
