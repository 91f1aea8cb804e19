//! Imports over HTTP: upload and look, then commit.

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use base::{Action, Id, Page, PageQuery, Scope, noun};
use platform::Ctx;
use platform::http::{ApiResult, Body, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::apply::{self, Judge};
use super::known::Known;
use super::table::Table;
use super::{
    ImportCounts, ImportKind, ImportRow, ImportState, ROWS_SHOWN, RegistryImport,
    RegistryImportNoun, RowAction, RowValues, UPLOAD_MAX, columns, store, table,
};
use crate::change::{self, Change};
use crate::error::{RegistryError, named};
use crate::{Registry, access, complex};

/// Rows kept in one transaction.
const KEEP_BATCH: usize = 100;

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(registry_import_list, registry_import_create))
        .routes(routes!(registry_import_get))
        .routes(routes!(registry_import_list_rows))
        .routes(routes!(registry_import_commit))
        // One byte more than the limit arrives, so that the refusal can say how large the file is.
        .layer(DefaultBodyLimit::max(UPLOAD_MAX + 1))
        .with_state(registry.clone())
}

/// What the body of an upload is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadQuery {
    /// What the file lists.
    kind: ImportKind,
    /// The complex that the rows belong to.
    #[param(value_type = uuid::Uuid)]
    complex: Id<noun::Complex>,
    /// The name of the file, which is kept.
    file_name: Option<String>,
}

/// An import with its first rows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegistryImportPreview {
    /// The import.
    #[serde(flatten)]
    import: RegistryImport,
    /// The first 500 rows; read the others page by page.
    rows: Vec<ImportRow>,
}

/// Takes a CSV or XLSX file in and shows what would happen to each row; writes nothing else. The body is
/// the file itself, at most 10 MiB and 50,000 rows.
#[utoipa::path(post, path = "/api/v1/registry_imports", tag = "registry", params(UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = RegistryImportPreview), (status = 403, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem)))]
async fn registry_import_create(
    State(registry): State<Registry>,
    ctx: Ctx,
    Query(query): Query<UploadQuery>,
    Body(bytes): Body,
) -> ApiResult<(StatusCode, Json<RegistryImportPreview>)> {
    ctx.require(Action::WriteRegistry, Scope::Complex(query.complex))?;
    let sha256 = base::hex(&Sha256::digest(&bytes));
    // Reading a large file takes a while: not on a thread that answers others.
    let table = tokio::task::spawn_blocking(move || table::read(&bytes)).await;
    let table = table.map_err(|error| {
        RegistryError::Conflict(format!("reading the file broke off ({error}): upload it again"))
    })??;
    let columns = columns::recognise(query.kind, &table.header)?;
    let name = query.file_name.unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    let mut import = RegistryImport {
        id: ctx.new_id(),
        complex_id: query.complex,
        kind: query.kind,
        file_name: if name.trim().is_empty() { "-".to_owned() } else { name },
        sha256,
        encoding: table.encoding.to_owned(),
        columns,
        rows_total: i64::try_from(table.rows.len()).unwrap_or(i64::MAX),
        counts: ImportCounts::default(),
        state: ImportState::Preview,
        taken_by: ctx.actor.name.clone(),
        taken_at: ctx.now,
        committed_at: None,
    };
    let mut tx = registry.platform().db.read().await?;
    complex::store::find(&mut tx, query.complex).await.map_err(named("/complex"))?;
    let known = Known::read(&mut tx, import.kind, import.complex_id).await?;
    drop(tx);
    let mut rows = rows_of(&import, table);
    let mut judge = Judge::new(&import, known);
    let mut counts = ImportCounts::default();
    for row in &mut rows {
        judge.judge(row);
        counts.add(row.action);
    }
    import.counts = counts;
    keep(&registry, &ctx, &import, &rows).await?;
    rows.truncate(usize::try_from(ROWS_SHOWN).unwrap_or(usize::MAX));
    Ok((StatusCode::CREATED, Json(RegistryImportPreview { import, rows })))
}

fn rows_of(import: &RegistryImport, table: Table) -> Vec<ImportRow> {
    let fields: Vec<_> = import.columns.iter().map(|column| column.field.as_deref()).collect();
    let row = |(line, cells): (i64, Vec<String>)| {
        let cells = fields.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
        let values: RowValues =
            cells.filter_map(|(field, cell)| field.map(|field| (field.to_owned(), cell))).collect();
        ImportRow {
            line,
            action: RowAction::Error,
            errors: Vec::new(),
            values,
            candidates: Vec::new(),
            target_id: None,
            applied: false,
        }
    };
    table.rows.into_iter().map(row).collect()
}

