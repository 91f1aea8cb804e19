//! A stand-in of somebody else's demand response server (OpenADR 3.1 VTN), on a port of one's own: tokens, programs,
//! events, VENs and reports for one client, invented values, and the faults that real ones have.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use sim::vtn::{Vtn, VtnFault};
//! let server = Vtn::start("127.0.0.1:0".parse()?, "ven-1", "secret").await?;
//! server.put("programs", "p-1", serde_json::json!({ "programName": "시연 수요반응" }));
//! println!("{}", server.url()); // http://127.0.0.1:PORT/openadr3/
//! server.strike(Some(VtnFault::Down));
//! # Ok(())
//! # }
//! ```

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::{AUTHORIZATION, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// How long a slow answer takes.
const SLOW: Duration = Duration::from_mins(2);
/// Objects of one answer, fewer than the protocol allows: clients must ask on.
const PAGE: usize = 10;

/// What goes wrong with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VtnFault {
    /// Status 500.
    Broken,
    /// Status 503.
    Down,
    /// Nothing comes for two minutes.
    Slow,
    /// Something else than a server of demand response answers.
    Garbage,
    /// An answer of 2 MiB.
    Huge,
    /// Every token is refused once it was given.
    Expired,
    /// No token is given.
    NoToken,
    /// Another address is named, where the secret must not go.
    Redirect,
    /// The list holds an object that breaks the protocol beside the good ones.
    OneBad,
    /// Reports are refused with status 403.
    NoReports,
}

/// The server, until this is dropped.
#[derive(Debug)]
pub struct Vtn {
    address: SocketAddr,
    state: Shared,
    /// Ends with it.
    _serving: JoinSet<()>,
}

#[derive(Debug, Default)]
struct Control {
    client: String,
    secret: String,
    fault: Option<VtnFault>,
    calls: usize,
    tokens: usize,
    changes: usize,
    objects: HashMap<String, BTreeMap<String, Value>>,
}

type Shared = Arc<Mutex<Control>>;
type Asked = Query<HashMap<String, String>>;

impl Vtn {
    /// Listens at `address`; only the client with this secret gets a token.
    pub async fn start(address: SocketAddr, client: &str, secret: &str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen at {address}: is the port taken?"))?;
        let address = listener.local_addr()?;
        let (client, secret) = (client.to_owned(), secret.to_owned());
        let state = Arc::new(Mutex::new(Control { client, secret, ..Control::default() }));
        let router = axum::Router::new()
            .route("/openadr3/auth/token", post(token))
            .route("/openadr3/{collection}", get(list).post(create))
            .with_state(Arc::clone(&state));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!("the stand-in of the demand response server ended: {error}");
            }
        });
        Ok(Self { address, state, _serving: serving })
    }

    /// Its base address.
    pub fn url(&self) -> String {
        format!("http://{}/openadr3/", self.address)
    }

    /// Host and port.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// From now on this goes wrong, or nothing.
    pub fn strike(&self, fault: Option<VtnFault>) {
        lock(&self.state).fault = fault;
    }

    /// Holds an object under this id, in the place of what it held; it counts as changed.
    pub fn put(&self, collection: &str, id: &str, body: Value) {
        put(&mut lock(&self.state), collection, id, body);
    }

    /// Takes an object away.
    pub fn remove(&self, collection: &str, id: &str) {
        if let Some(objects) = lock(&self.state).objects.get_mut(collection) {
            objects.remove(id);
        }
    }

    /// What it holds of a collection.
    pub fn held(&self, collection: &str) -> Vec<Value> {
        let control = lock(&self.state);
        control.objects.get(collection).into_iter().flat_map(|all| all.values().cloned()).collect()
    }

    /// Calls so far, those for tokens too.
    pub fn calls(&self) -> usize {
        lock(&self.state).calls
    }

    /// Tokens given so far.
    pub fn tokens(&self) -> usize {
        lock(&self.state).tokens
    }
}

