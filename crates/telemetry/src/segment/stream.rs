//! Segments read and written piece by piece, so that a large one needs little memory.

use std::sync::Arc;

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
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use super::object::ObjectReader;
use super::write::{ROW_GROUP_ROWS, batch, properties};
use super::{Header, SegmentError, rows, schema};

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
        let builder =
            ParquetRecordBatchStreamBuilder::new(reader).await.map_err(|cause| failed(&cause))?;
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
            let next = self.stream.try_next().await;
            let Some(batch) = next.map_err(|cause| SegmentError::new("read", &cause))? else {
                return Ok(Vec::new());
            };
            if batch.num_rows() > 0 {
                return Ok(rows(&batch).collect());
            }
        }
    }
}

/// A segment that is being written; nothing stands under its name until [`SegmentWriter::finish`].
pub(crate) struct SegmentWriter {
    writer: AsyncArrowWriter<Hashing>,
    waiting: Vec<Reading>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// Bytes.
    pub(crate) bytes: i64,
    /// SHA-256, hexadecimal.
    pub(crate) sha256: String,
}

impl SegmentWriter {
    /// Begins the object at `path`.
    pub(crate) fn create(
        objects: Arc<dyn ObjectStore>,
        path: &str,
        header: &Header,
    ) -> Result<Self, SegmentError> {
        let failed = |cause: &dyn std::fmt::Display| SegmentError::new("written", cause);
        let sink = Hashing::new(objects, path);
        let properties = properties(Some(header)).map_err(|cause| failed(&cause))?;
        let writer = AsyncArrowWriter::try_new(sink, schema(), Some(properties))
            .map_err(|cause| failed(&cause))?;
        Ok(Self { writer, waiting: Vec::with_capacity(ROW_GROUP_ROWS) })
    }

    /// Adds readings, which go on in the order of (series, at).
    pub(crate) async fn write(&mut self, readings: &[Reading]) -> Result<(), SegmentError> {
        self.waiting.extend_from_slice(readings);
        if self.waiting.len() >= ROW_GROUP_ROWS {
            self.write_waiting().await?;
        }
        Ok(())
    }

    async fn write_waiting(&mut self) -> Result<(), SegmentError> {
        let failed = |cause: &dyn std::fmt::Display| SegmentError::new("written", cause);
        let rows = batch(&self.waiting).map_err(|cause| failed(&cause))?;
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
        Ok(self.writer.into_inner().written())
    }
}

/// Bytes on their way to the store, counted and hashed.
pub(crate) struct Hashing {
    inner: BufWriter,
    sha256: Sha256,
    bytes: u64,
}

impl Hashing {
    /// Begins the object at `path`.
    pub(crate) fn new(objects: Arc<dyn ObjectStore>, path: &str) -> Self {
        let inner = BufWriter::new(objects, Path::from(path));
        Self { inner, sha256: Sha256::new(), bytes: 0 }
    }

    /// What went through.
    pub(crate) fn written(self) -> Written {
        let bytes = i64::try_from(self.bytes).unwrap_or(i64::MAX);
        Written { bytes, sha256: hex(&self.sha256.finalize()) }
    }
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
