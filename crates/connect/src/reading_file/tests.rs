//! Proof of the decoder and of the path.

use base::Role;
use proptest::prelude::*;
use serde_json::json;

use super::decode::decode;
use crate::fieldbus::kit::World;

fn bodies(text: &str) -> Vec<serde_json::Value> {
    decode(text.as_bytes()).unwrap().into_iter().map(|entry| entry.body).collect()
}

#[test]
fn long_and_wide_files_say_the_same() {
    let at = "2026-11-25T09:00:00+09:00";
    let long = bodies(&format!("point,at,value\r\nkw,{at},12.5\r\ntemp,{at},-3\r\n"));
    let wide = bodies(&format!("\u{feff}at, kw ,temp,pm10\n{at},12.5,-3,\n"));
    assert_eq!(long, wide, "an empty cell of a wide file is no value");
    assert_eq!(long[0], json!({ "point": "kw", "at": at, "value": 12.5 }));
    let millis = bodies("value,at,point\n1,1795564800000,kw");
    assert_eq!(millis, [json!({ "point": "kw", "at": 1_795_564_800_000_i64, "value": 1.0 })]);
}

#[test]
fn a_file_that_is_none_is_refused_with_words() {
    let cases: [(&[u8], &str); 5] = [
        (b"", "no column `at`"),
        (b"time,kw\n1,2", "begin the file with `point,at,value`"),
        (b"at\n1", "names no point"),
        (b"at,kw\n", "no values below its header"),
        (b"at,kw\n1,\xb0\xa1", "CSV UTF-8"),
    ];
    for (bytes, words) in cases {
        let refused = decode(bytes).unwrap_err();
        assert!(refused.contains(words), "{refused}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_decoder_fail(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = decode(&bytes);
        let mut with_header = b"at,kw\n".to_vec();
        with_header.extend(&bytes);
        if let Ok(entries) = decode(&with_header) {
            prop_assert!(entries.iter().all(|entry| entry.line >= 2));
        }
    }
}

#[tokio::test]
async fn a_file_becomes_readings_and_its_bad_lines_are_named() {
    let world = World::new("reading-file").await;
    let engineer = world.caller(super::routes(world.telemetry.ingest().clone()), Role::Engineer);
    let file = "at,kw,steam\n2026-11-25T00:00:00Z,1.5,\n2026-11-25T00:01:00Z,x,\n\
                2026-11-25T00:02:00Z,2.5,7\n";
    let path = "/reading_files?device=meter-1";
    for _twice in 0..2 {
        let (status, settled) = engineer.send_text("POST", path, file).await;
        assert_eq!(status, 200, "{settled}");
        assert_eq!((&settled["accepted"], &settled["rejected"]), (&json!(2), &json!(2)));
        let refusals = settled["refusals"].as_array().unwrap();
        let mut named: Vec<_> =
            refusals.iter().map(|it| (it["line"].as_u64(), it["code"].as_str())).collect();
        named.sort_unstable();
        let expect = [(Some(3), Some("not_a_number")), (Some(4), Some("unknown_point"))];
        assert_eq!(named, expect);
        let values: Vec<f64> =
            world.readings("meter-1", "kw").await.iter().map(|reading| reading.value).collect();
        assert_eq!(values, [1.5, 2.5]);
    }
    let (status, refused) = engineer.send_text("POST", path, "a,b\n1,2").await;
    assert_eq!((status, &refused["code"]), (422, &json!("reading_file.malformed")));
    let operator = world.caller(super::routes(world.telemetry.ingest().clone()), Role::Operator);
    assert_eq!(operator.send_text("POST", path, file).await.0, 403);
}
