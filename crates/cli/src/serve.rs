//! `sandan serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use server::{Addresses, App, Options};
use tokio::signal::unix::{SignalKind, signal};

/// Run the platform on one data folder.
///
/// On an empty folder it prints a set-up link, with which the first administrator is made. One process
/// owns the folder; the other commands go through its local socket while it runs.
#[derive(Args)]
pub(crate) struct ServeArgs {
    /// Folder of everything that is kept; made if missing.
    #[arg(long, env = "SANDAN_DATA", value_name = "DIR")]
    data: PathBuf,
    /// Where the console and the API listen.
    #[arg(long, env = "SANDAN_HTTP", value_name = "ADDR", default_value = "127.0.0.1:8700")]
    http: SocketAddr,
    /// Where devices publish (MQTT 3.1.1 and 5).
    #[arg(long, env = "SANDAN_MQTT", value_name = "ADDR", default_value = "127.0.0.1:1883")]
    mqtt: SocketAddr,
    /// Certificate chain of the broker, PEM; with --mqtt-tls-key the broker speaks TLS only.
    #[arg(long, env = "SANDAN_MQTT_TLS_CERT", value_name = "FILE", requires = "mqtt_tls_key")]
    mqtt_tls_cert: Option<PathBuf>,
    /// Private key of the broker, PEM.
    #[arg(long, env = "SANDAN_MQTT_TLS_KEY", value_name = "FILE", requires = "mqtt_tls_cert")]
    mqtt_tls_key: Option<PathBuf>,
    /// Where the broker speaks TLS, besides plain TCP on --mqtt.
    #[arg(long, env = "SANDAN_MQTTS", value_name = "ADDR", requires = "mqtt_tls_cert")]
    mqtts: Option<SocketAddr>,
    /// Where the broker speaks WebSockets; with TLS when there is a certificate.
    #[arg(long, env = "SANDAN_MQTT_WS", value_name = "ADDR")]
    mqtt_ws: Option<SocketAddr>,
    /// Messages a second that one device may send over MQTT in the long run; ten times as many at once.
    #[arg(long, env = "SANDAN_DEVICE_MESSAGES_PER_S", value_name = "COUNT", default_value_t = 200,
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    device_messages_per_s: u32,
    /// Where devices made for ThingsBoard send over HTTP: POST /api/v1/TOKEN/telemetry.
    #[arg(long, env = "SANDAN_DEVICE_HTTP", value_name = "ADDR")]
    device_http: Option<SocketAddr>,
    /// Database: sqlite:PATH or postgres://USER@HOST/NAME; DIR/sandan.db when absent.
    #[arg(long, env = "SANDAN_DATABASE", value_name = "URL", hide_env_values = true)]
    database: Option<String>,
    /// Load the demonstration complex into an empty folder (invented data, 시연 데이터) and let visitors in
    /// with one click.
    #[arg(long, env = "SANDAN_DEMO")]
    demo: bool,
    /// Tile server of the map, such as `https://tiles.example/{z}/{x}/{y}.png`; without it the console
    /// shows its bundled schematic map and calls nobody.
    #[arg(long, env = "SANDAN_MAP_TILE_URL", value_name = "URL")]
    map_tile_url: Option<String>,
    /// Demand response servers (OpenADR) that tenants may have the platform call, HOST (its port 443 alone) or HOST:PORT,
    /// apart by commas; without it the platform calls none.
    #[arg(long, env = "SANDAN_VTN_HOSTS", value_name = "HOSTS", value_delimiter = ',')]
    vtn_hosts: Vec<String>,
    /// Where people reach the console, such as `https://sandan.example`: with https the session cookie is
    /// marked Secure, and plain HTTP no longer signs anybody in.
    #[arg(long, env = "SANDAN_PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    public_url: Option<String>,
    /// Readings stay in the log and in memory this many seconds before they are written to segments.
    #[arg(long, env = "SANDAN_FLUSH_AFTER_S", value_name = "SECONDS", default_value_t = 900,
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    flush_after_s: u64,
    /// Keep a folder of plain Parquet up to date with all readings, those of tenants too, for DuckDB, Spark
    /// and others; off without it.
    #[arg(long, env = "SANDAN_EXPORT_DIR", value_name = "DIR")]
    export_dir: Option<PathBuf>,
    /// What to log: error, warn, info, debug, or targets such as control=debug.
    #[arg(long, env = "SANDAN_LOG", value_name = "FILTER", default_value = "info")]
    log: String,
    /// Log JSON instead of text.
    #[arg(long, env = "SANDAN_LOG_JSON")]
    log_json: bool,
    /// TOML file with any of these options: data = "…", http = "…".
    #[arg(long, env = "SANDAN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<()> {
    if args.config.as_ref().is_some_and(|file| !file.is_file()) {
        bail!("the configuration file is not there: check --config");
    }
    // Lines of the broker name the user of a connection, which is a secret for some devices.
    crate::config::log(&format!("{},rmqtt=off,sqlx=warn", args.log), args.log_json);
    let mut options = plain(args.data);
    options.http = args.http;
    options.mqtt = args.mqtt;
    options.mqtt_tls = args.mqtt_tls_cert.zip(args.mqtt_tls_key);
    options.mqtts = args.mqtts;
    options.mqtt_ws = args.mqtt_ws;
    options.device_messages_per_s = args.device_messages_per_s;
    options.device_http = args.device_http;
    options.database = args.database;
    options.demo = args.demo;
    options.map_tile_url = args.map_tile_url;
    options.vtn_hosts = args.vtn_hosts;
    options.public_url = args.public_url;
    options.flush_after = std::time::Duration::from_secs(args.flush_after_s);
    options.export_dir = args.export_dir;
    server::serve(options, stopped(), ready).await?;
    Ok(())
}

