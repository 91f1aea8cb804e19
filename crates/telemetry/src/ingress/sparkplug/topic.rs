//! Topics of Sparkplug B. Pure.

/// What every topic begins with.
const NAMESPACE: &str = "spBv1.0";
/// Our name as a host application.
pub const HOST: &str = "sandan";

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The node tells all its metrics.
    NodeBirth,
    /// Some of them changed.
    NodeData,
    /// The node is gone; the broker sends it as the node's will.
    NodeDeath,
    /// A device behind the node tells all its metrics.
    DeviceBirth,
    /// Some of them changed.
    DeviceData,
    /// The device is gone.
    DeviceDeath,
}

/// A topic that an edge node publishes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic<'t> {
    /// The group.
    pub group: &'t str,
    /// What it is about.
    pub kind: Kind,
    /// The edge node.
    pub edge: &'t str,
    /// The device behind it.
    pub device: Option<&'t str>,
}

impl<'t> Topic<'t> {
    /// Reads a topic; `None` when it is none that edge nodes publish to.
    pub fn parse(topic: &'t str) -> Option<Self> {
        let mut levels = topic.split('/');
        let (namespace, group, kind, edge) =
            (levels.next()?, levels.next()?, levels.next()?, levels.next()?);
        let device = levels.next();
        let kind = match (kind, device.is_some()) {
            ("NBIRTH", false) => Kind::NodeBirth,
            ("NDATA", false) => Kind::NodeData,
            ("NDEATH", false) => Kind::NodeDeath,
            ("DBIRTH", true) => Kind::DeviceBirth,
            ("DDATA", true) => Kind::DeviceData,
            ("DDEATH", true) => Kind::DeviceDeath,
            _ => return None,
        };
        let is_whole = levels.next().is_none()
            && namespace == NAMESPACE
            && !group.is_empty()
            && !edge.is_empty()
            && device.is_none_or(|device| !device.is_empty());
        is_whole.then_some(Self { group, kind, edge, device })
    }
}

/// Whether a filter asks for what is meant for the node `edge` alone: commands to it and to the devices
/// behind it, and whether a host application is there.
pub fn is_edge_filter(filter: &str, edge: &str) -> bool {
    let levels: Vec<&str> = filter.split('/').collect();
    match levels[..] {
        [NAMESPACE, "STATE", host] => !host.is_empty(),
        [NAMESPACE, group, "NCMD" | "DCMD", of, ref rest @ ..] => {
            !group.is_empty() && !group.contains(['+', '#']) && of == edge && rest.len() < 2
        }
        _ => false,
    }
}

/// Where commands to a node go.
pub fn node_command(group: &str, edge: &str) -> String {
    format!("{NAMESPACE}/{group}/NCMD/{edge}")
}

/// Whether this is where we say that we are there.
pub fn is_host_state(topic: &str) -> bool {
    topic == host_state()
}

/// Where we say that we are there.
pub fn host_state() -> String {
    format!("{NAMESPACE}/STATE/{HOST}")
}
