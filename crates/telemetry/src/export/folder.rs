//! Continuous export (상시 내보내기): readings as plain Parquet in a folder, for any engine that reads it.
//!
//! ```text
//! DIR/complex=CODE/date=2026-11-25/readings.parquet     one UTC day, sorted by point and time
//! DIR/manifest.json                                     what is there, and how far it goes
//! ```
//!
//! Invariants: a file is written beside its place and renamed into it; a day is written anew when readings
//! of it came since; what stands in the manifest stands in the folder. The folder holds the readings of all
//! tenants: it is the operator's, and so is whom it is given to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray,
    UInt16Array,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use base::{Id, Instant, Reading, noun};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use platform::Platform;
use platform::work::{Stage, lease};
use registry::directory::{Directory, PointInfo, Snapshot};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::buffer::Day;
use crate::catalogue;
use crate::query::RAW_READINGS_MAX;

/// How often new readings are looked for.
const EVERY: Duration = Duration::from_mins(5);
/// How long one process keeps the task.
const LEASE: Duration = Duration::from_hours(1);
const TASK: &str = "reading_export";
const DAY_MS: i64 = 86_400_000;
const MANIFEST: &str = "manifest.json";
const FILE: &str = "readings.parquet";
const ZSTD_LEVEL: i32 = 3;

/// Why a folder could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The file system.
    #[error("{path} of the export folder cannot be written: {cause}; the next round tries again")]
    Io {
        /// The file.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A file could not be made.
    #[error("a day could not be written as Parquet: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The columns.
    #[error("a day could not be put into columns: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// The readings.
    #[error("{0}")]
    Store(#[from] crate::StoreError),
    /// The catalogue.
    #[error("{0}")]
    Catalogue(#[from] platform::db::DbError),
    /// The process ends.
    #[error("the export was interrupted; the next start goes on")]
    Interrupted,
}

/// What stands in the folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// Shape of the files: 1.
    pub version: u32,
    /// Everything up to this batch is in the files.
    pub batch: u64,
    /// The files by their path in the folder.
    pub files: BTreeMap<String, FileNote>,
}

/// What is known of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileNote {
    /// Readings in it.
    pub rows: u64,
    /// When it was written.
    pub written_at: Instant,
}

/// The export into one folder.
#[derive(Clone)]
pub struct ExportFolder {
    platform: Platform,
    store: Store,
    directory: Directory,
    root: PathBuf,
}

impl ExportFolder {
    /// An export into `root`, which is made if it is missing.
    pub fn new(platform: &Platform, store: Store, directory: Directory, root: PathBuf) -> Self {
        Self { platform: platform.clone(), store, directory, root }
    }

    /// Writes what came since the last round, every five minutes, in one process of all.
    pub fn start(self) {
        let holder = self.platform.clock.new_id::<Self>().to_string();
        let tasks = self.platform.tasks.clone();
        tasks.every(Stage::Drain, EVERY, move || {
            let (folder, holder) = (self.clone(), holder.clone());
            async move {
                let now = folder.platform.clock.now();
                match lease::take(&folder.platform.db, TASK, &holder, now, LEASE).await {
                    Ok(false) => return,
                    Ok(true) => {}
                    Err(error) => return tracing::warn!(%error, "no lease for the export"),
                }
                match folder.round().await {
                    Ok(0) => {}
                    Ok(days) => tracing::info!(days, "readings were exported"),
                    Err(error) => tracing::warn!(%error, "readings were not exported"),
                }
            }
        });
    }

    /// Writes the days that changed since the last round; tells how many files were written.
    pub async fn round(&self) -> Result<usize, FolderError> {
        let mut manifest = self.manifest()?;
        let everything = catalogue::Span {
            min_series: 0,
            max_series: u32::MAX,
            from_ms: -62_135_596_800_000,
            until_ms: 253_402_300_800_000,
        };
        let segments = catalogue::read(&self.platform.db, everything, None).await?.segments;
        let newest = segments.iter().map(|segment| segment.batch_hi).max().unwrap_or(0);
        let days: BTreeSet<Day> = segments
            .iter()
            .filter(|segment| segment.batch_hi > manifest.batch)
            .flat_map(|segment| {
                (Day::of_ms(segment.min_at_ms).0..=Day::of_ms(segment.max_at_ms).0).map(Day)
            })
            .collect();
        let directory = self.directory.snapshot();
        let mut written = 0;
        for day in days {
            for complex in directory.complexes() {
                let path = format!("complex={}/date={}", complex.code, date(day));
                written +=
                    usize::from(self.day(&mut manifest, &directory, complex.id, day, &path).await?);
            }
        }
        if manifest.batch != newest || manifest.version == 0 {
            manifest.version = 1;
            manifest.batch = newest;
            self.keep(&manifest)?;
        }
        Ok(written)
    }

