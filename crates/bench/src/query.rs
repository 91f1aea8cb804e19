//! `sandan bench query`: the questions of the design, to a store with its load.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant as Tick};

use anyhow::bail;
use base::{Instant, Series};
use clap::Args;
use futures::TryStreamExt as _;
use platform::Platform;
use platform::clock::SystemClock;
use serde::Serialize;
use telemetry::query::sql::{Claim, SqlQuestion};
use telemetry::{Aggregate, Bucketing, Options, Store};

use crate::load::{self, DAY_MS};
use crate::stats::{cpu_seconds, share_ms};

/// 2026-01-01T00:00:00Z, where the load begins.
const START_MS: i64 = 1_767_225_600_000;
const HOUR_MS: i64 = 3_600_000;
const BATCH: usize = 10_000;
/// How often the question that reads everything is asked, at most.
const SCANS: usize = 5;
/// The series that question a year.
const ONE_LONG: Series = Series(60);

#[derive(Debug, Args)]
pub(crate) struct QueryArgs {
    /// How much of the load: 1 is 20,010,000 readings; less shortens the times.
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// How often each question is asked.
    #[arg(long, default_value_t = 21)]
    runs: usize,
    /// The folder of the store; it must not exist, and stays, for peers to read. Absent: a temporary one.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Figures {
    readings: usize,
    profile: &'static str,
    /// Readings made durable in a CPU second, log, buffer and latest values.
    append_per_cpu_s: f64,
    /// Readings sorted and written to segments in a CPU second.
    flush_per_cpu_s: f64,
    /// Readings merged into larger segments in a CPU second.
    merge_per_cpu_s: f64,
    /// Readings rolled up in a CPU second.
    roll_up_per_cpu_s: f64,
    /// The live segments when the questions are asked, for peers to read.
    segments: Vec<String>,
    bytes_per_point: f64,
    /// Bytes of roll-ups, for each reading.
    rollup_bytes_per_point: f64,
    /// Acknowledgement at 100,000 readings/s, offered in steps of 10 ms.
    paced_ack_ms_p50: f64,
    paced_ack_ms_p99: f64,
    queries: Vec<Answer>,
    /// From opening the folder of a killed process to the first answer, with this many readings in the log.
    recovery: Recovery,
}

#[derive(Debug, Serialize)]
struct Answer {
    name: &'static str,
    rows: usize,
    ms_p50: f64,
    ms_p99: f64,
    cpu_ms_mean: f64,
}

#[derive(Debug, Serialize)]
struct Recovery {
    readings_in_log: u64,
    seconds: f64,
}

pub(crate) async fn run(args: &QueryArgs) -> anyhow::Result<()> {
    let dir = match &args.data {
        Some(dir) if dir.exists() => bail!("{} exists: name a new folder", dir.display()),
        Some(dir) => dir.clone(),
        None => platform::testing::temp_dir("bench-query"),
    };
    std::fs::create_dir_all(&dir)?;
    let figures = measure(args, &dir).await;
    if args.data.is_none() {
        // What cannot be removed is a temporary folder all the same.
        let _ = std::fs::remove_dir_all(&dir);
    }
    let figures = figures?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
        return Ok(());
    }
    println!("{} readings, {} profile", figures.readings, figures.profile);
    println!("durable: {:.0} readings a CPU second", figures.append_per_cpu_s);
    println!("flush: {:.0} readings a CPU second", figures.flush_per_cpu_s);
    println!("merge: {:.0} readings a CPU second", figures.merge_per_cpu_s);
    println!("roll-up: {:.0} readings a CPU second", figures.roll_up_per_cpu_s);
    println!(
        "{:.2} bytes a reading in {} segments, and {:.2} in roll-ups",
        figures.bytes_per_point,
        figures.segments.len(),
        figures.rollup_bytes_per_point
    );
    let (p50, p99) = (figures.paced_ack_ms_p50, figures.paced_ack_ms_p99);
    println!("answer at 100,000 readings/s: p50 {p50:.1} ms, p99 {p99:.1} ms");
    for answer in &figures.queries {
        let Answer { name, rows, ms_p50, ms_p99, cpu_ms_mean } = answer;
        println!(
            "{name}: {rows} rows, p50 {ms_p50:.2} ms, p99 {ms_p99:.2} ms, CPU {cpu_ms_mean:.1} ms"
        );
    }
    let Recovery { readings_in_log, seconds } = figures.recovery;
    println!(
        "first answer after a crash with {readings_in_log} readings in the log: {seconds:.2} s"
    );
    Ok(())
}

