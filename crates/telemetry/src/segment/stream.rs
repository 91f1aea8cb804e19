//! Segments read and written piece by piece, so that a large one needs little memory.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use base::Reading;
use base::hex;
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt as _, TryStreamExt as _};
use object_store::ObjectStore;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use parquet::arrow::AsyncArrowWriter;
use parquet::arrow::async_reader::{ParquetRecordBatchStream, ParquetRecordBatchStreamBuilder};
use parquet::arrow::async_writer::AsyncFileWriter;
use parquet::file::properties::WriterProperties;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use super::object::ObjectReader;
use super::write::{ROW_GROUP_ROWS, batch, properties};
use super::{Header, SegmentError, rows, schema};

/// The Parquet reader panics on some damaged files.
const DAMAGED: &str = "it is damaged; run 'sandan verify'";
/// Readings that are decoded at once.
const BATCH_ROWS: usize = 8_192;

/// The readings of one segment, in its order.
pub(crate) struct SegmentReader {
    /// What the segment says of itself.
    pub(crate) header: Option<Header>,
    /// How many readings its metadata promises.
    pub(crate) readings: i64,
    stream: ParquetRecordBatchStream<ObjectReader>,
}

impl SegmentReader {
    /// Opens the object at `path`.
    pub(crate) async fn open(
        objects: Arc<dyn ObjectStore>,
        path: &str,
    ) -> Result<Self, SegmentError> {
        let failed = |cause: &dyn std::fmt::Display| SegmentError::new("read", cause).at(path);
        let reader = ObjectReader { objects, path: Path::from(path) };
        let open = AssertUnwindSafe(ParquetRecordBatchStreamBuilder::new(reader)).catch_unwind();
        let builder = open.await.map_err(|_| failed(&DAMAGED))?.map_err(|cause| failed(&cause))?;
        if builder.schema().fields() != schema().fields() {
            return Err(failed(&"its columns are not series, at, value and quality"));
        }
        let header = Header::of(builder.metadata()).map_err(|error| error.at(path))?;
        let readings = builder.metadata().file_metadata().num_rows();
        let stream = builder.with_batch_size(BATCH_ROWS).build().map_err(|cause| failed(&cause))?;
        Ok(Self { header, readings, stream })
    }

    /// The next readings; empty at the end.
    pub(crate) async fn next(&mut self) -> Result<Vec<Reading>, SegmentError> {
        loop {
            let next = AssertUnwindSafe(self.stream.try_next()).catch_unwind().await;
            let next = next.map_err(|_| SegmentError::new("read", &DAMAGED))?;
            let Some(batch) = next.map_err(|cause| SegmentError::new("read", &cause))? else {
                return Ok(Vec::new());
            };
            if batch.num_rows() > 0 {
                return Ok(rows(&batch).collect());
            }
        }
    }
}

/// A Parquet object that is being written, row group by row group; nothing stands under its name until
/// [`ObjectWriter::finish`].
pub(crate) struct ObjectWriter<R> {
    writer: AsyncArrowWriter<Hashing>,
    batch: fn(&[R]) -> Result<RecordBatch, ArrowError>,
    waiting: Vec<R>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// Bytes.
    pub(crate) bytes: i64,
    /// SHA-256, hexadecimal.
    pub(crate) sha256: String,
}

impl<R: Copy> ObjectWriter<R> {
    /// Begins the object at `path`; `batch` makes columns of `schema` from rows.
    pub(crate) fn create(
        objects: Arc<dyn ObjectStore>,
        path: &str,
        schema: SchemaRef,
        properties: WriterProperties,
        batch: fn(&[R]) -> Result<RecordBatch, ArrowError>,
    ) -> Result<Self, SegmentError> {
        let sink = Hashing {
            inner: BufWriter::new(objects, Path::from(path)),
            sha256: Sha256::new(),
            bytes: 0,
        };
        let writer = AsyncArrowWriter::try_new(sink, schema, Some(properties))
            .map_err(|cause| SegmentError::new("written", &cause).at(path))?;
        Ok(Self { writer, batch, waiting: Vec::new() })
    }

    /// Adds rows, which go on in the order of the file.
    pub(crate) async fn write(
        &mut self,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<(), SegmentError> {
        self.waiting.extend(rows);
        if self.waiting.len() >= ROW_GROUP_ROWS {
            self.write_waiting().await?;
        }
        Ok(())
    }

    async fn write_waiting(&mut self) -> Result<(), SegmentError> {
        let failed = |cause: &dyn std::fmt::Display| SegmentError::new("written", cause);
        let rows = (self.batch)(&self.waiting).map_err(|cause| failed(&cause))?;
        self.writer.write(&rows).await.map_err(|cause| failed(&cause))?;
        self.waiting.clear();
        Ok(())
    }

    /// Ends the object. In a folder it is not synced yet: see `Blob::sync`.
    pub(crate) async fn finish(mut self) -> Result<Written, SegmentError> {
        if !self.waiting.is_empty() {
            self.write_waiting().await?;
        }
        let finished = self.writer.finish().await;
        finished.map_err(|cause| SegmentError::new("written", &cause))?;
        let sink = self.writer.into_inner();
        let bytes = i64::try_from(sink.bytes).unwrap_or(i64::MAX);
        Ok(Written { bytes, sha256: hex(&sink.sha256.finalize()) })
    }
}

/// A segment that is being written.
pub(crate) type SegmentWriter = ObjectWriter<Reading>;

impl SegmentWriter {
    /// Begins the segment at `path`; its readings come in the order of (series, at).
    pub(crate) fn segment(
        objects: Arc<dyn ObjectStore>,
        path: &str,
        header: &Header,
    ) -> Result<Self, SegmentError> {
        let properties = properties(Some(header))
            .map_err(|cause| SegmentError::new("written", &cause).at(path))?;
        Self::create(objects, path, schema(), properties, batch)
    }
}

/// Bytes on their way to the store, counted and hashed.
struct Hashing {
    inner: BufWriter,
    sha256: Sha256,
    bytes: u64,
}

impl AsyncFileWriter for Hashing {
    fn write(&mut self, bytes: Bytes) -> BoxFuture<'_, parquet::errors::Result<()>> {
        self.sha256.update(&bytes);
        self.bytes += bytes.len() as u64;
        async move { Ok(self.inner.put(bytes).await?) }.boxed()
    }

    fn complete(&mut self) -> BoxFuture<'_, parquet::errors::Result<()>> {
        async move { Ok(self.inner.shutdown().await?) }.boxed()
    }
}
