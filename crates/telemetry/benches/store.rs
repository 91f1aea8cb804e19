//! The figures of the store: durable readings a CPU second, bytes a reading, times of questions.
//!
//! `SANDAN_BENCH_SCALE=0.1 cargo bench -p telemetry --bench store`
//!
//! The load is a mix of 10,000 series: 50 at 1 s for 3 days, 100 at 15 minutes for a year, 9,850 at 15
//! minutes for 3.75 days; 20 M readings at scale 1. The scale shortens the times, so that questions over
//! a year need scale 1 to mean what they say. CPU time is of the whole process, the load generator
//! included; wall times on a shared machine mean little.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run ends")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "shares and scaled times are small and positive"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant as Tick};

use base::{Quality, Reading, Series};
use platform::testing::{TEST_NOW, platform, temp_dir};
use telemetry::buffer::FlushLimits;
use telemetry::{Aggregate, Bucketing, Options, Store};

const START_MS: i64 = 1_795_564_800_000;
const DAY_MS: i64 = 86_400_000;
const QUARTER_MS: i64 = 900_000;
const BATCH: usize = 1_000;
const PRODUCERS: usize = 32;
const RUNS: usize = 21;

fn main() {
    let scale = std::env::var("SANDAN_BENCH_SCALE").map_or(0.01, |text| text.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run(scale));
}

async fn run(scale: f64) {
    let (dir, load) = (temp_dir("bench"), load(scale));
    println!("scale {scale}: {} readings of 10,000 series in {}", load.len(), dir.display());
    let clock = Arc::new(platform::clock::SystemClock);
    let platform = platform(&[telemetry::MIGRATIONS], clock).await;
    let blobs = platform.blob.clone();
    let limits = FlushLimits { age: Duration::MAX, readings: usize::MAX, bytes: usize::MAX };
    let options = Options { limits, ..Options::default() };
    let store = Store::open(platform.clone(), &dir, options).await.unwrap();

    let (wall, cpu) = (Tick::now(), cpu_seconds());
    let mut latencies = append(&store, &load).await;
    report_rate("durable (log, buffer, latest)", load.len(), wall, cpu);
    report_latency("acknowledgement, 32 producers at full speed", &mut latencies);
    let mut paced = append_paced(&store).await;
    report_latency("acknowledgement, 100,000 readings/s", &mut paced);

    let (wall, cpu) = (Tick::now(), cpu_seconds());
    let segments = store.flush_all().await.unwrap();
    report_rate(&format!("flush into {segments} segments"), load.len(), wall, cpu);
    let bytes = segment_bytes(&blobs).await;
    println!("bytes a reading in segments: {:.2}", bytes as f64 / load.len() as f64);

    questions(&store, scale).await;
    platform.tasks.shutdown().await;
    let wall = Tick::now();
    let again = Store::open(platform, &dir, options).await.unwrap();
    let readings = again.recovered().readings;
    println!(
        "reopened in {:.2} s with {readings} readings in the log",
        wall.elapsed().as_secs_f64()
    );
    remove(&dir);
}

/// The load in batches as gateways send them: by time within each group of series.
fn load(scale: f64) -> Vec<Reading> {
    let steps = |days: f64, step_ms: i64| (days * scale * DAY_MS as f64) as i64 / step_ms;
    let mut readings = Vec::new();
    let mut group = |series: std::ops::Range<u32>, days: f64, step_ms: i64| {
        for step in 0..steps(days, step_ms).max(1) {
            for series in series.clone() {
                readings.push(reading(series, step, step_ms));
            }
        }
    };
    group(0..50, 3.0, 1_000);
    group(50..150, 365.0, QUARTER_MS);
    group(150..10_000, 3.75, QUARTER_MS);
    readings
}

/// A daily wave with noise; decimals by the sort of meter: kW 2, kWh 3, temperature 1, voltage 1, PM10 0.
fn reading(series: u32, step: i64, step_ms: i64) -> Reading {
    let noise = noise(u64::from(series) << 32 | step.unsigned_abs());
    let jitter_ms = if step_ms < 60_000 { (noise * 60.0) as i64 - 30 } else { 0 };
    let at_ms = START_MS + step * step_ms + jitter_ms;
    let day = (at_ms % DAY_MS) as f64 / DAY_MS as f64;
    let wave = (day * std::f64::consts::TAU).sin();
    let (value, decimals) = match series % 5 {
        0 => (120.0 + 60.0 * wave + 20.0 * noise, 2),
        1 => (step as f64 * 3.7 + noise, 3),
        2 => (18.0 + 8.0 * wave + noise, 1),
        3 => (380.0 + 4.0 * noise, 1),
        _ => (40.0 + 15.0 * wave + 20.0 * noise, 0),
    };
    let power = 10_f64.powi(decimals);
    let quality = if noise < 0.002 { Quality::SPIKE } else { Quality::GOOD };
    Reading { series: Series(series), at_ms, value: (value * power).round() / power, quality }
}

