//! Doors with TLS: they end the encryption, ask for the certificate of the device, and hand the plain
//! stream to the broker over the loopback.
//!
//! rmqtt speaks TLS itself, but lets in certificates of one authority only and passes the subject on, which
//! anybody can write. A device here is known by the SHA-256 of its certificate, whoever signed that.
//!
//! The broker's inner listener is an ordinary socket, so another process on this machine can reach it.
//! [`Peers`] knows each connection that a door has made by its own address, which no other socket can
//! have at the same time; whoever comes past the door is not let in.

mod tls;

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use platform::work::{Stage, Tasks};
use rmqtt::types::Id;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use super::{CONNECTIONS_MAX, HANDSHAKE_TIMEOUT, HANDSHAKES_MAX, MqttError, TlsFiles};

/// Connections that wait to be taken.
const BACKLOG: u32 = 1024;
/// Bytes that are carried at once.
const CHUNK_BYTES: usize = 8 * 1024;
/// A device that takes nothing for so long is gone.
const WRITE_TIMEOUT: Duration = Duration::from_mins(1);
/// How long connections live on when the broker ends, so that its last answers arrive.
const GRACE: Duration = Duration::from_secs(2);
/// How long a door rests when the system gives it no connection, say for want of files.
const REST: Duration = Duration::from_millis(200);

/// Where the broker listens behind its doors; port 0 takes a free one.
pub(super) const INNER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Peer {
    /// The address of the device.
    pub(super) address: Option<SocketAddr>,
    /// SHA-256 of its certificate, whose key it has proved to hold.
    pub(super) certificate: Option<[u8; 32]>,
}

/// Everybody who came in through a door and is still there.
#[derive(Debug, Default)]
pub(super) struct Peers {
    /// The broker's names of the listeners that stand behind a door.
    doors: Vec<u16>,
    /// By listener and by the door's address on the loopback.
    inside: Mutex<HashMap<(u16, SocketAddr), Peer>>,
}

impl Peers {
    pub(super) fn behind(doors: Vec<u16>) -> Self {
        Self { doors, inside: Mutex::default() }
    }

    /// Who this is; none when it is not known, or came past the door.
    pub(super) fn of(&self, id: &Id) -> Option<Peer> {
        if !self.doors.contains(&id.lid) {
            return Some(Peer { address: id.remote_addr, certificate: None });
        }
        self.inside().get(&(id.lid, id.remote_addr?)).copied()
    }

    fn inside(&self) -> MutexGuard<'_, HashMap<(u16, SocketAddr), Peer>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One door.
pub(super) struct Door {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    /// The broker's name of the listener behind it.
    pub(super) id: u16,
    /// Where that listens.
    pub(super) inner: SocketAddr,
}

impl Door {
    /// Opens a door to the listener `id` at `inner`.
    pub(super) fn open(
        address: SocketAddr,
        files: &TlsFiles,
        id: u16,
        inner: SocketAddr,
    ) -> Result<Self, MqttError> {
        let acceptor = tls::acceptor(files).map_err(|cause| MqttError::Tls {
            certificate: files.certificate.display().to_string(),
            key: files.key.display().to_string(),
            cause,
        })?;
        let listener = listen(address)
            .map_err(|cause| MqttError::Listen { address, cause: cause.to_string() })?;
        Ok(Self { listener, acceptor, id, inner })
    }

    /// Where it is.
    pub(super) fn local_addr(&self) -> Result<SocketAddr, MqttError> {
        let cause =
            |cause: io::Error| MqttError::Listen { address: self.inner, cause: cause.to_string() };
        self.listener.local_addr().map_err(cause)
    }

