//! Retained messages, in memory and bounded: the last message of a topic, for whoever subscribes later.
//!
//! They end with the process. What must outlive it is a reading or a command, and both have a table.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use platform::metrics::{Counter, Family, Label};
use rmqtt::retain::RetainStorage;
use rmqtt::types::{Retain, TopicFilter, TopicName};

use super::topics::{beneath_of, matches};
use crate::ingress::sparkplug::topic::is_host_state;

/// Most retained messages.
pub(super) const COUNT_MAX: usize = 20_000;
/// Most retained messages of one device.
pub(super) const OF_DEVICE_MAX: usize = 16;
/// Largest message that is retained.
pub(super) const ONE_BYTES_MAX: usize = 64 * 1024;
/// All of them.
pub(super) const BYTES_MAX: usize = 64 * 1024 * 1024;

/// The store. Cheap to clone.
#[derive(Clone)]
pub(super) struct Retained {
    kept: Arc<Mutex<Kept>>,
    refused: Family<Label, Counter>,
}

#[derive(Default)]
struct Kept {
    by_topic: BTreeMap<String, (Retain, Option<Instant>)>,
    bytes: usize,
}

impl Retained {
    /// Nothing yet; what is not kept is counted in `refused`.
    pub(super) fn new(refused: Family<Label, Counter>) -> Self {
        Self { kept: Arc::default(), refused }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl RetainStorage for Retained {
    fn enable(&self) -> bool {
        true
    }

    /// Keeps the message, or forgets the one before it when this is empty. One that has no room is passed
    /// on to those who subscribe now, and not kept.
    async fn set(
        &self,
        topic: &TopicName,
        retain: Retain,
        _expiry: Option<Duration>,
    ) -> rmqtt::Result<()> {
        // The broker's own default lifetime is that of a queue. A retained message without one stays.
        let named = retain.publish.properties.as_ref().and_then(|all| all.message_expiry_interval);
        let lifetime = named.map(|seconds| Duration::from_secs(u64::from(seconds.get())));
        if !self.kept().set(topic, retain, lifetime, Instant::now()) {
            self.refused.get_or_create(&Label { kind: "not_retained".to_owned() }).inc();
        }
        Ok(())
    }

    async fn get(&self, filter: &TopicFilter) -> rmqtt::Result<Vec<(TopicName, Retain)>> {
        Ok(self.kept().get(filter, Instant::now()))
    }

    async fn count(&self) -> isize {
        isize::try_from(self.kept().by_topic.len()).unwrap_or(isize::MAX)
    }

    async fn max(&self) -> isize {
        isize::try_from(COUNT_MAX).unwrap_or(isize::MAX)
    }
}

impl Kept {
    /// False when there is no room; what stood there before is gone all the same.
    fn set(
        &mut self,
        topic: &str,
        retain: Retain,
        lifetime: Option<Duration>,
        now: Instant,
    ) -> bool {
        self.remove(topic);
        if retain.publish.payload.is_empty() {
            return true;
        }
        let size = size(topic, &retain);
        if size > ONE_BYTES_MAX || !whose(topic).is_some_and(|own| self.has_room(own, size, now)) {
            return false;
        }
        self.bytes += size;
        let ends = lifetime.and_then(|lifetime| now.checked_add(lifetime));
        self.by_topic.insert(topic.to_owned(), (retain, ends));
        true
    }

    /// Whether another of the device whose topics begin with `own` fits in.
    fn has_room(&mut self, own: &str, size: usize, now: Instant) -> bool {
        if self.by_topic.len() >= COUNT_MAX || self.bytes + size > BYTES_MAX {
            self.forget_ended(now);
        }
        let of_device = self.by_topic.range(own.to_owned()..);
        let of_device = of_device.take_while(|(topic, _)| topic.starts_with(own)).count();
        self.by_topic.len() < COUNT_MAX
            && self.bytes + size <= BYTES_MAX
            && of_device < OF_DEVICE_MAX
    }

    fn forget_ended(&mut self, now: Instant) {
        let ended = |ends: &Option<Instant>| ends.is_some_and(|ends| ends <= now);
        self.by_topic.retain(|_, (_, ends)| !ended(ends));
        self.bytes = self.by_topic.iter().map(|(topic, (retain, _))| size(topic, retain)).sum();
    }

    fn remove(&mut self, topic: &str) {
        if let Some((old, _)) = self.by_topic.remove(topic) {
            self.bytes -= size(topic, &old);
        }
    }

    fn get(&self, filter: &str, now: Instant) -> Vec<(TopicName, Retain)> {
        // Only what begins like the filter can match it.
        let literal = filter.find(['+', '#']).unwrap_or(filter.len());
        let start = filter[..literal].trim_end_matches('/');
        self.by_topic
            .range(start.to_owned()..)
            .take_while(|(topic, _)| topic.starts_with(start))
            .filter(|(topic, (_, ends))| {
                ends.is_none_or(|ends| ends > now) && matches(filter, topic)
            })
            .map(|(topic, (retain, _))| (topic.as_str().into(), retain.clone()))
            .collect()
    }
}

/// What the topics of one sender begin with: those of a device, or our own as host of edge nodes. Others
/// are shared by devices, and not kept.
fn whose(topic: &str) -> Option<&str> {
    beneath_of(topic).or_else(|| is_host_state(topic).then_some(topic))
}

fn size(topic: &str, retain: &Retain) -> usize {
    topic.len() + retain.publish.payload.len()
}

#[cfg(test)]
mod tests {
    use rmqtt::codec::types::Publish as Packet;
    use rmqtt::types::{From, Id, QoS};

    use super::*;

    fn message(topic: &str, bytes: usize) -> Retain {
        let packet = Packet {
            dup: false,
            retain: true,
            qos: QoS::AtLeastOnce,
            topic: topic.into(),
            packet_id: None,
            payload: vec![b'x'; bytes].into(),
            properties: None,
        };
        let id = Id::new(1, 1, None, None, "x".into(), None);
        Retain { msg_id: None, from: From::from_system(id), publish: packet.into() }
    }

    fn set(kept: &mut Kept, topic: &str, bytes: usize, now: Instant) -> bool {
        kept.set(topic, message(topic, bytes), None, now)
    }

    #[test]
    fn the_last_message_of_a_topic_stays_until_an_empty_one() {
        let (mut kept, now) = (Kept::default(), Instant::now());
        for bytes in [5, 7] {
            assert!(set(&mut kept, "sandan/v1/a/readings", bytes, now));
        }
        assert!(set(&mut kept, "sandan/v1/ab/readings", 3, now));
        let found = kept.get("sandan/v1/a/#", now);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].1.publish.payload.len(), 7);
        assert!(set(&mut kept, "sandan/v1/a/readings", 0, now));
        assert!(kept.get("sandan/v1/a/+", now).is_empty());
        assert_eq!(kept.bytes, "sandan/v1/ab/readings".len() + 3);
    }

