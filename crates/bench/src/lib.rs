//! Figures: what the platform takes, keeps and answers.
//!
//! `sandan bench ingest` starts a server of its own, on free ports and a folder of its own, and counts the
//! CPU time of that process alone. `sandan bench query` fills a store with the load of the design and asks.
//! Both print words, or JSON for scripts that put peers beside (`bench/`). A figure is only as good as
//! the machine was quiet: CPU time is what to trust on a shared one.
#![allow(clippy::print_stdout, clippy::print_stderr)] // A command line talks to its caller.
#![cfg_attr(test, allow(clippy::float_cmp))]
// Shares, places and times: small and positive.
#![allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]

mod child;
mod connections;
mod ingest;
mod load;
mod query;
mod stats;
mod tick;

use clap::{Args, Subcommand};

/// `sandan bench …`
#[derive(Debug, Args)]
pub struct BenchArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Readings in over HTTP: validated, logged, synced, answered, flushed into segments.
    Ingest(ingest::IngestArgs),
    /// Devices that stay connected over MQTT, each sending now and then: memory a connection.
    Connections(connections::ConnectionsArgs),
    /// Questions to a store that holds the load of the design (20 million readings at scale 1).
    Query(query::QueryArgs),
    /// A quarter of an hour of every meter of twenty-one complexes: durable, billing demands, alarms.
    Tick(tick::TickArgs),
}

/// Runs a bench and prints its figures.
pub async fn run(args: BenchArgs) -> anyhow::Result<()> {
    match args.what {
        What::Ingest(args) => ingest::run(&args).await,
        What::Connections(args) => connections::run(&args).await,
        What::Query(args) => query::run(&args).await,
        What::Tick(args) => tick::run(&args).await,
    }
}
