//! For tests of other crates: one simulated device on a real connection.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use sim::testkit::TestDevice;
//! let device = TestDevice::connect("127.0.0.1:1883".parse()?, "jj1-air-01", "secret").await?;
//! device.publish(&[("pm25", 1_780_000_000_000, 81.5)]).await?; // returns when acknowledged
//! device.close().await?;
//! # Ok(())
//! # }
//! ```

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::publish::link::{self, Login, Message, Refused};
use crate::publish::{Counts, Tally, body, topic};
use crate::world::Reading;

/// How long a sign-in or an acknowledgement may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often a wait looks again.
const LOOK: Duration = Duration::from_millis(5);

/// A device that signed in.
#[derive(Debug)]
pub struct TestDevice {
    key: String,
    to: mpsc::Sender<Message>,
    counts: Arc<Counts>,
    link: Mutex<JoinSet<Result<(), Refused>>>,
}

impl TestDevice {
    /// Signs in at `broker`; an error says why that failed.
    pub async fn connect(broker: SocketAddr, key: &str, secret: &str) -> anyhow::Result<Self> {
        let (to, input) = mpsc::channel(64);
        let counts = Arc::new(Counts::default());
        let login = Login {
            host: broker.ip().to_string(),
            port: broker.port(),
            key: key.to_owned(),
            secret: secret.to_owned(),
            window: link::WINDOW_DEFAULT,
            give_up: true,
        };
        let mut link = JoinSet::new();
        let counted = Arc::clone(&counts);
        link.spawn(async move { link::run(login, input, &counted).await });
        let device = Self { key: key.to_owned(), to, counts, link: Mutex::new(link) };
        let deadline = Instant::now() + PATIENCE;
        while device.tally().connected == 0 {
            if let Some(ended) = device.link.lock().await.try_join_next() {
                ended??;
                bail!("the connection of '{key}' ended before it stood");
            }
            if Instant::now() > deadline {
                bail!("'{key}' could not sign in at {broker} within {PATIENCE:?}");
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(device)
    }

    /// Publishes readings (point, milliseconds since 1970, value) in one message and returns, when the
    /// broker has acknowledged, how long that took.
    pub async fn publish(&self, readings: &[(&'static str, i64, f64)]) -> anyhow::Result<Duration> {
        let reading = |(point, at_ms, value): &(&'static str, i64, f64)| Reading {
            point,
            at_ms: *at_ms,
            due_ms: *at_ms,
            value: *value,
        };
        let readings = readings.iter().map(reading).collect::<Vec<_>>();
        let payload = body(&readings).to_string().into_bytes();
        self.publish_bytes(&topic(&self.key), payload, readings.len()).await
    }

    /// Publishes any bytes to any topic, counted as so many `readings`, and returns when they are
    /// acknowledged.
    pub async fn publish_bytes(
        &self,
        topic: &str,
        payload: Vec<u8>,
        readings: usize,
    ) -> anyhow::Result<Duration> {
        let acknowledged = self.publish_later(topic, payload, readings).await?;
        let waited = tokio::time::timeout(PATIENCE, acknowledged).await;
        let answer = waited.with_context(|| {
            format!("the broker did not acknowledge '{topic}' within {PATIENCE:?}")
        })?;
        answer.context("the connection ended before the broker acknowledged")
    }

    /// Publishes and returns at once; the receiver hears of the acknowledgement.
    pub async fn publish_later(
        &self,
        topic: &str,
        payload: Vec<u8>,
        readings: usize,
    ) -> anyhow::Result<oneshot::Receiver<Duration>> {
        let (done, acknowledged) = oneshot::channel();
        let topic = topic.to_owned();
        let message = Message { topic, payload, readings, born: Instant::now(), done: Some(done) };
        self.to.send(message).await.ok().context("the connection of the device has ended")?;
        Ok(acknowledged)
    }

    /// The topic for readings of this device.
    pub fn topic(&self) -> String {
        topic(&self.key)
    }

    /// What was acknowledged so far, and how often the connection broke.
    pub fn tally(&self) -> Tally {
        self.counts.tally()
    }

    /// Waits until everything is acknowledged and says goodbye.
    pub async fn close(self) -> anyhow::Result<()> {
        drop(self.to);
        let mut link = self.link.into_inner();
        let ended = tokio::time::timeout(PATIENCE, link.join_next()).await;
        match ended.with_context(|| format!("'{}' is not done after {PATIENCE:?}", self.key))? {
            Some(outcome) => Ok(outcome??),
            None => Ok(()),
        }
    }
}
