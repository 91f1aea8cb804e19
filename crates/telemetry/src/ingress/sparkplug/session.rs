//! What is remembered of every edge node: its births, its numbers, whether it is there. Pure, bounded.

use std::collections::HashMap;

use base::{Instant, Quality};

use super::payload::{METRICS_MAX, Metric, NAME_BYTES_MAX, Payload};
use super::topic::{Kind, Topic};
use crate::ingress::decode::{RawReading, check_at};
use crate::ingress::thingsboard::point_key;
use crate::reject::{Reject, RejectCode, cut};

/// Edge nodes that are remembered; the broker lets no more devices in.
pub const EDGES_MAX: usize = 20_000;
/// Devices behind one node.
pub const DEVICES_MAX: usize = 1_000;
/// Aliases of one node and its devices together.
pub const ALIASES_MAX: usize = 20_000;
/// Aliases of all nodes: some 200 MB with the longest names.
pub const ALL_ALIASES_MAX: usize = 1_000_000;
/// After a request for a birth the next one waits this long.
const REBIRTH_WAIT_MS: i64 = 10_000;

/// The name and sort of a metric, by its alias.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    name: String,
    datatype: Option<u32>,
}

/// What a birth told.
#[derive(Debug, Default)]
struct Birth {
    by_alias: HashMap<u64, Known>,
    is_online: bool,
}

/// One edge node.
#[derive(Debug, Default)]
struct Edge {
    /// Of its birth; its death must say the same.
    bd_seq: Option<u64>,
    /// The last number of a message.
    seq: Option<u64>,
    /// The node itself under the empty key, and the devices behind it.
    births: HashMap<String, Birth>,
    since: Option<Instant>,
    gaps: u64,
    asked_ms: Option<i64>,
}

/// Whether a device is there, as its births and deaths tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    /// Born, and not dead since.
    pub is_online: bool,
    /// Since when the edge node is there, or gone.
    pub since: Option<Instant>,
    /// Messages of the node that were missing, since the start of this process.
    pub gaps: u64,
}

/// What came of one message.
#[derive(Debug, Default, PartialEq)]
pub struct Taken {
    /// Readings of the node, or of the device behind it that the topic names.
    pub readings: Vec<RawReading>,
    /// What was refused.
    pub rejects: Vec<Reject>,
    /// The node is to be asked for a new birth.
    pub rebirth: bool,
}

/// Every edge node since the start.
#[derive(Debug, Default)]
pub struct Edges {
    edges: HashMap<String, Edge>,
    /// Of all nodes together.
    aliases: usize,
}

impl Edges {
    /// Takes one message of the node that the topic names.
    pub fn take(&mut self, topic: &Topic<'_>, payload: &Payload, now: Instant) -> Taken {
        if !self.edges.contains_key(topic.edge) && self.edges.len() >= EDGES_MAX {
            return too_many("edge nodes", EDGES_MAX);
        }
        let edge = self.edges.entry(topic.edge.to_owned()).or_default();
        let before = edge.aliases();
        let room = ALL_ALIASES_MAX.saturating_sub(self.aliases - before).min(ALIASES_MAX);
        let taken = edge.take(topic, payload, room, now);
        self.aliases = self.aliases + edge.aliases() - before;
        taken
    }

    /// Whether a device is there: the node itself, or one behind it. `None` when it never told of it.
    pub fn presence(&self, edge: &str, device: Option<&str>) -> Option<Presence> {
        let edge = self.edges.get(edge)?;
        let is_online = edge.births.get(device.unwrap_or_default())?.is_online;
        Some(Presence { is_online, since: edge.since, gaps: edge.gaps })
    }
}

impl Edge {
    fn take(&mut self, topic: &Topic<'_>, payload: &Payload, room: usize, now: Instant) -> Taken {
        let device = topic.device.unwrap_or_default();
        match topic.kind {
            Kind::NodeDeath => {
                self.node_dies(bd_seq(payload), now);
                Taken::default()
            }
            Kind::DeviceDeath => {
                let gap = self.count(payload);
                if let Some(birth) = self.births.get_mut(device) {
                    birth.is_online = false;
                }
                self.taken(Vec::new(), Vec::new(), gap, now)
            }
            Kind::NodeBirth => {
                self.is_born(payload, now);
                self.birth(device, payload, now, (room, false))
            }
            Kind::DeviceBirth => {
                let gap = self.count(payload);
                self.birth(device, payload, now, (room, gap))
            }
            Kind::NodeData | Kind::DeviceData => {
                let gap = self.count(payload);
                self.data(device, payload, now, gap)
            }
        }
    }

