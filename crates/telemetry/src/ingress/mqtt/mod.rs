//! The embedded MQTT broker: devices publish their readings to `sandan/v1/{key}/readings`.
//!
//! - User name = key of the device, password = its secret. Nobody comes in without, unless it shows a
//!   client certificate that is registered (see [`door`] and [`sign_in`]).
//! - ThingsBoard's device API is understood too: user name = secret, no password, topics
//!   `v1/devices/me/telemetry`, `v2/t` and, for devices behind a gateway, `v1/gateway/telemetry` (see
//!   [`super::thingsboard`]).
//! - Edge nodes of Sparkplug B are understood (see [`super::sparkplug`]): the node's id is the key.
//! - What a device sends to `sandan/v1/{key}/raw` is read by the mapping of its profile.
//! - Each device has its share ([`Share`]): what goes beyond it waits, and after minutes is shut out.
//! - A device publishes its readings and its answers to commands under its own key and subscribes beneath
//!   it, nothing else; its will must lie there too, and it may not take the client id of another device.
//! - A message is acknowledged when its readings are durable (see [`hooks`]). QoS 0 is taken the same
//!   way, without an answer. A body that cannot be read is acknowledged and counted.
//! - One connection carries one message at a time: with a group commit of 10 ms some hundred a second.
//!   A gateway that has more puts several readings into one message (up to 10,000). Connections are
//!   independent, so that a thousand of them share each sync: 10,000 msg/s need about a hundred.
//!
//! - The last retained message of a topic is kept (see [`retained`]), and a session without its connection
//!   for a day (see [`sessions`]); both in memory, bounded, and gone with the process.
//!
//! Deliberately absent: clusters, plugins, calls to the outside.

mod attempts;
mod door;
mod downlink;
mod flood;
mod gateway;
mod hooks;
mod retained;
mod sessions;
mod sign_in;
mod sparkplug;
#[cfg(test)]
mod tests;
mod topics;

use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use platform::Platform;
use platform::metrics::{Counter, Family, Label};
use platform::work::Stage;
use rmqtt::context::ServerContext;
use rmqtt::hook::Type;
use rmqtt::net::{Builder, Listener};
use rmqtt::node::Node;
use rmqtt::server::MqttServer;
use rmqtt::types::{Message, Reason};
use tokio_util::sync::CancellationToken;

use super::Ingest;
use door::{Door, INNER, Peers};
pub use downlink::Downlink;
use flood::Flood;
pub use flood::Share;
use hooks::{Hooks, Shared};
use retained::Retained;
use sessions::AnyOf;

/// Largest packet.
pub const PACKET_BYTES_MAX: u32 = 1024 * 1024;
/// Most connections at once.
pub const CONNECTIONS_MAX: usize = 20_000;
/// Most handshakes at once.
pub const HANDSHAKES_MAX: usize = 2_000;
/// Most subscriptions of one device.
pub const SUBSCRIPTIONS_MAX: usize = 16;
/// Deepest topic.
const TOPIC_LEVELS_MAX: usize = 8;
/// Longest client id.
const CLIENT_ID_BYTES_MAX: usize = 128;
/// Messages on their way to one device.
const QUEUE_MAX: usize = 100;
/// A handshake that takes longer is ended.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest time that a session waits for its device, and a message in it. A client of MQTT 3.1.1 that wants
/// its session kept gets all of it; one of MQTT 5 says how long it wants.
const SESSION_EXPIRY: Duration = Duration::from_hours(24);
/// Most sessions, with their devices or waiting for them.
const SESSIONS_MAX: isize = 40_000;
/// How long a shutdown waits for messages that are being stored.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
/// How often a shutdown looks whether they are.
const STOP_POLL: Duration = Duration::from_millis(5);
/// The broker stands alone: its number never matters.
const NODE_ID: u64 = 1;
/// The broker's names of its listeners.
const LISTENER_ID: u16 = 1;
const LISTENER_ID_TLS: u16 = 2;
const LISTENER_ID_WS: u16 = 3;

/// How the broker listens.
#[derive(Debug, Clone)]
pub struct MqttOptions {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// Certificate and key, when the connection is to be encrypted.
    pub tls: Option<TlsFiles>,
    /// Where to listen with TLS; then `address` stays plain TCP. Needs `tls`.
    pub tls_address: Option<SocketAddr>,
    /// Where to listen for WebSockets, with TLS when `tls` is given.
    pub ws_address: Option<SocketAddr>,
    /// What each device may send.
    pub share: Share,
}

impl MqttOptions {
    /// Plain TCP on this address.
    pub fn at(address: SocketAddr) -> Self {
        let share = Share::default();
        Self { address, tls: None, tls_address: None, ws_address: None, share }
    }
}