async fn measure(args: &QueryArgs, dir: &std::path::Path) -> anyhow::Result<Figures> {
    let platform = open_platform(dir).await?;
    // Nothing is flushed by itself, so that each step is measured alone.
    let limits = telemetry::buffer::FlushLimits {
        age: Duration::MAX,
        readings: usize::MAX,
        bytes: usize::MAX,
    };
    let options = Options { limits, buffer_readings_max: usize::MAX, ..Options::default() };
    let store = Store::open(platform.clone(), dir, options).await?;
    let load = load::readings(START_MS, args.scale);
    let arrived = Instant::from_millis(START_MS + 366 * DAY_MS)?;

    let cpu = cpu_seconds("self")?;
    for batch in load.chunks(BATCH) {
        store.append(batch.to_vec(), arrived).await?;
    }
    let append_per_cpu_s = load.len() as f64 / (cpu_seconds("self")? - cpu).max(0.01);
    let recovery = recovery(&store, dir, options).await?;
    let cpu = cpu_seconds("self")?;
    store.flush_all().await?;
    let flush_per_cpu_s = load.len() as f64 / (cpu_seconds("self")? - cpu).max(0.01);
    let cpu = cpu_seconds("self")?;
    store.compact().await?;
    let merge_per_cpu_s = load.len() as f64 / (cpu_seconds("self")? - cpu).max(0.01);
    let segments = store.segments().await?;
    let bytes: i64 = segments.iter().map(|row| row.bytes).sum();
    let mut queries = questions(&store, args).await?;
    let cpu = cpu_seconds("self")?;
    while store.roll_up().await? > 0 {}
    let roll_up_per_cpu_s = load.len() as f64 / (cpu_seconds("self")? - cpu).max(0.01);
    let rollups = object_bytes(&platform, telemetry::rollup::FOLDER).await?;
    queries.extend(rolled_questions(&store, args).await?);
    let mut paced = append_paced(&store, arrived).await?;
    platform.tasks.shutdown().await;
    Ok(Figures {
        readings: load.len(),
        profile: if cfg!(debug_assertions) { "development" } else { "release" },
        append_per_cpu_s,
        flush_per_cpu_s,
        merge_per_cpu_s,
        roll_up_per_cpu_s,
        segments: segments.into_iter().map(|row| row.path).collect(),
        rollup_bytes_per_point: rollups as f64 / load.len() as f64,
        bytes_per_point: bytes as f64 / load.len() as f64,
        paced_ack_ms_p50: share_ms(&mut paced, 0.5),
        paced_ack_ms_p99: share_ms(&mut paced, 0.99),
        queries,
        recovery,
    })
}

async fn open_platform(dir: &std::path::Path) -> anyhow::Result<Platform> {
    let url = format!("sqlite:{}", dir.join("sandan.db").display());
    let db = platform::db::Db::open(&url).await?;
    let sets = [platform::MIGRATIONS, telemetry::MIGRATIONS];
    Ok(platform::testing::platform_on(db, &sets, Arc::new(SystemClock), dir).await)
}

/// Copies the log, as a killed process leaves it, and opens it in a folder of its own.
async fn recovery(
    store: &Store,
    dir: &std::path::Path,
    options: Options,
) -> anyhow::Result<Recovery> {
    let copy = dir.join("recovery");
    std::fs::create_dir_all(copy.join("log"))?;
    for entry in std::fs::read_dir(dir.join("log"))? {
        let entry = entry?;
        std::fs::copy(entry.path(), copy.join("log").join(entry.file_name()))?;
    }
    let platform = open_platform(&copy).await?;
    let start = Tick::now();
    let again = Store::open(platform.clone(), &copy, options).await?;
    let found = again.raw(ONE_LONG, START_MS, START_MS + DAY_MS, 1_000).await?;
    let seconds = start.elapsed().as_secs_f64();
    let expected = store.raw(ONE_LONG, START_MS, START_MS + DAY_MS, 1_000).await?;
    if found.readings != expected.readings {
        bail!("the log gave back other readings than were put in");
    }
    let readings_in_log = again.recovered().readings;
    platform.tasks.shutdown().await;
    std::fs::remove_dir_all(&copy)?;
    Ok(Recovery { readings_in_log, seconds })
}

fn year_ms(scale: f64) -> i64 {
    START_MS + (365.0 * scale * DAY_MS as f64) as i64
}

fn month_ms(scale: f64) -> i64 {
    year_ms(scale).min(START_MS + 30 * DAY_MS)
}

const fn hourly(until_ms: i64, aggregate: Aggregate) -> Bucketing {
    Bucketing { from_ms: START_MS, until_ms, bucket_ms: HOUR_MS, origin_ms: 0, aggregate }
}

/// The questions that roll-ups answer, once there are some.
async fn rolled_questions(store: &Store, args: &QueryArgs) -> anyhow::Result<Vec<Answer>> {
    let (year_ms, month_ms, runs) = (year_ms(args.scale), month_ms(args.scale), args.runs);
    let hundred: Vec<Series> = load::LONG.map(Series).collect();
    let daily =
        Bucketing { bucket_ms: DAY_MS, origin_ms: -9 * HOUR_MS, ..hourly(year_ms, Aggregate::Avg) };
    Ok(vec![
        ask(runs, "1 point, 1 year, hourly averages, by roll-up", async || {
            Ok(store.bucketed(&[ONE_LONG], hourly(year_ms, Aggregate::Avg)).await?.len())
        })
        .await?,
        ask(runs, "100 points, 30 days, hourly sums, by roll-up", async || {
            Ok(store.bucketed(&hundred, hourly(month_ms, Aggregate::Sum)).await?.len())
        })
        .await?,
        ask(runs, "100 points, 1 year, averages of days in Korea, by roll-up", async || {
            Ok(store.bucketed(&hundred, daily).await?.len())
        })
        .await?,
    ])
}