/// Keeps the preview: the rows first, so that an import that can be found is whole.
async fn keep(
    registry: &Registry,
    ctx: &Ctx,
    import: &RegistryImport,
    rows: &[ImportRow],
) -> Result<(), RegistryError> {
    let db = &registry.platform().db;
    let mut tx = db.write_bulk().await?;
    store::insert(&mut tx, import).await?;
    let change = Change {
        action: "registry_import.create",
        noun: "registry_import",
        id: import.id.to_string(),
        scope: Scope::Complex(import.complex_id),
        detail: json!({
            "file_name": import.file_name, "sha256": import.sha256, "kind": import.kind,
            "rows": import.rows_total, "counts": import.counts,
        }),
    };
    change::audit(&mut tx, ctx, change).await?;
    tx.commit().await?;
    for batch in rows.chunks(KEEP_BATCH) {
        let mut tx = db.write_bulk().await?;
        for row in batch {
            store::insert_row(&mut tx, import.id, row).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Whose imports to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportFilter {
    /// The complex.
    #[param(value_type = uuid::Uuid)]
    complex: Id<noun::Complex>,
}

/// The imports of a complex, the newest first.
#[utoipa::path(get, path = "/api/v1/registry_imports", tag = "registry",
    params(ImportFilter, PageQuery),
    responses((status = 200, body = Page<RegistryImport>), (status = 403, body = Problem)))]
async fn registry_import_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Query(filter): Query<ImportFilter>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<RegistryImport>>> {
    ctx.require(Action::WriteRegistry, Scope::Complex(filter.complex))?;
    let mut tx = registry.platform().db.read().await?;
    let items = store::list(&mut tx, filter.complex, query.after()?, query.fetch()).await?;
    Ok(Json(query.page(items, |x| x.id.to_string())))
}

/// One import.
#[utoipa::path(get, path = "/api/v1/registry_imports/{id}", tag = "registry",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = RegistryImport), (status = 404, body = Problem)))]
async fn registry_import_get(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<RegistryImportNoun>>,
) -> ApiResult<Json<RegistryImport>> {
    Ok(Json(find(&registry, &ctx, id).await?))
}

async fn find(
    registry: &Registry,
    ctx: &Ctx,
    id: Id<RegistryImportNoun>,
) -> ApiResult<RegistryImport> {
    let import = store::find(&mut registry.platform().db.read().await?, id).await?;
    let scope = Scope::Complex(import.complex_id);
    access::see(ctx, scope, "registry import", id)?;
    ctx.require(Action::WriteRegistry, scope)?;
    Ok(import)
}

/// Which rows to show.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RowFilter {
    /// Only those with this action.
    action: Option<RowAction>,
}

/// The rows of an import, by line.
#[utoipa::path(get, path = "/api/v1/registry_imports/{id}/rows", tag = "registry",
    params(("id" = uuid::Uuid, Path), RowFilter, PageQuery),
    responses((status = 200, body = Page<ImportRow>), (status = 404, body = Problem)))]
async fn registry_import_list_rows(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<RegistryImportNoun>>,
    Query(filter): Query<RowFilter>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<ImportRow>>> {
    find(&registry, &ctx, id).await?;
    let after = query.after()?.unwrap_or(i64::MIN);
    let mut tx = registry.platform().db.read().await?;
    let rows = store::rows(&mut tx, id, after, filter.action, query.fetch()).await?;
    Ok(Json(query.page(rows, |row| row.line.to_string())))
}

/// Writes an import: new and changed things at once, doubtful rows as review items. Each row is judged
/// anew against what stands now. Repeating it writes nothing twice.
#[utoipa::path(post, path = "/api/v1/registry_imports/{id}/commit", tag = "registry",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = RegistryImport), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn registry_import_commit(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<RegistryImportNoun>>,
) -> ApiResult<Json<RegistryImport>> {
    let mut import = find(&registry, &ctx, id).await?;
    if import.state == ImportState::Committed {
        return Ok(Json(import));
    }
    let counts = apply::commit(&registry, &ctx, &import).await?;
    let mut tx = registry.write().await?;
    store::commit(&mut tx, id, counts, ctx.now).await?;
    let change = Change {
        action: "registry_import.commit",
        noun: "registry_import",
        id: id.to_string(),
        scope: Scope::Complex(import.complex_id),
        detail: json!({ "file_name": import.file_name, "counts": counts }),
    };
    change::record(&mut tx, &ctx, change).await?;
    registry.commit(tx).await?;
    (import.state, import.counts) = (ImportState::Committed, counts);
    import.committed_at = Some(ctx.now);
    Ok(Json(import))
}
