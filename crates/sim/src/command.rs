//! `sandan sim …` on the command line.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use tokio::sync::watch;

use crate::fault::{Fault, Schedule};
use crate::load::{Delay, HttpLoad, Load, LoadReport, Who, delay, http_load};
use crate::open_data::{OpenData, OpenDataFault, STATION_PREFIX};
use crate::plan::{Plan, SEED_DEFAULT};
use crate::publish::{Backfill, Counts, Live, Pace, backfill, live};
use crate::{geometry, plan, wall};

/// Days of history that a benchmark of the last whole month needs, and one month more.
const BENCHMARK_DAYS: i64 = 92;

/// `sandan sim …`
#[derive(Debug, Clone, Args)]
pub struct SimArgs {
    #[command(subcommand)]
    command: SimCommand,
}

#[derive(Debug, Clone, Subcommand)]
enum SimCommand {
    /// Publish the invented complex over MQTT, as its devices would. Ends with Ctrl-C.
    Run(RunArgs),
    /// Write the schematic base map (GeoJSON).
    Basemap(BasemapArgs),
    /// Print what exists in the invented complex, as seed data of the registry (JSON).
    Seed(SeedArgs),
    /// Measure how many messages a second are acknowledged, and how fast.
    Load(LoadArgs),
    /// Measure how many readings a second are answered as durable over HTTP.
    HttpLoad(HttpLoadArgs),
    /// Measure the time from a publish to the alarm on a console.
    Delay(DelayArgs),
    /// Stand in for the public services of air quality and weather, with invented values. Ends with Ctrl-C.
    OpenData(OpenDataArgs),
}

#[derive(Debug, Clone, Args)]
struct OpenDataArgs {
    /// Address to listen at.
    #[arg(long, default_value = "127.0.0.1:8790")]
    listen: std::net::SocketAddr,
    /// The key that calls must have.
    #[arg(long, env = "SANDAN_SIM_OPEN_DATA_KEY", default_value = "demo", hide_env_values = true)]
    key: String,
    /// What goes wrong all the time.
    #[arg(long)]
    fault: Option<OpenDataFault>,
}

