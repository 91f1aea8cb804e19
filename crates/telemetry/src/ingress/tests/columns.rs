//! Streams of columns: what is taken, what is refused, and that no bytes are a panic.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, DictionaryArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMillisecondArray,
};
use arrow::datatypes::Int32Type;
use arrow_ipc::writer::StreamWriter;
use proptest::prelude::*;

use base::{Role, Scope};
use platform::Ctx;
use serde_json::{Value, json};

use super::kit::{METER, NOW_MS, SENSOR, World, call, now};
use crate::ingress::columns::{Decoded, Known, ROWS_MAX, decode};
use crate::reject::RejectCode;

fn stream(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

fn keys(texts: &[&str]) -> ArrayRef {
    Arc::new(texts.iter().copied().collect::<DictionaryArray<Int32Type>>())
}

fn plain(texts: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

fn at(times: &[i64]) -> ArrayRef {
    Arc::new(TimestampMillisecondArray::from(times.to_vec()))
}

fn value(values: &[f64]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

/// Decodes against the small complex; everybody may write.
fn decode_in(world: &World, bytes: &[u8]) -> Result<Decoded, String> {
    let snapshot = world.ingest.directory().snapshot();
    decode(bytes, now(), |device, point| {
        let Some(device) = snapshot.device_by_key(device) else {
            return Known::Refused(RejectCode::UnknownDevice, "no such device".into());
        };
        snapshot.point(device.id, point).map_or_else(
            || Known::Refused(RejectCode::UnknownPoint, "no such point".into()),
            Known::Point,
        )
    })
}

#[tokio::test]
async fn rows_of_several_devices_become_readings_of_their_points() {
    let world = World::new("columns-good").await;
    let body = stream(vec![
        ("device", keys(&[SENSOR, METER, SENSOR])),
        ("point", keys(&["pm25", "kwh", "temp"])),
        ("at", at(&[NOW_MS, NOW_MS - 900_000, NOW_MS - 1])),
        ("value", value(&[12.5, 3.0, -4.0])),
    ]);
    let decoded = decode_in(&world, &body).unwrap();
    assert_eq!(decoded.refused, []);
    let found: Vec<_> = decoded.readings.iter().map(|r| (r.series, r.at_ms, r.value)).collect();
    let expected = [
        (world.series(SENSOR, "pm25"), NOW_MS, 12.5),
        (world.series(METER, "kwh"), NOW_MS - 900_000, 3.0),
        (world.series(SENSOR, "temp"), NOW_MS - 1, -4.0),
    ];
    assert_eq!(found, expected);
    world.close().await;
}

#[tokio::test]
async fn plain_texts_and_whole_milliseconds_are_read_as_well() {
    let world = World::new("columns-plain").await;
    let body = stream(vec![
        ("value", Arc::new(Int64Array::from(vec![7])) as ArrayRef),
        ("point", plain(&["pm25"])),
        ("device", plain(&[SENSOR])),
        ("at", Arc::new(Int64Array::from(vec![NOW_MS]))),
    ]);
    let decoded = decode_in(&world, &body).unwrap();
    assert_eq!((decoded.readings[0].at_ms, decoded.readings[0].value), (NOW_MS, 7.0));
    world.close().await;
}

#[tokio::test]
async fn bad_rows_are_counted_by_reason_and_cost_their_neighbours_nothing() {
    let world = World::new("columns-bad").await;
    let body = stream(vec![
        ("device", keys(&[SENSOR, "ghost", SENSOR, SENSOR, SENSOR, SENSOR, SENSOR])),
        ("point", keys(&["pm25", "pm25", "pm99", "pm25", "pm25", "pm25", "pm25"])),
        ("at", at(&[NOW_MS, NOW_MS, NOW_MS, NOW_MS, 0, NOW_MS + 86_400_000, NOW_MS + 1])),
        ("value", value(&[1.0, 1.0, 1.0, f64::NAN, 1.0, 1.0, f64::INFINITY])),
    ]);
    let decoded = decode_in(&world, &body).unwrap();
    assert_eq!(decoded.readings.len(), 1);
    let counts: Vec<_> = decoded
        .refused
        .iter()
        .map(|r| (r.device.as_str(), r.reject.point.as_deref(), r.reject.code, r.reject.count))
        .collect();
    assert_eq!(
        counts,
        [
            ("ghost", Some("pm25"), RejectCode::UnknownDevice, 1),
            (SENSOR, Some("pm99"), RejectCode::UnknownPoint, 1),
            (SENSOR, Some("pm25"), RejectCode::NotANumber, 2),
            (SENSOR, Some("pm25"), RejectCode::TimeOutOfRange, 1),
            (SENSOR, Some("pm25"), RejectCode::ClockAhead, 1),
        ]
    );
    world.close().await;
}

#[tokio::test]
async fn a_stream_that_lacks_a_column_or_has_it_in_another_type_says_so() {
    let world = World::new("columns-schema").await;
    let no_value = stream(vec![
        ("device", keys(&[SENSOR])),
        ("point", keys(&["pm25"])),
        ("at", at(&[NOW_MS])),
    ]);
    let error = decode_in(&world, &no_value).unwrap_err();
    assert!(error.contains("'value' is missing (there are: device, point, at)"), "{error}");
    let text_at = stream(vec![
        ("device", keys(&[SENSOR])),
        ("point", keys(&["pm25"])),
        ("at", plain(&["2026-11-25"])),
        ("value", value(&[1.0])),
    ]);
    let error = decode_in(&world, &text_at).unwrap_err();
    assert!(error.contains("'at' is Utf8"), "{error}");
    assert!(decode_in(&world, b"").unwrap_err().contains("empty"));
    assert!(decode_in(&world, b"[{\"point\":\"pm25\"}]").unwrap_err().contains("Arrow"));
    world.close().await;
}

#[tokio::test]
async fn a_stream_with_too_many_rows_is_refused_whole() {
    let world = World::new("columns-many").await;
    let rows = ROWS_MAX + 1;
    let body = stream(vec![
        ("device", keys(&vec![SENSOR; rows])),
        ("point", keys(&vec!["pm25"; rows])),
        ("at", at(&vec![NOW_MS; rows])),
        ("value", value(&vec![1.0; rows])),
    ]);
    assert!(decode_in(&world, &body).unwrap_err().contains("1000000 rows"));
    world.close().await;
}

async fn send(world: &World, ctx: &Ctx, body: Vec<u8>) -> (u16, Value) {
    let router = crate::ingress::http::routes(world.ingest.clone());
    call(router, ctx, "POST", "/api/v1/readings/columns", body).await
}

#[tokio::test]
async fn a_stream_over_http_is_durable_when_answered_and_only_where_the_sender_may() {
    let world = World::new("columns-http").await;
    let body = stream(vec![
        ("device", keys(&[SENSOR, METER])),
        ("point", keys(&["pm25", "kwh"])),
        ("at", at(&[NOW_MS, NOW_MS - 900_000])),
        ("value", value(&[12.5, 3.0])),
    ]);
    let gateway = world.ctx(&[(Role::Ingest, world.scope(METER))]);
    let (status, answer) = send(&world, &gateway, body.clone()).await;
    assert_eq!((status, &answer["accepted"]), (200, &json!(1)), "{answer}");
    assert_eq!(answer["rejected"][0]["code"], "unknown_device");
    assert_eq!(world.values(METER, "kwh").await, [3.0]);
    let expected = (SENSOR.to_owned(), "pm25".to_owned(), "unknown_device".to_owned(), 1);
    assert!(world.rejects().await.contains(&expected));

    let reader = world.ctx(&[(Role::Auditor, Scope::System)]);
    assert_eq!(send(&world, &reader, body).await.0, 403);
    let (status, answer) = send(&world, &gateway, b"no arrow".to_vec()).await;
    assert_eq!((status, &answer["code"]), (422, &json!("reading.malformed")));
    world.close().await;
}

fn refuse_all<'a>(_: &str, _: &str) -> Known<'a> {
    Known::Refused(RejectCode::UnknownDevice, "nobody".into())
}

proptest! {
    #[test]
    fn noise_is_an_error_and_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 1..600)) {
        let _ = decode(&bytes, now(), refuse_all);
    }

    /// A damaged stream is either refused, or read as some rows: the store is never told more rows
    /// than there can be.
    #[test]
    fn a_damaged_stream_costs_at_most_itself(
        at_byte in any::<prop::sample::Index>(),
        flip in 1_u8..=255,
        cut in any::<prop::sample::Index>(),
    ) {
        let mut body = stream(vec![
            ("device", keys(&["a", "b", "a"])),
            ("point", keys(&["x", "y", "z"])),
            ("at", at(&[1, 2, 3])),
            ("value", value(&[1.0, 2.0, 3.0])),
        ]);
        let place = at_byte.index(body.len());
        body[place] ^= flip;
        let end = cut.index(body.len()) + 1;
        let outcome = std::panic::catch_unwind(|| decode(&body[..end], now(), refuse_all));
        if let Ok(Ok(decoded)) = outcome {
            let rows: u64 = decoded.refused.iter().map(|refusal| refusal.reject.count).sum();
            prop_assert!(rows <= 1_000_000);
        }
    }
}
