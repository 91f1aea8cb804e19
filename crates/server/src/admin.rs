//! Commands of the machine's owner: through the local socket while the platform runs, on the folder
//! itself while it does not.
//!
//! The socket lies in the data folder, which only its owner may enter; who can open it may do everything.
//! A request is one line of JSON, followed by as many bytes as its `payload` says; the answer is one line.

use std::path::{Path, PathBuf};

use base::{Grant, Role, Scope};
use platform::http::Problem;
use platform::sign_in::{self, Password, SignInError};
use platform::work::Stage;
use platform::{Audit, Ctx};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use telemetry::column_mapping::Mapping;
use telemetry::interval_import;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

use crate::{App, StartError};

const SOCKET: &str = "sandan.sock";
/// Most bytes of a command's line.
const LINE_MAX: u64 = 64 * 1024;
/// Most bytes of a file that comes with a command.
const PAYLOAD_MAX: usize = 64 * 1024 * 1024;

/// What the owner can ask for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Makes an administrator of the system.
    AdminCreate {
        /// To sign in with.
        email: String,
        /// To show.
        name: String,
        /// At least 10 characters.
        password: String,
    },
    /// Makes an API token.
    TokenCreate {
        /// What it is for.
        name: String,
        /// The role.
        role: Role,
        /// What it reaches.
        scope: Scope,
    },
    /// Imports an interval file, which comes as payload.
    ImportIntervals {
        /// Its name.
        file_name: String,
        /// The key of the device that it belongs to.
        device: String,
        /// A column mapping as JSON; the one of KEPCO when absent.
        mapping: Option<Value>,
        /// Only tells what would happen.
        dry_run: bool,
    },
    /// Lays down a complex as plain data ([`registry::seed::Seed`] as JSON), which comes as payload.
    SeedApply,
    /// Reads every segment and the log, and tells what is missing or damaged.
    Verify {
        /// Makes the catalogue of segments again from the files first.
        rebuild: bool,
    },
    /// Backs everything up while it runs.
    Backup {
        /// The folder, an absolute path.
        to: PathBuf,
        /// Leaves the database out: of PostgreSQL, which has `pg_dump`.
        without_database: bool,
    },
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    payload: usize,
    #[serde(flatten)]
    command: Command,
}

/// The answer: what was done, or why not.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Done.
    Ok(Value),
    /// Refused.
    Error(String),
}

/// Does what the owner asks.
pub async fn execute(app: &App, command: Command, payload: Vec<u8>) -> Answer {
    match run(app, command, payload).await {
        Ok(value) => Answer::Ok(value),
        Err(problem) => Answer::Error(problem.detail),
    }
}

async fn run(app: &App, command: Command, payload: Vec<u8>) -> Result<Value, Problem> {
    let ctx = Ctx::system(&app.platform.clock, "command line");
    match command {
        Command::AdminCreate { email, name, password } => {
            let password = Password::new(password).map_err(SignInError::from)?;
            let grant = Grant { role: Role::Administrator, scope: Scope::System };
            let grants = [grant];
            let id = sign_in::api::create(&app.platform, &ctx, &email, &name, password, &grants);
            Ok(json!({ "account": id.await? }))
        }
        Command::TokenCreate { name, role, scope } => {
            let grant = Grant { role, scope };
            let token = sign_in::api::create_token(&app.platform, &ctx, &name, grant, None).await?;
            Ok(json!({ "token": token.0 }))
        }
        Command::ImportIntervals { file_name, device, mapping, dry_run } => {
            let file = IntervalFile { file_name, device, mapping, dry_run };
            import_intervals(app, &ctx, file, payload).await
        }
        Command::SeedApply => {
            let seed = serde_json::from_slice(&payload).map_err(|error| {
                Problem::invalid_field("", format!("the file holds no seed: {error}"))
            })?;
            let report = registry::seed::apply(&app.platform, &ctx.actor, seed).await?;
            app.registry.directory().refresh().await?;
            Ok(json!({ "made": format!("{report:?}") }))
        }
        Command::Verify { rebuild } => {
            let store = app.telemetry.store();
            let rebuilt = if rebuild { Some(store.rebuild_catalogue().await?) } else { None };
            Ok(json!({ "rebuilt": rebuilt, "verification": store.verify().await? }))
        }
        Command::Backup { to, without_database } => {
            let done = crate::backup::backup(app, &to, without_database).await;
            let done = done.map_err(|error| Problem::invalid_field("/to", error.to_string()))?;
            Ok(json!({ "backup": done }))
        }
    }
}

