//! A stand-in of the public services for air quality and weather, on a port of one's own: the same paths,
//! parameters and bodies as apis.data.go.kr, invented values, and the faults that the real ones have.
//!
//! What it imitates is what public programs say of the services; the guides were not read (미확인).
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use sim::open_data::{OpenData, OpenDataFault};
//! let service = OpenData::start("127.0.0.1:0".parse()?, "key").await?;
//! println!("{}", service.url()); // http://127.0.0.1:PORT
//! service.strike(Some(OpenDataFault::Quota));
//! # Ok(())
//! # }
//! ```

mod body;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use clap::ValueEnum;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::wall;

pub use body::{AIR_FIELDS, STATION_PREFIX, air, weather};

/// The words of a key whose calls are used up.
const SPENT: &str = "LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS_ERROR";
/// How long a slow answer takes.
const SLOW: Duration = Duration::from_mins(2);

/// What goes wrong with the services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OpenDataFault {
    /// The calls of the day are used up: XML with status 200.
    Quota,
    /// The same as JSON with status 200, as some gateways send it.
    QuotaJson,
    /// The newest air quality has no PM10 (통신장애), and a doubtful PM2.5 (점검및교정); the newest weather
    /// has no temperature.
    Missing,
    /// Nothing comes for two minutes.
    Slow,
    /// The newest hour of the weather is not there yet.
    Behind,
    /// Status 503 without a body of the service.
    Down,
    /// Something else than the service answers.
    Garbage,
    /// An answer of 2 MiB.
    Huge,
}

/// The services, until this is dropped.
#[derive(Debug)]
pub struct OpenData {
    address: SocketAddr,
    state: Arc<Mutex<Control>>,
    /// Ends with it.
    _serving: JoinSet<()>,
}

#[derive(Debug)]
struct Control {
    key: String,
    fault: Option<OpenDataFault>,
    calls: usize,
}

type Shared = Arc<Mutex<Control>>;
type Asked = Query<HashMap<String, String>>;

impl OpenData {
    /// Listens at `address`; only calls with `key` get values.
    pub async fn start(address: SocketAddr, key: &str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen at {address}: is the port taken?"))?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(Control { key: key.to_owned(), fault: None, calls: 0 }));
        let router = axum::Router::new()
            .route(body::AIR_PATH, get(air_quality))
            .route(body::GRID_PATH, get(grid))
            .route(body::STATION_PATH, get(station))
            .with_state(Arc::clone(&state));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!("the stand-in of the services ended: {error}");
            }
        });
        Ok(Self { address, state, _serving: serving })
    }

    /// Its base address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on this goes wrong, or nothing.
    pub fn strike(&self, fault: Option<OpenDataFault>) {
        lock(&self.state).fault = fault;
    }

    /// Calls so far.
    pub fn calls(&self) -> usize {
        lock(&self.state).calls
    }
}

fn lock(state: &Mutex<Control>) -> std::sync::MutexGuard<'_, Control> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn air_quality(State(state): State<Shared>, Query(asked): Asked) -> Response {
    answer(&state, &asked, body::air_quality).await
}

async fn grid(State(state): State<Shared>, Query(asked): Asked) -> Response {
    answer(&state, &asked, body::grid).await
}

async fn station(State(state): State<Shared>, Query(asked): Asked) -> Response {
    answer(&state, &asked, body::station).await
}

/// The answer of a service, with what goes wrong now.
async fn answer(
    state: &Shared,
    asked: &HashMap<String, String>,
    good: fn(&HashMap<String, String>, i64, Option<OpenDataFault>) -> String,
) -> Response {
    let (key, fault) = {
        let mut control = lock(state);
        control.calls += 1;
        (control.key.clone(), control.fault)
    };
    if asked.get("serviceKey") != Some(&key) {
        return xml(body::refusal("30", "SERVICE_KEY_IS_NOT_REGISTERED_ERROR"));
    }
    match fault {
        Some(OpenDataFault::Quota) => return xml(body::refusal("22", SPENT)),
        Some(OpenDataFault::QuotaJson) => return json(body::refusal_json("22", SPENT)),
        Some(OpenDataFault::Down) => {
            return (StatusCode::SERVICE_UNAVAILABLE, "try later").into_response();
        }
        Some(OpenDataFault::Garbage) => return xml("<html><body>502</body></html>".to_owned()),
        Some(OpenDataFault::Huge) => return json(" ".repeat(2 << 20)),
        Some(OpenDataFault::Slow) => tokio::time::sleep(SLOW).await,
        Some(OpenDataFault::Missing | OpenDataFault::Behind) | None => {}
    }
    json(good(asked, wall::now_ms(), fault))
}

fn json(body: String) -> Response {
    ([(CONTENT_TYPE, "application/json;charset=UTF-8")], body).into_response()
}

fn xml(body: String) -> Response {
    ([(CONTENT_TYPE, "text/xml;charset=UTF-8")], body).into_response()
}
