//! What makes a good Modbus source.

use base::{FieldError, Id, Instant};

use super::{
    ERROR_VALUES_MAX, INTERVAL_S_MAX, ModbusSource, ModbusSourceChange, ModbusSourceError,
    ModbusSourceNew, POLLS_MAX, Poll, RegisterType,
};

/// A new source.
pub fn create(
    id: Id<ModbusSource>,
    complex_id: Id<base::noun::Complex>,
    new: ModbusSourceNew,
    now: Instant,
) -> Result<ModbusSource, ModbusSourceError> {
    let source = ModbusSource {
        id,
        complex_id,
        device_id: new.device_id,
        name: new.name,
        host: new.host,
        port: new.port,
        unit: new.unit,
        timeout_ms: new.timeout_ms,
        gap_max: new.gap_max,
        enabled: new.enabled,
        polls: new.polls,
        version: 1,
        updated_at: now,
    };
    check(&source)?;
    Ok(source)
}

/// The next version.
pub fn change(
    source: &ModbusSource,
    change: ModbusSourceChange,
    now: Instant,
) -> Result<ModbusSource, ModbusSourceError> {
    if change.version != source.version {
        let (given, current) = (change.version, source.version);
        return Err(ModbusSourceError::Stale { given, current });
    }
    let old = source.clone();
    let next = ModbusSource {
        name: change.name.unwrap_or(old.name),
        host: change.host.unwrap_or(old.host),
        port: change.port.unwrap_or(old.port),
        unit: change.unit.unwrap_or(old.unit),
        timeout_ms: change.timeout_ms.unwrap_or(old.timeout_ms),
        gap_max: change.gap_max.unwrap_or(old.gap_max),
        enabled: change.enabled.unwrap_or(old.enabled),
        polls: change.polls.unwrap_or(old.polls),
        version: old.version + 1,
        updated_at: now,
        ..old
    };
    check(&next)?;
    Ok(next)
}

/// Refuses a source that cannot work, naming every bad field.
fn check(source: &ModbusSource) -> Result<(), ModbusSourceError> {
    let mut wrong = Vec::new();
    let mut that = |is_good: bool, pointer: String, detail: &str| {
        if !is_good {
            wrong.push(FieldError::new(pointer, detail));
        }
    };
    let name = source.name.trim().chars().count();
    that((1..=100).contains(&name), "/name".into(), "give 1 to 100 characters");
    that(
        is_host(&source.host),
        "/host".into(),
        "give a host name or an address without scheme and port, such as 10.0.3.17",
    );
    that(source.port != 0, "/port".into(), "give 1 to 65535; Modbus TCP is 502");
    that(
        (100..=60_000).contains(&source.timeout_ms),
        "/timeout_ms".into(),
        "give 100 to 60000 milliseconds",
    );
    that(source.gap_max <= 100, "/gap_max".into(), "give 0 to 100 registers");
    that(
        (1..=POLLS_MAX).contains(&source.polls.len()),
        "/polls".into(),
        "give 1 to 500 lines; split a longer list into two sources of the same host",
    );
    for (i, poll) in source.polls.iter().take(POLLS_MAX).enumerate() {
        for (field, detail) in check_poll(poll) {
            that(false, format!("/polls/{i}/{field}"), detail);
        }
        let same = |other: &Poll| other.point == poll.point;
        if source.polls[..i].iter().any(same) {
            that(false, format!("/polls/{i}/point"), "the point stands in an earlier line already");
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(ModbusSourceError::Invalid(wrong)) }
}

fn check_poll(poll: &Poll) -> Vec<(&'static str, &'static str)> {
    let is_bit = poll.kind == RegisterType::Bit;
    let end = u32::from(poll.register) + u32::from(poll.kind.cells());
    let checks = [
        (!poll.point.is_empty() && poll.point.len() <= 128, "point", "give the key of a point"),
        (
            !poll.function.is_bits() || is_bit,
            "type",
            "coils and discrete inputs hold bits: give `bit`, or another function",
        ),
        (end <= 65_536, "register", "the number reaches beyond register 65535"),
        (
            poll.bit.is_none() || (is_bit && !poll.function.is_bits()),
            "bit",
            "only a `bit` of a register has a number; leave it out",
        ),
        (
            !is_bit || poll.function.is_bits() || poll.bit.is_some_and(|bit| bit < 16),
            "bit",
            "say which bit of the register: 0 (lowest) to 15",
        ),
        (poll.scale.is_finite() && poll.scale != 0.0, "scale", "give a finite number other than 0"),
        (poll.offset.is_finite(), "offset", "give a finite number"),
        ((1..=INTERVAL_S_MAX).contains(&poll.interval_s), "interval_s", "give 1 to 86400 seconds"),
        (
            poll.error_values.len() <= ERROR_VALUES_MAX
                && poll.error_values.iter().all(|value| value.is_finite()),
            "error_values",
            "give at most 8 finite numbers",
        ),
    ];
    let wrong = checks.into_iter().filter(|(is_good, ..)| !is_good);
    wrong.map(|(_, field, detail)| (field, detail)).collect()
}

/// Whether this can be a host: a DNS name, IPv4 or IPv6 address; no scheme, port, path or user.
pub(crate) fn is_host(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:%".contains(&b);
    (1..=253).contains(&text.len())
        && text.bytes().all(plain)
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric() || b == b':')
        // Colons come in IPv6 addresses only: `host:502` is a mistake.
        && (!text.contains(':') || text.parse::<core::net::Ipv6Addr>().is_ok())
}
