//! What a start can choose.

use std::net::SocketAddr;
use std::path::PathBuf;

/// The file of the data folder that names its database, where that is another than its own.
const DATABASE_NOTE: &str = "database.url";

/// The options of `sandan serve`.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder that this process owns.
    pub data: PathBuf,
    /// Where the console and the API listen.
    pub http: SocketAddr,
    /// Where the device broker listens.
    pub mqtt: SocketAddr,
    /// Certificate chain and key of the broker, PEM files; without them it speaks plain TCP.
    pub mqtt_tls: Option<(PathBuf, PathBuf)>,
    /// Where the broker speaks TLS besides its plain address; needs `mqtt_tls`.
    pub mqtts: Option<SocketAddr>,
    /// Where the broker speaks WebSockets.
    pub mqtt_ws: Option<SocketAddr>,
    /// Messages a second that one device may send to the broker in the long run.
    pub device_messages_per_s: u32,
    /// Where ThingsBoard's device API is spoken over HTTP.
    pub device_http: Option<SocketAddr>,
    /// `sqlite:PATH` or `postgres://…`; a file in the data folder when absent.
    pub database: Option<String>,
    /// Loads the demonstration complex into an empty system and offers the one-click sign-in.
    pub demo: bool,
    /// The demonstration complex, in the shape of [`registry::seed::Seed`].
    pub demo_seed: fn() -> serde_json::Value,
    /// Its trees of meters, a list in the shape of [`energy::meter::DemoMeter`].
    pub demo_meters: fn() -> serde_json::Value,
    /// Its saving measure for who looks at a time (milliseconds since 1970 UTC), in the shape of
    /// [`energy::saving_measure::DemoMeasure`]; null for none.
    pub demo_measure: fn(i64) -> serde_json::Value,
    /// A tile server for the map, if the operator wants one: `https://host/{z}/{x}/{y}.png`.
    pub map_tile_url: Option<String>,
    /// Demand response servers that the platform may call, each `HOST` or `HOST:PORT`; nobody is called without.
    pub vtn_hosts: Vec<String>,
    /// Where people reach the console, when a proxy stands before it: `https://sandan.example`.
    pub public_url: Option<String>,
    /// Readings are written to segments this long after they came.
    pub flush_after: std::time::Duration,
    /// Keeps a folder of plain Parquet with the readings of all, if the operator wants one.
    pub export_dir: Option<PathBuf>,
}

impl Options {
    /// The URL of the relational store: the one given, else the one that the folder was last used with,
    /// else its own file.
    pub fn database_url(&self) -> String {
        let noted = || std::fs::read_to_string(self.data.join(DATABASE_NOTE)).ok();
        let own = || format!("sqlite:{}", self.data.join("sandan.db").display());
        self.database.clone().or_else(noted).unwrap_or_else(own)
    }

    /// Notes a database that was named, so that a command without `--database` finds the same one.
    pub(crate) fn note_database(&self) -> std::io::Result<()> {
        let Some(url) = &self.database else { return Ok(()) };
        let path = self.data.join(DATABASE_NOTE);
        std::fs::write(&path, url)?;
        // The URL may carry a password.
        crate::app::restrict(&path, 0o600)
    }

    /// Whether people come over HTTPS.
    pub(crate) fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// Scheme and host of the tile server, for the content security policy.
    pub(crate) fn tile_origin(&self) -> Option<String> {
        let url = self.map_tile_url.as_deref()?;
        let (scheme, rest) = url.split_once("://")?;
        let host = rest.split('/').next()?;
        Some(format!("{scheme}://{host}"))
    }
}