/// PEM files of TLS.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// Certificate chain.
    pub certificate: PathBuf,
    /// Private key.
    pub key: PathBuf,
}

/// Why the broker does not listen.
#[derive(Debug, thiserror::Error)]
pub enum MqttError {
    /// The address is taken or not ours.
    #[error("MQTT cannot listen on {address}: {cause}; choose another with --mqtt ADDRESS:PORT")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        cause: String,
    },
    /// An address for TLS, and nothing to prove who answers there.
    #[error("{0} is to speak TLS: give --mqtt-tls-cert and --mqtt-tls-key too")]
    NoCertificate(SocketAddr),
    /// The files of TLS cannot be used.
    #[error("the MQTT certificate {certificate} and key {key} cannot be used: {cause}")]
    Tls {
        /// The certificate.
        certificate: String,
        /// The key.
        key: String,
        /// What is wrong.
        cause: String,
    },
}

/// Where the broker listens.
#[derive(Debug, Clone, Copy)]
pub struct MqttAddresses {
    /// Devices; plain, or with TLS when that has no address of its own.
    pub main: SocketAddr,
    /// With TLS.
    pub tls: Option<SocketAddr>,
    /// WebSockets.
    pub ws: Option<SocketAddr>,
}

/// The running broker.
pub struct MqttBroker {
    shared: Arc<Shared>,
    addresses: MqttAddresses,
    /// Cancelled to stop taking connections.
    listening: CancellationToken,
}

/// Starts the broker; it takes messages when this returns.
pub async fn start(
    platform: &Platform,
    ingest: Ingest,
    options: MqttOptions,
) -> Result<MqttBroker, MqttError> {
    let refused = platform.metrics.register(
        "telemetry_mqtt_refused",
        "What the MQTT broker refused, by reason",
        Family::<Label, Counter>::default(),
    );
    let (Listeners { listeners, doors }, addresses) = listeners(&options)?;
    let peers = Arc::new(Peers::behind(doors.iter().map(|door| door.id).collect()));
    let shared = Arc::new(Shared {
        ingest,
        peers: Arc::clone(&peers),
        tasks: platform.tasks.clone(),
        attempts: Mutex::default(),
        flood: Mutex::new(Flood::new(options.share)),
        sessions: Mutex::default(),
        refused: refused.clone(),
        closing: AtomicBool::new(false),
        in_flight: AtomicUsize::new(0),
        broker: Mutex::new(None),
        answers: OnceLock::new(),
        mapper: OnceLock::new(),
    });
    // The broker's own check for load refuses devices when the machine compiles or sorts: off. What
    // protects us is back-pressure of the log.
    let node = Node::new(NODE_ID, f32::MAX, f32::MAX, Duration::from_mins(1));
    let context = ServerContext::new().node(node).busy_check_enable(false);
    let broker = context.mqtt_max_sessions(SESSIONS_MAX).build().await;
    *broker.extends.retain_mut().await = Box::new(Retained::new(refused));
    *broker.extends.shared_subscription_mut().await = Box::new(AnyOf::default());
    *shared.broker.lock().unwrap_or_else(PoisonError::into_inner) = Some(broker.clone());

    let register = broker.extends.hook_mgr().register();
    for question in [
        Type::ClientAuthenticate,
        Type::ClientConnected,
        Type::ClientDisconnected,
        Type::SessionTerminated,
        Type::OfflineMessage,
        Type::ClientSubscribeCheckAcl,
        Type::MessagePublish,
        Type::MessagePublishCheckAcl,
    ] {
        // Priority 0 runs last: what others refuse is not stored.
        register.add_priority(question, 0, Box::new(Hooks(Arc::clone(&shared)))).await;
    }
    register.start().await;

    let mut server = MqttServer::new(broker);
    for (listener, id) in listeners {
        server = server.listener_by_id(listener, id);
    }
    let server = server.build();
    let listening = CancellationToken::new();
    for door in doors {
        door.start(&platform.tasks, Arc::clone(&peers), listening.clone());
    }
    let stopped = listening.clone();
    platform.tasks.spawn(Stage::Intake, |shutdown| async move {
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = stopped.cancelled() => {}
            ended = server.run() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "the MQTT broker ended");
                }
            }
        }
    });
    let since = shared.ingest.now();
    Downlink { shared: Arc::clone(&shared) }.tell_host_state(true, since).await;
    tracing::info!(?addresses, tls = options.tls.is_some(), "MQTT listens");
    Ok(MqttBroker { shared, addresses, listening })
}

/// How a listener speaks.
#[derive(Clone, Copy)]
enum Speech {
    Mqtt,
    WebSocket,
}

