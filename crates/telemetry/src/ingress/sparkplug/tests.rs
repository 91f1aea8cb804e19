use base::{Instant, Quality};
use proptest::prelude::*;
use prost::Message as _;

use super::payload::{Metric, Payload, Properties, Property, Value, decode, rebirth};
use super::session::{Edges, Taken};
use super::topic::{Kind, Topic, is_edge_filter};
use crate::reject::RejectCode;

/// 2026-11-25T00:00:00Z.
const NOW_MS: i64 = 1_795_564_800_000;

fn now() -> Instant {
    Instant::from_millis(NOW_MS).unwrap()
}

fn metric(name: &str, alias: u64, datatype: u32, value: Value) -> Metric {
    let name = (!name.is_empty()).then(|| name.to_owned());
    let datatype = (datatype > 0).then_some(datatype);
    Metric { name, alias: Some(alias), datatype, value: Some(value), ..Metric::default() }
}

fn payload(seq: u64, metrics: Vec<Metric>) -> Payload {
    Payload { timestamp: Some(NOW_MS.unsigned_abs()), metrics, seq: Some(seq) }
}

fn births_number(number: u64) -> Metric {
    metric("bdSeq", 0, 8, Value::Long(number))
}

fn take(edges: &mut Edges, topic: &str, payload: &Payload) -> Taken {
    edges.take(&Topic::parse(topic).unwrap(), payload, now())
}

fn values(taken: &Taken) -> Vec<(&str, f64)> {
    taken.readings.iter().map(|reading| (reading.point.as_str(), reading.value)).collect()
}

#[test]
fn only_topics_of_edge_nodes_are_read() {
    let topic = Topic::parse("spBv1.0/plant/DDATA/gw-1/pump-7").unwrap();
    assert_eq!((topic.group, topic.kind, topic.edge), ("plant", Kind::DeviceData, "gw-1"));
    assert_eq!(topic.device, Some("pump-7"));
    for other in [
        "spBv1.0/plant/NCMD/gw-1",
        "spBv1.0/plant/NDATA/gw-1/pump-7",
        "spBv1.0/plant/DDATA/gw-1",
        "spBv1.0/plant/DDATA/gw-1/",
        "spBv1.0/plant/DDATA/gw-1/pump/7",
        "spBv1.0//NDATA/gw-1",
        "spAv1.0/plant/NDATA/gw-1",
        "spBv1.0/STATE/sandan",
        "spBv1.0",
        "",
    ] {
        assert_eq!(Topic::parse(other), None, "{other}");
    }
}

#[test]
fn a_node_hears_its_own_commands_and_the_state_of_hosts_only() {
    for filter in [
        "spBv1.0/plant/NCMD/gw-1",
        "spBv1.0/plant/NCMD/gw-1/#",
        "spBv1.0/plant/DCMD/gw-1/+",
        "spBv1.0/STATE/+",
        "spBv1.0/STATE/sandan",
    ] {
        assert!(is_edge_filter(filter, "gw-1"), "{filter}");
    }
    for filter in [
        "spBv1.0/#",
        "spBv1.0/plant/#",
        "spBv1.0/plant/NCMD/+",
        "spBv1.0/+/NCMD/gw-1",
        "spBv1.0/plant/NCMD/gw-2",
        "spBv1.0/plant/DDATA/gw-1/pump-7",
        "spBv1.0/plant/+/gw-1",
        "spBv1.0/plant/DCMD/gw-1/a/b",
        "#",
    ] {
        assert!(!is_edge_filter(filter, "gw-1"), "{filter}");
    }
}

