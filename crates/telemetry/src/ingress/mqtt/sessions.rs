//! Sessions that outlive their connection: whose they are, how many, and how much waits in them.
//!
//! The broker keeps them in memory, for [`super::SESSION_EXPIRY`] at most. A command does not depend on
//! them: it waits in its table until its device is connected (see [`super::downlink`]).

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use rmqtt::context::ServerContext;
use rmqtt::session::Session;
use rmqtt::subscribe::SharedSubscription;
use rmqtt::types::{
    ClientId, ConnectInfo, Id, IsOnline, NodeId, Publish, SharedGroup, SubscriptionIdentifier,
    SubscriptionOptions, TopicName,
};

use super::QUEUE_MAX;
use super::hooks::Shared;

/// Most sessions of one device; of more, the oldest one that nobody is connected to ends.
pub(super) const OF_DEVICE_MAX: usize = 16;
/// Most bytes that wait in a session while its device is away, besides the newest message.
pub(super) const WAITING_BYTES_MAX: usize = 256 * 1024;

/// Whose each session is.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    owners: HashMap<ClientId, (Id, String)>,
    /// The oldest first.
    of_device: HashMap<String, Vec<ClientId>>,
}

impl Sessions {
    /// The key of the device whose session this is.
    pub(super) fn owner(&self, client: &ClientId) -> Option<&str> {
        self.owners.get(client).map(|(_, key)| &**key)
    }

    pub(super) fn of(&self, key: &str) -> Vec<Id> {
        let clients = self.of_device.get(key).into_iter().flatten();
        clients.filter_map(|client| self.owners.get(client)).map(|(id, _)| id.clone()).collect()
    }

    pub(super) fn begin(&mut self, id: Id, key: String) {
        let client = id.client_id.clone();
        self.forget(&client);
        self.of_device.entry(key.clone()).or_default().push(client.clone());
        self.owners.insert(client, (id, key));
    }

    /// Ends the session of this connection; one that another connection has taken over stays.
    pub(super) fn end(&mut self, id: &Id) {
        if self.owners.get(&id.client_id).is_some_and(|(held, _)| held == id) {
            self.forget(&id.client_id);
        }
    }

    fn forget(&mut self, client: &ClientId) {
        let Some((_, key)) = self.owners.remove(client) else { return };
        let Some(all) = self.of_device.get_mut(&key) else { return };
        all.retain(|other| other != client);
        if all.is_empty() {
            self.of_device.remove(&key);
        }
    }
}