fn lock(state: &Mutex<Control>) -> MutexGuard<'_, Control> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn put(control: &mut Control, collection: &str, id: &str, mut body: Value) {
    control.changes += 1;
    body["id"] = json!(id);
    body["createdDateTime"] = json!("2026-11-01T00:00:00Z");
    let (minutes, seconds) = (control.changes / 60, control.changes % 60);
    body["modificationDateTime"] = json!(format!("2026-11-02T00:{minutes:02}:{seconds:02}Z"));
    control.objects.entry(collection.to_owned()).or_default().insert(id.to_owned(), body);
}

async fn token(State(state): State<Shared>, form: String) -> Response {
    let (fault, good) = {
        let mut control = lock(&state);
        control.calls += 1;
        let pairs: Vec<_> = form.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let is = |name: &str, value: &str| pairs.contains(&(name, value));
        let good = is("grant_type", "client_credentials")
            && is("client_id", &control.client)
            && is("client_secret", &control.secret);
        (control.fault, good && control.fault != Some(VtnFault::NoToken))
    };
    if let Some(VtnFault::Redirect) = fault {
        return (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, "http://127.0.0.1:9/")])
            .into_response();
    }
    if !good {
        let words = Json(json!({ "error": "invalid_client" }));
        return (StatusCode::UNAUTHORIZED, words).into_response();
    }
    let mut control = lock(&state);
    control.tokens += 1;
    let token = format!("token-{}", control.tokens);
    Json(json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3_600 }))
        .into_response()
}

/// What goes wrong now, after a call was counted; nothing when it may go on.
async fn trouble(state: &Shared, headers: &HeaderMap) -> Option<Response> {
    let (fault, token) = {
        let mut control = lock(state);
        control.calls += 1;
        (control.fault, format!("Bearer token-{}", control.tokens))
    };
    match fault {
        Some(VtnFault::Broken) => Some(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        Some(VtnFault::Down) => Some(StatusCode::SERVICE_UNAVAILABLE.into_response()),
        Some(VtnFault::Garbage) => Some("<html>It works!</html>".into_response()),
        Some(VtnFault::Huge) => Some(" ".repeat(2 << 20).into_response()),
        Some(VtnFault::Expired) => Some(StatusCode::UNAUTHORIZED.into_response()),
        Some(VtnFault::Slow) => {
            tokio::time::sleep(SLOW).await;
            None
        }
        Some(VtnFault::NoToken | VtnFault::Redirect | VtnFault::OneBad | VtnFault::NoReports)
        | None => {
            let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
            (given != Some(token.as_str())).then(|| StatusCode::UNAUTHORIZED.into_response())
        }
    }
}

async fn list(
    State(state): State<Shared>,
    Path(collection): Path<String>,
    Query(asked): Asked,
    headers: HeaderMap,
) -> Response {
    if let Some(wrong) = trouble(&state, &headers).await {
        return wrong;
    }
    let control = lock(&state);
    let fits = |object: &&Value| {
        ["programID", "venName"]
            .iter()
            .all(|key| asked.get(*key).is_none_or(|value| object[*key].as_str() == Some(value)))
    };
    let skip = asked.get("skip").and_then(|text| text.parse().ok()).unwrap_or(0);
    let all = control.objects.get(&collection).into_iter().flat_map(BTreeMap::values);
    let mut page: Vec<_> = all.filter(fits).skip(skip).take(PAGE).cloned().collect();
    if control.fault == Some(VtnFault::OneBad) && collection == "events" && skip == 0 {
        page.push(json!({ "id": "bad 1", "programID": "p" }));
    }
    Json(page).into_response()
}

async fn create(
    State(state): State<Shared>,
    Path(collection): Path<String>,
    headers: HeaderMap,
    Json(mut body): Json<Value>,
) -> Response {
    if let Some(wrong) = trouble(&state, &headers).await {
        return wrong;
    }
    let mut control = lock(&state);
    if control.fault == Some(VtnFault::NoReports) && collection == "reports" {
        return StatusCode::FORBIDDEN.into_response();
    }
    let id = format!("{collection}-{}", control.changes);
    let client = control.client.clone();
    body["clientID"] = json!(client);
    put(&mut control, &collection, &id, body);
    let made = control.objects[&collection][&id].clone();
    (StatusCode::CREATED, Json(made)).into_response()
}
