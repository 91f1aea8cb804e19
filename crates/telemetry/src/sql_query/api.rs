//! SQL over HTTP.

use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use base::{Action, ErrorKind};
use futures::{StreamExt as _, TryStreamExt as _};
use platform::http::{ApiResult, Json, Problem, Query};
use platform::{Audit, Ctx, Platform};
use registry::directory::Directory;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::turn::Turns;
use super::{cells, tables};
use crate::Store;
use crate::export::{self, Format};
use crate::query::sql::{SqlAnswer, SqlParam, SqlQuestion};

/// Rows of an answer in JSON when no limit is given.
const ROWS_DEFAULT: usize = 1_000;
/// The most rows of an answer in JSON.
const ROWS_MAX: usize = 10_000;
/// The most rows of an export.
const EXPORT_ROWS_MAX: usize = 5_000_000;
/// Values for places in the text.
const PARAMS_MAX: usize = 100;
/// How long an answer in JSON may take.
const TIME_MAX: Duration = Duration::from_secs(30);
/// How long an export may take.
const EXPORT_TIME_MAX: Duration = Duration::from_mins(10);

#[derive(Clone)]
struct Sql {
    platform: Platform,
    store: Store,
    directory: Directory,
    turns: Turns,
}

/// The routes of questions in SQL.
pub fn routes(platform: &Platform, store: Store, directory: Directory) -> OpenApiRouter {
    let platform = platform.clone();
    OpenApiRouter::new().routes(routes!(sql_query_ask)).with_state(Sql {
        platform,
        store,
        directory,
        turns: Turns::default(),
    })
}

/// A question in SQL.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SqlQueryNew {
    /// One SELECT over `readings`, `points`, `devices`.
    sql: String,
    /// Values for `$1`, `$2`, …: texts, numbers, true, false, null.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    params: Vec<Value>,
    /// The most rows: 1 to 10000 in JSON (1000 when absent), 1 to 5000000 in an export (all when absent).
    limit: Option<usize>,
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SqlQueryForm {
    /// `json`, `csv` or `arrow`; by the `Accept` header when absent.
    #[param(inline)]
    format: Option<Format>,
    /// Whether a CSV begins with a byte order mark, for Excel.
    bom: Option<bool>,
}

/// A column of an answer.
#[derive(Debug, Serialize, ToSchema)]
struct SqlColumn {
    /// Its name.
    name: String,
    /// `text`, `number`, `boolean` or `instant`.
    kind: &'static str,
}

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
struct SqlQueryAnswer {
    /// The columns.
    columns: Vec<SqlColumn>,
    /// The rows, each with a cell for each column.
    #[schema(value_type = Vec<Vec<Object>>)]
    rows: Vec<Vec<Value>>,
    /// Whether there are more rows than the limit.
    truncated: bool,
    /// How long it took.
    took_ms: u64,
}

/// Answers one SELECT, within what the asker may read: of a tenant's point only the time in which an
/// establishment owned it that the asker may read for. `readings.at` is UTC; days of Korea are
/// `date_trunc('day', at + interval '9 hours')`.
#[utoipa::path(
    post, path = "/api/v1/sql_queries", tag = "telemetry", params(SqlQueryForm),
    request_body = SqlQueryNew, responses((status = 200, body = SqlQueryAnswer))
)]
async fn sql_query_ask(
    State(state): State<Sql>,
    ctx: Ctx,
    Query(form): Query<SqlQueryForm>,
    headers: HeaderMap,
    Json(new): Json<SqlQueryNew>,
) -> ApiResult<Response> {
    if ctx.require_somewhere(Action::ReadValues).is_err() {
        ctx.require_somewhere(Action::ReadTenantValues)?;
    }
    let format = Format::of(form.format, &headers);
    let turn = state.turns.take(&ctx.actor.id)?;
    let (rows_max, time_max) = match format {
        Format::Json => (new.limit.unwrap_or(ROWS_DEFAULT).clamp(1, ROWS_MAX), TIME_MAX),
        Format::Csv | Format::Arrow => {
            (new.limit.unwrap_or(EXPORT_ROWS_MAX).clamp(1, EXPORT_ROWS_MAX), EXPORT_TIME_MAX)
        }
    };
    let question = question(&state, &ctx, &new, rows_max, time_max)?;
    if format == Format::Json {
        return answer(&state.store, question, rows_max).await.map(|answer| {
            drop(turn);
            Json(answer).into_response()
        });
    }
    let SqlAnswer { schema, batches } = state.store.sql(question).await?;
    note(&state.platform, &ctx, &new, format).await?;
    let batches = batches.map_err(Problem::from).map(move |batch| {
        let _until_the_end = &turn;
        batch
    });
    Ok(export::respond("query", format, form.bom.unwrap_or(false), schema, batches.boxed()))
}

