//! What is refused, and with which words.

use super::super::rules::{check, is_host};
use super::super::{Function, ModbusConnection, RegisterType};

fn connection() -> ModbusConnection {
    serde_json::from_value(serde_json::json!({
        "host": "10.0.3.17",
        "polls": [{ "point": "kw", "function": "input", "register": 52, "type": "f32" }],
    }))
    .unwrap()
}

#[test]
fn a_connection_needs_little_and_the_rest_has_defaults() {
    let it = connection();
    assert_eq!(check(&it), vec![]);
    assert_eq!((it.port, it.unit, it.timeout_ms, it.gap_max), (502, 1, 2_000, 0));
    let poll = &it.polls[0];
    assert_eq!((poll.scale, poll.offset, poll.interval_s), (1.0, 0.0, 60));
}

#[test]
fn every_bad_field_is_named() {
    type Spoil = fn(&mut ModbusConnection);
    let cases: [(&str, Spoil); 15] = [
        ("/host", |it| it.host = "http://10.0.3.17".into()),
        ("/host", |it| it.host = "10.0.3.17:502".into()),
        ("/port", |it| it.port = 0),
        ("/timeout_ms", |it| it.timeout_ms = 50),
        ("/gap_max", |it| it.gap_max = 101),
        ("/polls", |it| it.polls.clear()),
        ("/polls/0/point", |it| it.polls[0].point.clear()),
        ("/polls/0/type", |it| it.polls[0].function = Function::Coil),
        ("/polls/0/register", |it| it.polls[0].register = 65_535),
        ("/polls/0/bit", |it| it.polls[0].kind = RegisterType::Bit),
        ("/polls/0/bit", |it| it.polls[0].bit = Some(3)),
        ("/polls/0/scale", |it| it.polls[0].scale = 0.0),
        ("/polls/0/interval_s", |it| it.polls[0].interval_s = 0),
        ("/polls/0/error_values", |it| it.polls[0].error_values = vec![f64::NAN]),
        ("/polls/1/point", |it| it.polls.push(it.polls[0].clone())),
    ];
    for (pointer, spoil) in cases {
        let mut it = connection();
        spoil(&mut it);
        let wrong = check(&it);
        assert_eq!(wrong.len(), 1, "{pointer}: {wrong:?}");
        assert_eq!(wrong[0].0, pointer);
        assert!(!wrong[0].1.is_empty());
    }
}

#[test]
fn a_host_is_a_name_or_an_address_and_nothing_else() {
    for good in ["10.0.3.17", "meter-7.plant.example", "gateway", "::1", "fe80::1"] {
        assert!(is_host(good), "{good}");
    }
    for bad in ["", "-x", "a b", "u@h", "h/p", "h:502", "[::1]", "한글"] {
        assert!(!is_host(bad), "{bad}");
    }
}