/// Options of commands that only open the folder.
pub(crate) fn plain(data: PathBuf) -> Options {
    Options {
        data,
        http: SocketAddr::from(([127, 0, 0, 1], 0)),
        mqtt: SocketAddr::from(([127, 0, 0, 1], 0)),
        mqtt_tls: None,
        mqtts: None,
        mqtt_ws: None,
        device_messages_per_s: 200,
        device_http: None,
        database: std::env::var("SANDAN_DATABASE").ok(),
        demo: false,
        demo_seed: || sim::plan::seed_json(sim::plan::SEED_DEFAULT),
        demo_meters: || sim::plan::meters_json(sim::plan::SEED_DEFAULT),
        demo_measure: |now_ms| sim::plan::measure_json(sim::plan::SEED_DEFAULT, now_ms),
        map_tile_url: None,
        vtn_hosts: Vec::new(),
        public_url: None,
        flush_after: std::time::Duration::from_mins(15),
        export_dir: None,
    }
}

fn public_url(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    if host.is_some_and(|host| !host.is_empty()) {
        return Ok(text.to_owned());
    }
    Err("give the whole address, such as https://sandan.example".to_owned())
}

fn ready(addresses: Addresses, set_up_link: Option<String>) {
    println!("console  http://{}", addresses.http);
    println!("devices  mqtt://{}", addresses.mqtt);
    if let Some(address) = addresses.mqtts {
        println!("devices  mqtts://{address}");
    }
    if let Some(address) = addresses.mqtt_ws {
        println!("devices  WebSocket on {address}");
    }
    if let Some(address) = addresses.device_http {
        println!("devices  http://{address} (device API of ThingsBoard)");
    }
    if let Some(link) = set_up_link {
        println!("set up   {link}");
        println!("         (once: it makes the first administrator)");
    }
}

async fn stopped() {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        // Without signals the process is stopped by killing it; what was acknowledged survives.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// The description of the API, made on an empty folder.
pub(crate) async fn openapi() -> anyhow::Result<String> {
    let dir = std::env::temp_dir().join(format!("sandan-openapi-{}", std::process::id()));
    let mut options = plain(dir.clone());
    options.database = None;
    let app = App::open(options).await?;
    let text = server::openapi(&app);
    app.close().await;
    std::fs::remove_dir_all(dir)?;
    Ok(text)
}
