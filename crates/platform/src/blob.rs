//! Files that are written whole and never changed: segments, uploads, documents. A folder today, an
//! S3-compatible store later; both through `object_store`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Coded, ErrorKind};
use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt};

/// The store of files.
#[derive(Clone)]
pub struct Blob {
    store: Arc<dyn ObjectStore>,
    /// Where the files lie, when they lie in a folder.
    folder: Option<PathBuf>,
}

/// What went wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The folder cannot be used.
    #[error("the folder {path} cannot be used: {cause}; check that it exists and may be written")]
    Folder {
        /// The folder.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// There is no such file.
    #[error("the file {0} is not there")]
    NotFound(String),
    /// The store refused.
    #[error("the file store failed at {path}: {cause}")]
    Store {
        /// The file.
        path: String,
        /// What the store says.
        cause: object_store::Error,
    },
}

impl Coded for BlobError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Folder { .. } | Self::Store { .. } => ErrorKind::Unavailable,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "blob.not_found",
            Self::Folder { .. } | Self::Store { .. } => "blob.unavailable",
        }
    }
}

fn failed(path: &str) -> impl Fn(object_store::Error) -> BlobError + '_ {
    move |cause| match cause {
        object_store::Error::NotFound { .. } => BlobError::NotFound(path.to_owned()),
        cause => BlobError::Store { path: path.to_owned(), cause },
    }
}

impl Blob {
    /// Files in a folder, made if missing. A write is synced before it counts.
    pub fn folder(path: &Path) -> Result<Self, BlobError> {
        let failed = |cause| BlobError::Folder { path: path.display().to_string(), cause };
        std::fs::create_dir_all(path).map_err(failed)?;
        let store = LocalFileSystem::new_with_prefix(path)
            .map_err(|cause| failed(std::io::Error::other(cause)))?;
        Ok(Self { store: Arc::new(store), folder: Some(path.to_owned()) })
    }

    /// The folder that holds the files, where they lie in one.
    pub fn folder_path(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The store itself, for the query engine.
    pub fn object_store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.store)
    }

    /// Writes a file whole. In a folder, file and folder are synced before this returns.
    pub async fn put(&self, path: &str, bytes: Bytes) -> Result<(), BlobError> {
        let to = ObjectPath::from(path);
        self.store.put(&to, bytes.into()).await.map_err(failed(path))?;
        self.sync(path).await
    }

    /// Makes a file durable that was written piece by piece through [`Blob::object_store`].
    pub async fn sync(&self, path: &str) -> Result<(), BlobError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let file = folder.join(path);
        let synced = tokio::task::spawn_blocking(move || sync_with_folder(&file))
            .await
            .expect("syncing does not panic and is not aborted");
        synced.map_err(|cause| BlobError::Folder { path: path.to_owned(), cause })
    }

    /// Reads a file whole.
    pub async fn get(&self, path: &str) -> Result<Bytes, BlobError> {
        let from = ObjectPath::from(path);
        let found = self.store.get(&from).await.map_err(failed(path))?;
        found.bytes().await.map_err(failed(path))
    }

    /// Removes a file; a file that is gone already is no error.
    pub async fn delete(&self, path: &str) -> Result<(), BlobError> {
        match self.store.delete(&ObjectPath::from(path)).await.map_err(failed(path)) {
            Err(BlobError::NotFound(_)) | Ok(()) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// `object_store` leaves a new file to the operating system; a power failure could take it back.
fn sync_with_folder(file: &Path) -> std::io::Result<()> {
    std::fs::File::open(file)?.sync_all()?;
    match file.parent() {
        Some(folder) => std::fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
