//! All devices of a plan at once, as time goes by.

use std::time::Duration;

use futures::future::join_all;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::count::Counts;
use super::link::{self, Login, Message, WINDOW_DEFAULT};
use super::pace::Pace;
use super::{body, obey, topic};
use crate::fault::{Delivery, Schedule};
use crate::plan::{Device, Plan, secret};
use crate::world::{Reading, World};

/// Messages that wait between a device and its connection.
const QUEUE_MAX: usize = 8;
/// Readings of one message, after a long break.
const READINGS_MAX: usize = 500;
/// Connections are not all made in the same instant: one in so many milliseconds.
const CONNECT_EVERY_MS: u64 = 8;
/// On start every point says its newest value: meters the quarter that ended last.
const LOOK_BACK_MS: i64 = 16 * 60_000;

/// What to run.
#[derive(Debug)]
pub struct Live<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What goes wrong.
    pub schedule: &'a Schedule,
    /// How time runs.
    pub pace: Pace,
    /// Host and port of the broker.
    pub broker: (String, u16),
    /// Counters.
    pub counts: &'a Counts,
}

/// Publishes until `stop` says true; then what is on its way is acknowledged first.
pub async fn live(run: &Live<'_>, stop: &watch::Receiver<bool>) {
    let world = World::new(run.plan);
    let devices = run.plan.senders().zip(0_u64..).map(|(device, number)| {
        let world = &world;
        async move {
            let wait = Duration::from_millis(number * CONNECT_EVERY_MS);
            tokio::time::sleep(wait).await;
            let (to, input) = mpsc::channel(QUEUE_MAX);
            let login = Login {
                host: run.broker.0.clone(),
                port: run.broker.1,
                key: device.key.clone(),
                secret: secret(run.plan.seed, &device.key),
                window: WINDOW_DEFAULT,
                give_up: false,
            };
            let link = link::run(login, input, run.counts);
            let feed = feed(run, world, device, to, stop.clone());
            // A link that may not give up does not end by a refusal.
            let ((), _outcome) = tokio::join!(feed, link);
        }
    });
    let mut stopped = stop.clone();
    let obeyers = run.plan.obeyers().map(|device| {
        let secret = secret(run.plan.seed, &device.key);
        obey::run(run.broker.clone(), device.key.clone(), secret, stop.clone())
    });
    tokio::select! {
        _all = async { tokio::join!(join_all(devices), join_all(obeyers)) } => {}
        () = async {
            // The sender lives as long as the run; its end is a stop too.
            let _gone = stopped.wait_for(|stop| *stop).await;
            tokio::time::sleep(FINISH_MAX).await;
        } => {}
    }
}

/// After a stop, so long may the last acknowledgements take.
const FINISH_MAX: Duration = Duration::from_secs(5);

async fn feed(
    run: &Live<'_>,
    world: &World<'_>,
    device: &Device,
    to: mpsc::Sender<Message>,
    mut stop: watch::Receiver<bool>,
) {
    let mut cursor_ms = run.pace.start_ms();
    let mut waiting = newest(world, device, cursor_ms)
        .into_iter()
        .flat_map(|reading| run.schedule.deliver(device, reading))
        .collect::<Vec<_>>();
    loop {
        let now_ms = run.pace.now_ms().max(cursor_ms);
        for reading in world.readings(device, cursor_ms, now_ms, None) {
            waiting.extend(run.schedule.deliver(device, reading));
        }
        cursor_ms = now_ms;
        let (due, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|d| d.send_ms <= now_ms);
        waiting = later;
        for part in due.chunks(READINGS_MAX) {
            if to.send(message(&device.key, part)).await.is_err() {
                return;
            }
        }
        let next_ms = world.next_due_ms(device, cursor_ms).into_iter();
        let next_ms = next_ms.chain(waiting.iter().map(|d| d.send_ms)).min();
        let Some(next_ms) = next_ms else { return };
        tokio::select! {
            () = run.pace.until(next_ms) => {}
            _stop = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// The newest reading of each point at `now_ms`.
fn newest(world: &World<'_>, device: &Device, now_ms: i64) -> Vec<Reading> {
    let mut newest: Vec<Reading> = Vec::new();
    for reading in world.readings(device, now_ms - LOOK_BACK_MS, now_ms, None) {
        match newest.iter_mut().find(|known| known.point == reading.point) {
            Some(known) => *known = reading,
            None => newest.push(reading),
        }
    }
    newest
}

fn message(key: &str, deliveries: &[Delivery]) -> Message {
    Message {
        topic: topic(key),
        payload: body(deliveries.iter().map(|d| &d.reading)).to_string().into_bytes(),
        readings: deliveries.len(),
        born: Instant::now(),
        done: None,
    }
}
