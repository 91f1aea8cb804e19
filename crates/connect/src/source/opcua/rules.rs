//! What makes a good connection over OPC UA.

use super::super::rules::{Wrong, is_variable};
use super::value::node_id;
use super::{NODES_MAX, OpcuaConnection, PASSWORD_ENV_PREFIX};

/// Every field that cannot work.
pub fn check(it: &OpcuaConnection) -> Wrong {
    let mut wrong = Vec::new();
    let mut that = |is_good: bool, pointer: String, detail: &'static str| {
        if !is_good {
            wrong.push((pointer, detail));
        }
    };
    that(
        is_endpoint(&it.endpoint),
        "/endpoint".into(),
        "give opc.tcp://host:port/path without a user, such as opc.tcp://10.0.3.20:4840/",
    );
    let is_user = it.username.as_ref().is_none_or(|name| (1..=100).contains(&name.len()));
    that(is_user, "/username".into(), "give 1 to 100 characters, or leave it out");
    that(
        it.password_env.as_deref().is_none_or(|name| is_variable(PASSWORD_ENV_PREFIX, name)),
        "/password_env".into(),
        "name an environment variable that begins with SANDAN_OPCUA_, in capitals",
    );
    that(
        it.server_certificate_sha256.as_deref().is_none_or(|text| fingerprint(text).is_some()),
        "/server_certificate_sha256".into(),
        "give the SHA-256 of the server's certificate: 64 hexadecimal digits",
    );
    let publish = (100..=60_000).contains(&it.publish_ms);
    that(publish, "/publish_ms".into(), "give 100 to 60000 milliseconds");
    let count = (1..=NODES_MAX).contains(&it.nodes.len());
    that(count, "/nodes".into(), "give 1 to 1000 nodes");
    for (i, node) in it.nodes.iter().take(NODES_MAX).enumerate() {
        let at = |field: &str| format!("/nodes/{i}/{field}");
        that(
            node_id(&node.node).is_some(),
            at("node"),
            "give a node id such as ns=2;s=Line1.Power",
        );
        let again = it.nodes[..i].iter().any(|other| other.point == node.point);
        let is_point = (1..=128).contains(&node.point.len()) && !again;
        that(is_point, at("point"), "give the key of a point that stands in no other line");
        let is_scale = node.scale.is_finite() && node.scale != 0.0;
        that(is_scale, at("scale"), "give a finite number other than 0");
        that(node.offset.is_finite(), at("offset"), "give a finite number");
        let is_deadband = node.deadband.is_finite() && node.deadband >= 0.0;
        that(is_deadband, at("deadband"), "give 0 or more, in the unit of the node");
    }
    wrong
}

/// A SHA-256 as 64 hexadecimal digits in lower case; `None`: the text is none.
pub(super) fn fingerprint(text: &str) -> Option<String> {
    let plain: String = text.trim().replace(':', "").to_ascii_lowercase();
    (plain.len() == 64 && plain.bytes().all(|b| b.is_ascii_hexdigit())).then_some(plain)
}

fn is_endpoint(text: &str) -> bool {
    text.len() <= 500
        && text.strip_prefix("opc.tcp://").is_some_and(|rest| {
            let host = rest.split(['/', ':']).next().unwrap_or_default();
            !host.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic() && b != b'@')
        })
}
