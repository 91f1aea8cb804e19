//! `sandan bench ingest`: readings in over HTTP, end to end.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant as Tick};

use anyhow::{Context as _, bail};
use arrow::array::{
    ArrayRef, DictionaryArray, Float64Array, Int32Array, StringArray, TimestampMillisecondArray,
};
use arrow::record_batch::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use base::{Clock as _, Reading};
use clap::{Args, ValueEnum};
use platform::clock::SystemClock;
use serde::Serialize;
use serde_json::json;
use tokio::task::JoinSet;

use crate::child::Server;
use crate::load;
use crate::stats::share_ms;

/// Points of a load device.
const POINTS: [&str; 3] = ["temperature", "humidity", "pm25"];
/// Devices, so that 10,000 series are written.
const DEVICES: usize = 3_334;

#[derive(Debug, Args)]
pub(crate) struct IngestArgs {
    /// How many readings, at least.
    #[arg(long, default_value_t = 2_000_000)]
    points: usize,
    /// Readings of one request.
    #[arg(long, default_value_t = 10_000)]
    batch: usize,
    /// Requests on the way at once.
    #[arg(long, default_value_t = 8)]
    connections: usize,
    /// How the readings are written.
    #[arg(long, value_enum, default_value_t = Format::Arrow)]
    format: Format,
    /// The folder of the server; it must not exist, and stays. Absent: a temporary one.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    /// Arrow IPC columns, many devices a request.
    Arrow,
    /// JSON, one device a request.
    Json,
}

/// What came out.
#[derive(Debug, Serialize)]
struct Figures {
    format: Format,
    batch: usize,
    connections: usize,
    points: usize,
    seconds: f64,
    points_per_s: f64,
    /// CPU seconds of the server process alone, answering included.
    server_cpu_s: f64,
    points_per_cpu_s: f64,
    ack_ms_p50: f64,
    ack_ms_p99: f64,
    /// Bytes of the segments after everything was flushed, for each reading.
    bytes_per_point: f64,
    profile: &'static str,
}

pub(crate) async fn run(args: &IngestArgs) -> anyhow::Result<()> {
    let (dir, is_temporary) = match &args.data {
        Some(dir) if dir.exists() => bail!("{} exists: name a new folder", dir.display()),
        Some(dir) => (dir.clone(), false),
        None => (platform::testing::temp_dir("bench-ingest"), true),
    };
    let figures = measure(args, &dir).await;
    if is_temporary {
        // What cannot be removed is a temporary folder all the same.
        let _ = std::fs::remove_dir_all(&dir);
    }
    let figures = figures?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
        return Ok(());
    }
    let Figures { points, seconds, points_per_s, server_cpu_s, points_per_cpu_s, .. } = figures;
    println!(
        "{points} readings as {:?} in {seconds:.2} s: {points_per_s:.0} a second",
        args.format
    );
    println!("server CPU {server_cpu_s:.2} s: {points_per_cpu_s:.0} readings a CPU second");
    println!("answer p50 {:.1} ms, p99 {:.1} ms", figures.ack_ms_p50, figures.ack_ms_p99);
    println!("{:.2} bytes a reading in segments", figures.bytes_per_point);
    println!("{} profile", figures.profile);
    Ok(())
}

async fn measure(args: &IngestArgs, dir: &Path) -> anyhow::Result<Figures> {
    let server = Server::start(dir, &sim::load::seed_json(1, DEVICES))?;
    let bodies = bodies(args);
    let points: usize = bodies.iter().map(|body| body.readings).sum();
    let (cpu, start) = (server.cpu_seconds()?, Tick::now());
    let mut times = send(&server, args, bodies).await?;
    let seconds = start.elapsed().as_secs_f64();
    let server_cpu_s = (server.cpu_seconds()? - cpu).max(0.01);
    server.stop()?;
    let bytes = flushed_bytes(dir).await?;
    Ok(Figures {
        format: args.format,
        batch: args.batch,
        connections: args.connections,
        points,
        seconds,
        points_per_s: points as f64 / seconds,
        server_cpu_s,
        points_per_cpu_s: points as f64 / server_cpu_s,
        ack_ms_p50: share_ms(&mut times, 0.5),
        ack_ms_p99: share_ms(&mut times, 0.99),
        bytes_per_point: bytes as f64 / points as f64,
        profile: if cfg!(debug_assertions) { "development" } else { "release" },
    })
}

/// One request, made before the clock starts.
struct Body {
    readings: usize,
    bytes: Vec<u8>,
}

/// The load of the design, ending now, in the order in which gateways send it.
fn bodies(args: &IngestArgs) -> Vec<Body> {
    let scale = args.points as f64 / 20_010_000.0;
    let long_ms = (365.0 * scale * load::DAY_MS as f64) as i64;
    let start_ms = SystemClock.now().as_millis() - long_ms.max(3 * load::DAY_MS) - 60_000;
    let readings = load::readings(start_ms, scale);
    match args.format {
        Format::Arrow => readings.chunks(args.batch).map(arrow_body).collect(),
        Format::Json => {
            // One device a request: its three points together.
            let mut by_device = vec![Vec::new(); DEVICES];
            for reading in readings {
                by_device[reading.series.0 as usize / POINTS.len()].push(reading);
            }
            let json_bodies =
                |device: Vec<Reading>| device.chunks(args.batch).map(json_body).collect::<Vec<_>>();
            by_device.into_iter().flat_map(json_bodies).collect()
        }
    }
}

