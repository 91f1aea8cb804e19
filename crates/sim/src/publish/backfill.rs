//! History: what the devices would have sent in the days before, over HTTP in batches.
//!
//! Sketch: 14 days are some 400,000 intervals of meters and 300,000 gauges at one value in ten minutes,
//! 45 MB of JSON in some 380 requests.

use std::time::Duration;

use anyhow::{Context, bail};
use serde::Deserialize;

use super::body;
use crate::plan::{Plan, Profile};
use crate::world::{Reading, World};

/// Gauges of the past are kept once in ten minutes.
const GAUGE_STEP_S: u32 = 600;
/// But those of the power of meters, for the latest half hour, as they are sent.
const FINE_MS: i64 = 1_800_000;
/// Readings of one request; the server takes 10,000.
const BATCH: usize = 4_000;
/// Attempts for one batch, while the server is busy or starts.
const ATTEMPTS: u32 = 8;
const RETRY: Duration = Duration::from_millis(500);
const RETRY_MAX: Duration = Duration::from_secs(10);
const REQUEST_MAX: Duration = Duration::from_mins(1);

/// What to send where.
#[derive(Debug)]
pub struct Backfill<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Address of the server: `http://127.0.0.1:8080`.
    pub server: String,
    /// An API token whose role may send readings.
    pub token: String,
    /// Milliseconds since 1970 UTC: from here, excluded.
    pub from_ms: i64,
    /// To here, included.
    pub until_ms: i64,
    /// Only the devices with these keys, and of them the intervals only; of all everything when absent. They
    /// advance side by side.
    pub only: Option<Vec<&'a str>>,
    /// Of these the active energy only.
    pub active_only: bool,
}

/// What the server answers.
#[derive(Deserialize)]
struct Settled {
    accepted: u64,
    #[serde(default)]
    rejected: Vec<serde_json::Value>,
}

/// Sends the history of every device; says how many readings were accepted and rejected.
pub async fn backfill(history: &Backfill<'_>) -> anyhow::Result<(u64, u64)> {
    let client = reqwest::Client::builder().timeout(REQUEST_MAX).build()?;
    let world = World::new(history.plan);
    let (mut accepted, mut rejected) = (0, 0);
    let (from_ms, until_ms) = (history.from_ms, history.until_ms);
    if let Some(only) = &history.only {
        return side_by_side(history, &client, &world, only).await;
    }
    for device in history.plan.senders() {
        // The running quarter of an hour of a large meter is known from its begin.
        let fine_ms = if device.profile == Some(Profile::MeterLive) { FINE_MS } else { 0 };
        let fine_from_ms = (until_ms - fine_ms).max(from_ms);
        let mut readings = world.readings(device, from_ms, fine_from_ms, Some(GAUGE_STEP_S));
        readings.extend(world.readings(device, fine_from_ms, until_ms, None));
        for batch in readings.chunks(BATCH) {
            let settled = send(history, &client, &device.key, batch).await?;
            accepted += settled.accepted;
            rejected += settled.rejected.len() as u64;
            if let Some(first) = settled.rejected.first() {
                tracing::warn!(device = device.key, %first, "the server rejected readings");
            }
        }
    }
    Ok((accepted, rejected))
}

/// Sends the intervals of some meters, a batch of each before the next of any: whoever compares them meanwhile
/// finds all of them or none.
async fn side_by_side(
    history: &Backfill<'_>,
    client: &reqwest::Client,
    world: &World<'_>,
    only: &[&str],
) -> anyhow::Result<(u64, u64)> {
    let (mut accepted, mut rejected) = (0, 0);
    let is_wanted = |reading: &Reading| {
        let is_interval = reading.due_ms > reading.at_ms;
        is_interval && (!history.active_only || reading.point == "active_energy")
    };
    let devices = history.plan.senders().filter(|device| only.contains(&&*device.key));
    let each: Vec<(&str, Vec<Reading>)> = devices
        .map(|device| {
            let (from_ms, until_ms) = (history.from_ms, history.until_ms);
            let mut readings = world.readings(device, from_ms, until_ms, Some(GAUGE_STEP_S));
            readings.retain(is_wanted);
            (&*device.key, readings)
        })
        .collect();
    let most = each.iter().map(|(_, readings)| readings.len()).max().unwrap_or(0);
    for from in (0..most).step_by(BATCH) {
        let sent = each.iter().map(|(key, readings)| {
            let until = readings.len().min(from + BATCH);
            send(history, client, key, readings.get(from..until).unwrap_or_default())
        });
        for settled in futures::future::try_join_all(sent).await? {
            accepted += settled.accepted;
            rejected += settled.rejected.len() as u64;
        }
    }
    Ok((accepted, rejected))
}

async fn send(
    history: &Backfill<'_>,
    client: &reqwest::Client,
    key: &str,
    batch: &[Reading],
) -> anyhow::Result<Settled> {
    let url = format!("{}/api/v1/readings", history.server.trim_end_matches('/'));
    let body = serde_json::json!({ "device": key, "readings": body(batch) });
    let mut wait = RETRY;
    for attempt in 1..=ATTEMPTS {
        let answer = client.post(&url).bearer_auth(&history.token).json(&body).send().await;
        let problem = match answer {
            Ok(answer) if answer.status().is_success() => {
                return answer.json().await.context("the server's answer is no JSON that we know");
            }
            Ok(answer) => {
                let status = answer.status();
                let text = answer.text().await.unwrap_or_default();
                let passing = status.is_server_error() || status.as_u16() == 429;
                if !passing {
                    bail!("{url} refuses the history of '{key}' with {status}: {text}");
                }
                format!("{status}: {text}")
            }
            Err(error) => error.to_string(),
        };
        tracing::debug!(device = key, attempt, problem, "history not taken yet");
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(RETRY_MAX);
    }
    bail!("{url} does not take the history of '{key}' after {ATTEMPTS} attempts: is the server up?")
}