    fn aliases(&self) -> usize {
        self.births.values().map(|birth| birth.by_alias.len()).sum()
    }

    fn is_born(&mut self, payload: &Payload, now: Instant) {
        self.bd_seq = bd_seq(payload);
        // A birth begins with 0; one that says nothing is taken for that.
        self.seq = Some(payload.seq.map_or(0, |seq| seq % 256));
        self.births.clear();
        self.since = Some(now);
        self.asked_ms = None;
    }

    /// A death that belongs to an older birth says nothing of this one.
    fn node_dies(&mut self, bd_seq: Option<u64>, now: Instant) {
        let is_online = self.births.get("").is_some_and(|birth| birth.is_online);
        if bd_seq == self.bd_seq && is_online {
            for birth in self.births.values_mut() {
                birth.is_online = false;
            }
            self.since = Some(now);
        }
    }

    /// Whether numbers are missing before this message, or no birth came before it.
    fn count(&mut self, payload: &Payload) -> bool {
        // Counting begins with the birth.
        let Some(last) = self.seq else { return true };
        let seq = payload.seq.map(|seq| seq % 256);
        let is_gap = seq != Some((last + 1) % 256);
        self.gaps += u64::from(is_gap);
        self.seq = seq.or(self.seq);
        is_gap
    }

    /// `room`: aliases that this node may have, of all its devices together.
    fn birth(
        &mut self,
        device: &str,
        payload: &Payload,
        now: Instant,
        (room, gap): (usize, bool),
    ) -> Taken {
        if !self.births.contains_key(device) && self.births.len() > DEVICES_MAX {
            return too_many("devices behind one edge node", DEVICES_MAX);
        }
        let old = self.births.get(device).map_or(0, |birth| birth.by_alias.len());
        let mut left = room.saturating_sub(self.aliases() - old);
        let mut birth = Birth { by_alias: HashMap::new(), is_online: true };
        for metric in payload.metrics.iter().take(METRICS_MAX) {
            let (Some(alias), Some(name)) = (metric.alias, &metric.name) else { continue };
            if name.len() <= NAME_BYTES_MAX && left > 0 {
                let known = Known { name: name.clone(), datatype: metric.datatype };
                left -= usize::from(birth.by_alias.insert(alias, known).is_none());
            }
        }
        let mut reader = Reader::new(payload, now);
        for metric in payload.metrics.iter().take(METRICS_MAX) {
            // A birth tells texts and control metrics too: what is no number is no fault there.
            let name = metric.name.as_deref().filter(|name| !is_control(name));
            if let (Some(name), Some(number)) = (name, metric.number(None)) {
                reader.reading(name, number, metric);
            }
        }
        self.births.insert(device.to_owned(), birth);
        let (readings, rejects) = reader.end();
        self.taken(readings, rejects, gap, now)
    }

    fn data(&mut self, device: &str, payload: &Payload, now: Instant, gap: bool) -> Taken {
        let birth = self.births.get(device);
        let mut reader = Reader::new(payload, now);
        let mut is_unborn = birth.is_none_or(|birth| !birth.is_online);
        for metric in payload.metrics.iter().take(METRICS_MAX) {
            let known = metric.alias.and_then(|alias| birth?.by_alias.get(&alias));
            let name = metric.name.as_deref().filter(|name| !name.is_empty());
            let Some(name) = name.or(known.map(|known| known.name.as_str())) else {
                is_unborn = true;
                reader.nameless(metric);
                continue;
            };
            if is_control(name) || metric.is_null == Some(true) {
                continue;
            }
            match metric.number(known.and_then(|known| known.datatype)) {
                Some(number) => reader.reading(name, number, metric),
                None => reader.no_number(name),
            }
        }
        let (readings, rejects) = reader.end();
        self.taken(readings, rejects, gap || is_unborn, now)
    }

