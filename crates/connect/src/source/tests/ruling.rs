//! What is refused of any source, and with which words.

use base::{Id, Instant};
use serde_json::{Value, json};

use super::super::rules::{change, create};
use super::super::{Source, SourceChange, SourceError, SourceNew};

fn id<T>(n: u8) -> Id<T> {
    Id::v7(Instant::from_micros(0), [n; 10])
}

fn modbus() -> Value {
    json!({
        "kind": "modbus", "host": "10.0.3.17",
        "polls": [{ "point": "kw", "function": "input", "register": 52, "type": "f32" }],
    })
}

fn opcua() -> Value {
    json!({
        "kind": "opcua", "endpoint": "opc.tcp://10.0.3.20:4840/",
        "nodes": [{ "node": "ns=2;s=kw", "point": "kw" }],
    })
}

fn made(name: &str, connection: &Value) -> Result<Source, SourceError> {
    let new = json!({
        "device_id": id::<()>(1).to_string(), "name": name, "connection": connection,
    });
    let new: SourceNew = serde_json::from_value(new).unwrap();
    create(id(2), id(3), new, Instant::from_micros(5))
}

fn changed(source: &Source, asks: Value) -> Result<Source, SourceError> {
    let asks: SourceChange = serde_json::from_value(asks).unwrap();
    change(source, asks, Instant::from_micros(9))
}

/// The pointers of the fields that a refusal names.
fn pointers(refused: Result<Source, SourceError>) -> Vec<String> {
    match refused {
        Err(SourceError::Invalid(fields)) => fields.into_iter().map(|f| f.pointer).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_new_source_is_asked_from_its_first_version_on() {
    let source = made("변전실 계량기", &modbus()).unwrap();
    assert_eq!((source.enabled, source.version, source.updated_at.as_micros()), (true, 1, 5));
}

#[test]
fn every_bad_field_is_named_also_within_the_connection() {
    let mut bad = modbus();
    bad["port"] = json!(0);
    bad["polls"][0]["scale"] = json!(0.0);
    let wrong = pointers(made(" ", &bad));
    assert_eq!(wrong, ["/name", "/connection/port", "/connection/polls/0/scale"]);
}

#[test]
fn a_field_that_a_connection_does_not_have_is_refused() {
    for (kind, field) in [(modbus(), "endpoint"), (opcua(), "host"), (opcua(), "password")] {
        let mut connection = kind;
        connection[field] = json!("x");
        let new = json!({ "device_id": id::<()>(1), "name": "x", "connection": connection });
        let error = serde_json::from_value::<SourceNew>(new).unwrap_err().to_string();
        assert!(error.contains(&format!("unknown field `{field}`")), "{error}");
    }
}

#[test]
fn a_change_keeps_what_it_does_not_name_and_raises_the_version() {
    let source = made("계량기", &modbus()).unwrap();
    let next = changed(&source, json!({ "version": 1, "enabled": false })).unwrap();
    let expect =
        Source { enabled: false, version: 2, updated_at: Instant::from_micros(9), ..source };
    assert_eq!(next, expect);
}

#[test]
fn a_change_from_an_old_version_is_refused() {
    let source = Source { version: 2, ..made("계량기", &modbus()).unwrap() };
    let late = changed(&source, json!({ "version": 1 })).unwrap_err().to_string();
    assert!(late.contains("is at version 2 and you gave 1"), "{late}");
}

#[test]
fn a_source_stays_of_its_kind() {
    let source = made("계량기", &modbus()).unwrap();
    let asks = json!({ "version": 1, "connection": opcua() });
    assert_eq!(pointers(changed(&source, asks)), ["/connection/kind"]);
}
