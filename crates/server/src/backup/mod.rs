//! Backup of a running platform, and its restoration.
//!
//! ```text
//! FOLDER/manifest.json      every file with its SHA-256; written last, so that it names whole sets only
//! FOLDER/sets/TIME/…        database, log of readings, newest values
//! FOLDER/blob/…             segments and uploads; shared by later sets, since they never change
//! ```
//!
//! The order makes it fit together while everything runs: no file is removed meanwhile; the log is copied
//! first, then the database, then the files. A reading that was acknowledged before the backup began is in
//! the log's copy, or in a segment that the database's copy names.

mod manifest;
mod restore;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use base::Instant;
use serde::Serialize;

use crate::App;
use manifest::{Entry, Manifest};

pub use restore::{Restored, restore};

/// Why there is no backup, or none could be restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file or folder.
    #[error("{path}: {cause}")]
    Io {
        /// Which.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The database could not be copied.
    #[error(transparent)]
    Db(#[from] platform::db::DbError),
    /// The database is PostgreSQL.
    #[error(
        "the database is PostgreSQL, which has a tool of its own: take pg_dump first, then run this \
         with --without-database, and after a restoration of both run sandan verify --rebuild"
    )]
    Postgres,
    /// No backup, or a damaged one.
    #[error("{path} is no whole backup: {detail}")]
    NotWhole {
        /// The folder.
        path: String,
        /// What is wrong.
        detail: String,
    },
    /// The target holds something.
    #[error("{path} is not empty: name a folder that does not exist yet")]
    NotEmpty {
        /// The folder.
        path: String,
    },
    /// A part of the program stopped at the wrong time.
    #[error("the backup was interrupted: run it again")]
    Interrupted,
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> BackupError + '_ {
    move |cause| BackupError::Io { path: path.display().to_string(), cause }
}

/// What a backup did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackedUp {
    /// When it began: what was acknowledged before is in it.
    pub began_at: Instant,
    /// Files in it.
    pub files: usize,
    /// Bytes of them.
    pub bytes: u64,
    /// Files that the folder did not hold yet.
    pub new_files: usize,
    /// Whether the database is in it.
    pub database: bool,
}

/// Backs the running platform up to the folder `to`, which may hold an earlier backup.
pub async fn backup(app: &App, to: &Path, without_database: bool) -> Result<BackedUp, BackupError> {
    let is_postgres = app.platform.db.engine_name() != "sqlite";
    if is_postgres && !without_database {
        return Err(BackupError::Postgres);
    }
    let began_at = app.platform.clock.now();
    let _kept = app.telemetry.store().keep_files().await;
    let set = format!("sets/{}", began_at.as_micros());
    let (data, folder) = (app.options.data.clone(), to.to_owned());
    let set_dir = folder.join(&set);
    {
        let set_dir = set_dir.clone();
        let data = data.clone();
        blocking(move || copy_log(&data, &set_dir)).await?;
    }
    let database =
        !without_database && app.platform.db.copy_into(&set_dir.join("sandan.db")).await?;
    blocking(move || finish(&data, &folder, &set, began_at, database)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| BackupError::Interrupted)?
}

/// The log, file by file from the oldest, and the newest values.
fn copy_log(data: &Path, set: &Path) -> Result<(), BackupError> {
    let (from, to) = (data.join("readings/log"), set.join("log"));
    std::fs::create_dir_all(&to).map_err(at(&to))?;
    for path in files_of(&from)? {
        let name = path.file_name().unwrap_or_default();
        std::fs::copy(&path, to.join(name)).map_err(at(&path))?;
    }
    let latest = data.join("readings/latest.bin");
    if latest.is_file() {
        std::fs::copy(&latest, set.join("latest.bin")).map_err(at(&latest))?;
    }
    Ok(())
}

fn finish(
    data: &Path,
    folder: &Path,
    set: &str,
    began_at: Instant,
    database: bool,
) -> Result<BackedUp, BackupError> {
    let before = Manifest::load(folder).ok();
    let mut files = Vec::new();
    for path in files_of(&folder.join(set))? {
        let name = relative(folder, &path);
        let inside = relative(&folder.join(set), &path);
        let to = match inside.as_str() {
            "sandan.db" => inside,
            _ => format!("readings/{inside}"),
        };
        files.push(Entry::of(&path, name, to)?);
    }
    let mut new_files = files.len();
    let blob = data.join("blob");
    for path in files_of(&blob)? {
        let inside = format!("blob/{}", relative(&blob, &path));
        // A name with a mark is a file that is still being written.
        if inside.contains('#') {
            continue;
        }
        let known = before.as_ref().and_then(|manifest| manifest.find(&inside));
        let target = folder.join(&inside);
        let is_there =
            |entry: &&Entry| target.metadata().is_ok_and(|meta| meta.len() == entry.bytes);
        if let Some(entry) = known.filter(is_there) {
            files.push(entry.clone());
        } else {
            link_or_copy(&path, &target)?;
            files.push(Entry::of(&target, inside.clone(), inside)?);
            new_files += 1;
        }
    }
    let bytes = files.iter().map(|entry| entry.bytes).sum();
    let manifest = Manifest::new(began_at, database, files);
    manifest.save(folder)?;
    let files = manifest.files.len();
    drop_unnamed(folder, &manifest)?;
    Ok(BackedUp { began_at, files, bytes, new_files, database })
}

/// A hard link where the disk is the same (segments never change), else a synced copy.
fn link_or_copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    if let Some(parent) = to.parent() {
        std::fs::create_dir_all(parent).map_err(at(parent))?;
    }
    let _ = std::fs::remove_file(to);
    if std::fs::hard_link(from, to).is_err() {
        std::fs::copy(from, to).map_err(at(from))?;
    }
    std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(at(to))
}

/// Removes what the manifest no longer names: older sets, segments that were merged or erased.
fn drop_unnamed(folder: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    for part in ["sets", "blob"] {
        for path in files_of(&folder.join(part))? {
            if manifest.find(&relative(folder, &path)).is_none() {
                std::fs::remove_file(&path).map_err(at(&path))?;
            }
        }
    }
    Ok(())
}

/// Every file below `folder`, in order of names; none when it does not exist.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries.map_err(at(&folder))?,
        };
        for entry in entries {
            let path = entry.map_err(at(&folder))?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}

fn relative(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).display().to_string()
}

/// Bytes and SHA-256 of a file.
fn hash(path: &Path) -> std::io::Result<(u64, String)> {
    use sha2::Digest as _;
    let mut file = std::fs::File::open(path)?;
    let (mut sha256, mut bytes) = (sha2::Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        sha256.update(&buffer[..read]);
        bytes += read as u64;
    }
    Ok((bytes, base::hex(&sha256.finalize())))
}