#[test]
fn numbers_of_every_sort_are_what_the_node_meant() {
    let number = |datatype, value| metric("m", 1, datatype, value).number(None);
    assert_eq!(number(1, Value::Int(0xff)), Some(-1.0));
    assert_eq!(number(2, Value::Int(0xffff)), Some(-1.0));
    assert_eq!(number(3, Value::Int(u32::MAX)), Some(-1.0));
    assert_eq!(number(7, Value::Int(u32::MAX)), Some(4_294_967_295.0));
    assert_eq!(number(4, Value::Long(u64::MAX)), Some(-1.0));
    assert_eq!(number(9, Value::Float(1.5)), Some(1.5));
    assert_eq!(number(10, Value::Double(f64::NAN)), None);
    assert_eq!(number(11, Value::Bool(true)), Some(1.0));
    assert_eq!(number(12, Value::Text("7".into())), None);
    // Data may leave the sort out: the birth told it.
    assert_eq!(metric("", 1, 0, Value::Int(u32::MAX)).number(Some(3)), Some(-1.0));
    let null = Metric { is_null: Some(true), ..metric("m", 1, 10, Value::Double(1.0)) };
    assert_eq!(null.number(None), None);
}

/// The bytes as another implementation writes them: field 2 (metric) with name, alias, timestamp,
/// datatype 10 and a double; field 1 timestamp, field 3 seq; and a field that we do not know.
#[test]
fn golden_bytes_are_read() {
    let mut metric = vec![0x0a, 4, b't', b'e', b'm', b'p', 0x10, 5, 0x18, 0x80, 0x90, 0xb7, 0xf6];
    metric.extend([0xab, 0x33, 0x20, 10, 0x69]);
    metric.extend(21.5_f64.to_le_bytes());
    let mut bytes = vec![0x08, 1, 0x12, u8::try_from(metric.len()).unwrap()];
    bytes.extend(&metric);
    bytes.extend([0x18, 7, 0x22, 2, b'i', b'd']);
    let payload = decode(&bytes).unwrap();
    assert_eq!((payload.timestamp, payload.seq), (Some(1), Some(7)));
    let read = &payload.metrics[0];
    assert_eq!((read.name.as_deref(), read.alias), (Some("temp"), Some(5)));
    assert_eq!(read.number(None), Some(21.5));
    assert!(decode(&bytes[..bytes.len() - 3]).is_err(), "a torn message is an error");
}

#[test]
fn a_birth_gives_names_that_data_leave_out() {
    let mut edges = Edges::default();
    let names = vec![
        births_number(3),
        metric("Node Control/Rebirth", 1, 11, Value::Bool(false)),
        metric("Line 1/Temp", 2, 10, Value::Double(20.0)),
        metric("serial", 3, 12, Value::Text("A-1".into())),
    ];
    let born = take(&mut edges, "spBv1.0/plant/NBIRTH/gw-1", &payload(0, names));
    assert_eq!(values(&born), [("line_1_temp", 20.0)], "controls and texts are no readings");
    assert_eq!((born.rejects.len(), born.rebirth), (0, false));
    let of_pump = vec![metric("flow", 9, 3, Value::Int(4))];
    let born = take(&mut edges, "spBv1.0/plant/DBIRTH/gw-1/pump-7", &payload(1, of_pump));
    assert_eq!((values(&born), born.rebirth), (vec![("flow", 4.0)], false));
    let bare = |alias, value| metric("", alias, 0, value);
    let data = take(
        &mut edges,
        "spBv1.0/plant/NDATA/gw-1",
        &payload(2, vec![bare(2, Value::Double(21.0))]),
    );
    assert_eq!((values(&data), data.rebirth), (vec![("line_1_temp", 21.0)], false));
    let data = take(
        &mut edges,
        "spBv1.0/plant/DDATA/gw-1/pump-7",
        &payload(3, vec![bare(9, Value::Int(u32::MAX))]),
    );
    assert_eq!(values(&data), [("flow", -1.0)], "the sort is that of the birth");
}

