//! One device's connection to the broker, which forgets nothing until it is acknowledged.
//!
//! Two halves talk over a channel, so that the MQTT event loop is never cancelled in the middle of a
//! packet: the driver turns the event loop, the keeper holds the messages. On a break the keeper takes
//! back all that is not acknowledged and the driver empties the event loop before it connects again.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use rumqttc::{
    AsyncClient, ConnectReturnCode, ConnectionError, Event, EventLoop, MqttOptions, Outgoing,
    Packet, QoS,
};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::Instant;

use super::count::Counts;

/// Messages on the way at once.
pub(crate) const WINDOW_DEFAULT: u16 = 16;
/// Messages that wait here; more wait at the sender.
const BACKLOG_MAX: usize = 64;
/// The broker takes packets up to this size.
const PACKET_BYTES_MAX: usize = 1024 * 1024;
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// Waits between attempts; a refusal waits long, since brokers block those who guess passwords.
const RETRY_FIRST: Duration = Duration::from_millis(500);
const RETRY_MAX: Duration = Duration::from_secs(20);
const RETRY_REFUSED: Duration = Duration::from_secs(15);
/// How long a farewell may take.
const FAREWELL_MAX: Duration = Duration::from_secs(1);

/// Where to connect and as whom.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// User name and client id: the key of the device.
    pub(crate) key: String,
    pub(crate) secret: String,
    pub(crate) window: u16,
    /// Whether a refusal ends the link instead of being tried again.
    pub(crate) give_up: bool,
}

/// One message.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) topic: String,
    pub(crate) payload: Vec<u8>,
    /// How many readings it carries.
    pub(crate) readings: usize,
    /// When it should have gone out: waiting counts as delay.
    pub(crate) born: Instant,
    /// Told when the broker has acknowledged.
    pub(crate) done: Option<oneshot::Sender<Duration>>,
}

/// The broker does not let the device in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    key: String,
    reason: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the broker refuses the device '{}' ({}): register it with the secret that the simulator \
             uses (`sandan sim seed` prints both), or start the server with --demo and the same seed",
            self.key, self.reason
        )
    }
}

impl std::error::Error for Refused {}

enum Told {
    Event(Event),
    Down(ConnectionError),
}

/// Sends all that comes in by `input`; ends when that is closed and everything is acknowledged.
pub(crate) async fn run(
    login: Login,
    input: mpsc::Receiver<Message>,
    counts: &Counts,
) -> Result<(), Refused> {
    let mut options = MqttOptions::new(&login.key, &login.host, login.port);
    options
        .set_credentials(&login.key, &login.secret)
        .set_keep_alive(KEEP_ALIVE)
        .set_max_packet_size(PACKET_BYTES_MAX, PACKET_BYTES_MAX)
        // Twice our own window, so that packet identifiers never meet.
        .set_inflight(login.window.saturating_mul(2));
    let (client, events) = AsyncClient::new(options, usize::from(login.window) * 2);
    let (tell, told) = mpsc::unbounded_channel();
    let resume = Notify::new();
    let keeper = Keeper {
        client,
        window: usize::from(login.window),
        backlog: VecDeque::new(),
        handed: VecDeque::new(),
        sent: HashMap::new(),
        born: 0,
        connected: false,
        attempts: 0,
        counts,
    };
    tokio::select! {
        () = drive(events, &tell, &resume) => Ok(()),
        outcome = keeper.keep(&login, input, told, &resume) => outcome,
    }
}

async fn drive(mut events: EventLoop, tell: &mpsc::UnboundedSender<Told>, resume: &Notify) {
    loop {
        let told = match events.poll().await {
            Ok(event) => Told::Event(event),
            Err(error) => Told::Down(error),
        };
        let down = matches!(told, Told::Down(_));
        if tell.send(told).is_err() {
            return;
        }
        if down {
            resume.notified().await;
            // The keeper has taken everything back: nothing may be sent from here a second time.
            events.clean();
            events.pending.clear();
            events.state.events.clear();
            events.state.collision = None;
        }
    }
}

/// A message on its way, with its place in the order.
struct Kept {
    order: u64,
    message: Message,
}

struct Keeper<'a> {
    client: AsyncClient,
    window: usize,
    /// Not yet given to the event loop.
    backlog: VecDeque<Kept>,
    /// Given to the event loop, without a packet identifier yet.
    handed: VecDeque<Kept>,
    /// By packet identifier.
    sent: HashMap<u16, Kept>,
    born: u64,
    connected: bool,
    attempts: u32,
    counts: &'a Counts,
}

