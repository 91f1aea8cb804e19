//! Tests of `decode`.

use base::{Instant, Quality};
use proptest::prelude::*;

use crate::ingress::decode::{
    AHEAD_MAX_MS, EARLIEST_MS, READINGS_PER_MESSAGE_MAX, REJECTS_PER_MESSAGE_MAX, RawReading,
    decode,
};
use crate::reject::RejectCode as Code;

const NOW: Instant = Instant::from_micros(1_795_564_800_000_000); // 2026-11-25T00:00:00Z
const NOW_MS: i64 = 1_795_564_800_000;

fn refused(body: &str) -> Vec<Code> {
    decode(body.as_bytes(), NOW).1.iter().map(|reject| reject.code).collect()
}

fn check_entry(entry: &str, code: Code, words: &str) {
    let body = format!(r#"[{{"point":"good","at":{NOW_MS},"value":1}},{entry}]"#);
    let (good, rejects) = decode(body.as_bytes(), NOW);
    assert_eq!(good.len(), 1, "the neighbour of {entry}");
    assert_eq!(rejects.len(), 1, "{entry}");
    assert_eq!((rejects[0].code, rejects[0].index), (code, Some(1)), "{entry}: {:?}", rejects[0]);
    assert!(rejects[0].detail.contains(words), "{entry}: {}", rejects[0].detail);
}

#[test]
fn a_reading_is_read_in_both_spellings_of_time() {
    let body = r#"[{"point":"pm25","at":"2026-11-25T09:00:00+09:00","value":81.5},
                   {"point":"pm25","at":1795564799000,"value":-3,"quality":["doubtful","demo"]}]"#;
    let (good, rejects) = decode(body.as_bytes(), NOW);
    assert_eq!(rejects, []);
    let reading = |index, at_ms, value, quality| RawReading {
        index,
        point: "pm25".into(),
        at_ms,
        value,
        quality,
    };
    let flags = Quality::DOUBTFUL.with(Quality::DEMO);
    assert_eq!(
        good,
        [reading(0, NOW_MS, 81.5, Quality::GOOD), reading(1, NOW_MS - 1_000, -3.0, flags)]
    );
}

