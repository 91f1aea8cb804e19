//! `manifest.json`: what is in a backup.

use std::io::Write as _;
use std::path::Path;

use base::Instant;
use serde::{Deserialize, Serialize};

use super::{BackupError, at, hash};

const NAME: &str = "manifest.json";
const VERSION: u32 = 1;

/// What is in a backup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) version: u32,
    pub(super) began_at: Instant,
    /// Whether the database is in it.
    pub(super) database: bool,
    pub(super) files: Vec<Entry>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Its name in the backup.
    pub(super) path: String,
    /// Its name in the data folder.
    pub(super) to: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Entry {
    pub(super) fn of(file: &Path, path: String, to: String) -> Result<Self, BackupError> {
        let (bytes, sha256) = hash(file).map_err(at(file))?;
        Ok(Self { path, to, bytes, sha256 })
    }
}

impl Manifest {
    pub(super) fn new(began_at: Instant, database: bool, files: Vec<Entry>) -> Self {
        Self { version: VERSION, began_at, database, files }
    }

    pub(super) fn find(&self, path: &str) -> Option<&Entry> {
        self.files.iter().find(|entry| entry.path == path)
    }

    /// Reads the manifest of `folder` and refuses names that lead out of it.
    pub(super) fn load(folder: &Path) -> Result<Self, BackupError> {
        let path = folder.join(NAME);
        let not_whole =
            |detail: String| BackupError::NotWhole { path: folder.display().to_string(), detail };
        let bytes = std::fs::read(&path)
            .map_err(|cause| not_whole(format!("its {NAME} cannot be read ({cause})")))?;
        let manifest: Self = serde_json::from_slice(&bytes)
            .map_err(|cause| not_whole(format!("its {NAME} is damaged ({cause})")))?;
        if manifest.version != VERSION {
            return Err(not_whole(format!("it is of version {}", manifest.version)));
        }
        let leads_out = |name: &str| {
            use std::path::Component;
            !Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
        };
        if let Some(entry) =
            manifest.files.iter().find(|entry| leads_out(&entry.path) || leads_out(&entry.to))
        {
            return Err(not_whole(format!("the name {} leads out of it", entry.path)));
        }
        Ok(manifest)
    }

    /// Writes the manifest so that the old or the new one stands whole.
    pub(super) fn save(&self, folder: &Path) -> Result<(), BackupError> {
        let (fresh, path) = (folder.join("manifest.new"), folder.join(NAME));
        let json = serde_json::to_vec_pretty(self).unwrap_or_default();
        let write = || {
            let mut file = std::fs::File::create(&fresh)?;
            file.write_all(&json)?;
            file.sync_all()?;
            std::fs::rename(&fresh, &path)?;
            std::fs::File::open(folder)?.sync_all()
        };
        write().map_err(at(&path))
    }
}