/// What stands open: the broker's own listeners, and the doors before them.
#[derive(Default)]
struct Listeners {
    listeners: Vec<(Listener, u16)>,
    doors: Vec<Door>,
}

/// Opens every address that is asked for.
fn listeners(options: &MqttOptions) -> Result<(Listeners, MqttAddresses), MqttError> {
    let tls = options.tls.as_ref();
    let main_tls = tls.filter(|_| options.tls_address.is_none());
    let mut all = Listeners::default();
    let main = all.open(options.address, Speech::Mqtt, main_tls, LISTENER_ID)?;
    let mut addresses = MqttAddresses { main, tls: None, ws: None };
    if let Some(address) = options.tls_address {
        let tls = tls.ok_or(MqttError::NoCertificate(address))?;
        addresses.tls = Some(all.open(address, Speech::Mqtt, Some(tls), LISTENER_ID_TLS)?);
    }
    if let Some(address) = options.ws_address {
        addresses.ws = Some(all.open(address, Speech::WebSocket, tls, LISTENER_ID_WS)?);
    }
    Ok((all, addresses))
}

impl Listeners {
    /// Opens one address; where it is.
    fn open(
        &mut self,
        address: SocketAddr,
        speech: Speech,
        tls: Option<&TlsFiles>,
        id: u16,
    ) -> Result<SocketAddr, MqttError> {
        let (listener, at) = listener(if tls.is_some() { INNER } else { address }, speech)?;
        self.listeners.push((listener, id));
        let Some(files) = tls else { return Ok(at) };
        let door = Door::open(address, files, id, at)?;
        let at = door.local_addr()?;
        self.doors.push(door);
        Ok(at)
    }
}

fn listener(address: SocketAddr, speech: Speech) -> Result<(Listener, SocketAddr), MqttError> {
    let builder = Builder::new()
        .name("devices")
        .laddr(address)
        .reuseaddr(Some(true))
        .nodelay(true)
        .allow_anonymous(false)
        .max_connections(CONNECTIONS_MAX)
        .max_handshaking_limit(HANDSHAKES_MAX)
        .handshake_timeout(HANDSHAKE_TIMEOUT)
        .max_packet_size(PACKET_BYTES_MAX)
        .max_clientid_len(CLIENT_ID_BYTES_MAX)
        .max_topic_levels(TOPIC_LEVELS_MAX)
        .max_subscriptions(SUBSCRIPTIONS_MAX)
        .max_inflight(NonZeroU16::new(64).expect("64 is not zero"))
        .max_mqueue_len(QUEUE_MAX)
        .session_expiry_interval(SESSION_EXPIRY)
        .max_session_expiry_interval(SESSION_EXPIRY)
        .message_expiry_interval(SESSION_EXPIRY);
    let failed = |cause: rmqtt::Error| listen_error(address, &cause);
    let bound = builder.bind().map_err(failed)?;
    let listener = match speech {
        Speech::Mqtt => bound.tcp(),
        Speech::WebSocket => bound.ws(),
    }
    .map_err(failed)?;
    let at = listener.local_addr().map_err(failed)?;
    Ok((listener, at))
}

fn listen_error(address: SocketAddr, cause: &rmqtt::Error) -> MqttError {
    MqttError::Listen { address, cause: format!("{cause:#}") }
}

impl MqttBroker {
    /// Where it listens for devices.
    pub fn local_addr(&self) -> SocketAddr {
        self.addresses.main
    }

    /// Everywhere it listens.
    pub fn addresses(&self) -> MqttAddresses {
        self.addresses
    }

    /// The way down to its devices.
    pub fn downlink(&self) -> Downlink {
        Downlink { shared: Arc::clone(&self.shared) }
    }

    /// Stops taking messages in, lets those that are being stored be answered, and ends every
    /// connection. What is not acknowledged by then the devices send again.
    pub async fn stop(self) {
        let now = self.shared.ingest.now();
        self.downlink().tell_host_state(false, now).await;
        self.shared.closing.store(true, Ordering::Release);
        self.listening.cancel();
        let drained = async {
            while self.shared.in_flight.load(Ordering::Acquire) > 0 {
                tokio::time::sleep(STOP_POLL).await;
            }
        };
        if tokio::time::timeout(STOP_TIMEOUT, drained).await.is_err() {
            tracing::warn!("MQTT messages were still being stored when the broker ended");
        }
        let broker = self.shared.broker.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(broker) = broker else { return };
        let sessions = broker.extends.shared().await;
        for sender in sessions.iter().filter_map(|entry| entry.tx()) {
            // A session that is gone already is no error.
            let _ = sender.unbounded_send(Message::Closed(Reason::from_static("server shutdown")));
        }
    }
}
