//! `sandan`: the one executable. Each command is a file of this folder.
#![allow(clippy::print_stdout, clippy::print_stderr)] // A command line talks to its caller.

mod backup;
mod config;
mod database;
mod energy;
mod import;
mod load_file;
mod local;
mod owner;
mod serve;
mod tariff;
mod verify;
mod vrp;

use clap::{Parser, Subcommand};

/// Sandan (산단): the operating platform of a smart green industrial complex.
///
/// Every option can be given as a flag, as a SANDAN_* environment variable, or in the TOML file named by
/// --config; the flag wins over the variable, the variable over the file.
#[derive(Parser)]
#[command(name = "sandan", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the platform on one data folder.
    Serve(Box<serve::ServeArgs>),
    /// People who may do everything.
    #[command(subcommand)]
    Admin(owner::AdminCommand),
    /// API tokens for programs.
    #[command(subcommand)]
    Token(owner::TokenCommand),
    /// Bring the database up to date and stop.
    Migrate(database::MigrateArgs),
    /// Work on the database as a whole.
    #[command(subcommand)]
    Db(database::DbCommand),
    /// Import files.
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// Check that every reading that was kept is there and whole; ends with 1 when something is missing.
    Verify(verify::VerifyArgs),
    /// Back up a data folder, also while the platform runs on it.
    Backup(backup::BackupArgs),
    /// Restore a backup to a new data folder.
    Restore(backup::RestoreArgs),
    /// Tariffs: what a load on file would have cost.
    #[command(subcommand)]
    Tariff(tariff::TariffCommand),
    /// Forecast, savings, battery and demand response of a load on file.
    #[command(subcommand)]
    Energy(energy::EnergyCommand),
    /// Routes of vehicles: solve, check, bench.
    #[command(subcommand)]
    Vrp(vrp::VrpCommand),
    /// Simulate a complex over the real protocols.
    Sim(sim::SimArgs),
    /// Measure this machine: what is taken in, kept and answered.
    Bench(bench::BenchArgs),
    /// Run the mappings of device profiles for the platform that started this.
    #[command(name = server::MAPPER_COMMAND, hide = true)]
    Mapper,
    /// Print the description of the HTTP API.
    Openapi,
}

fn main() -> std::process::ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(run()),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sandan: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    config::apply_file()?;
    match Cli::parse().command {
        Command::Serve(args) => serve::run(*args).await,
        Command::Admin(command) => owner::admin(command).await,
        Command::Token(command) => owner::token(command).await,
        Command::Migrate(args) => database::migrate(args).await,
        Command::Tariff(command) => tariff::run(command),
        Command::Energy(command) => energy::run(command),
        Command::Vrp(command) => vrp::run(command),
        Command::Db(command) => database::run(command).await,
        Command::Import(command) => import::run(command).await,
        Command::Verify(args) => verify::run(args).await,
        Command::Backup(args) => backup::run(args).await,
        Command::Restore(args) => backup::restore(&args),
        Command::Sim(args) => {
            config::log("warn", false);
            sim::run(args).await
        }
        Command::Bench(args) => {
            config::log("error", false);
            bench::run(args).await
        }
        Command::Mapper => Ok(server::run_mapper()?),
        Command::Openapi => {
            print!("{}", serve::openapi().await?);
            Ok(())
        }
    }
}