    /// What the last round left; an empty one at first.
    pub fn manifest(&self) -> Result<Manifest, FolderError> {
        let path = self.root.join(MANIFEST);
        match std::fs::read(&path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).unwrap_or_default()),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(Manifest::default()),
            Err(cause) => Err(failed(&path)(cause)),
        }
    }

    fn keep(&self, manifest: &Manifest) -> Result<(), FolderError> {
        let bytes = serde_json::to_vec_pretty(manifest).expect("a manifest is plain JSON");
        std::fs::create_dir_all(&self.root).map_err(failed(&self.root))?;
        let (part, whole) = (self.root.join(".manifest.part"), self.root.join(MANIFEST));
        std::fs::write(&part, bytes).map_err(failed(&part))?;
        std::fs::rename(&part, &whole).map_err(failed(&whole))
    }

    /// Writes one day of one complex; false when there is nothing in it.
    async fn day(
        &self,
        manifest: &mut Manifest,
        directory: &Snapshot,
        complex: Id<noun::Complex>,
        day: Day,
        path: &str,
    ) -> Result<bool, FolderError> {
        let folder = self.root.join(path);
        let (part, whole) = (folder.join(".readings.part"), folder.join(FILE));
        let mut file: Option<ArrowWriter<std::fs::File>> = None;
        let mut rows = 0;
        let points = directory.points().iter().filter(|point| point.complex == complex);
        for point in points {
            let (mut from_ms, until_ms) = (day.0 * DAY_MS, (day.0 + 1) * DAY_MS);
            loop {
                let found =
                    self.store.raw(point.series, from_ms, until_ms, RAW_READINGS_MAX).await?;
                let Some(last) = found.readings.last() else { break };
                from_ms = last.at_ms + 1;
                rows += found.readings.len() as u64;
                let batch = batch(directory, point, &found.readings)?;
                let writer = match file.take() {
                    Some(writer) => writer,
                    None => open(&folder, &part)?,
                };
                file = Some(write(writer, batch).await?);
                if !found.truncated {
                    break;
                }
            }
        }
        let name = format!("{path}/{FILE}");
        let Some(writer) = file else {
            if manifest.files.remove(&name).is_some() {
                std::fs::remove_file(&whole).map_err(failed(&whole))?;
            }
            return Ok(false);
        };
        writer.into_inner()?.sync_all().map_err(failed(&part))?;
        std::fs::rename(&part, &whole).map_err(failed(&whole))?;
        let note = FileNote { rows, written_at: self.platform.clock.now() };
        manifest.files.insert(name, note);
        self.keep(manifest)?;
        Ok(true)
    }
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> FolderError {
    let path = path.display().to_string();
    move |cause| FolderError::Io { path, cause }
}

fn date(day: Day) -> String {
    let at = Instant::from_micros(day.0 * DAY_MS * 1_000).to_string();
    at.chars().take(10).collect()
}

fn open(folder: &Path, part: &Path) -> Result<ArrowWriter<std::fs::File>, FolderError> {
    std::fs::create_dir_all(folder).map_err(failed(folder))?;
    let file = std::fs::File::create(part).map_err(failed(part))?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_max_row_group_row_count(Some(131_072))
        .build();
    Ok(ArrowWriter::try_new(file, schema(), Some(properties))?)
}

async fn write(
    mut writer: ArrowWriter<std::fs::File>,
    batch: RecordBatch,
) -> Result<ArrowWriter<std::fs::File>, FolderError> {
    tokio::task::spawn_blocking(move || {
        writer.write(&batch)?;
        Ok(writer)
    })
    .await
    .map_err(|_| FolderError::Interrupted)?
}

fn schema() -> SchemaRef {
    let text = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
    Arc::new(Schema::new(vec![
        Field::new("at_utc", DataType::Timestamp(TimeUnit::Millisecond, None), false),
        text("point_id", false),
        text("device_key", false),
        text("point_key", false),
        text("quantity", false),
        text("unit", false),
        text("establishment_id", true),
        Field::new("value", DataType::Float64, false),
        Field::new("quality", DataType::UInt16, false),
        Field::new("usable", DataType::Boolean, false),
    ]))
}

fn batch(
    directory: &Snapshot,
    point: &PointInfo,
    readings: &[Reading],
) -> Result<RecordBatch, arrow::error::ArrowError> {
    let same = |text: &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, readings.len())))
    };
    let owner = |reading: &Reading| {
        let at = Instant::from_micros(reading.at_ms.saturating_mul(1_000));
        point.owner_at(at).map(|id| id.to_string())
    };
    let usable = readings.iter().map(|reading| Some(reading.quality.is_usable()));
    RecordBatch::try_new(
        schema(),
        vec![
            Arc::new(TimestampMillisecondArray::from_iter_values(
                readings.iter().map(|reading| reading.at_ms),
            )),
            same(&point.id.to_string()),
            same(directory.device(point.device).map_or("", |device| &device.key)),
            same(&point.key),
            same(&point.quantity),
            same(&point.unit),
            Arc::new(readings.iter().map(owner).collect::<StringArray>()),
            Arc::new(Float64Array::from_iter_values(readings.iter().map(|reading| reading.value))),
            Arc::new(UInt16Array::from_iter_values(readings.iter().map(|r| r.quality.0))),
            Arc::new(usable.collect::<BooleanArray>()),
        ],
    )
}
