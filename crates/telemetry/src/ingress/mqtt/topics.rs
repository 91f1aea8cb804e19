//! What a device may publish and subscribe: only what lies under its own key. Pure.

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

/// Whether `topic` is the topic of readings of the device with this key.
pub(super) fn is_readings(topic: &str, key: &str) -> bool {
    beneath(topic, key) == Some(READINGS)
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
