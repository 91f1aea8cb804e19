//! Bytes of an object for the Parquet reader.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt as _};
use parquet::arrow::arrow_reader::ArrowReaderOptions;
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

use super::guard::{self, Damage, Index};

/// One object of the store.
#[derive(Clone)]
pub(crate) struct ObjectReader {
    pub(crate) objects: Arc<dyn ObjectStore>,
    pub(crate) path: Path,
}

fn failed(error: object_store::Error) -> ParquetError {
    ParquetError::External(Box::new(error))
}

/// Bytes at the end of an object that are read first; they nearly always hold its whole metadata.
const FOOTER_BYTES: u64 = 64 << 10;

fn damaged(damage: Damage) -> ParquetError {
    ParquetError::General(damage.to_string())
}

impl ObjectReader {
    /// Looks through the metadata and the indexes of the columns.
    pub(crate) async fn check(&self) -> Result<()> {
        let (_, indexes, length) = self.footer().await?;
        let ranges = indexes.iter().map(|index| match index {
            Index::Offsets(range) | Index::Values(range) => range.clone(),
        });
        let ranges: Vec<_> = ranges.collect();
        let found = self.objects.get_ranges(&self.path, &ranges).await.map_err(failed)?;
        let mut pairs = indexes.iter().zip(&found);
        pairs.try_for_each(|(index, bytes)| guard::index(index, bytes, length)).map_err(damaged)
    }

    /// The metadata as bytes, looked through; the indexes of its columns, and the length of the file.
    async fn footer(&self) -> Result<(Bytes, Vec<Index>, u64)> {
        let range = Some(GetRange::Suffix(FOOTER_BYTES));
        let options = GetOptions { range, ..GetOptions::default() };
        let found = self.objects.get_opts(&self.path, options).await.map_err(failed)?;
        let (length, begin) = (found.meta.size, found.range.start);
        let tail = found.bytes().await.map_err(failed)?;
        let place = guard::metadata_range(length, &tail).map_err(damaged)?;
        let bytes = match usize::try_from(place.start.wrapping_sub(begin)) {
            Ok(from) if place.start >= begin => {
                tail.slice(from..tail.len() - usize::try_from(length - place.end).unwrap_or(0))
            }
            _ => self.objects.get_range(&self.path, place).await.map_err(failed)?,
        };
        let indexes = guard::metadata(&bytes, length).map_err(damaged)?;
        Ok((bytes, indexes, length))
    }
}

/// Pages, looked through.
pub(crate) fn checked(pages: Bytes) -> Result<Bytes> {
    guard::pages(&pages).map_err(damaged)?;
    Ok(pages)
}

impl AsyncFileReader for ObjectReader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes>> {
        async move { checked(self.objects.get_range(&self.path, range).await.map_err(failed)?) }
            .boxed()
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, Result<Vec<Bytes>>> {
        async move {
            let pages = self.objects.get_ranges(&self.path, &ranges).await.map_err(failed)?;
            pages.into_iter().map(checked).collect()
        }
        .boxed()
    }

    /// Without indexes: whole columns are read.
    fn get_metadata<'a>(
        &'a mut self,
        _options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, Result<Arc<ParquetMetaData>>> {
        async move {
            let (bytes, ..) = self.footer().await?;
            Ok(Arc::new(ParquetMetaDataReader::decode_metadata(&bytes)?))
        }
        .boxed()
    }
}