    /// Lets devices in until `stopped`.
    pub(super) fn start(self, tasks: &Tasks, peers: Arc<Peers>, stopped: CancellationToken) {
        let spawner = tasks.clone();
        tasks.spawn(Stage::Intake, move |shutdown| async move {
            let rooms = Rooms::default();
            loop {
                let accepted = tokio::select! {
                    () = shutdown.cancelled() => return,
                    () = stopped.cancelled() => return,
                    accepted = self.listener.accept() => accepted,
                };
                let Ok((stream, address)) = accepted else {
                    tokio::time::sleep(REST).await;
                    continue;
                };
                // One too many is closed at once; it comes again.
                let Some(room) = rooms.take() else { continue };
                let way = Way {
                    acceptor: self.acceptor.clone(),
                    peers: Arc::clone(&peers),
                    id: self.id,
                    inner: self.inner,
                };
                let stopped = stopped.clone();
                spawner.spawn(Stage::Intake, move |shutdown| async move {
                    let ending = async {
                        tokio::select! {
                            () = shutdown.cancelled() => {}
                            () = stopped.cancelled() => {}
                        }
                        tokio::time::sleep(GRACE).await;
                    };
                    tokio::select! {
                        () = ending => {}
                        ended = way.lead(stream, address, room) => if let Err(cause) = ended {
                            tracing::debug!(%address, %cause, "a connection with TLS ended");
                        },
                    }
                });
            }
        });
    }
}

/// Room for connections, and for those that shake hands.
struct Rooms {
    connections: Arc<Semaphore>,
    handshakes: Arc<Semaphore>,
}

impl Default for Rooms {
    fn default() -> Self {
        let of = |count| Arc::new(Semaphore::new(count));
        Self { connections: of(CONNECTIONS_MAX), handshakes: of(HANDSHAKES_MAX) }
    }
}

/// What one connection takes up.
struct Room {
    _connection: OwnedSemaphorePermit,
    handshake: OwnedSemaphorePermit,
}

impl Rooms {
    fn take(&self) -> Option<Room> {
        let one = |of: &Arc<Semaphore>| Arc::clone(of).try_acquire_owned().ok();
        Some(Room { _connection: one(&self.connections)?, handshake: one(&self.handshakes)? })
    }
}

/// The way of one connection from the door to the broker.
struct Way {
    acceptor: TlsAcceptor,
    peers: Arc<Peers>,
    id: u16,
    inner: SocketAddr,
}

impl Way {
    async fn lead(self, stream: TcpStream, address: SocketAddr, room: Room) -> io::Result<()> {
        let Room { _connection, handshake } = room;
        stream.set_nodelay(true)?;
        let mut first = vec![0; CHUNK_BYTES];
        let shake_hands = async {
            let mut device = self.acceptor.accept(stream).await?;
            // Whoever says nothing takes no place of the broker's.
            let count = device.read(&mut first).await?;
            io::Result::Ok((device, count))
        };
        let (device, count) = tokio::time::timeout(HANDSHAKE_TIMEOUT, shake_hands).await??;
        drop(handshake);
        let mut broker = TcpStream::connect(self.inner).await?;
        broker.set_nodelay(true)?;
        let peer = Peer { address: Some(address), certificate: certificate(&device) };
        // Before the broker reads anything: it asks when the first packet arrives.
        let _known = Known::enter(self.peers, (self.id, broker.local_addr()?), peer);
        broker.write_all(&first[..count]).await?;
        carry(device, broker).await
    }
}

/// SHA-256 of the certificate that the device has shown.
fn certificate(device: &TlsStream<TcpStream>) -> Option<[u8; 32]> {
    let shown = device.get_ref().1.peer_certificates()?.first()?;
    Some(Sha256::digest(shown).into())
}

/// A connection that [`Peers`] knows, as long as this lives.
struct Known {
    peers: Arc<Peers>,
    key: (u16, SocketAddr),
}

impl Known {
    fn enter(peers: Arc<Peers>, key: (u16, SocketAddr), peer: Peer) -> Self {
        peers.inside().insert(key, peer);
        Self { peers, key }
    }
}

impl Drop for Known {
    fn drop(&mut self) {
        self.peers.inside().remove(&self.key);
    }
}

/// Carries bytes both ways until the broker has ended, or the device has failed.
async fn carry(device: TlsStream<TcpStream>, broker: TcpStream) -> io::Result<()> {
    let (from_device, to_device) = tokio::io::split(device);
    let (from_broker, to_broker) = broker.into_split();
    // The broker takes its time on purpose, to hold a device back: no limit upwards.
    let up = async {
        pour(from_device, to_broker, Duration::MAX).await?;
        // The device has said all; the broker answers the rest and ends.
        std::future::pending().await
    };
    tokio::select! {
        ended = pour(from_broker, to_device, WRITE_TIMEOUT) => ended,
        failed = up => failed,
    }
}

async fn pour(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    limit: Duration,
) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let count = from.read(&mut chunk).await?;
        let handed_on = async {
            if count == 0 {
                return to.shutdown().await;
            }
            to.write_all(&chunk[..count]).await?;
            to.flush().await
        };
        tokio::time::timeout(limit, handed_on).await??;
        if count == 0 {
            return Ok(());
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
