//! `sandan import`.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use server::admin::Command;

#[derive(Subcommand)]
pub(crate) enum ImportCommand {
    /// Import a 15-minute interval file (CSV or XLSX) of KEPCO, or of any shape with --map.
    ///
    /// Importing the same file again changes nothing.
    Kepco(KepcoArgs),
}

#[derive(Args)]
pub(crate) struct KepcoArgs {
    /// The file, as exported from 파워플래너 or 한전ON, or a tenant's own.
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
    let ImportCommand::Kepco(args) = command;
    let payload = std::fs::read(&args.file)
        .with_context(|| format!("the file {} cannot be read", args.file.display()))?;
    let mapping = match &args.map {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("the mapping {} cannot be read", path.display()))?;
            let json = serde_json::from_str(&text)
                .with_context(|| format!("the mapping {} is no JSON", path.display()))?;
            Some(json)
        }
        None => None,
    };
    let file_name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let command = Command::ImportIntervals {
        file_name,
        device: args.device,
        mapping,
        dry_run: args.dry_run,
    };
    let report = crate::local::owner_command(&args.data, command, payload).await?;
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}