fn question(
    state: &Sql,
    ctx: &Ctx,
    new: &SqlQueryNew,
    rows_max: usize,
    time_max: Duration,
) -> Result<SqlQuestion, Problem> {
    if new.params.len() > PARAMS_MAX {
        let detail = format!("a question has {PARAMS_MAX} values at most");
        return Err(Problem::invalid_field("/params", detail));
    }
    let params = new.params.iter().enumerate().map(|(place, value)| param(place, value));
    let directory = state.directory.snapshot();
    let failed = |cause: arrow::error::ArrowError| {
        tracing::error!(%cause, "the tables of a question could not be made");
        Problem::new(ErrorKind::Internal, "sql_query.tables", "something failed on our side")
    };
    Ok(SqlQuestion {
        sql: new.sql.clone(),
        params: params.collect::<Result<_, _>>()?,
        claims: tables::claims(ctx, &directory),
        tables: vec![
            ("points", tables::points(ctx, &directory).map_err(failed)?),
            ("devices", tables::devices(ctx, &directory).map_err(failed)?),
        ],
        // One more tells whether there are more.
        rows_max: rows_max + 1,
        time_max,
    })
}

fn param(place: usize, value: &Value) -> Result<SqlParam, Problem> {
    match value {
        Value::Null => Ok(SqlParam::Null),
        Value::Bool(value) => Ok(SqlParam::Bool(*value)),
        Value::Number(value) => Ok(value
            .as_i64()
            .map_or_else(|| SqlParam::Float(value.as_f64().unwrap_or(f64::NAN)), SqlParam::Int)),
        Value::String(value) => Ok(SqlParam::Text(value.clone())),
        Value::Array(_) | Value::Object(_) => Err(Problem::invalid_field(
            &format!("/params/{place}"),
            "give a text, a number, true, false or null",
        )),
    }
}

async fn answer(
    store: &Store,
    question: SqlQuestion,
    rows_max: usize,
) -> Result<SqlQueryAnswer, Problem> {
    let start = tokio::time::Instant::now();
    let SqlAnswer { schema, mut batches } = store.sql(question).await?;
    let fields = schema.fields().iter();
    let columns = fields
        .map(|field| SqlColumn { name: field.name().clone(), kind: cells::kind(field.data_type()) })
        .collect();
    let mut rows = Vec::new();
    while let Some(batch) = batches.try_next().await? {
        let cells = cells::rows(&batch).map_err(|cause| {
            Problem::new(ErrorKind::Invalid, "query.sql", format!("no JSON of a column: {cause}"))
        })?;
        rows.extend(cells);
    }
    let truncated = rows.len() > rows_max;
    rows.truncate(rows_max);
    let took_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(SqlQueryAnswer { columns, rows, truncated, took_ms })
}

/// Every export is a row of the ledger.
async fn note(
    platform: &Platform,
    ctx: &Ctx,
    new: &SqlQueryNew,
    format: Format,
) -> Result<(), Problem> {
    let mut tx = platform.db.write().await?;
    let audit = Audit {
        action: "sql_query.export",
        subject: "sql_query".to_owned(),
        complex: None,
        detail: json!({"sql": new.sql, "params": new.params, "format": format!("{format:?}")}),
    };
    tx.audit(ctx, audit).await?;
    tx.commit().await?;
    Ok(())
}
