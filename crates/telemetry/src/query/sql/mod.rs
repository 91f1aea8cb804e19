//! SQL that people write: one SELECT over readings, points and devices, within what the asker may see.
//!
//! ```text
//! text ─► guard (one SELECT, size) ─► plan, on a thread with a deep stack ─► guard (size of the plan)
//!      ─► every node yields ─► stream with limits of time, rows and memory
//! ```
//!
//! Invariants: what may be read is decided by the tables, never by the text; a question changes nothing
//! and names no file; when the answer is dropped, the work ends.

mod gate;
mod guard;
mod readings;

use std::sync::Arc;
use std::time::Duration;

use base::Series;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::LogicalPlanBuilder;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::ObjectStore;

use super::{QueryError, table};
use crate::{Store, StoreError};

pub use guard::{CTES_MAX, DEPTH_MAX, RELATIONS_MAX, TEXT_BYTES_MAX, TOKENS_MAX};

/// Memory of all SQL together.
pub const SQL_MEMORY_BYTES_MAX: usize = 256 << 20;
/// Stack of the thread that plans; pages that are not touched cost nothing.
const STACK_BYTES: usize = 256 << 20;
/// Functions that make much of little, outside the memory that is counted.
const NO_FUNCTIONS: [&str; 6] = ["repeat", "lpad", "rpad", "replace", "overlay", "translate"];
/// Functions that make rows of nothing.
const NO_TABLE_FUNCTIONS: [&str; 2] = ["generate_series", "range"];

/// A stretch of a point's time that the asker may read, with the words that stand beside its readings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The point in readings.
    pub series: Series,
    /// From here.
    pub from_ms: i64,
    /// Until here, excluded.
    pub until_ms: i64,
    /// The point.
    pub point_id: String,
    /// Its key within the device.
    pub point_key: String,
    /// Key of its device.
    pub device_key: String,
    /// Code of the quantity.
    pub quantity: String,
    /// Unit of the values, UCUM.
    pub unit: String,
    /// Whose readings of this time they are; absent when the complex runs the point.
    pub establishment_id: Option<String>,
    /// Code of the complex.
    pub complex: String,
}

/// One question.
#[derive(Debug, Clone)]
pub struct SqlQuestion {
    /// The text: one SELECT.
    pub sql: String,
    /// Values for `$1`, `$2`, …
    pub params: Vec<SqlParam>,
    /// What of the readings the asker may see.
    pub claims: Vec<Claim>,
    /// Other tables, each with all its rows.
    pub tables: Vec<(&'static str, RecordBatch)>,
    /// The most rows of the answer.
    pub rows_max: usize,
    /// How long it may take.
    pub time_max: Duration,
}

/// A value for a place in the text.
#[derive(Debug, Clone, PartialEq)]
pub enum SqlParam {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any number.
    Float(f64),
    /// A text; an instant is written as one.
    Text(String),
}

/// The answer: its columns, and its rows as they come. Dropping it ends the work.
pub struct SqlAnswer {
    /// The columns.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: BoxStream<'static, Result<RecordBatch, QueryError>>,
}

/// The surroundings in which SQL runs: memory of its own, no disk.
pub(super) fn runtime(objects: Arc<dyn ObjectStore>) -> Result<Arc<RuntimeEnv>, QueryError> {
    let no_disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_limit(SQL_MEMORY_BYTES_MAX, 1.0)
        .with_disk_manager_builder(no_disk)
        .build_arc()?;
    let url = ObjectStoreUrl::parse(table::STORE_URL)?;
    runtime.register_object_store(url.as_ref(), objects);
    Ok(runtime)
}

impl Store {
    /// Answers one SELECT.
    pub async fn sql(&self, question: SqlQuestion) -> Result<SqlAnswer, StoreError> {
        let deadline = tokio::time::Instant::now() + question.time_max;
        let seconds = question.time_max.as_secs();
        let late = QueryError::Timeout { seconds };
        let (plan, task) = tokio::time::timeout_at(deadline, planned(self.clone(), question))
            .await
            .map_err(|_| late)??;
        let stream = execute_stream(plan, task).map_err(|error| guard::words(&error))?;
        let schema = stream.schema();
        let batches = limited(self.clone(), stream, deadline, seconds);
        Ok(SqlAnswer { schema, batches })
    }
}

fn limited(
    store: Store,
    stream: SendableRecordBatchStream,
    deadline: tokio::time::Instant,
    seconds: u64,
) -> BoxStream<'static, Result<RecordBatch, QueryError>> {
    let next = move |mut stream: SendableRecordBatchStream| async move {
        match tokio::time::timeout_at(deadline, stream.next()).await {
            Ok(Some(batch)) => Ok(Some((batch.map_err(|error| guard::words(&error))?, stream))),
            Ok(None) => Ok(None),
            Err(_) => Err(QueryError::Timeout { seconds }),
        }
    };
    let batches = futures::stream::try_unfold(stream, next).into_stream();
    batches.inspect_err(move |error| store.note_missing(error)).boxed()
}