#[derive(Debug, Clone, Args)]
struct HttpLoadArgs {
    /// Address of the server.
    #[arg(long, env = "SANDAN_SIM_HTTP", default_value = "http://127.0.0.1:8700")]
    http: String,
    /// API token of a role that may send readings.
    #[arg(long, env = "SANDAN_SIM_TOKEN", hide_env_values = true)]
    token: String,
    /// So many connections, each for one device of `sandan sim seed --load-devices N`.
    #[arg(long, default_value_t = 8)]
    connections: usize,
    /// Readings of one request.
    #[arg(long, default_value_t = 1_000)]
    batch: usize,
    /// How long.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

#[derive(Debug, Clone, Args)]
struct DelayArgs {
    /// Address of the MQTT broker.
    #[arg(long, env = "SANDAN_SIM_MQTT", default_value = "127.0.0.1:1883")]
    mqtt: std::net::SocketAddr,
    /// Address of the server.
    #[arg(long, env = "SANDAN_SIM_HTTP", default_value = "http://127.0.0.1:8700")]
    http: String,
    /// API token of an administrator.
    #[arg(long, env = "SANDAN_SIM_TOKEN", hide_env_values = true)]
    token: String,
    /// So many alarms are raised and returned.
    #[arg(long, default_value_t = 200)]
    times: usize,
    /// Everything grows from this number.
    #[arg(long, env = "SANDAN_SIM_SEED", default_value_t = SEED_DEFAULT)]
    seed: u64,
}

#[derive(Debug, Clone, Args)]
struct RunArgs {
    /// Address of the MQTT broker.
    #[arg(long, env = "SANDAN_SIM_MQTT", default_value = "127.0.0.1:1883")]
    mqtt: String,
    /// Address of the server, for history.
    #[arg(long, env = "SANDAN_SIM_HTTP", default_value = "http://127.0.0.1:8700")]
    http: String,
    /// API token of a role that may send readings, for history.
    #[arg(long, env = "SANDAN_SIM_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Send so many days of history first; needs --token.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=1_100))]
    backfill_days: u16,
    /// Send so many days of history of the first tenant's meter, for bills of months, and what the benchmark and the
    /// saving measure of the demonstration rest on; needs --token.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=1_100))]
    tenant_days: u16,
    /// Everything grows from this number.
    #[arg(long, env = "SANDAN_SIM_SEED", default_value_t = SEED_DEFAULT)]
    seed: u64,
    /// Simulated time runs so many times as fast, until it reaches the present.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Simulated time starts here (RFC 3339); absent: now.
    #[arg(long)]
    start: Option<jiff::Timestamp>,
    /// What goes wrong, as KIND:DEVICE:FROM:FOR with silence, spike, late, duplicate or episode, such
    /// as silence:jj1-air-01:30s:10m. May be given several times.
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<Fault>,
    /// Leave out the faults and episodes that come by themselves.
    #[arg(long)]
    calm: bool,
    /// Stop after so many seconds.
    #[arg(long)]
    seconds: Option<u64>,
}

#[derive(Debug, Clone, Args)]
struct BasemapArgs {
    /// The file to write.
    #[arg(long)]
    out: PathBuf,
}

#[derive(Debug, Clone, Args)]
struct SeedArgs {
    /// Everything grows from this number.
    #[arg(long, default_value_t = SEED_DEFAULT)]
    seed: u64,
    /// Print so many devices for `sandan sim load` instead.
    #[arg(long)]
    load_devices: Option<usize>,
}

#[derive(Debug, Clone, Args)]
struct LoadArgs {
    /// Address of the MQTT broker.
    #[arg(long, env = "SANDAN_SIM_MQTT", default_value = "127.0.0.1:1883")]
    mqtt: String,
    /// So many devices, each with its own connection.
    #[arg(long, default_value_t = 20)]
    devices: usize,
    /// Messages a second of all devices together; each carries three readings.
    #[arg(long, default_value_t = 100.0)]
    rate: f64,
    /// How long.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Everything grows from this number.
    #[arg(long, default_value_t = SEED_DEFAULT)]
    seed: u64,
    /// Use the devices of `sandan sim seed --load-devices N` instead of the demonstration's.
    #[arg(long)]
    load_devices: bool,
}

/// Does what the command line asks.
pub async fn run(args: SimArgs) -> anyhow::Result<()> {
    match args.command {
        SimCommand::Run(args) => publish(args).await,
        SimCommand::Basemap(args) => {
            let out = &args.out;
            std::fs::write(out, geometry::basemap())
                .with_context(|| format!("cannot write {}", out.display()))
        }
        SimCommand::Seed(args) => {
            let seed = match args.load_devices {
                Some(count) => crate::load::seed_json(args.seed, count),
                None => plan::seed_json(args.seed),
            };
            say(&format!("{seed:#}"))
        }
        SimCommand::Load(args) => measure(args).await,
        SimCommand::HttpLoad(args) => measure_http(args).await,
        SimCommand::Delay(args) => measure_delay(args).await,
        SimCommand::OpenData(args) => open_data(args).await,
    }
}

async fn open_data(args: OpenDataArgs) -> anyhow::Result<()> {
    let service = OpenData::start(args.listen, &args.key).await?;
    service.strike(args.fault);
    let (url, prefix) = (service.url(), STATION_PREFIX);
    say(&format!(
        "시연 데이터: {url} has invented air quality (stations named {prefix}…), weather"
    ))?;
    tokio::signal::ctrl_c().await.context("cannot listen for Ctrl-C")?;
    say(&format!("{} calls answered", service.calls()))
}

async fn measure_http(args: HttpLoadArgs) -> anyhow::Result<()> {
    let load = HttpLoad {
        server: args.http,
        token: args.token,
        connections: args.connections,
        batch: args.batch,
        lasting: Duration::from_secs(args.seconds),
    };
    let (readings, seconds) = http_load(&load).await?;
    say(&format!(
        "{readings} readings answered as durable in {seconds:.1} s: {:.0} a second",
        readings as f64 / seconds
    ))
}

async fn measure_delay(args: DelayArgs) -> anyhow::Result<()> {
    let (broker, server, token) = (args.mqtt, args.http, args.token);
    let asked = Delay { broker, server, token, times: args.times, seed: args.seed };
    let delays = delay(&asked).await?;
    let at = |share: usize| delays.get(delays.len().saturating_sub(1) * share / 100);
    let ms = |delay: Option<&Duration>| delay.map_or(0.0, |delay| delay.as_secs_f64() * 1_000.0);
    let (p50, p99, max) = (ms(at(50)), ms(at(99)), ms(delays.last()));
    let count = delays.len();
    say(&format!("{count} alarms: p50 {p50:.1} ms, p99 {p99:.1} ms, max {max:.1} ms"))
}

async fn publish(args: RunArgs) -> anyhow::Result<()> {
    if !(args.speed > 0.0 && args.speed.is_finite()) {
        bail!("--speed is {}: give a number above 0", args.speed);
    }
    let now_ms = wall::now_ms();
    let start_ms = args.start.map_or(now_ms, jiff::Timestamp::as_millisecond);
    let plan = Plan::new(args.seed).improved(start_ms);
    for fault in &args.faults {
        if plan.device(&fault.device).is_none() {
            bail!("no device '{}' to strike: `sandan sim seed` lists the devices", fault.device);
        }
    }
    let schedule = Schedule::new(&plan, start_ms, args.faults.clone(), !args.calm);
    let counts = Counts::default();
    let (stop, stopped) = watch::channel(false);
    let run = Live {
        plan: &plan,
        schedule: &schedule,
        pace: Pace::new(start_ms, args.speed),
        broker: address(&args.mqtt)?,
        counts: &counts,
    };
    let senders = plan.senders().count();
    say(&format!("시연 데이터: {senders} simulated devices publish to mqtt://{}", args.mqtt))?;
    let history = async {
        if let Err(error) = history(&args, &plan, start_ms).await {
            tracing::error!("no history: {error:#}");
        }
    };
    let ending = async {
        match args.seconds {
            Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
            None => tokio::signal::ctrl_c().await.context("cannot listen for Ctrl-C")?,
        }
        // All receivers gone means that the run has ended by itself.
        let _ended = stop.send(true);
        anyhow::Ok(())
    };
    let work = async { tokio::join!(live(&run, &stopped), history, report(&counts, &stopped)) };
    let (_done, ended) = tokio::join!(work, ending);
    ended?;
    let tally = counts.tally();
    say(&format!("{} messages, {} readings acknowledged", tally.messages, tally.readings))
}

async fn history(args: &RunArgs, plan: &Plan, until_ms: i64) -> anyhow::Result<()> {
    const DAY_MS: i64 = 24 * 3_600_000;
    let since = |days: i64| until_ms - days * DAY_MS;
    let mut wanted = Vec::new();
    if args.backfill_days > 0 {
        wanted.push((since(args.backfill_days.into()), None, false));
    }
    if args.tenant_days > 0 {
        let keys = |meters: Vec<&plan::Device>| {
            meters.iter().map(|meter| meter.key.clone()).collect::<Vec<_>>()
        };
        let improved = keys(plan.improved_meter().into_iter().collect());
        let food = keys(plan.food_meters());
        let first = keys(plan.first_tenant_meter().into_iter().collect());
        wanted.push((since(BENCHMARK_DAYS), Some(food), true));
        wanted.push((plan::measured_from_ms(until_ms), Some(improved), true));
        wanted.push((since(args.tenant_days.into()), Some(first), false));
    }
    for (from_ms, only, active_only) in wanted {
        let token = args
            .token
            .clone()
            .context("history needs --token: `sandan token create --role ingest` prints one")?;
        let history = Backfill {
            plan,
            server: args.http.clone(),
            token,
            from_ms,
            until_ms,
            only: only.as_ref().map(|keys| keys.iter().map(String::as_str).collect()),
            active_only,
        };
        let (accepted, rejected) = backfill(&history).await?;
        say(&format!("{accepted} readings of history accepted, {rejected} rejected"))?;
    }
    Ok(())
}

/// A line in the log every ten seconds.
async fn report(counts: &Counts, stopped: &watch::Receiver<bool>) {
    const EVERY: Duration = Duration::from_secs(10);
    let mut stopped = stopped.clone();
    let mut before = counts.tally();
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _stop = stopped.wait_for(|stop| *stop) => return,
        }
        let now = counts.tally();
        let messages_s = (now.messages - before.messages) as f64 / EVERY.as_secs_f64();
        tracing::info!(
            connected = now.connected,
            acknowledged = now.messages,
            readings = now.readings,
            messages_s,
            breaks = now.breaks,
            "simulator"
        );
        if now.refused > before.refused {
            tracing::warn!(
                refused = now.refused,
                "the broker refuses devices: start the server with --demo and the same seed"
            );
        }
        before = now;
    }
}