    /// Asks for a birth when one is wanted, but not again and again.
    fn taken(
        &mut self,
        readings: Vec<RawReading>,
        rejects: Vec<Reject>,
        wants_birth: bool,
        now: Instant,
    ) -> Taken {
        let now_ms = now.as_millis();
        let may_ask = self.asked_ms.is_none_or(|asked| now_ms - asked >= REBIRTH_WAIT_MS);
        let rebirth = wants_birth && may_ask;
        if rebirth {
            self.asked_ms = Some(now_ms);
        }
        Taken { readings, rejects, rebirth }
    }
}

/// Metrics that steer the node, and its number of births.
fn is_control(name: &str) -> bool {
    name == "bdSeq" || name.starts_with("Node Control/") || name.starts_with("Device Control/")
}

fn bd_seq(payload: &Payload) -> Option<u64> {
    use super::payload::Value;
    let metric = payload.metrics.iter().find(|metric| metric.name.as_deref() == Some("bdSeq"))?;
    match metric.value {
        Some(Value::Long(number)) => Some(number),
        Some(Value::Int(number)) => Some(u64::from(number)),
        _ => None,
    }
}

fn too_many(of: &str, limit: usize) -> Taken {
    let detail = format!("more than {limit} {of} are not remembered: their messages are not read");
    let rejects = vec![Reject::body(RejectCode::TooMany, detail, b"")];
    Taken { rejects, ..Taken::default() }
}

/// Collects the readings of one message.
struct Reader {
    now: Instant,
    sent_ms: Option<u64>,
    surplus: usize,
    index: usize,
    readings: Vec<RawReading>,
    rejects: Vec<Reject>,
}

impl Reader {
    fn new(payload: &Payload, now: Instant) -> Self {
        let surplus = payload.metrics.len().saturating_sub(METRICS_MAX);
        let (readings, rejects) = (Vec::new(), Vec::new());
        Self { now, sent_ms: payload.timestamp, surplus, index: 0, readings, rejects }
    }

    fn reading(&mut self, name: &str, value: f64, metric: &Metric) {
        let told = metric.timestamp.or(self.sent_ms);
        let at_ms = told.map_or(Ok(self.now.as_millis()), |ms| {
            let at_ms = i64::try_from(ms).unwrap_or(i64::MAX);
            check_at(at_ms, self.now).map(|()| at_ms)
        });
        match at_ms {
            Ok(_) if name.len() > NAME_BYTES_MAX => {
                let detail = format!("a name has at most {NAME_BYTES_MAX} bytes");
                self.refuse(&cut(name, NAME_BYTES_MAX), RejectCode::TooMany, &detail);
            }
            Ok(at_ms) => {
                let quality = if metric.is_doubtful() { Quality::DOUBTFUL } else { Quality::GOOD };
                let (index, point) = (self.index, point_key(name));
                self.readings.push(RawReading { index, point, at_ms, value, quality });
                self.index += 1;
            }
            Err((code, detail)) => self.refuse(name, code, &detail),
        }
    }

    fn nameless(&mut self, metric: &Metric) {
        let alias = metric.alias.map_or_else(String::new, |alias| format!("alias {alias}"));
        let detail = "the metric has no name that a birth told: a new birth is asked for";
        self.refuse(&alias, RejectCode::UnknownPoint, detail);
    }

    fn no_number(&mut self, name: &str) {
        self.refuse(name, RejectCode::NotANumber, "the value is no number");
    }

    fn refuse(&mut self, name: &str, code: RejectCode, detail: &str) {
        self.rejects.push(Reject::entry(self.index, Some(name), code, detail, ""));
        self.index += 1;
    }

    fn end(mut self) -> (Vec<RawReading>, Vec<Reject>) {
        crate::ingress::decode::limit_rejects(&mut self.rejects);
        if self.surplus > 0 {
            let detail = format!(
                "a message may hold {METRICS_MAX} metrics; {} more were not read",
                self.surplus
            );
            let mut reject = Reject::body(RejectCode::TooMany, detail, b"");
            reject.count = self.surplus as u64;
            self.rejects.push(reject);
        }
        (self.readings, self.rejects)
    }
}