fn names(reading: &Reading) -> (usize, usize) {
    let series = reading.series.0 as usize;
    (series / POINTS.len() + 1, series % POINTS.len())
}

fn arrow_body(readings: &[Reading]) -> Body {
    let rows = readings.iter().map(|reading| {
        let (device, point) = names(reading);
        Row {
            device: format!("load-{device:05}"),
            point: POINTS[point],
            at_ms: reading.at_ms,
            value: reading.value,
        }
    });
    Body { readings: readings.len(), bytes: columns(&rows.collect::<Vec<_>>()) }
}

/// A reading by its names.
pub(crate) struct Row {
    pub(crate) device: String,
    pub(crate) point: &'static str,
    pub(crate) at_ms: i64,
    pub(crate) value: f64,
}

/// Readings as an Arrow stream: devices and points as dictionaries.
pub(crate) fn columns(rows: &[Row]) -> Vec<u8> {
    let devices: BTreeSet<&str> = rows.iter().map(|row| row.device.as_str()).collect();
    let devices: Vec<&str> = devices.into_iter().collect();
    let points: BTreeSet<&str> = rows.iter().map(|row| row.point).collect();
    let points: Vec<&str> = points.into_iter().collect();
    let dictionary = |texts: &[&str], name: fn(&Row) -> &str| -> ArrayRef {
        let place = |row: &Row| texts.partition_point(|text| *text < name(row)) as i32;
        let keys: Int32Array = rows.iter().map(|row| Some(place(row))).collect();
        let texts = StringArray::from_iter_values(texts);
        Arc::new(DictionaryArray::new(keys, Arc::new(texts)))
    };
    let at: TimestampMillisecondArray = rows.iter().map(|row| Some(row.at_ms)).collect();
    let value: Float64Array = rows.iter().map(|row| Some(row.value)).collect();
    let columns = vec![
        dictionary(&devices, |row| &row.device),
        dictionary(&points, |row| row.point),
        Arc::new(at),
        Arc::new(value),
    ];
    let schema = telemetry::ingress::columns::schema();
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).expect("the columns fit");
    let mut writer = StreamWriter::try_new(Vec::new(), &schema).expect("memory takes a stream");
    writer.write(&batch).expect("memory takes a batch");
    writer.into_inner().expect("memory takes the end")
}

fn json_body(readings: &[Reading]) -> Body {
    let device = readings.first().map_or(1, |reading| names(reading).0);
    let list: Vec<_> = readings
        .iter()
        .map(|r| json!({ "point": POINTS[names(r).1], "at": r.at_ms, "value": r.value }))
        .collect();
    let body = json!({ "device": format!("load-{device:05}"), "readings": list });
    Body { readings: readings.len(), bytes: body.to_string().into_bytes() }
}

async fn send(
    server: &Server,
    args: &IngestArgs,
    bodies: Vec<Body>,
) -> anyhow::Result<Vec<Duration>> {
    let client = reqwest::Client::new();
    let bodies = Arc::new(std::sync::Mutex::new(bodies.into_iter()));
    let (path, kind) = match args.format {
        Format::Arrow => ("readings/columns", "application/vnd.apache.arrow.stream"),
        Format::Json => ("readings", "application/json"),
    };
    let url = format!("{}/api/v1/{path}", server.http);
    let mut tasks = JoinSet::new();
    for _ in 0..args.connections.max(1) {
        let (client, bodies, url) = (client.clone(), Arc::clone(&bodies), url.clone());
        let token = server.token.clone();
        tasks.spawn(async move {
            let mut times = Vec::new();
            loop {
                let next = bodies.lock().expect("no sender panics").next();
                let Some(body) = next else { return Ok(times) };
                let start = Tick::now();
                let request = client.post(&url).bearer_auth(&token).header("content-type", kind);
                let response = request.body(body.bytes).send().await?;
                let status = response.status();
                let answer: serde_json::Value = response.json().await?;
                times.push(start.elapsed());
                if answer["accepted"].as_u64() != Some(body.readings as u64) {
                    bail!("the server did not take a request whole: {status} {answer}");
                }
            }
        });
    }
    let mut times = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        times.extend(joined.context("a sender failed")??);
    }
    Ok(times)
}

/// Opens the folder that the server left, flushes what is still in the log, and counts the segments.
async fn flushed_bytes(dir: &Path) -> anyhow::Result<u64> {
    let url = format!("sqlite:{}", dir.join("sandan.db").display());
    let db = platform::db::Db::open(&url).await?;
    let clock = Arc::new(SystemClock);
    let platform = platform::testing::platform_on(db, &[], clock, dir).await;
    let folder = dir.join("readings");
    let store =
        telemetry::Store::open(platform.clone(), &folder, telemetry::Options::default()).await?;
    store.flush_all().await?;
    let bytes = crate::query::segment_bytes(&platform).await?;
    platform.tasks.shutdown().await;
    Ok(bytes)
}
