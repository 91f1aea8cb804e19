//! `latest.bin`: `[magic 8][n × (series u32, at i64, value f64, quality u16, arrived i64)][crc32c u32]`.

use std::io::Write as _;
use std::path::Path;

use base::{Instant, Quality, Reading, Series};

use super::{Latest, LatestReading};
use crate::log::file::sync_folder;

const MAGIC: &[u8; 8] = b"SDNLAST1";
const ROW_BYTES: usize = 30;
const NAME: &str = "latest.bin";

/// The file of latest values cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LatestFileError {
    /// The file system refused.
    #[error(
        "the file of latest values cannot be used ({path}: {cause}); check the disk and its rights"
    )]
    Io {
        /// The file.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Its bytes are not what was written.
    #[error("the file of latest values {path} is damaged; it is made again from the segments")]
    Damaged {
        /// The file.
        path: String,
    },
}

/// Writes the latest values so that after a crash the old or the new file stands whole.
pub fn save(dir: &Path, latest: &Latest) -> Result<(), LatestFileError> {
    let path = dir.join(NAME);
    let fresh = dir.join("latest.new");
    let bytes = encode(latest);
    let write = || {
        let mut file = std::fs::File::create(&fresh)?;
        file.write_all(&bytes)?;
        file.sync_data()?;
        std::fs::rename(&fresh, &path)?;
        sync_folder(dir)
    };
    write().map_err(|cause| LatestFileError::Io { path: path.display().to_string(), cause })
}

/// The latest values as they were saved; `None` when they never were.
pub fn load(dir: &Path) -> Result<Option<Latest>, LatestFileError> {
    let path = dir.join(NAME);
    let name = || path.display().to_string();
    match std::fs::read(&path) {
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(LatestFileError::Io { path: name(), cause }),
        Ok(bytes) => {
            decode(&bytes).map(Some).ok_or_else(|| LatestFileError::Damaged { path: name() })
        }
    }
}

fn encode(latest: &Latest) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(MAGIC.len() + latest.len() * ROW_BYTES + 4);
    bytes.extend_from_slice(MAGIC);
    for row in latest.all() {
        bytes.extend_from_slice(&row.series.0.to_le_bytes());
        bytes.extend_from_slice(&row.at_ms.to_le_bytes());
        bytes.extend_from_slice(&row.value.to_le_bytes());
        bytes.extend_from_slice(&row.quality.0.to_le_bytes());
        bytes.extend_from_slice(&row.arrived.as_micros().to_le_bytes());
    }
    let crc = crc32c::crc32c(&bytes);
    bytes.extend_from_slice(&crc.to_le_bytes());
    bytes
}

/// The latest values in the bytes of the file; `None` when they are not what was written.
pub fn decode(bytes: &[u8]) -> Option<Latest> {
    let (body, crc) = bytes.split_last_chunk::<4>()?;
    let rows = body.strip_prefix(MAGIC)?;
    if crc32c::crc32c(body) != u32::from_le_bytes(*crc) || !rows.len().is_multiple_of(ROW_BYTES) {
        return None;
    }
    let mut latest = Latest::default();
    for bytes in rows.chunks_exact(ROW_BYTES) {
        let row = row(bytes)?;
        let LatestReading { series, at_ms, value, quality, arrived } = row;
        latest.note(&Reading { series, at_ms, value, quality }, arrived);
    }
    Some(latest)
}

fn row(bytes: &[u8]) -> Option<LatestReading> {
    Some(LatestReading {
        series: Series(u32::from_le_bytes(*bytes.first_chunk()?)),
        at_ms: i64::from_le_bytes(*bytes.get(4..)?.first_chunk()?),
        value: f64::from_le_bytes(*bytes.get(12..)?.first_chunk()?),
        quality: Quality(u16::from_le_bytes(*bytes.get(20..)?.first_chunk()?)),
        arrived: Instant::from_micros(i64::from_le_bytes(*bytes.get(22..)?.first_chunk()?)),
    })
}
