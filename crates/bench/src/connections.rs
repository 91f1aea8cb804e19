//! `sandan bench connections`: as many devices as stay connected, and what a connection costs.

use std::time::Duration;

use anyhow::bail;
use clap::Args;
use serde::Serialize;
use sim::load::{Load, Who, load, seed_json};

use crate::child::Server;

/// A figure for a complex of this many devices is worked out from what was measured.
const EXTRAPOLATED: f64 = 100_000.0;
const SEED: u64 = 1;

#[derive(Debug, Args)]
pub(crate) struct ConnectionsArgs {
    /// How many devices. Each takes two open files of this machine, one in each process: see `ulimit -n`.
    #[arg(long, default_value_t = 8_000)]
    devices: usize,
    /// How long they stay, seconds.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Seconds between two messages of a device, three readings each.
    #[arg(long, default_value_t = 20)]
    every: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What came out.
#[derive(Debug, Serialize)]
struct Figures {
    devices: usize,
    /// Connections that broke or were not made.
    breaks: u64,
    messages_due: u64,
    messages_acknowledged: u64,
    ack_ms_p50: f64,
    ack_ms_p99: f64,
    /// Of the server, with all devices registered and none connected.
    memory_before_bytes: u64,
    /// Of the server, the most while they were connected.
    memory_most_bytes: u64,
    /// With what the server remembers of the device and of its three points.
    memory_a_connection_bytes: f64,
    /// Worked out, not measured.
    memory_of_100_000_bytes: f64,
    server_cpu_s: f64,
    profile: &'static str,
}

pub(crate) async fn run(args: &ConnectionsArgs) -> anyhow::Result<()> {
    if args.devices == 0 || args.every == 0 {
        bail!("give at least one device, and one second between its messages");
    }
    let dir = platform::testing::temp_dir("bench-connections");
    let figures = measure(args, &dir).await;
    // What cannot be removed is a temporary folder all the same.
    let _ = std::fs::remove_dir_all(&dir);
    let figures = figures?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
        return Ok(());
    }
    let Figures { devices, breaks, messages_acknowledged, messages_due, .. } = figures;
    println!("{devices} devices connected, {breaks} connections broke");
    println!("{messages_acknowledged} of {messages_due} messages acknowledged");
    println!("answer p50 {:.1} ms, p99 {:.1} ms", figures.ack_ms_p50, figures.ack_ms_p99);
    println!(
        "{:.1} KiB a connection; 100,000 would take {:.2} GiB (worked out)",
        figures.memory_a_connection_bytes / 1_024.0,
        figures.memory_of_100_000_bytes / f64::from(1 << 30)
    );
    println!("server CPU {:.1} s, {} profile", figures.server_cpu_s, figures.profile);
    Ok(())
}

async fn measure(args: &ConnectionsArgs, dir: &std::path::Path) -> anyhow::Result<Figures> {
    let server = Server::start(dir, &seed_json(SEED, args.devices))?;
    let (before, cpu) = (server.memory_bytes()?, server.cpu_seconds()?);
    let devices = load_of(args, &server);
    let mut sending = std::pin::pin!(load(&devices));
    let mut most = before;
    let mut ticks = tokio::time::interval(Duration::from_millis(500));
    let report = loop {
        tokio::select! {
            report = &mut sending => break report?,
            _ = ticks.tick() => most = most.max(server.memory_bytes()?),
        }
    };
    let server_cpu_s = server.cpu_seconds()? - cpu;
    server.stop()?;
    let ms = |time: Option<Duration>| time.map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0);
    let each = most.saturating_sub(before) as f64 / args.devices as f64;
    Ok(Figures {
        devices: args.devices,
        breaks: report.breaks,
        messages_due: report.due,
        messages_acknowledged: report.messages,
        ack_ms_p50: ms(report.p50),
        ack_ms_p99: ms(report.p99),
        memory_before_bytes: before,
        memory_most_bytes: most,
        memory_a_connection_bytes: each,
        memory_of_100_000_bytes: before as f64 + each * EXTRAPOLATED,
        server_cpu_s,
        profile: if cfg!(debug_assertions) { "development" } else { "release" },
    })
}

fn load_of(args: &ConnectionsArgs, server: &Server) -> Load {
    Load {
        broker: server.mqtt.clone(),
        who: Who::Own,
        devices: args.devices,
        rate: args.devices as f64 / args.every as f64,
        lasting: Duration::from_secs(args.seconds),
        seed: SEED,
    }
}