/// A number from 0 to 1 that only depends on `seed` (SplitMix64).
fn noise(seed: u64) -> f64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (z >> 11) as f64 / (1_u64 << 53) as f64
}

async fn append(store: &Store, load: &[Reading]) -> Vec<Duration> {
    let share = load.len().div_ceil(PRODUCERS).max(1);
    let producers = load.chunks(share).map(|part| async move {
        let mut latencies = Vec::new();
        for batch in part.chunks(BATCH) {
            let start = Tick::now();
            store.append(batch.to_vec(), TEST_NOW).await.unwrap();
            latencies.push(start.elapsed());
        }
        latencies
    });
    futures::future::join_all(producers).await.concat()
}

async fn append_paced(store: &Store) -> Vec<Duration> {
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    let mut latencies = Vec::new();
    for step in 0..500 {
        ticks.tick().await;
        let batch = (0..1_000).map(|series| reading(20_000 + series, step, 10)).collect();
        let start = Tick::now();
        store.append(batch, TEST_NOW).await.unwrap();
        latencies.push(start.elapsed());
    }
    latencies
}

async fn questions(store: &Store, scale: f64) {
    let until_ms = START_MS + (365.0 * scale * DAY_MS as f64) as i64;
    let month_ms = until_ms.min(START_MS + 30 * DAY_MS);
    let hourly = |until_ms| Bucketing {
        from_ms: START_MS,
        until_ms,
        bucket_ms: 3_600_000,
        origin_ms: 0,
        aggregate: Aggregate::Avg,
    };
    let some: Vec<Series> = (50..150).map(Series).collect();
    let all: Vec<Series> = (0..10_000).map(Series).collect();
    ask("newest values of 10,000 series", async || store.latest_many(&all).len()).await;
    ask("1 series, 30 days, raw", async || {
        store.raw(Series(60), START_MS, month_ms, 100_000).await.unwrap().readings.len()
    })
    .await;
    ask("1 series of 1 s, 1 day, raw", async || {
        store.raw(Series(7), START_MS, START_MS + DAY_MS, 100_000).await.unwrap().readings.len()
    })
    .await;
    ask("1 series, a year, hourly mean", async || {
        store.bucketed(&[Series(60)], hourly(until_ms)).await.unwrap().len()
    })
    .await;
    ask("100 series, 30 days, hourly mean", async || {
        store.bucketed(&some, hourly(month_ms)).await.unwrap().len()
    })
    .await;
    ask("10,000 series, 1 day, daily mean", async || {
        let day = Bucketing { bucket_ms: DAY_MS, ..hourly(START_MS + DAY_MS) };
        store.bucketed(&all, day).await.unwrap().len()
    })
    .await;
}

async fn ask(name: &str, mut question: impl AsyncFnMut() -> usize) {
    let (mut cpu, mut wall, mut rows) = (Vec::new(), Vec::new(), 0);
    for _ in 0..RUNS {
        let (start, used) = (Tick::now(), cpu_seconds());
        rows = question().await;
        wall.push(start.elapsed());
        cpu.push(cpu_seconds() - used);
    }
    wall.sort_unstable();
    let mean_ms = cpu.iter().sum::<f64>() * 1_000.0 / RUNS as f64;
    println!("{name}: {rows} rows, mean CPU {mean_ms:.1} ms, median wall {:?}", wall[RUNS / 2]);
}

fn report_rate(name: &str, readings: usize, wall: Tick, cpu: f64) {
    let (wall, cpu) = (wall.elapsed().as_secs_f64(), (cpu_seconds() - cpu).max(0.01));
    let rate = readings as f64 / cpu / 1e6;
    println!("{name}: {rate:.2} M readings a CPU second (wall {wall:.2} s, CPU {cpu:.2} s)");
}

fn report_latency(name: &str, latencies: &mut [Duration]) {
    latencies.sort_unstable();
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize];
    println!("{name}: p50 {:?}, p99 {:?}", at(0.5), at(0.99));
}

async fn segment_bytes(blobs: &platform::blob::Blob) -> u64 {
    use futures::TryStreamExt as _;
    let folder = object_store::path::Path::from(telemetry::segment::FOLDER);
    let objects = blobs.object_store();
    let listed = objects.list(Some(&folder));
    listed.try_fold(0, async |sum, object| Ok(sum + object.size)).await.unwrap()
}

/// User and system time of this process, from `/proc` (in hundredths of a second).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks = |field: usize| fields[field].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / 100.0
}

fn remove(dir: &Path) {
    let _ = std::fs::remove_dir_all(dir);
}
