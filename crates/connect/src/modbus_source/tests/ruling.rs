//! What is refused, and with which words.

use base::{FieldError, Id, Instant};

use super::super::rules::{change, create, is_host};
use super::super::{
    Function, ModbusSource, ModbusSourceChange, ModbusSourceError, ModbusSourceNew, RegisterType,
};

fn new() -> ModbusSourceNew {
    serde_json::from_value(serde_json::json!({
        "device_id": id::<()>(1).to_string(), "name": "변전실 계량기", "host": "10.0.3.17",
        "polls": [{ "point": "kw", "function": "input", "register": 52, "type": "f32" }],
    }))
    .unwrap()
}

fn id<T>(n: u8) -> Id<T> {
    Id::v7(Instant::from_micros(0), [n; 10])
}

fn made(new: ModbusSourceNew) -> Result<ModbusSource, Vec<FieldError>> {
    create(id(2), id(3), new, Instant::from_micros(5)).map_err(|error| match error {
        ModbusSourceError::Invalid(fields) => fields,
        other => panic!("{other}"),
    })
}

#[test]
fn a_source_needs_little_and_the_rest_has_defaults() {
    let source = made(new()).unwrap();
    assert_eq!((source.port, source.unit, source.timeout_ms), (502, 1, 2_000));
    assert_eq!((source.gap_max, source.enabled, source.version), (0, true, 1));
    let poll = &source.polls[0];
    assert_eq!((poll.scale, poll.offset, poll.interval_s), (1.0, 0.0, 60));
}

#[test]
fn every_bad_field_is_named() {
    type Spoil = fn(&mut ModbusSourceNew);
    let cases: [(&str, Spoil); 16] = [
        ("/name", |new| new.name = " ".into()),
        ("/host", |new| new.host = "http://10.0.3.17".into()),
        ("/host", |new| new.host = "10.0.3.17:502".into()),
        ("/port", |new| new.port = 0),
        ("/timeout_ms", |new| new.timeout_ms = 50),
        ("/gap_max", |new| new.gap_max = 101),
        ("/polls", |new| new.polls.clear()),
        ("/polls/0/point", |new| new.polls[0].point.clear()),
        ("/polls/0/type", |new| new.polls[0].function = Function::Coil),
        ("/polls/0/register", |new| new.polls[0].register = 65_535),
        ("/polls/0/bit", |new| new.polls[0].kind = RegisterType::Bit),
        ("/polls/0/bit", |new| new.polls[0].bit = Some(3)),
        ("/polls/0/scale", |new| new.polls[0].scale = 0.0),
        ("/polls/0/interval_s", |new| new.polls[0].interval_s = 0),
        ("/polls/0/error_values", |new| new.polls[0].error_values = vec![f64::NAN]),
        ("/polls/1/point", |new| new.polls.push(new.polls[0].clone())),
    ];
    for (pointer, spoil) in cases {
        let mut new = new();
        spoil(&mut new);
        let wrong = made(new).unwrap_err();
        assert_eq!(wrong.len(), 1, "{pointer}: {wrong:?}");
        assert_eq!(wrong[0].pointer, pointer);
        assert!(!wrong[0].detail.is_empty());
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

#[test]
fn a_change_from_an_old_version_is_refused() {
    let source = made(new()).unwrap();
    let asks = |version, port| ModbusSourceChange {
        version,
        port,
        ..serde_json::from_value(serde_json::json!({ "version": 1 })).unwrap()
    };
    let next = change(&source, asks(1, Some(1502)), Instant::from_micros(9)).unwrap();
    assert_eq!((next.port, next.version, next.host), (1502, 2, source.host));
    let late = change(
        &ModbusSource { version: 2, ..made(new()).unwrap() },
        asks(1, None),
        Instant::from_micros(9),
    );
    assert!(late.unwrap_err().to_string().contains("is at version 2 and you gave 1"));
}
