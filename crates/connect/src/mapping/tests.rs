//! What expressions make of messages. What never ends is tested with the real executable
//! (`crates/cli/tests/it/mapping.rs`).

use proptest::prelude::*;
use serde_json::{Value, json};

use super::worker::{Request, read_frame, serve, write_frame};
use super::{MappingError, MappingFault, compile};

const ARRIVED_MS: i64 = 1_795_564_800_000;

fn map(mapping: &str, payload: &str) -> Result<Value, MappingError> {
    let list = compile(mapping)?.run(payload, ARRIVED_MS)?;
    Ok(serde_json::from_str(&list).unwrap())
}

#[test]
fn a_message_of_a_maker_becomes_readings() {
    let table = [
        // One object; the time is that of arrival.
        (
            r#"{point: "pm25", value: .pm}"#,
            r#"{"pm": 12.5}"#,
            json!([{ "point": "pm25", "value": 12.5, "at": ARRIVED_MS }]),
        ),
        // A list made of the message's own list, with its own times.
        (
            r#"[.d[] | {point: "t", at: (.ts * 1000), value: .v}]"#,
            r#"{"d": [{"ts": 1795564700, "v": 1}, {"ts": 1795564760, "v": 2}]}"#,
            json!([
                { "point": "t", "at": 1_795_564_700_000_i64, "value": 1 },
                { "point": "t", "at": 1_795_564_760_000_i64, "value": 2 },
            ]),
        ),
        // Keys and values of an object, one output after the other; null is nothing.
        (
            r"to_entries[] | if .value == null then null else {point: .key, value} end",
            r#"{"a": 1, "b": null, "c": 3}"#,
            json!([
                { "point": "a", "value": 1, "at": ARRIVED_MS },
                { "point": "c", "value": 3, "at": ARRIVED_MS },
            ]),
        ),
        // Hundredths, and a flag of the device.
        (
            r#"{point: "kwh", value: (.raw / 100), quality: (if .ok then [] else ["doubtful"] end)}"#,
            r#"{"raw": 1234, "ok": false}"#,
            json!([{ "point": "kwh", "value": 12.34, "quality": ["doubtful"], "at": ARRIVED_MS }]),
        ),
        ("empty", "{}", json!([])),
        ("[]", "{}", json!([])),
    ];
    for (mapping, payload, expected) in table {
        assert_eq!(map(mapping, payload), Ok(expected), "{mapping}");
    }
}

fn fault(mapping: &str, payload: &str) -> (MappingFault, String, Option<usize>) {
    let error = map(mapping, payload).unwrap_err();
    (error.what, error.detail, error.place)
}

#[test]
fn a_wrong_expression_is_told_with_its_place() {
    let (what, detail, place) = fault("{point: \"a\", value: .x", "{}");
    assert_eq!((what, place), (MappingFault::Syntax, Some(22)), "{detail}");
    let (what, detail, place) = fault("{point: \"가\", value: nonsense(.x)}", "{}");
    assert_eq!((what, place), (MappingFault::Syntax, Some(20)), "{detail}");
    assert!(detail.contains("'nonsense'"), "{detail}");
    let (what, detail, _) = fault("{point: \"a\", value: }", "{}");
    assert_eq!(what, MappingFault::Syntax, "{detail}");
    let (what, detail, _) = fault(". +", "{}");
    assert_eq!(what, MappingFault::Syntax, "{detail}");
    let (what, detail, _) = fault("include \"/etc/passwd\"; .", "{}");
    assert_eq!(what, MappingFault::Syntax, "{detail}");
    let (what, detail, place) = fault(&"(".repeat(100), "{}");
    assert_eq!((what, place), (MappingFault::Syntax, Some(64)), "{detail}");
    let (what, ..) = fault(&" ".repeat(10_000), "{}");
    assert_eq!(what, MappingFault::Syntax);
}

#[test]
fn what_is_no_reading_is_told_in_words() {
    let (what, detail, _) = fault(".x", "{\"x\": 5}");
    assert_eq!(what, MappingFault::Result);
    assert!(detail.contains("5 came out: give objects"), "{detail}");
    assert_eq!(fault(".", "no json").0, MappingFault::Payload);
    assert_eq!(fault(".a.b", "{\"a\": 1}").0, MappingFault::Failed);
    let (what, detail, _) = fault("{point: \"a\", value: nan}", "{}");
    // Not a number prints as null, which the decoder refuses as no number.
    assert!(what == MappingFault::Result || detail.is_empty(), "{what:?} {detail}");
    let (what, detail, _) = fault("[range(10001) | {point: \"a\", value: .}]", "{}");
    assert_eq!(what, MappingFault::Result, "{detail}");
}

#[test]
fn the_environment_is_not_there_for_expressions_of_the_worker() {
    // The worker is started without one; here only the language is looked at: it has no files.
    for mapping in ["input", "inputs", "input_filename", "$__prog_args"] {
        let outcome = map(mapping, "{}");
        assert!(outcome.is_err(), "{mapping}: {outcome:?}");
    }
}

#[test]
fn the_worker_answers_each_request_and_ends_with_its_input() {
    let ask = |mapping: &str, payload: &str| {
        let (mapping, payload) = (mapping.to_owned(), payload.to_owned());
        serde_json::to_vec(&Request { mapping, payload, arrived_ms: ARRIVED_MS }).unwrap()
    };
    let mut input = Vec::new();
    for frame in [ask("{point: \"a\", value: .}", "1"), ask("wrong", "1"), ask("empty", "1")] {
        write_frame(&mut input, &frame).unwrap();
    }
    let mut output = Vec::new();
    serve(&mut input.as_slice(), &mut output).unwrap();
    let (mut output, mut answers) = (output.as_slice(), Vec::new());
    while let Some(frame) = read_frame(&mut output).unwrap() {
        answers.push(serde_json::from_slice::<super::worker::Answer>(&frame).unwrap());
    }
    assert_eq!(answers.len(), 3);
    assert!(answers[0].as_ref().unwrap().contains("\"value\":1"));
    assert_eq!(answers[1].as_ref().unwrap_err().what, MappingFault::Syntax);
    assert_eq!(answers[2].as_deref(), Ok("[]"));
}

proptest! {
    #[test]
    fn no_text_is_a_panic_of_the_compiler(text in "[\\[\\](){}.|,:\"a-z$0-9 +*/-]{0,40}") {
        let _ = compile(&text);
    }

    #[test]
    fn any_text_can_be_compiled_or_refused(text in "\\PC{0,60}") {
        let _ = compile(&text);
    }
}