async fn measure(args: LoadArgs) -> anyhow::Result<()> {
    let report = crate::load::load(&Load {
        broker: address(&args.mqtt)?,
        who: if args.load_devices { Who::Own } else { Who::Demo },
        devices: args.devices,
        rate: args.rate,
        lasting: Duration::from_secs(args.seconds),
        seed: args.seed,
    })
    .await?;
    say(&told(&report))
}

fn told(report: &LoadReport) -> String {
    let ms = |took: Option<Duration>| {
        took.map_or_else(|| "unknown".to_owned(), |t| format!("{:.1} ms", t.as_secs_f64() * 1e3))
    };
    format!(
        "{} of {} messages acknowledged in {:.1} s: {:.0} messages/s, {:.0} readings/s\n\
         due to acknowledged: p50 {}, p99 {}, max {}; {} connections broke",
        report.messages,
        report.due,
        report.seconds,
        report.messages as f64 / report.seconds,
        report.readings as f64 / report.seconds,
        ms(report.p50),
        ms(report.p99),
        ms(report.max),
        report.breaks,
    )
}

/// Host and port of `127.0.0.1:1883`.
fn address(text: &str) -> anyhow::Result<(String, u16)> {
    let text = text.strip_prefix("mqtt://").unwrap_or(text);
    let parts = text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
    let (host, port) =
        parts.with_context(|| format!("'{text}' is no HOST:PORT, such as 127.0.0.1:1883"))?;
    Ok((host.trim_matches(['[', ']']).to_owned(), port))
}

/// One line for whoever started the program.
fn say(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("cannot write to standard output")
}
