//! `sandan admin` and `sandan token`.

use std::io::Read;
use std::path::PathBuf;

use anyhow::{Context, bail};
use base::{Role, Scope};
use clap::Subcommand;
use server::admin::Command;

#[derive(Subcommand)]
pub(crate) enum AdminCommand {
    /// Make an administrator of the system; the password is read from standard input.
    Create {
        /// E-mail to sign in with.
        #[arg(long)]
        email: String,
        /// Name to show.
        #[arg(long, default_value = "관리자")]
        name: String,
        /// The data folder.
        #[arg(long, env = "SANDAN_DATA", value_name = "DIR")]
        data: PathBuf,
    },
}

#[derive(Subcommand)]
pub(crate) enum TokenCommand {
    /// Make an API token and print it; it cannot be shown again.
    Create {
        /// What it may do: ingest, operator, engineer, auditor, administrator …
        #[arg(long)]
        role: Role,
        /// What it reaches: system, complex:ID, establishment:ID@COMPLEX, organisation:ID.
        #[arg(long, default_value = "system")]
        scope: Scope,
        /// What it is for.
        #[arg(long, default_value = "command line")]
        name: String,
        /// The data folder.
        #[arg(long, env = "SANDAN_DATA", value_name = "DIR")]
        data: PathBuf,
    },
}

/// Most bytes of a password; more is refused later, with words.
const PASSWORD_READ_MAX: u64 = 4_096;

pub(crate) async fn admin(command: AdminCommand) -> anyhow::Result<()> {
    let AdminCommand::Create { email, name, data } = command;
    let mut password = String::new();
    std::io::stdin()
        .take(PASSWORD_READ_MAX)
        .read_to_string(&mut password)
        .context("the password is read from standard input and must be text")?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        bail!("give the password on standard input: echo … | sandan admin create --email {email}");
    }
    let command = Command::AdminCreate { email: email.clone(), name, password };
    crate::local::owner_command(&data, command, Vec::new()).await?;
    println!("{email} is an administrator of the system.");
    Ok(())
}

pub(crate) async fn token(command: TokenCommand) -> anyhow::Result<()> {
    let TokenCommand::Create { role, scope, name, data } = command;
    let command = Command::TokenCreate { name, role, scope };
    let done = crate::local::owner_command(&data, command, Vec::new()).await?;
    let token = done.get("token").and_then(serde_json::Value::as_str);
    println!("{}", token.context("the platform gave no token")?);
    Ok(())
}