#[test]
fn a_bad_entry_costs_its_neighbours_nothing_and_is_told_why() {
    let at = NOW_MS;
    for (entry, code, words) in [
        ("7".to_owned(), Code::MalformedReading, "no reading"),
        (r#"{"at":1,"value":1}"#.into(), Code::MalformedReading, "`point`"),
        (format!(r#"{{"point":"","at":{at},"value":1}}"#), Code::MalformedReading, "empty"),
        (
            format!(r#"{{"point":"x","at":{at},"value":1,"colour":2}}"#),
            Code::MalformedReading,
            "colour",
        ),
        (format!(r#"{{"point":"{}","at":{at},"value":1}}"#, "x".repeat(129)), Code::TooMany, "128"),
        (
            format!(r#"{{"point":"x","at":{at},"value":"12.5"}}"#),
            Code::NotANumber,
            "without quotes",
        ),
        (format!(r#"{{"point":"x","at":{at},"value":null}}"#), Code::NotANumber, "missing"),
        (format!(r#"{{"point":"x","at":{at},"value":true}}"#), Code::NotANumber, "no number"),
        (format!(r#"{{"point":"x","at":{at},"value":1e999}}"#), Code::NotANumber, "no number"),
        (r#"{"point":"x","value":1}"#.into(), Code::TimeUnreadable, "missing"),
        (
            r#"{"point":"x","at":"2026-11-25T09:00:00","value":1}"#.into(),
            Code::TimeUnreadable,
            "offset",
        ),
        (r#"{"point":"x","at":1.5,"value":1}"#.into(), Code::TimeUnreadable, "whole"),
        (r#"{"point":"x","at":1764032400,"value":1}"#.into(), Code::TimeOutOfRange, "not seconds"),
        (
            r#"{"point":"x","at":1795564800000000,"value":1}"#.into(),
            Code::TimeOutOfRange,
            "microseconds",
        ),
        (
            format!(r#"{{"point":"x","at":{},"value":1}}"#, at + 600_001),
            Code::ClockAhead,
            "set the clock",
        ),
        (
            format!(r#"{{"point":"x","at":{at},"value":1,"quality":["tired"]}}"#),
            Code::UnknownQuality,
            "tired",
        ),
        (
            format!(r#"{{"point":"x","at":{at},"value":1,"quality":"late"}}"#),
            Code::UnknownQuality,
            "list",
        ),
        (
            format!(r#"{{"point":"good","at":{at},"value":2}}"#),
            Code::DuplicateInMessage,
            "first was kept",
        ),
    ] {
        check_entry(&entry, code, words);
    }
}

#[test]
fn only_a_body_that_is_no_list_is_refused_whole_and_the_words_say_where() {
    for body in ["", "{}", "12", "[1,", "\u{feff}[]", "[{\"point\":}]", "null", "[] x"] {
        let (good, rejects) = decode(body.as_bytes(), NOW);
        assert!(good.is_empty());
        assert_eq!(rejects.len(), 1, "{body}");
        assert_eq!((rejects[0].code, rejects[0].index), (Code::MalformedJson, None), "{body}");
        assert!(rejects[0].detail.contains("at line 1"), "{}", rejects[0].detail);
    }
    assert_eq!(refused("[]"), []);
    assert_eq!(decode(&[0xff, 0xfe, 0x00], NOW).1[0].code, Code::MalformedJson);
}

#[test]
fn the_borders_of_time_are_inclusive() {
    let at = |at: i64| refused(&format!(r#"[{{"point":"x","at":{at},"value":1}}]"#));
    assert_eq!(at(EARLIEST_MS), []);
    assert_eq!(at(EARLIEST_MS - 1), [Code::TimeOutOfRange]);
    assert_eq!(at(NOW_MS + AHEAD_MAX_MS), []);
    assert_eq!(at(NOW_MS + AHEAD_MAX_MS + 1), [Code::ClockAhead]);
    assert_eq!(at(i64::MAX), [Code::TimeOutOfRange]);
    assert_eq!(at(i64::MIN), [Code::TimeOutOfRange]);
}

#[test]
fn what_is_beyond_the_limit_is_counted_not_lost_silently() {
    let entry = |n: i64| format!(r#"{{"point":"x","at":{},"value":1}}"#, NOW_MS - n);
    let count = i64::try_from(READINGS_PER_MESSAGE_MAX).unwrap() + 7;
    let body = format!("[{}]", (0..count).map(entry).collect::<Vec<_>>().join(","));
    let (good, rejects) = decode(body.as_bytes(), NOW);
    assert_eq!(good.len(), READINGS_PER_MESSAGE_MAX);
    assert_eq!(rejects.len(), 1);
    assert_eq!((rejects[0].code, rejects[0].count), (Code::TooMany, 7));
}

#[test]
fn a_message_of_bad_entries_only_is_answered_shortly_and_counted_whole() {
    let body = format!("[{}]", vec!["1"; READINGS_PER_MESSAGE_MAX].join(","));
    let (_, rejects) = decode(body.as_bytes(), NOW);
    assert_eq!(rejects.len(), REJECTS_PER_MESSAGE_MAX + 1);
    let counted: u64 = rejects.iter().map(|reject| reject.count).sum();
    assert_eq!(counted, READINGS_PER_MESSAGE_MAX as u64);
}

#[test]
fn deep_nesting_is_refused_not_followed() {
    let deep = "[".repeat(100_000);
    assert_eq!(refused(&deep), [Code::MalformedJson]);
}

proptest! {
    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes: Vec<u8>) {
        let (good, rejects) = decode(&bytes, NOW);
        prop_assert!(good.is_empty() || rejects.is_empty() || !bytes.is_empty());
    }

    #[test]
    fn bytes_that_look_like_readings_are_answered_without_a_panic(
        text in r#"\[(\{("point"|"at"|"value"|"quality"|"x"):("a"|1|-1e9|1e400|null|\[\]|\{\}),?"?\}?,?){0,6}\]?"#,
    ) {
        let _ = decode(text.as_bytes(), NOW);
    }

    #[test]
    fn what_is_sent_well_is_read_back_exactly(
        sent in proptest::collection::btree_map(
            ("[a-z가-힣.\"\\\\]{1,20}", EARLIEST_MS..NOW_MS),
            proptest::num::f64::NORMAL | proptest::num::f64::ZERO,
            0..50,
        ),
    ) {
        let entries: Vec<serde_json::Value> = sent
            .iter()
            .map(|((point, at), value)| serde_json::json!({"point": point, "at": at, "value": value}))
            .collect();
        let body = serde_json::to_vec(&entries).unwrap();
        let (good, rejects) = decode(&body, NOW);
        prop_assert_eq!(rejects, vec![]);
        let read: Vec<_> = good.into_iter().map(|r| ((r.point, r.at_ms), r.value)).collect();
        let sent: Vec<_> = sent.into_iter().collect();
        prop_assert_eq!(read, sent);
    }

    #[test]
    fn every_entry_is_either_kept_or_refused(
        kinds in proptest::collection::vec(0..4_u8, 0..200),
    ) {
        let entry = |(n, kind): (usize, &u8)| match kind {
            0 => format!(r#"{{"point":"p{n}","at":{NOW_MS},"value":{n}}}"#),
            1 => format!(r#"{{"point":"p{n}","at":{NOW_MS},"value":"{n}"}}"#),
            2 => "null".to_owned(),
            _ => format!(r#"{{"point":"same","at":{NOW_MS},"value":{n}}}"#),
        };
        let body = format!("[{}]", kinds.iter().enumerate().map(entry).collect::<Vec<_>>().join(","));
        let (good, rejects) = decode(body.as_bytes(), NOW);
        prop_assert_eq!(good.len() + rejects.len(), kinds.len());
    }
}