async fn questions(store: &Store, args: &QueryArgs) -> anyhow::Result<Vec<Answer>> {
    let (year_ms, month_ms) = (year_ms(args.scale), month_ms(args.scale));
    let hundred: Vec<Series> = load::LONG.map(Series).collect();
    let all: Vec<Series> = (load::QUICK.start..load::SHORT.end).map(Series).collect();
    let day_ms = START_MS + DAY_MS;
    let runs = args.runs;
    Ok(vec![
        ask(runs, "last value of 10,000 points", async || Ok(store.latest_many(&all).len()))
            .await?,
        ask(runs, "1 point, 30 days, raw", async || {
            Ok(store.raw(ONE_LONG, START_MS, month_ms, 100_000).await?.readings.len())
        })
        .await?,
        ask(runs, "1 point of 1 s, 1 day, raw", async || {
            Ok(store.raw(Series(7), START_MS, day_ms, 100_000).await?.readings.len())
        })
        .await?,
        ask(runs, "1 point, 1 year, hourly averages", async || {
            Ok(store.bucketed(&[ONE_LONG], hourly(year_ms, Aggregate::Avg)).await?.len())
        })
        .await?,
        ask(runs, "100 points, 30 days, hourly sums", async || {
            Ok(store.bucketed(&hundred, hourly(month_ms, Aggregate::Sum)).await?.len())
        })
        .await?,
        ask(runs, "10,000 points, 1 day, daily average", async || {
            let day = Bucketing { bucket_ms: DAY_MS, ..hourly(day_ms, Aggregate::Avg) };
            Ok(store.bucketed(&all, day).await?.len())
        })
        .await?,
        ask(runs.min(SCANS), "all readings, hourly average", async || scan(store, &all).await)
            .await?,
    ])
}

/// Every reading once, as an analyst asks for it.
async fn scan(store: &Store, all: &[Series]) -> anyhow::Result<usize> {
    let claim = |series: &Series| Claim {
        series: *series,
        from_ms: START_MS - DAY_MS,
        until_ms: START_MS + 400 * DAY_MS,
        point_id: series.0.to_string(),
        point_key: "value".to_owned(),
        device_key: series.0.to_string(),
        quantity: "active_power".to_owned(),
        unit: "kW".to_owned(),
        establishment_id: None,
        complex: "bench".to_owned(),
    };
    let question = SqlQuestion {
        sql: "SELECT date_trunc('hour', at) AS h, avg(value) FROM readings GROUP BY h ORDER BY h"
            .to_owned(),
        params: Vec::new(),
        claims: all.iter().map(claim).collect(),
        tables: Vec::new(),
        rows_max: 100_000,
        time_max: Duration::from_mins(2),
    };
    let batches = store.sql(question).await?.batches;
    let rows = batches.try_fold(0, async |sum, batch| Ok(sum + batch.num_rows()));
    Ok(rows.await?)
}

async fn ask(
    runs: usize,
    name: &'static str,
    mut question: impl AsyncFnMut() -> anyhow::Result<usize>,
) -> anyhow::Result<Answer> {
    let mut rows = question().await?;
    let (mut times, cpu) = (Vec::new(), cpu_seconds("self")?);
    for _ in 0..runs.max(1) {
        let start = Tick::now();
        rows = question().await?;
        times.push(start.elapsed());
    }
    let cpu_ms_mean = (cpu_seconds("self")? - cpu) * 1_000.0 / times.len() as f64;
    let (ms_p50, ms_p99) = (share_ms(&mut times, 0.5), share_ms(&mut times, 0.99));
    Ok(Answer { name, rows, ms_p50, ms_p99, cpu_ms_mean })
}

/// 1,000 readings every 10 ms, for ten seconds.
async fn append_paced(store: &Store, arrived: Instant) -> anyhow::Result<Vec<Duration>> {
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    let mut times = Vec::new();
    for step in 0..1_000 {
        ticks.tick().await;
        let batch = (0..1_000).map(|n| load::reading(20_000 + n, START_MS, step, 10)).collect();
        let start = Tick::now();
        store.append(batch, arrived).await?;
        times.push(start.elapsed());
    }
    Ok(times)
}

/// Bytes of everything that lies in the folder of segments.
pub(crate) async fn segment_bytes(platform: &Platform) -> anyhow::Result<u64> {
    object_bytes(platform, telemetry::segment::FOLDER).await
}

async fn object_bytes(platform: &Platform, folder: &'static str) -> anyhow::Result<u64> {
    let objects = platform.blob.object_store();
    let folder = folder.into();
    let listed = objects.list(Some(&folder));
    Ok(listed.try_fold(0, async |sum, object| Ok(sum + object.size)).await?)
}
