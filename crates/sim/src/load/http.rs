//! How many readings the platform takes over HTTP: full batches, some connections, for a while.

use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::{POINTS, own_key};
use crate::wall;

/// What to do.
#[derive(Debug, Clone)]
pub struct HttpLoad {
    /// Address of the server.
    pub server: String,
    /// Token of a role that may send readings.
    pub token: String,
    /// Connections, each sending for a device of its own, registered from [`super::seed_json`].
    pub connections: usize,
    /// Readings of one request.
    pub batch: usize,
    /// How long.
    pub lasting: Duration,
}

/// Sends batch after batch; returns the readings that were answered as durable, and the seconds.
pub async fn http_load(load: &HttpLoad) -> anyhow::Result<(u64, f64)> {
    let client = reqwest::Client::new();
    let (begun, mut tasks) = (Instant::now(), JoinSet::new());
    for number in 1..=load.connections {
        let (client, load) = (client.clone(), load.clone());
        tasks.spawn(async move { one(&client, &load, &own_key(number), begun).await });
    }
    let mut accepted = 0;
    while let Some(joined) = tasks.join_next().await {
        accepted += joined.context("a connection of the load failed")??;
    }
    Ok((accepted, begun.elapsed().as_secs_f64()))
}

async fn one(
    client: &reqwest::Client,
    load: &HttpLoad,
    device: &str,
    begun: Instant,
) -> anyhow::Result<u64> {
    let (mut accepted, mut at_ms) = (0, wall::now_ms() - 3_000_000);
    while begun.elapsed() < load.lasting {
        let readings: Vec<Value> = (0..load.batch)
            .map(|n| {
                if n % POINTS.len() == 0 {
                    at_ms += 1;
                }
                json!({ "point": POINTS[n % POINTS.len()], "at": at_ms, "value": at_ms % 40 })
            })
            .collect();
        let request = client.post(format!("{}/api/v1/readings", load.server));
        let request = request.bearer_auth(&load.token);
        let response =
            request.json(&json!({ "device": device, "readings": readings })).send().await?;
        let (status, body) = (response.status(), response.json::<Value>().await?);
        if !status.is_success() {
            bail!("the server refused the readings of {device}: {status} {}", body["detail"]);
        }
        accepted += body["accepted"].as_u64().context("the answer counts what was accepted")?;
    }
    Ok(accepted)
}
