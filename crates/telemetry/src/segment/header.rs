//! What a segment says of itself, in the metadata of its file: enough to make the catalogue again when
//! the database is lost.

use base::{Id, Instant};
use parquet::file::metadata::{KeyValue, ParquetMetaData};
use serde::{Deserialize, Serialize};

use super::{Segment, SegmentError};

/// Under this key it stands in the file's metadata.
const KEY: &str = "sandan.segment";

/// The catalogue's fields of one segment, as far as the readings themselves do not tell them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Its id.
    pub id: Id<Segment>,
    /// 0 as flushed; compaction makes greater ones.
    pub level: i64,
    /// First batch in it.
    pub batch_lo: u64,
    /// Last batch in it.
    pub batch_hi: u64,
    /// Of equal keys the segment with the greater one wins.
    pub precedence: u64,
    /// Later tombstones than this apply to it.
    pub tombstones: i64,
    /// The days in it (counted from 1970-01-01), each with the last batch of that day.
    pub days: Vec<(i64, u64)>,
    /// The segments that it stands for.
    pub replaces: Vec<Id<Segment>>,
    /// When it was made.
    pub created_at: Instant,
}

impl Header {
    pub(super) fn entry(&self) -> KeyValue {
        let json = serde_json::to_string(self).expect("numbers, ids and times are JSON");
        KeyValue::new(KEY.to_owned(), json)
    }

    /// The header in the metadata of a file; `None` in files that were made before there were headers.
    pub fn of(metadata: &ParquetMetaData) -> Result<Option<Self>, SegmentError> {
        let entries = metadata.file_metadata().key_value_metadata();
        let entry = entries.and_then(|entries| entries.iter().find(|entry| entry.key == KEY));
        let Some(json) = entry.and_then(|entry| entry.value.as_ref()) else { return Ok(None) };
        serde_json::from_str(json)
            .map(Some)
            .map_err(|cause| SegmentError::new("read", &format!("its header is damaged: {cause}")))
    }
}