impl Shared {
    pub(super) fn sessions(&self) -> std::sync::MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn broker(&self) -> Option<ServerContext> {
        self.broker.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes whose session this is: it outlives its connection, and with that its certificate.
    pub(super) fn session_begins(&self, session: &Session) {
        if let Some(key) = self.device_key(&session.id) {
            self.sessions().begin(session.id.clone(), key);
        }
    }

    /// A client id that another device uses now would take its session over.
    pub(super) async fn is_anothers_session(&self, connect: &ConnectInfo, key: &str) -> bool {
        let id = connect.id();
        let Some(broker) = self.broker() else { return true };
        if !broker.extends.shared().await.entry(id.clone()).exist() {
            return false;
        }
        self.sessions().owner(&id.client_id) != Some(key)
    }

    /// Whether the device may have this session too. Ends its oldest one without a connection, if need be.
    pub(super) async fn has_room(&self, connect: &ConnectInfo, key: &str) -> bool {
        let own = self.sessions().of(key);
        let again = own.iter().any(|id| id.client_id == connect.id().client_id);
        if again || own.len() < OF_DEVICE_MAX {
            return true;
        }
        let Some(broker) = self.broker() else { return false };
        for id in own {
            let entry = broker.extends.shared().await.entry(id.clone());
            if entry.is_connected().await {
                continue;
            }
            let Ok(mut entry) = entry.try_lock().await else { continue };
            if let Err(cause) = entry.kick(true, true, true).await {
                tracing::debug!(%cause, "a session without connection did not end");
                continue;
            }
            self.sessions().end(&id);
            return true;
        }
        false
    }
}

/// Makes room in what waits for a device that is away, the oldest first. Only this takes from the queue then.
pub(super) fn make_room(session: &Session, for_one: Option<&Publish>) {
    let queue = session.deliver_queue();
    let mut all = Vec::new();
    while let Some(waiting) = queue.pop() {
        all.push(waiting);
    }
    let count = QUEUE_MAX.saturating_sub(usize::from(for_one.is_some()));
    let room = WAITING_BYTES_MAX.saturating_sub(for_one.map_or(0, |one| one.payload.len()));
    let sizes: Vec<_> = all.iter().map(|(_, one)| one.payload.len()).collect();
    for waiting in all.drain(too_many(&sizes, count, room)..) {
        // It came out of this queue.
        let _ = queue.push(waiting);
    }
}

/// Forgets what was sent and not acknowledged, the oldest first, above the bytes that may wait.
pub(super) async fn shorten_flight(session: &Session) {
    let mut flight = session.out_inflight().write().await;
    let sizes: Vec<_> =
        flight.clone_inflight_messages().iter().map(|one| one.publish.payload.len()).collect();
    for _ in 0..too_many(&sizes, QUEUE_MAX, WAITING_BYTES_MAX) {
        flight.pop_front();
    }
}

/// How many of the oldest must go so that at most `count` of `bytes` stay.
fn too_many(sizes: &[usize], count: usize, bytes: usize) -> usize {
    let mut sum = 0_usize;
    let fit = sizes.iter().rev().take(count).take_while(|size| {
        sum = sum.saturating_add(**size);
        sum <= bytes
    });
    sizes.len() - fit.count()
}

/// Shared subscriptions: a message goes to one of the group, chosen at random among those connected.
#[derive(Default)]
pub(super) struct AnyOf {
    chance: RandomState,
    drawn: AtomicU64,
}

#[async_trait]
impl SharedSubscription for AnyOf {
    fn is_supported(&self) -> bool {
        true
    }

    async fn choice(
        &self,
        _broker: &ServerContext,
        _group: &SharedGroup,
        _publisher: &Id,
        _topic: &TopicName,
        members: &[(
            NodeId,
            ClientId,
            SubscriptionOptions,
            Option<Vec<SubscriptionIdentifier>>,
            Option<IsOnline>,
        )],
    ) -> Option<(usize, IsOnline)> {
        let there = |(at, member): (usize, &(_, _, _, _, Option<IsOnline>))| {
            member.4.unwrap_or_default().then_some(at)
        };
        let connected: Vec<_> = members.iter().enumerate().filter_map(there).collect();
        let draw = self.chance.hash_one(self.drawn.fetch_add(1, Ordering::Relaxed));
        let draw = usize::try_from(draw >> 33).unwrap_or_default();
        if connected.is_empty() {
            return (!members.is_empty()).then(|| (draw % members.len(), false));
        }
        Some((connected[draw % connected.len()], true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(client: &str, port: u16) -> Id {
        let from = std::net::SocketAddr::from(([127, 0, 0, 1], port));
        Id::new(1, 1, None, Some(from), client.to_owned().into(), None)
    }

    #[test]
    fn a_session_that_was_taken_over_does_not_end_with_its_first_connection() {
        let mut sessions = Sessions::default();
        // An id holds the moment of its making: made once.
        let [first, other, again] = [id("a", 1), id("b", 2), id("a", 3)];
        for id in [&first, &other, &again] {
            sessions.begin(id.clone(), "air-001".to_owned());
        }
        assert_eq!(sessions.of("air-001"), [other.clone(), again.clone()]);
        sessions.end(&first);
        assert_eq!(sessions.owner(&"a".into()), Some("air-001"));
        sessions.end(&again);
        sessions.end(&other);
        assert_eq!(sessions.owner(&"a".into()), None);
        assert!(sessions.of_device.is_empty() && sessions.owners.is_empty());
    }

    #[test]
    fn the_oldest_goes_first() {
        assert_eq!(too_many(&[], 3, 10), 0);
        assert_eq!(too_many(&[5, 5], 3, 10), 0);
        assert_eq!(too_many(&[1, 5, 5], 3, 10), 1);
        assert_eq!(too_many(&[1, 1, 1, 1], 3, 10), 1);
        assert_eq!(too_many(&[1, 50], 3, 10), 2);
    }
}
