//! `sandan import`.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use server::admin::Command;

#[derive(Subcommand)]
pub(crate) enum ImportCommand {
    /// Import a 15-minute interval file (CSV or XLSX) of KEPCO, or of any shape with --map.
    ///
    /// Importing the same file again changes nothing.
    Kepco(KepcoArgs),
    /// Lay down complexes, establishments, devices and points from a JSON file, as printed by
    /// `sandan sim seed`. Applying the same file again changes nothing.
    Seed(SeedArgs),
}

#[derive(Args)]
pub(crate) struct SeedArgs {
    /// The JSON file.
    file: PathBuf,
    /// The data folder.
    #[arg(long, env = "SANDAN_DATA", value_name = "DIR")]
    data: PathBuf,
}

#[derive(Args)]
pub(crate) struct KepcoArgs {
    /// The file, as exported from 파워플래너 or 한전ON, or a tenant's own; may be packed as .gz.
    file: PathBuf,
    /// Key of the device (meter) that the file belongs to.
    #[arg(long)]
    device: String,
    /// Column mapping as a JSON file; without it the header spellings of KEPCO are looked for.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Only tell what would be imported.
    #[arg(long)]
    dry_run: bool,
    /// The data folder.
    #[arg(long, env = "SANDAN_DATA", value_name = "DIR")]
    data: PathBuf,
}

pub(crate) async fn run(command: ImportCommand) -> anyhow::Result<()> {
    match command {
        ImportCommand::Kepco(args) => kepco(args).await,
        ImportCommand::Seed(args) => seed(args).await,
    }
}

async fn seed(args: SeedArgs) -> anyhow::Result<()> {
    let payload =
        read(&args.file).with_context(|| format!("{} cannot be read", args.file.display()))?;
    let report = crate::local::owner_command(&args.data, Command::SeedApply, payload).await?;
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}

async fn kepco(args: KepcoArgs) -> anyhow::Result<()> {
    let payload =
        read(&args.file).with_context(|| format!("{} cannot be read", args.file.display()))?;
    let mapping = args.map.as_deref().map(read_json).transpose()?;
    let file_name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let command =
        Command::ImportIntervals { file_name, device: args.device, mapping, dry_run: args.dry_run };
    let report = crate::local::owner_command(&args.data, command, payload).await?;
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}

/// A column mapping.
pub(crate) fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the mapping {} cannot be read", path.display()))?;
    serde_json::from_str(&text)
        .with_context(|| format!("the mapping {} is no JSON of a mapping", path.display()))
}

/// Most bytes of an unpacked file: more is refused, so that a small .gz cannot fill the memory.
const UNPACKED_MAX: u64 = 64 * 1024 * 1024;

pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = std::fs::read(path)?;
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut unpacked = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes.as_slice())
            .take(UNPACKED_MAX + 1)
            .read_to_end(&mut unpacked)?;
        bytes = unpacked;
    }
    anyhow::ensure!(bytes.len() as u64 <= UNPACKED_MAX, "it holds more than 64 MiB: split it");
    Ok(bytes)
}
