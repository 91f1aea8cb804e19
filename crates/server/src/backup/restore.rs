//! A backup back to a data folder.

use std::path::Path;

use base::Instant;

use super::manifest::Manifest;
use super::{BackupError, at, files_of, hash};

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What was acknowledged before this moment is there.
    pub began_at: Instant,
    /// Files.
    pub files: usize,
    /// Bytes of them.
    pub bytes: u64,
    /// Whether the database was among them.
    pub database: bool,
}

/// Restores the backup in `from` to `data`, a folder that does not exist or is empty. Every file is
/// compared with its SHA-256 first; a damaged backup changes nothing.
pub fn restore(from: &Path, data: &Path) -> Result<Restored, BackupError> {
    let manifest = Manifest::load(from)?;
    if !files_of(data)?.is_empty() {
        return Err(BackupError::NotEmpty { path: data.display().to_string() });
    }
    for entry in &manifest.files {
        let path = from.join(&entry.path);
        let not_whole = |detail: String| BackupError::NotWhole {
            path: from.display().to_string(),
            detail: format!("{}: {detail}", entry.path),
        };
        match hash(&path) {
            Err(cause) => return Err(not_whole(cause.to_string())),
            Ok((bytes, sha256)) if bytes != entry.bytes || sha256 != entry.sha256 => {
                return Err(not_whole("its SHA-256 is not the one it was written with".to_owned()));
            }
            Ok(_) => {}
        }
    }
    std::fs::create_dir_all(data).map_err(at(data))?;
    crate::app::restrict(data, 0o700).map_err(at(data))?;
    for entry in &manifest.files {
        let (path, to) = (from.join(&entry.path), data.join(&entry.to));
        if let Some(parent) = to.parent() {
            std::fs::create_dir_all(parent).map_err(at(parent))?;
        }
        // Always a copy: the backup must stay as it is whatever becomes of the folder.
        std::fs::copy(&path, &to).map_err(at(&path))?;
        std::fs::File::open(&to).and_then(|file| file.sync_all()).map_err(at(&to))?;
    }
    Ok(Restored {
        began_at: manifest.began_at,
        files: manifest.files.len(),
        bytes: manifest.files.iter().map(|entry| entry.bytes).sum(),
        database: manifest.database,
    })
}
