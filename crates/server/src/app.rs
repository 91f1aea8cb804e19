//! The parts of the running platform, put together on one data folder.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use axum::http::HeaderValue;
use base::Clock;
use platform::Platform;
use platform::blob::{Blob, BlobError};
use platform::clock::SystemClock;
use platform::db::{Db, DbError, migrate};
use platform::seal::Seal;
use platform::sign_in;
use registry::Registry;
use telemetry::Telemetry;

use crate::Options;

/// Everything a handler or a command may need. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The outside world.
    pub platform: Platform,
    /// Who and what exists.
    pub registry: Registry,
    /// Readings.
    pub telemetry: Telemetry,
    /// Sources that the platform asks by itself.
    pub fieldbus: connect::Fieldbus,
    /// Rules and alarms.
    pub control: control::Control,
    /// What electricity costs, and why.
    pub energy: energy::Energy,
    /// Runs the mappings of device profiles.
    pub mapper: connect::mapping::Mapper,
    /// How this was started.
    pub options: Arc<Options>,
    pub(crate) policy: HeaderValue,
    pub(crate) set_up_token: Option<Arc<str>>,
    /// Held while the process owns the folder.
    _lock: Arc<File>,
}

/// Why the platform could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process owns the folder.
    #[error("{0} is in use by another sandan: stop that one, or choose another --data folder")]
    Locked(String),
    /// The folder cannot be used.
    #[error("the folder {path} cannot be used: {cause}")]
    Folder {
        /// The folder.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The relational store.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The files.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The reading store.
    #[error("the readings in {path} could not be opened: {cause}")]
    Readings {
        /// The folder.
        path: String,
        /// What went wrong and what to do.
        cause: String,
    },
    /// An address.
    #[error("{what} cannot listen on {address}: {cause}")]
    Listen {
        /// The console or the broker.
        what: &'static str,
        /// The address.
        address: String,
        /// What the system says.
        cause: String,
    },
    /// The demonstration.
    #[error("the demonstration complex could not be loaded: {0}")]
    Demo(String),
}

/// The hidden command of the executable that runs mappings, see [`run_mapper`].
pub const MAPPER_COMMAND: &str = "mapper";

/// Runs mappings for the platform that started this process, until it closes our standard input.
pub fn run_mapper() -> std::io::Result<()> {
    connect::mapping::run_worker()
}

impl App {
    /// Opens the folder: locks it, brings the store up to date, recovers the readings.
    pub async fn open(options: Options) -> Result<Self, StartError> {
        Self::open_with(options, Arc::new(SystemClock)).await
    }

    /// The same by another clock: for tests.
    pub async fn open_with(options: Options, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let lock = lock(&options.data)?;
        let db = Db::open(&options.database_url()).await?;
        let applied = migrate(&db, &crate::MIGRATIONS, clock.now()).await?;
        options.note_database().map_err(|cause| StartError::Folder {
            path: options.data.display().to_string(),
            cause,
        })?;
        if !applied.names.is_empty() {
            tracing::info!(count = applied.names.len(), "migrations were applied");
        }
        let blob = Blob::folder(&options.data.join("blob"))?;
        let mut platform = Platform::new(db, blob, clock);
        platform.https = options.is_https();
        let key = options.data.join("secret.key");
        platform.seal = Seal::at(&key, platform.clock.as_ref())
            .map_err(|cause| StartError::Folder { path: key.display().to_string(), cause })?;
        let registry = Registry::load(&platform).await?;
        let folder = options.data.join("readings");
        let readings = telemetry::Options::flushed_after(options.flush_after);
        let telemetry = Telemetry::open(&platform, registry.directory().clone(), &folder, readings)
            .await
            .map_err(|cause| StartError::Readings {
                path: folder.display().to_string(),
                cause: cause.to_string(),
            })?;
        let keys = options.data.join("opcua");
        let fieldbus = connect::Fieldbus::new(&platform, telemetry.ingest(), &keys);
        let control = control::Control::new(platform.clone(), registry.directory().clone());
        let energy = energy::Energy::new(&platform, registry.directory(), &telemetry)
            .calling(&options.vtn_hosts);
        let program = std::env::current_exe().unwrap_or_else(|_| "sandan".into());
        let mapper = connect::mapping::Mapper::new(&platform, &program, &[MAPPER_COMMAND]);
        let policy = crate::console::content_security_policy(options.tile_origin().as_deref());
        let nobody = !sign_in::store::any_account(&platform.db).await?;
        let set_up_token = nobody.then(|| sign_in::new_secret(platform.clock.as_ref(), "").into());
        Ok(Self {
            platform,
            registry,
            telemetry,
            fieldbus,
            control,
            energy,
            mapper,
            options: Arc::new(options),
            policy: HeaderValue::from_str(&policy)
                .unwrap_or(HeaderValue::from_static("default-src 'self'")),
            set_up_token,
            _lock: Arc::new(lock),
        })
    }

    /// Ends what runs and closes the stores, in order.
    pub async fn close(self) {
        let late = self.platform.tasks.shutdown().await;
        if !late.is_empty() {
            tracing::warn!(?late, "some parts did not end in time");
        }
        self.telemetry.close().await;
        self.platform.db.close().await;
    }
}

/// One process owns a folder: the lock goes with the process, also when that is killed.
fn lock(folder: &Path) -> Result<File, StartError> {
    let failed = |cause| StartError::Folder { path: folder.display().to_string(), cause };
    std::fs::create_dir_all(folder).map_err(failed)?;
    restrict(folder, 0o700).map_err(failed)?;
    let path = folder.join("LOCK");
    let file =
        File::options().create(true).truncate(false).write(true).open(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(StartError::Locked(folder.display().to_string()))
        }
        Err(std::fs::TryLockError::Error(cause)) => Err(failed(cause)),
    }
}

/// Only the owner may look in.
pub(crate) fn restrict(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}