impl Keeper<'_> {
    async fn keep(
        mut self,
        login: &Login,
        mut input: mpsc::Receiver<Message>,
        mut told: mpsc::UnboundedReceiver<Told>,
        resume: &Notify,
    ) -> Result<(), Refused> {
        let mut open = true;
        loop {
            self.hand_over();
            let idle = self.backlog.is_empty() && self.handed.is_empty() && self.sent.is_empty();
            if !open && idle {
                self.farewell(&mut told).await;
                return Ok(());
            }
            tokio::select! {
                event = told.recv() => match event {
                    Some(Told::Event(event)) => self.heard(event),
                    Some(Told::Down(error)) => {
                        self.down(login, &error).await?;
                        resume.notify_one();
                    }
                    None => return Ok(()),
                },
                message = input.recv(), if open && self.backlog.len() < BACKLOG_MAX => match message {
                    Some(message) => {
                        self.born += 1;
                        self.backlog.push_back(Kept { order: self.born, message });
                    }
                    None => open = false,
                },
            }
        }
    }

    /// Gives the event loop as much as the window allows.
    fn hand_over(&mut self) {
        while self.connected && self.handed.len() + self.sent.len() < self.window {
            let Some(kept) = self.backlog.pop_front() else { return };
            let message = &kept.message;
            let given = self.client.try_publish(
                message.topic.clone(),
                QoS::AtLeastOnce,
                false,
                message.payload.clone(),
            );
            if given.is_err() {
                self.backlog.push_front(kept);
                return;
            }
            self.handed.push_back(kept);
        }
    }

    fn heard(&mut self, event: Event) {
        match event {
            Event::Incoming(Packet::ConnAck(_)) => {
                self.connected = true;
                self.attempts = 0;
                self.counts.connected();
            }
            Event::Outgoing(Outgoing::Publish(id)) => {
                if let Some(kept) = self.handed.pop_front() {
                    self.sent.insert(id, kept);
                }
            }
            Event::Incoming(Packet::PubAck(ack)) => {
                if let Some(Kept { message, .. }) = self.sent.remove(&ack.pkid) {
                    let took = message.born.elapsed();
                    self.counts.acknowledged(message.readings, took);
                    // Whoever asked may have stopped waiting.
                    let _gone = message.done.map(|done| done.send(took));
                }
            }
            Event::Incoming(_) | Event::Outgoing(_) => {}
        }
    }

    /// Takes everything back in its order and waits before the next attempt.
    async fn down(&mut self, login: &Login, error: &ConnectionError) -> Result<(), Refused> {
        let refused = refusal(error);
        self.counts.broke(self.connected, refused.is_some());
        self.connected = false;
        let mut back = self.sent.drain().map(|(_, kept)| kept).collect::<Vec<_>>();
        back.extend(self.handed.drain(..));
        back.sort_by_key(|kept| std::cmp::Reverse(kept.order));
        for kept in back {
            self.backlog.push_front(kept);
        }
        tracing::debug!(device = login.key, %error, "connection down");
        let wait = match refused {
            Some(reason) if login.give_up => {
                return Err(Refused { key: login.key.clone(), reason });
            }
            Some(_) => RETRY_REFUSED,
            None => (RETRY_FIRST * 2_u32.saturating_pow(self.attempts.min(10))).min(RETRY_MAX),
        };
        self.attempts += 1;
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// Says goodbye, so that the broker does not take the end for a failure.
    async fn farewell(&mut self, told: &mut mpsc::UnboundedReceiver<Told>) {
        if !self.connected || self.client.try_disconnect().is_err() {
            return;
        }
        self.counts.closed();
        let said = async {
            while let Some(Told::Event(event)) = told.recv().await {
                if event == Event::Outgoing(Outgoing::Disconnect) {
                    return;
                }
            }
        };
        // The process ends anyway when the broker does not listen.
        let _late = tokio::time::timeout(FAREWELL_MAX, said).await;
    }
}

/// Why the broker does not let the device in, when that is why.
fn refusal(error: &ConnectionError) -> Option<String> {
    match error {
        ConnectionError::ConnectionRefused(
            code @ (ConnectReturnCode::BadUserNamePassword
            | ConnectReturnCode::NotAuthorized
            | ConnectReturnCode::BadClientId),
        ) => Some(format!("{code:?}")),
        _ => None,
    }
}
