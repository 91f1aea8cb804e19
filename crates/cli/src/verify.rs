//! `sandan verify`.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use serde_json::Value;
use server::admin::Command;

#[derive(Args)]
pub(crate) struct VerifyArgs {
    /// First make the catalogue of segments again from the files: after the loss of the database, or
    /// when an older copy of it was restored. Nothing is removed.
    #[arg(long)]
    rebuild: bool,
    /// Print the whole report as JSON.
    #[arg(long)]
    json: bool,
    /// The data folder.
    #[arg(long, env = "SANDAN_DATA", value_name = "DIR")]
    data: PathBuf,
}

pub(crate) async fn run(args: VerifyArgs) -> anyhow::Result<()> {
    let command = Command::Verify { rebuild: args.rebuild };
    let report = crate::local::owner_command(&args.data, command, Vec::new()).await?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    }
    let found = report.get("verification").context("the platform gave no report")?;
    let number = |of: &Value, name: &str| of.get(name).and_then(Value::as_i64).unwrap_or(0);
    let list = |of: &Value, name: &str| of.get(name).and_then(Value::as_array).cloned();
    let mut problems = list(found, "problems").unwrap_or_default();
    if let Some(rebuilt) = report.get("rebuilt").filter(|rebuilt| !rebuilt.is_null()) {
        problems.extend(list(rebuilt, "problems").unwrap_or_default());
        if !args.json {
            println!(
                "catalogue: {} files, {} segments added, {} closed",
                number(rebuilt, "files"),
                number(rebuilt, "added"),
                number(rebuilt, "buried")
            );
        }
    }
    if !args.json {
        println!(
            "{} segments with {} readings ({} bytes), {} roll-ups, {} log files with {} batches",
            number(found, "segments"),
            number(found, "readings"),
            number(found, "bytes"),
            number(found, "rollups"),
            number(found, "log_files"),
            number(found, "log_batches")
        );
        print_findings("problem", &problems);
        print_findings("notice", &list(found, "notices").unwrap_or_default());
    }
    if !problems.is_empty() {
        bail!("{} problems were found", problems.len());
    }
    Ok(())
}

fn print_findings(sort: &str, findings: &[Value]) {
    for finding in findings {
        let text = |name: &str| finding.get(name).and_then(Value::as_str).unwrap_or_default();
        println!("{sort}  {}  {}  {}", text("code"), text("path"), text("detail"));
    }
}
