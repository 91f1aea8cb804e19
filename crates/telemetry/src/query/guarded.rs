//! Files for the query engine, looked through before its Parquet reader trusts their numbers.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::{
    CachedParquetFileReaderFactory, ParquetFileReaderFactory,
};
use datafusion::error::Result;
use datafusion::execution::cache::cache_manager::FileMetadataCache;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use object_store::ObjectStore;
use parquet::arrow::arrow_reader::ArrowReaderOptions;
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::file::metadata::ParquetMetaData;

use crate::segment::{ObjectReader, checked};

/// Bytes at the end of a file that are read first; they nearly always hold its whole metadata.
pub(super) const FOOTER_BYTES: usize = 64 << 10;

/// Reads files of the store; their metadata is kept in the cache.
#[derive(Debug)]
pub(super) struct GuardedFiles {
    objects: Arc<dyn ObjectStore>,
    cache: Arc<FileMetadataCache>,
    inner: CachedParquetFileReaderFactory,
}

impl GuardedFiles {
    pub(super) fn new(objects: Arc<dyn ObjectStore>, cache: Arc<FileMetadataCache>) -> Self {
        let inner = CachedParquetFileReaderFactory::new(Arc::clone(&objects), Arc::clone(&cache));
        Self { objects, cache, inner }
    }

    /// Opens one file, given as path and bytes.
    pub(super) fn open(&self, path: &str, bytes: u64) -> Result<GuardedFile> {
        let file = PartitionedFile::new(path, bytes);
        self.file(0, file, Some(FOOTER_BYTES), &ExecutionPlanMetricsSet::new())
    }

    fn file(
        &self,
        partition: usize,
        file: PartitionedFile,
        hint: Option<usize>,
        metrics: &ExecutionPlanMetricsSet,
    ) -> Result<GuardedFile> {
        let path = file.object_meta.location.clone();
        let known = self.cache.contains_key(&path);
        let plain = ObjectReader { objects: Arc::clone(&self.objects), path };
        let inner = self.inner.create_reader(partition, file, hint, metrics)?;
        Ok(GuardedFile { plain, inner, known })
    }
}

impl ParquetFileReaderFactory for GuardedFiles {
    fn create_reader(
        &self,
        partition: usize,
        file: PartitionedFile,
        hint: Option<usize>,
        metrics: &ExecutionPlanMetricsSet,
    ) -> Result<Box<dyn AsyncFileReader + Send>> {
        Ok(Box::new(self.file(partition, file, hint, metrics)?))
    }
}

/// One file.
pub(super) struct GuardedFile {
    plain: ObjectReader,
    inner: Box<dyn AsyncFileReader + Send>,
    /// Whether its metadata was looked through: files never change.
    known: bool,
}

type Answer<'a, T> = BoxFuture<'a, parquet::errors::Result<T>>;

impl AsyncFileReader for GuardedFile {
    /// Indexes, which were looked through with the metadata.
    fn get_bytes(&mut self, range: Range<u64>) -> Answer<'_, Bytes> {
        self.inner.get_bytes(range)
    }

    /// Pages.
    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> Answer<'_, Vec<Bytes>> {
        async move {
            let pages = self.inner.get_byte_ranges(ranges).await?;
            pages.into_iter().map(checked).collect()
        }
        .boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> Answer<'a, Arc<ParquetMetaData>> {
        async move {
            if !self.known {
                self.plain.check().await?;
                self.known = true;
            }
            self.inner.get_metadata(options).await
        }
        .boxed()
    }
}
