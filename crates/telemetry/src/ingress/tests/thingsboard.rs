//! The dialect of ThingsBoard's device API.

use proptest::prelude::*;
use serde_json::json;

use super::kit::{NOW_MS, now};
use crate::ingress::thingsboard::decode;
use crate::reject::RejectCode;

/// What a body gives: (key, time relative to now, value), and the codes of its rejects.
type Read = (Vec<(String, i64, f64)>, Vec<(RejectCode, u64)>);

fn read(body: &str) -> Read {
    let (good, rejects) = decode(body.as_bytes(), now());
    let good = good.into_iter().map(|raw| (raw.point, raw.at_ms - NOW_MS, raw.value)).collect();
    (good, rejects.iter().map(|reject| (reject.code, reject.count)).collect())
}

fn value(key: &str, at: i64, value: f64) -> (String, i64, f64) {
    (key.to_owned(), at, value)
}

#[test]
fn the_three_shapes_of_a_body_are_read() {
    let timed =
        |ts: i64| json!({ "ts": NOW_MS + ts, "values": { "PM2.5": 81, "door open": true } });
    let of = |at| vec![value("pm2.5", at, 81.0), value("door_open", at, 1.0)];
    for (body, expected) in [
        (json!({ "PM2.5": 81, "door open": true }), of(0)),
        (timed(-60_000), of(-60_000)),
        (json!([timed(-2), timed(-1)]), [of(-2), of(-1)].concat()),
        (json!([{ "temp": "21.5" }, timed(-1)]), [vec![value("temp", 0, 21.5)], of(-1)].concat()),
        (json!({}), vec![]),
        (json!([]), vec![]),
        // Without a time, `values` is a key like any other.
        (json!({ "ts": 5 }), vec![value("ts", 0, 5.0)]),
    ] {
        assert_eq!(read(&body.to_string()), (expected, vec![]), "{body}");
    }
}

#[test]
fn what_is_no_number_is_refused_by_its_key_and_costs_nothing_else() {
    let body =
        json!({ "a": 1, "b": "on", "c": null, "d": { "x": 1 }, "e": [1], "f": "NaN", "": 2 });
    let (good, rejects) = read(&body.to_string());
    assert_eq!(good, [value("a", 0, 1.0)]);
    let count = |code| rejects.iter().filter(|reject| reject.0 == code).count();
    assert_eq!((count(RejectCode::NotANumber), count(RejectCode::TooMany)), (5, 1));
    let (good, rejects) = read(r#"[7, {"Temp": 1, "temp": 2}]"#);
    assert_eq!(good, [value("temp", 0, 1.0)]);
    let expected = [(RejectCode::MalformedReading, 1), (RejectCode::DuplicateInMessage, 1)];
    assert_eq!(rejects, expected);
}

#[test]
fn a_time_that_cannot_be_kept_refuses_all_its_values_and_counts_them() {
    for (ts, code) in [
        (json!(NOW_MS / 1_000), RejectCode::TimeOutOfRange),
        (json!(NOW_MS + 3_600_000), RejectCode::ClockAhead),
        (json!("now"), RejectCode::TimeUnreadable),
    ] {
        let body = json!([{ "ts": ts, "values": { "a": 1, "b": 2 } }, { "c": 3 }]).to_string();
        assert_eq!(read(&body), (vec![value("c", 0, 3.0)], vec![(code, 2)]), "{body}");
    }
}

#[test]
fn a_body_that_is_no_telemetry_is_one_reject_with_words() {
    for body in ["", "not json", "5", "{\"a\": 1e999}", "[[[["] {
        let (good, rejects) = decode(body.as_bytes(), now());
        assert_eq!((good.len(), rejects.len()), (0, 1), "{body}");
        assert!(rejects[0].detail.contains("send {\"pm25\": 12.5}"), "{}", rejects[0].detail);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        let _ = decode(&bytes, now());
    }

    #[test]
    fn every_value_is_either_taken_or_refused(
        values in proptest::collection::btree_map("[a-z]{1,3}", any::<f64>(), 0..20),
    ) {
        let (good, rejects) = decode(json!(values).to_string().as_bytes(), now());
        let refused: u64 = rejects.iter().map(|reject| reject.count).sum();
        prop_assert_eq!(good.len() + usize::try_from(refused).unwrap(), values.len());
    }
}
