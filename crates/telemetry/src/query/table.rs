//! Parquet files as tables of the query engine: segments (their columns, `rank`, the precedence of the
//! segment, and the number of the last tombstone that it has no reading of) and roll-ups.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::ScalarValue;
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use object_store::ObjectStore;

use super::guarded::{FOOTER_BYTES, GuardedFiles};
use crate::catalogue::SegmentRow;
use crate::{rollup, segment};

/// The name under which the query engine knows the blob store.
pub(super) const STORE_URL: &str = "sandan://readings";
/// The column that tells which of two equal keys is the newer.
pub(super) const RANK: &str = "rank";
/// The column that tells which tombstones apply: those with a greater number.
pub(super) const TOMBSTONES: &str = "tombstones";

/// Some files of one kind.
#[derive(Debug)]
pub(super) struct FileTable {
    schema: TableSchema,
    files: Vec<PartitionedFile>,
    runtime: Arc<RuntimeEnv>,
}

impl FileTable {
    /// The readings of segments.
    pub(super) fn of_segments(segments: &[SegmentRow], runtime: Arc<RuntimeEnv>) -> Self {
        let rank = Arc::new(Field::new(RANK, DataType::Int64, false));
        let tombstones = Arc::new(Field::new(TOMBSTONES, DataType::Int64, false));
        let columns = TableSchema::builder(segment::schema());
        let schema = columns.with_table_partition_cols(vec![rank, tombstones]).build();
        Self { schema, files: segments.iter().map(file).collect(), runtime }
    }

    /// The rows of roll-ups, given as path and bytes.
    pub(super) fn of_rollups(rollups: Vec<(String, u64)>, runtime: Arc<RuntimeEnv>) -> Self {
        let schema = TableSchema::builder(rollup::schema()).build();
        let files = rollups.into_iter().map(|(path, bytes)| PartitionedFile::new(path, bytes));
        Self { schema, files: files.collect(), runtime }
    }
}

/// The blob store of a runtime.
pub(super) fn store(runtime: &RuntimeEnv) -> Result<Arc<dyn ObjectStore>> {
    runtime.object_store(ObjectStoreUrl::parse(STORE_URL)?)
}

/// A precedence as the rank of rows.
pub(super) fn rank_of(precedence: u64) -> i64 {
    i64::try_from(precedence).unwrap_or(i64::MAX)
}

#[async_trait]
impl TableProvider for FileTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.schema.table_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let url = ObjectStoreUrl::parse(STORE_URL)?;
        let objects = store(&self.runtime)?;
        // Files never change: what was read of their metadata once stays true.
        let cache = self.runtime.cache_manager.get_file_metadata_cache();
        let reader = GuardedFiles::new(objects, cache);
        let options = &state.config_options().execution.parquet;
        let source = ParquetSource::new(self.schema.clone())
            .with_parquet_file_reader_factory(Arc::new(reader))
            .with_metadata_size_hint(FOOTER_BYTES)
            .with_enable_page_index(true)
            .with_pushdown_filters(options.pushdown_filters)
            .with_reorder_filters(options.reorder_filters);
        let partitions = state.config().target_partitions().max(1);
        let groups = self
            .files
            .chunks(self.files.len().div_ceil(partitions).max(1))
            .map(|files| FileGroup::new(files.to_vec()))
            .collect();
        let scan = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_file_groups(groups)
            .with_limit(limit)
            .with_projection_indices(projection.cloned())?
            .build();
        Ok(DataSourceExec::from_data_source(scan))
    }
}

fn file(row: &SegmentRow) -> PartitionedFile {
    PartitionedFile::new(row.path.clone(), u64::try_from(row.bytes).unwrap_or(0))
        .with_partition_values(vec![
            ScalarValue::Int64(Some(rank_of(row.precedence))),
            ScalarValue::Int64(Some(row.tombstones)),
        ])
}