struct IntervalFile {
    file_name: String,
    device: String,
    mapping: Option<Value>,
    dry_run: bool,
}

async fn import_intervals(
    app: &App,
    ctx: &Ctx,
    file: IntervalFile,
    payload: Vec<u8>,
) -> Result<Value, Problem> {
    let mapping = match file.mapping {
        Some(json) => serde_json::from_value(json).map_err(|error| {
            Problem::invalid_field("/mapping", format!("this is no column mapping: {error}"))
        })?,
        None => Mapping::kepco(),
    };
    let ingest = app.telemetry.ingest();
    if file.dry_run {
        let prepared =
            interval_import::preview_file(ingest, &file.device, &mapping, payload.into()).await?;
        return Ok(json!({ "preview": prepared.preview() }));
    }
    let (preview, result) =
        interval_import::import_file(ingest, &file.device, &mapping, payload.into(), &ctx.actor)
            .await?;
    let snapshot = app.registry.directory().snapshot();
    let mut tx = app.platform.db.write().await?;
    let audit = Audit {
        action: "interval_import.commit",
        subject: format!("device:{}", file.device),
        complex: snapshot.device_by_key(&file.device).map(|device| device.complex),
        detail: json!({ "file_name": file.file_name, "result": result }),
    };
    tx.audit(ctx, audit).await?;
    tx.commit().await?;
    Ok(json!({ "preview": preview, "result": result }))
}

/// Listens on the local socket.
pub(crate) fn listen(app: &App) -> Result<(), StartError> {
    let path = app.options.data.join(SOCKET);
    let failed = |cause: std::io::Error| StartError::Listen {
        what: "the local socket",
        address: path.display().to_string(),
        cause: cause.to_string(),
    };
    // We hold the folder's lock, so a socket that is there is left over from a killed process.
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path).map_err(failed)?;
    crate::app::restrict(&path, 0o600).map_err(failed)?;
    let app = app.clone();
    app.platform.tasks.clone().spawn(Stage::Intake, move |token| async move {
        loop {
            tokio::select! {
                () = token.cancelled() => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let task = app.clone();
                        app.platform.tasks.spawn(Stage::Drain, move |_| async move {
                            if let Err(error) = answer(&task, stream).await {
                                tracing::warn!(cause = %error, "a local command broke off");
                            }
                        });
                    }
                    Err(error) => {
                        tracing::error!(cause = %error, "the local socket does not accept");
                        break;
                    }
                }
            }
        }
        let _ = std::fs::remove_file(&path);
    });
    Ok(())
}

async fn answer(app: &App, stream: UnixStream) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    (&mut stream).take(LINE_MAX).read_line(&mut line).await?;
    let answer = match serde_json::from_str::<Envelope>(&line) {
        Ok(envelope) if envelope.payload <= PAYLOAD_MAX => {
            let mut payload = vec![0; envelope.payload];
            stream.read_exact(&mut payload).await?;
            execute(app, envelope.command, payload).await
        }
        Ok(_) => Answer::Error(format!("the file is larger than {PAYLOAD_MAX} bytes: split it")),
        Err(error) => Answer::Error(format!("the command is not understood: {error}")),
    };
    let mut line = serde_json::to_vec(&answer)?;
    line.push(b'\n');
    stream.write_all(&line).await
}

/// Sends a command to the platform that owns `data`; `None` when none runs there.
pub async fn send(
    data: &Path,
    command: Command,
    payload: &[u8],
) -> std::io::Result<Option<Answer>> {
    let Ok(mut stream) = UnixStream::connect(data.join(SOCKET)).await else { return Ok(None) };
    let mut line = serde_json::to_vec(&Envelope { payload: payload.len(), command })?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    stream.write_all(payload).await?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).await?;
    Ok(Some(serde_json::from_str(&answer)?))
}