    #[test]
    fn count_and_size_have_bounds_and_a_foreign_topic_is_not_kept() {
        let (mut kept, now) = (Kept::default(), Instant::now());
        for n in 0..OF_DEVICE_MAX {
            assert!(set(&mut kept, &format!("sandan/v1/a/{n:03}"), 1, now));
        }
        assert!(!set(&mut kept, "sandan/v1/a/more", 1, now), "the device has its share");
        assert!(set(&mut kept, "sandan/v1/a/000", 2, now), "a new one for an old one is no more");
        assert!(!set(&mut kept, "sandan/v1/b/large", ONE_BYTES_MAX, now));
        assert!(!set(&mut kept, "v1/devices/me/telemetry", 1, now), "devices share that topic");
        for n in 0..2_100 {
            set(&mut kept, &format!("sandan/v1/d{n}/x"), ONE_BYTES_MAX / 2, now);
        }
        assert!(kept.bytes <= BYTES_MAX && kept.bytes > BYTES_MAX - ONE_BYTES_MAX);
    }

    #[test]
    fn a_message_ends_with_its_lifetime() {
        let (mut kept, now) = (Kept::default(), Instant::now());
        let topic = "sandan/v1/a/x";
        assert!(kept.set(topic, message(topic, 1), Some(Duration::from_secs(2)), now));
        assert_eq!(kept.get(topic, now).len(), 1);
        let later = now + Duration::from_secs(2);
        assert!(kept.get(topic, later).is_empty());
        kept.forget_ended(later);
        assert_eq!((kept.bytes, kept.by_topic.len()), (0, 0));
    }
}
