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
    /// Client attributes, which are not kept.
    Attributes,
}

/// Reads a topic of ThingsBoard's device API, where the sender is known by its connection alone.
pub(super) fn dialect(topic: &str) -> Option<Dialect> {
    match topic {
        "v1/devices/me/telemetry" | "v2/t" => Some(Dialect::Telemetry),
        "v1/devices/me/attributes" | "v2/a" => Some(Dialect::Attributes),
        _ => None,
    }
}

/// Whether a filter is one that clients of that API ask for at their start. They name no device, so only
/// those are granted on which no device may publish: nothing can reach another through them.
pub(super) fn is_dialect_filter(filter: &str) -> bool {
    ["v1/devices/me/rpc/request/+", "v1/devices/me/attributes/response/+"].contains(&filter)
}

/// Whether a filter, or the topic of a will, stays under the device's own key.
pub(super) fn is_own(filter: &str, key: &str) -> bool {
    beneath(filter, key).is_some_and(|rest| !rest.is_empty())
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
    fn no_granted_filter_of_the_dialect_matches_a_topic_that_devices_publish_to() {
        for topic in ["v1/devices/me/telemetry", "v2/t", "v1/devices/me/attributes", "v2/a"] {
            assert!(dialect(topic).is_some() && !is_dialect_filter(topic), "{topic}");
        }
        for filter in ["v1/devices/me/rpc/request/+", "v1/devices/me/attributes/response/+"] {
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
