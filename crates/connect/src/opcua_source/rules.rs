//! What makes a good OPC UA source.

use base::{FieldError, Id, Instant};

use super::value::node_id;
use super::{
    NODES_MAX, OpcuaSource, OpcuaSourceChange, OpcuaSourceError, OpcuaSourceNew,
    PASSWORD_ENV_PREFIX,
};

/// A new source.
pub fn create(
    id: Id<OpcuaSource>,
    complex_id: Id<base::noun::Complex>,
    new: OpcuaSourceNew,
    now: Instant,
) -> Result<OpcuaSource, OpcuaSourceError> {
    let source = OpcuaSource {
        id,
        complex_id,
        device_id: new.device_id,
        name: new.name,
        endpoint: new.endpoint,
        username: new.username,
        password_env: new.password_env,
        publish_ms: new.publish_ms,
        enabled: new.enabled,
        nodes: new.nodes,
        version: 1,
        updated_at: now,
    };
    check(&source)?;
    Ok(source)
}

/// The next version.
pub fn change(
    source: &OpcuaSource,
    change: OpcuaSourceChange,
    now: Instant,
) -> Result<OpcuaSource, OpcuaSourceError> {
    if change.version != source.version {
        let (given, current) = (change.version, source.version);
        return Err(OpcuaSourceError::Stale { given, current });
    }
    let old = source.clone();
    let next = OpcuaSource {
        name: change.name.unwrap_or(old.name),
        endpoint: change.endpoint.unwrap_or(old.endpoint),
        username: change.username.or(old.username),
        password_env: change.password_env.or(old.password_env),
        publish_ms: change.publish_ms.unwrap_or(old.publish_ms),
        enabled: change.enabled.unwrap_or(old.enabled),
        nodes: change.nodes.unwrap_or(old.nodes),
        version: old.version + 1,
        updated_at: now,
        ..old
    };
    check(&next)?;
    Ok(next)
}

/// Refuses a source that cannot work, naming every bad field.
fn check(source: &OpcuaSource) -> Result<(), OpcuaSourceError> {
    let mut wrong = Vec::new();
    let mut that = |is_good: bool, pointer: String, detail: &str| {
        if !is_good {
            wrong.push(FieldError::new(pointer, detail));
        }
    };
    let name = source.name.trim().chars().count();
    that((1..=100).contains(&name), "/name".into(), "give 1 to 100 characters");
    that(
        is_endpoint(&source.endpoint),
        "/endpoint".into(),
        "give opc.tcp://host:port/path without a user, such as opc.tcp://10.0.3.20:4840/",
    );
    let is_user = source.username.as_ref().is_none_or(|name| (1..=100).contains(&name.len()));
    that(is_user, "/username".into(), "give 1 to 100 characters, or leave it out");
    that(
        source.password_env.as_deref().is_none_or(is_password_env),
        "/password_env".into(),
        "name an environment variable that begins with SANDAN_OPCUA_, in capitals",
    );
    let publish = (100..=60_000).contains(&source.publish_ms);
    that(publish, "/publish_ms".into(), "give 100 to 60000 milliseconds");
    let count = (1..=NODES_MAX).contains(&source.nodes.len());
    that(count, "/nodes".into(), "give 1 to 1000 nodes");
    for (i, node) in source.nodes.iter().take(NODES_MAX).enumerate() {
        let at = |field: &str| format!("/nodes/{i}/{field}");
        that(
            node_id(&node.node).is_some(),
            at("node"),
            "give a node id such as ns=2;s=Line1.Power",
        );
        let again = source.nodes[..i].iter().any(|other| other.point == node.point);
        let is_point = (1..=128).contains(&node.point.len()) && !again;
        that(is_point, at("point"), "give the key of a point that stands in no other line");
        let is_scale = node.scale.is_finite() && node.scale != 0.0;
        that(is_scale, at("scale"), "give a finite number other than 0");
        that(node.offset.is_finite(), at("offset"), "give a finite number");
        let is_deadband = node.deadband.is_finite() && node.deadband >= 0.0;
        that(is_deadband, at("deadband"), "give 0 or more, in the unit of the node");
    }
    if wrong.is_empty() { Ok(()) } else { Err(OpcuaSourceError::Invalid(wrong)) }
}

fn is_endpoint(text: &str) -> bool {
    text.len() <= 500
        && text.strip_prefix("opc.tcp://").is_some_and(|rest| {
            let host = rest.split(['/', ':']).next().unwrap_or_default();
            !host.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic() && b != b'@')
        })
}

fn is_password_env(name: &str) -> bool {
    name.len() <= 100
        && name.strip_prefix(PASSWORD_ENV_PREFIX).is_some_and(|rest| {
            let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
            !rest.is_empty() && rest.bytes().all(plain)
        })
}
