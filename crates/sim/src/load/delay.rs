//! How long it takes from a device's publish to the alarm on a console: MQTT in, rule, transaction,
//! server-sent event out.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use super::own_key;
use crate::plan::secret;
use crate::testkit::TestDevice;
use crate::wall;

/// How long one alarm may take before the measurement gives up.
const PATIENCE: Duration = Duration::from_secs(10);
/// Values on both sides of the limit of 30.
const GOOD: f64 = 20.0;
const BAD: f64 = 40.0;

/// What to do.
#[derive(Debug, Clone)]
pub struct Delay {
    /// The broker.
    pub broker: SocketAddr,
    /// Address of the server.
    pub server: String,
    /// Token of an administrator: it writes the rule and hears the events.
    pub token: String,
    /// How many alarms are raised and returned.
    pub times: usize,
    /// The seed of the devices' secrets.
    pub seed: u64,
}

/// The delays, the shortest first: from just before the publish until the event is read.
pub async fn delay(delay: &Delay) -> anyhow::Result<Vec<Duration>> {
    let api = Api { client: reqwest::Client::new(), delay };
    let key = own_key(1);
    api.write_rule(&key).await?;
    let device = TestDevice::connect(delay.broker, &key, &secret(delay.seed, &key)).await?;
    let mut events = Events { response: api.send("/events").await?, text: String::new() };
    let mut delays = Vec::with_capacity(delay.times);
    for _ in 0..delay.times {
        for value in [BAD, GOOD] {
            let begun = Instant::now();
            device.publish(&[("temperature", wall::now_ms(), value)]).await?;
            timeout(PATIENCE, events.next("alarm.changed"))
                .await
                .context("the console heard of no alarm within 10 s")??;
            delays.push(begun.elapsed());
            // Two readings never bear the same time.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    device.close().await?;
    delays.sort_unstable();
    Ok(delays)
}

struct Api<'a> {
    client: reqwest::Client,
    delay: &'a Delay,
}

impl Api<'_> {
    async fn send(&self, path: &str) -> anyhow::Result<reqwest::Response> {
        let request = self.client.get(format!("{}/api/v1{path}", self.delay.server));
        let response = request.bearer_auth(&self.delay.token).send().await?;
        Ok(response.error_for_status()?)
    }

    /// A rule without delays on the temperature of the device.
    async fn write_rule(&self, key: &str) -> anyhow::Result<()> {
        let devices: Value = self.send(&format!("/devices?q={key}")).await?.json().await?;
        let device = &devices["items"][0];
        let id = device["id"].as_str().context("register devices from `sandan sim seed` first")?;
        let points: Value = self.send(&format!("/points?device={id}")).await?.json().await?;
        let points = points["items"].as_array().context("the points are a list")?;
        let point = points.iter().find(|point| point["key"] == "temperature");
        let point = point.context("the device has a temperature")?;
        let rule = json!({
            "complex_id": device["complex_id"],
            "name": "부하시험: 지연 측정(시연)",
            "target": { "kind": "point", "point_id": point["id"] },
            "condition": { "kind": "threshold", "direction": "above", "limit": 30.0 },
            "grade": "caution",
            "rationale": { "cause": "지연 측정", "consequence": "없음", "corrective_action": "없음",
                "time_to_respond_s": 600 },
        });
        let request = self.client.post(format!("{}/api/v1/alarm_rules", self.delay.server));
        let response = request.bearer_auth(&self.delay.token).json(&rule).send().await?;
        if !response.status().is_success() {
            bail!("the rule was refused: {}", response.text().await?);
        }
        Ok(())
    }
}

/// A stream of server-sent events.
struct Events {
    response: reqwest::Response,
    text: String,
}

impl Events {
    /// Reads on until an event of this name has come.
    async fn next(&mut self, name: &str) -> anyhow::Result<()> {
        let wanted = format!("event: {name}");
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let event: String = self.text.drain(..end + 2).collect();
                if event.lines().any(|line| line == wanted) {
                    return Ok(());
                }
            }
            let chunk = self.response.chunk().await?.context("the stream of events ended")?;
            self.text.push_str(&String::from_utf8_lossy(&chunk));
        }
    }
}
