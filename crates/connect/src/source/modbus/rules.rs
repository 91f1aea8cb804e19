//! What makes a good connection over Modbus.

use super::super::rules::Wrong;
use super::{ERROR_VALUES_MAX, INTERVAL_S_MAX, ModbusConnection, POLLS_MAX, Poll, RegisterType};

/// Every field that cannot work.
pub fn check(it: &ModbusConnection) -> Wrong {
    let mut wrong = Vec::new();
    let mut that = |is_good: bool, pointer: String, detail: &'static str| {
        if !is_good {
            wrong.push((pointer, detail));
        }
    };
    that(
        is_host(&it.host),
        "/host".into(),
        "give a host name or an address without scheme and port, such as 10.0.3.17",
    );
    that(it.port != 0, "/port".into(), "give 1 to 65535; Modbus TCP is 502");
    that(
        (100..=60_000).contains(&it.timeout_ms),
        "/timeout_ms".into(),
        "give 100 to 60000 milliseconds",
    );
    that(it.gap_max <= 100, "/gap_max".into(), "give 0 to 100 registers");
    that(
        (1..=POLLS_MAX).contains(&it.polls.len()),
        "/polls".into(),
        "give 1 to 500 lines; split a longer list into two sources of the same host",
    );
    for (i, poll) in it.polls.iter().take(POLLS_MAX).enumerate() {
        for (field, detail) in check_poll(poll) {
            that(false, format!("/polls/{i}/{field}"), detail);
        }
        let same = |other: &Poll| other.point == poll.point;
        if it.polls[..i].iter().any(same) {
            that(false, format!("/polls/{i}/point"), "the point stands in an earlier line already");
        }
    }
    wrong
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