#[test]
fn what_is_not_born_or_missing_is_asked_for_once() {
    let mut edges = Edges::default();
    let unknown = payload(17, vec![metric("", 2, 0, Value::Double(1.0))]);
    let first = take(&mut edges, "spBv1.0/plant/NDATA/gw-1", &unknown);
    assert!(first.rebirth, "we were not there at its birth");
    assert_eq!(first.rejects[0].code, RejectCode::UnknownPoint);
    let second = take(&mut edges, "spBv1.0/plant/NDATA/gw-1", &unknown);
    assert!(!second.rebirth, "it was asked a moment ago");
    let birth = payload(255, vec![births_number(0), metric("t", 2, 10, Value::Double(1.0))]);
    take(&mut edges, "spBv1.0/plant/NBIRTH/gw-1", &birth);
    let data = |seq| payload(seq, vec![metric("", 2, 0, Value::Double(2.0))]);
    assert!(!take(&mut edges, "spBv1.0/plant/NDATA/gw-1", &data(0)).rebirth, "255 is before 0");
    let gap = take(&mut edges, "spBv1.0/plant/NDATA/gw-1", &data(2));
    assert!(gap.rebirth && values(&gap) == [("t", 2.0)], "what came is kept all the same");
    assert_eq!(edges.presence("gw-1", None).unwrap().gaps, 1);
    assert!(!take(&mut edges, "spBv1.0/plant/NDATA/gw-1", &data(3)).rebirth);
}

#[test]
fn a_death_counts_for_its_own_birth_only() {
    let mut edges = Edges::default();
    let online = |edges: &Edges, device| edges.presence("gw-1", device).unwrap().is_online;
    take(&mut edges, "spBv1.0/plant/NBIRTH/gw-1", &payload(0, vec![births_number(4)]));
    take(&mut edges, "spBv1.0/plant/DBIRTH/gw-1/pump-7", &payload(1, vec![]));
    assert!(online(&edges, None) && online(&edges, Some("pump-7")));
    let death = |number| Payload { metrics: vec![births_number(number)], ..Payload::default() };
    take(&mut edges, "spBv1.0/plant/NDEATH/gw-1", &death(3));
    assert!(online(&edges, None), "the will of an older connection");
    take(&mut edges, "spBv1.0/plant/DDEATH/gw-1/pump-7", &payload(2, vec![]));
    assert!(online(&edges, None) && !online(&edges, Some("pump-7")));
    take(&mut edges, "spBv1.0/plant/NDEATH/gw-1", &death(4));
    assert!(!online(&edges, None));
    assert_eq!(edges.presence("gw-2", None), None);
}

#[test]
fn a_value_that_the_node_doubts_says_so_and_times_are_checked() {
    let mut edges = Edges::default();
    let property = Property { int: Some(0), long: None };
    let properties = Properties { keys: vec!["Quality".into()], values: vec![property] };
    let doubtful =
        Metric { properties: Some(properties), ..metric("t", 1, 10, Value::Double(1.0)) };
    let ahead = Metric { timestamp: Some(u64::MAX), ..metric("u", 2, 10, Value::Double(1.0)) };
    let birth = payload(0, vec![births_number(0), doubtful, ahead]);
    let taken = take(&mut edges, "spBv1.0/plant/NBIRTH/gw-1", &birth);
    assert_eq!(taken.readings[0].quality, Quality::DOUBTFUL);
    assert_eq!(taken.rejects[0].code, RejectCode::TimeOutOfRange);
}

#[test]
fn the_request_for_a_birth_is_what_the_standard_says() {
    let asked = Payload::decode(&rebirth(NOW_MS)[..]).unwrap();
    assert_eq!(asked.metrics[0].name.as_deref(), Some("Node Control/Rebirth"));
    assert_eq!(asked.metrics[0].value, Some(Value::Bool(true)));
    assert_eq!(asked.metrics[0].datatype, Some(11));
}

proptest! {
    #[test]
    fn no_bytes_make_a_panic(
        messages in proptest::collection::vec(
            (0_usize..6, proptest::collection::vec(any::<u8>(), 0..80)), 1..20),
    ) {
        let topics = [
            "spBv1.0/g/NBIRTH/e", "spBv1.0/g/NDATA/e", "spBv1.0/g/NDEATH/e",
            "spBv1.0/g/DBIRTH/e/d", "spBv1.0/g/DDATA/e/d", "spBv1.0/g/DDEATH/e/d",
        ];
        let mut edges = Edges::default();
        for (topic, bytes) in messages {
            if let Ok(payload) = decode(&bytes) {
                let taken = take(&mut edges, topics[topic], &payload);
                prop_assert!(taken.readings.iter().all(|reading| reading.value.is_finite()));
            }
        }
    }
}
