//! Sparkplug B 3.0 (Eclipse Foundation): edge nodes that tell what they have once, at their birth, and from
//! then on only what changed.
//!
//! ```text
//! spBv1.0/{group}/{NBIRTH|NDATA|NDEATH}/{edge}            the node itself
//! spBv1.0/{group}/{DBIRTH|DDATA|DDEATH}/{edge}/{device}   a device behind it
//! ```
//!
//! [`topic`], [`payload`] and [`session`] are pure; the broker (`super::mqtt`) asks them. An edge node is a
//! device of the registry, and speaks under its own key only; a device behind it is registered with that
//! node as its gateway, and is quarantined otherwise. The name of a metric is the key of a point, brought
//! into its form as ThingsBoard's names are.
//!
//! What data mean is told by the birth before them. When that is not known (our restart, a gap in `seq`),
//! the node is asked for a new birth (`Node Control/Rebirth`); the metrics of the message that have no name
//! are counted as refused, with that in words. Data of Sparkplug are QoS 0: nothing is promised for them.

pub mod payload;
pub mod session;
pub mod topic;

#[cfg(test)]
mod tests;
