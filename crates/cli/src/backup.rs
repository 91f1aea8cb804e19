//! `sandan backup` and `sandan restore`.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use server::admin::Command;

#[derive(Args)]
pub(crate) struct BackupArgs {
    /// The folder of the backup; one that is there already gets only what is new.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// Leave the database out: for PostgreSQL, which pg_dump backs up.
    #[arg(long)]
    without_database: bool,
    /// The data folder.
    #[arg(long, env = "SANDAN_DATA", value_name = "DIR")]
    data: PathBuf,
}

#[derive(Args)]
pub(crate) struct RestoreArgs {
    /// The folder of the backup.
    #[arg(long, value_name = "FOLDER")]
    from: PathBuf,
    /// The new data folder; it must not exist or be empty.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

pub(crate) async fn run(args: BackupArgs) -> anyhow::Result<()> {
    let to = std::path::absolute(&args.to).context("the folder of the backup has no name")?;
    let command = Command::Backup { to, without_database: args.without_database };
    let report = crate::local::owner_command(&args.data, command, Vec::new()).await?;
    let done = report.get("backup").context("the platform gave no report")?;
    let number = |name: &str| done.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
    println!(
        "{} files ({} new), {} bytes, in {}",
        number("files"),
        number("new_files"),
        number("bytes"),
        args.to.display()
    );
    if done.get("database").and_then(serde_json::Value::as_bool) != Some(true) {
        println!("without the database: keep the pg_dump that was taken before with it");
    }
    Ok(())
}

pub(crate) fn restore(args: &RestoreArgs) -> anyhow::Result<()> {
    let done = server::backup::restore(&args.from, &args.data)?;
    println!(
        "{} files, {} bytes: everything acknowledged before {} is in {}",
        done.files,
        done.bytes,
        done.began_at,
        args.data.display()
    );
    if !done.database {
        println!("restore the database with its own tool, then run sandan verify --rebuild");
    }
    Ok(())
}
