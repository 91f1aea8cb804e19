//! What a device may publish and subscribe: only what lies under its own key. Pure.

use crate::ingress::sparkplug::topic::{Kind, Topic};

/// What stands before the key of the device.
const ROOT: &str = "sandan/v1/";
/// What stands behind it in the topic of readings.
const READINGS: &str = "readings";

/// What stands behind it in the topic of answers to commands.
const COMMAND_RESULTS: &str = "command_results";

/// Whether `topic` is where the device with this key answers commands.
pub(super) fn is_command_results(topic: &str, key: &str) -> bool {
    beneath(topic, key) == Some(COMMAND_RESULTS)
}

/// What stands behind it in the topic of messages in their maker's own form.
const RAW: &str = "raw";

/// Whether `topic` is where the device with this key sends what the mapping of its profile reads.
pub(super) fn is_raw(topic: &str, key: &str) -> bool {
    beneath(topic, key) == Some(RAW)
}

/// Whether `topic` is where the death of this edge node is told (Sparkplug B).
pub(super) fn is_death_of(topic: &str, key: &str) -> bool {
    Topic::parse(topic).is_some_and(|topic| topic.kind == Kind::NodeDeath && topic.edge == key)
}

/// Whether `topic` is the topic of readings of the device with this key.
pub(super) fn is_readings(topic: &str, key: &str) -> bool {
    beneath(topic, key) == Some(READINGS)
}

/// What a message of ThingsBoard's device API is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Readings of the sender.
    Telemetry,
    /// Readings of the devices behind the sender.
    GatewayTelemetry,
    /// Client attributes and which devices a gateway sees, which are not kept.
    Attributes,
}

/// Reads a topic of ThingsBoard's device API, where the sender is known by its connection alone.
pub(super) fn dialect(topic: &str) -> Option<Dialect> {
    match topic {
        "v1/devices/me/telemetry" | "v2/t" => Some(Dialect::Telemetry),
        "v1/gateway/telemetry" => Some(Dialect::GatewayTelemetry),
        "v1/devices/me/attributes"
        | "v2/a"
        | "v1/gateway/attributes"
        | "v1/gateway/connect"
        | "v1/gateway/disconnect" => Some(Dialect::Attributes),
        _ => None,
    }
}

/// Whether a filter is one that clients of that API ask for at their start. They name no device, so only
/// those are granted on which no device may publish: nothing can reach another through them.
pub(super) fn is_dialect_filter(filter: &str) -> bool {
    const GRANTED: [&str; 4] = [
        "v1/devices/me/rpc/request/+",
        "v1/devices/me/attributes/response/+",
        "v1/gateway/attributes/response",
        "v1/gateway/rpc",
    ];
    GRANTED.contains(&filter)
}

/// Whether a filter, or the topic of a will, stays under the device's own key.
pub(super) fn is_own(filter: &str, key: &str) -> bool {
    beneath(filter, key).is_some_and(|rest| !rest.is_empty())
}

/// What every topic of one device begins with, of a topic beneath its key.
pub(super) fn beneath_of(topic: &str) -> Option<&str> {
    let (key, rest) = topic.strip_prefix(ROOT)?.split_once('/')?;
    let own = ROOT.len() + key.len() + 1;
    (!key.is_empty() && !rest.is_empty()).then(|| &topic[..own])
}

/// Whether a topic is one that this filter asks for (MQTT 5, 4.7).
pub(super) fn matches(filter: &str, topic: &str) -> bool {
    let mut levels = topic.split('/');
    for wanted in filter.split('/') {
        if wanted == "#" {
            return true; // the level above it too
        }
        match levels.next() {
            Some(level) if wanted == "+" || wanted == level => {}
            _ => return false,
        }
    }
    levels.next().is_none()
}

fn beneath<'t>(topic: &'t str, key: &str) -> Option<&'t str> {
    topic.strip_prefix(ROOT)?.strip_prefix(key)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_publishes_to_its_own_readings_only() {
        assert!(is_readings("sandan/v1/g-17/readings", "g-17"));
        for topic in [
            "sandan/v1/g-18/readings",
            "sandan/v1/g-17/readings/x",
            "sandan/v1/g-17",
            "readings",
            "sandan/v1/g-17/status",
            "sandan/v2/g-17/readings",
            "sandan/v1/g-170/readings",
            "/sandan/v1/g-17/readings",
            "",
        ] {
            assert!(!is_readings(topic, "g-17"), "{topic}");
        }
    }

    #[test]
    fn a_filter_asks_for_its_topics() {
        for (filter, topic, asked) in [
            ("a/b", "a/b", true),
            ("a/+", "a/b", true),
            ("a/#", "a/b/c", true),
            ("a/#", "a", true),
            ("#", "a/b", true),
            ("a/+", "a/b/c", false),
            ("a/+", "a", false),
            ("a/b", "a/bc", false),
            ("a/b/c", "a/b", false),
            ("a", "a/", false),
        ] {
            assert_eq!(matches(filter, topic), asked, "{filter} {topic}");
        }
    }

    #[test]
    fn the_topics_of_a_device_begin_alike() {
        assert_eq!(beneath_of("sandan/v1/g-17/a/b"), Some("sandan/v1/g-17/"));
        for topic in ["sandan/v1/g-17", "sandan/v1/g-17/", "sandan/v1//a", "v2/t", ""] {
            assert_eq!(beneath_of(topic), None, "{topic}");
        }
    }

    #[test]
    fn no_granted_filter_of_the_dialect_matches_a_topic_that_devices_publish_to() {
        for topic in [
            "v1/devices/me/telemetry",
            "v2/t",
            "v1/devices/me/attributes",
            "v2/a",
            "v1/gateway/telemetry",
            "v1/gateway/attributes",
            "v1/gateway/connect",
            "v1/gateway/disconnect",
        ] {
            assert!(dialect(topic).is_some() && !is_dialect_filter(topic), "{topic}");
        }
        for filter in [
            "v1/devices/me/rpc/request/+",
            "v1/devices/me/attributes/response/+",
            "v1/gateway/attributes/response",
            "v1/gateway/rpc",
        ] {
            assert!(is_dialect_filter(filter) && dialect(filter).is_none(), "{filter}");
        }
        for filter in ["#", "v1/#", "v1/devices/me/#", "v1/devices/me/+", "v2/+", "+/t"] {
            assert!(!is_dialect_filter(filter), "{filter}");
        }
    }

    #[test]
    fn a_device_answers_commands_under_its_own_key_only() {
        assert!(is_command_results("sandan/v1/g-17/command_results", "g-17"));
        for topic in
            ["sandan/v1/g-18/command_results", "sandan/v1/g-17/commands", "command_results"]
        {
            assert!(!is_command_results(topic, "g-17"), "{topic}");
        }
    }

    #[test]
    fn a_device_subscribes_beneath_its_own_key_only() {
        for filter in ["sandan/v1/g-17/#", "sandan/v1/g-17/commands", "sandan/v1/g-17/+/x"] {
            assert!(is_own(filter, "g-17"), "{filter}");
        }
        for filter in [
            "#",
            "+/v1/g-17/#",
            "sandan/#",
            "sandan/v1/+/readings",
            "sandan/v1/g-18/#",
            "sandan/v1/g-17",
            "sandan/v1/g-17/",
            "sandan/v1/g-17#",
            "$SYS/#",
        ] {
            assert!(!is_own(filter, "g-17"), "{filter}");
        }
    }
}