type Planned = (Arc<dyn ExecutionPlan>, Arc<TaskContext>);

/// Plans on a thread of its own: planning recurses as deep as the text nests, and a stack that overflows
/// ends the process.
async fn planned(store: Store, question: SqlQuestion) -> Result<Planned, QueryError> {
    let failed = |cause: &str| QueryError::Engine(format!("planning ended early: {cause}"));
    let (answer, answered) = tokio::sync::oneshot::channel();
    let handle = tokio::runtime::Handle::current();
    std::thread::Builder::new()
        .name("sql-plan".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            // Nobody waits any more when the asker left.
            let _ = answer.send(handle.block_on(plan(store, question)));
        })
        .map_err(|cause| failed(&cause.to_string()))?;
    answered.await.map_err(|cause| failed(&cause.to_string()))?
}

async fn plan(store: Store, question: SqlQuestion) -> Result<Planned, QueryError> {
    let statement = guard::statement(&question.sql)?;
    let context = context(&store, &question)?;
    let state = context.state();
    let plan = state.statement_to_plan(statement).await.map_err(|error| guard::words(&error))?;
    guard::check_plan(&plan)?;
    let values = question.params.iter().map(scalar).collect::<Vec<_>>();
    let plan =
        plan.with_param_values(ParamValues::from(values)).map_err(|error| guard::words(&error))?;
    let plan = LogicalPlanBuilder::from(plan)
        .limit(0, Some(question.rows_max))
        .and_then(LogicalPlanBuilder::build)
        .map_err(|error| guard::words(&error))?;
    let plan = state.create_physical_plan(&plan).await.map_err(|error| guard::words(&error))?;
    // A join makes many rows of few and would not come back for the limit of time.
    let plan = plan
        .transform_up(|node| Ok(Transformed::yes(Arc::new(CooperativeExec::new(node)) as _)))
        .map_err(|error: DataFusionError| guard::words(&error))?
        .data;
    Ok((plan, context.task_ctx()))
}

/// A session with these tables and without ways out.
fn context(store: &Store, question: &SqlQuestion) -> Result<SessionContext, QueryError> {
    let mut config = SessionConfig::new().with_target_partitions(1).with_information_schema(false);
    config.options_mut().sql_parser.collect_spans = true;
    let state = SessionStateBuilder::new_with_default_features()
        .with_config(config)
        .with_runtime_env(Arc::clone(&store.inner.engine.sql_runtime))
        .with_file_formats(Vec::new())
        .with_table_factories(std::collections::HashMap::new())
        .build();
    let context = SessionContext::new_with_state(state);
    for name in NO_FUNCTIONS {
        context.deregister_udf(name);
    }
    for name in NO_TABLE_FUNCTIONS {
        context.deregister_udtf(name);
    }
    let readings = readings::ReadingsTable::new(store.clone(), &question.claims)?;
    context.register_table("readings", Arc::new(readings))?;
    for (name, rows) in &question.tables {
        context.register_batch(*name, rows.clone())?;
    }
    Ok(context)
}

fn scalar(param: &SqlParam) -> ScalarValue {
    match param {
        SqlParam::Null => ScalarValue::Null,
        SqlParam::Bool(value) => ScalarValue::Boolean(Some(*value)),
        SqlParam::Int(value) => ScalarValue::Int64(Some(*value)),
        SqlParam::Float(value) => ScalarValue::Float64(Some(*value)),
        SqlParam::Text(value) => ScalarValue::Utf8(Some(value.clone())),
    }
}
