//! How much the platform takes: many devices, a steady rate, and the time until each acknowledgement.
//!
//! A message carries three readings. Its delay counts from when it *should* have gone out, so that a
//! server which falls behind cannot look fast (no coordinated omission).

mod delay;
mod http;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::plan::{Plan, secret};
use crate::publish::link::{self, Login, Message};
use crate::publish::{Counts, body, topic};
use crate::wall;
use crate::world::Reading;

pub use delay::{Delay, delay};
pub use http::{HttpLoad, http_load};

/// Readings of one message.
pub const READINGS_PER_MESSAGE: usize = 3;
/// Messages of one device on the way at once.
const WINDOW: u16 = 64;
/// Messages of one device that wait for their turn.
const QUEUE_MAX: usize = 256;
/// The points of a load device.
const POINTS: [&str; READINGS_PER_MESSAGE] = ["temperature", "humidity", "pm25"];

/// What to do.
#[derive(Debug, Clone)]
pub struct Load {
    /// Host and port of the broker.
    pub broker: (String, u16),
    /// Which devices.
    pub who: Who,
    /// How many devices.
    pub devices: usize,
    /// Messages a second, all devices together.
    pub rate: f64,
    /// How long.
    pub lasting: Duration,
    /// The seed of the devices' secrets.
    pub seed: u64,
}

/// The devices that send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Sensors of the demonstration.
    Demo,
    /// Devices made for this: `load-00001` and so on, registered from [`seed_json`].
    Own,
}

/// What came out.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadReport {
    /// Messages that should have gone out.
    pub due: u64,
    /// Messages acknowledged.
    pub messages: u64,
    /// Readings acknowledged.
    pub readings: u64,
    /// Seconds from the first message to the last acknowledgement.
    pub seconds: f64,
    /// Half of the messages were acknowledged within this.
    pub p50: Option<Duration>,
    /// 99 of 100.
    pub p99: Option<Duration>,
    /// All.
    pub max: Option<Duration>,
    /// Connections that broke.
    pub breaks: u64,
}

/// `count` devices for load, in the shape of `registry::seed::Seed`, in a complex of their own.
///
/// ```
/// let seed = sim::load::seed_json(1, 3);
/// assert_eq!(seed["devices"][2]["key"], "load-00003");
/// ```
pub fn seed_json(seed: u64, count: usize) -> Value {
    let metric = |key: &&str| json!({ "key": key, "quantity": key, "kind": "gauge", "expected_interval_s": 60 });
    let device = |number: usize| {
        let key = own_key(number);
        json!({
            "complex": "load",
            "key": key,
            "name": format!("부하시험 {number}(시연)"),
            "kind": "sensor",
            "profile": "load",
            "secret": secret(seed, &key),
        })
    };
    json!({
        "demo": true,
        "complexes": [{
            "code": "load",
            "name": "부하시험 단지(시연)",
            "name_en": "Load test (demo)",
            "kind": "general",
        }],
        "profiles": [{
            "code": "load",
            "name": "부하시험 장치(시연)",
            "metrics": POINTS.iter().map(metric).collect::<Vec<_>>(),
        }],
        "devices": (1..=count).map(device).collect::<Vec<_>>(),
    })
}

fn own_key(number: usize) -> String {
    format!("load-{number:05}")
}

/// Sends, waits for the last acknowledgement (at most 30 s more) and reports.
pub async fn load(load: &Load) -> anyhow::Result<LoadReport> {
    if !(load.rate > 0.0 && load.rate.is_finite() && load.devices > 0) {
        bail!("a load needs at least one device and a rate above 0 messages a second");
    }
    let senders = senders(load)?;
    let counts = Arc::new(Counts::default());
    let mut tasks = JoinSet::new();
    let begun = Instant::now() + Duration::from_secs(1);
    let every = Duration::from_secs_f64(load.devices as f64 / load.rate);
    for (number, (key, points)) in senders.into_iter().enumerate() {
        let login = Login {
            host: load.broker.0.clone(),
            port: load.broker.1,
            secret: secret(load.seed, &key),
            key: key.clone(),
            window: WINDOW,
            give_up: true,
        };
        let counts = Arc::clone(&counts);
        let first = begun + every.mul_f64(number as f64 / load.devices as f64);
        let last = begun + load.lasting;
        tasks.spawn(async move {
            let (to, input) = mpsc::channel(QUEUE_MAX);
            let send = send(&key, &points, to, first, every, last);
            let (due, outcome) = tokio::join!(send, link::run(login, input, &counts));
            outcome.map(|()| due)
        });
    }
    let mut due = 0;
    let all = async {
        while let Some(joined) = tasks.join_next().await {
            due += joined.context("a device of the load failed")??;
        }
        anyhow::Ok(())
    };
    let limit = load.lasting + Duration::from_secs(31);
    match tokio::time::timeout(limit, all).await {
        Ok(outcome) => outcome?,
        Err(_late) => tracing::warn!("30 s after the end not every message was acknowledged"),
    }
    let tally = counts.tally();
    Ok(LoadReport {
        due,
        messages: tally.messages,
        readings: tally.readings,
        seconds: begun.elapsed().as_secs_f64(),
        p50: counts.quantile(0.5),
        p99: counts.quantile(0.99),
        max: counts.quantile(1.0),
        breaks: tally.breaks,
    })
}

/// Keys of the devices and the points that each sends.
fn senders(load: &Load) -> anyhow::Result<Vec<(String, Vec<&'static str>)>> {
    if load.who == Who::Own {
        let own = (1..=load.devices).map(|number| (own_key(number), POINTS.to_vec()));
        return Ok(own.collect());
    }
    let plan = Plan::new(load.seed);
    let gauges = plan.senders().filter_map(|device| {
        let metrics = device.profile?.metrics().iter().filter(|metric| metric.interval_s == 0);
        let points = metrics.map(|metric| metric.key).collect::<Vec<_>>();
        (!points.is_empty()).then(|| (device.key.clone(), points))
    });
    let all = gauges.collect::<Vec<_>>();
    if load.devices > all.len() {
        bail!(
            "the demonstration has {} devices with gauges, not {}: ask for fewer, or register devices \
             from `sandan sim seed --load-devices N` and give --load-devices",
            all.len(),
            load.devices
        );
    }
    Ok(all.into_iter().take(load.devices).collect())
}

/// Sends one message `every` so often; returns how many were due.
async fn send(
    key: &str,
    points: &[&'static str],
    to: mpsc::Sender<Message>,
    first: Instant,
    every: Duration,
    last: Instant,
) -> u64 {
    let mut due = 0;
    let mut born = first;
    let mut at_ms = 0;
    while born < last {
        tokio::time::sleep_until(born).await;
        // Point and time are the key of a reading: no two may be the same.
        at_ms = wall::now_ms().max(at_ms + 1);
        let mut readings = Vec::with_capacity(READINGS_PER_MESSAGE);
        for k in 0..READINGS_PER_MESSAGE {
            if k > 0 && k % points.len() == 0 {
                at_ms += 1;
            }
            let value = (at_ms % 40) as f64;
            readings.push(Reading { point: points[k % points.len()], at_ms, due_ms: at_ms, value });
        }
        let payload = body(&readings).to_string().into_bytes();
        let (topic, readings) = (topic(key), readings.len());
        due += 1;
        if to.send(Message { topic, payload, readings, born, done: None }).await.is_err() {
            break;
        }
        born += every;
    }
    due
}
