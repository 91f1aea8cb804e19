//! `sandan vrp`, run as a person runs it.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const LINE: &str = "line\nVEHICLE\nNUMBER CAPACITY\n2 10\nCUSTOMER\nCUST NO. X Y D R D S\n\
                    0 0 0 0 0 100 0\n1 10 0 6 0 20 5\n2 20 0 6 0 30 5\n3 30 0 4 0 40 5\n";

fn vrp(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sandan")).arg("vrp").args(args).output().unwrap()
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("sandan-vrp-{}-{name}", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

fn solve(format: &str, input: &Path, output: &Path) -> Output {
    let (input, output) = (input.to_str().unwrap(), output.to_str().unwrap());
    vrp(&[
        "solve",
        "--format",
        format,
        "--objective",
        "distance",
        "--input",
        input,
        "--output",
        output,
        "--iterations",
        "200",
    ])
}

fn check(input: &Path, plan: &Path) -> Output {
    vrp(&["check", "--input", input.to_str().unwrap(), "--solution", plan.to_str().unwrap()])
}

/// The best plan of three customers on a line is found, and the checker agrees; a plan with a stop taken out
/// is refused, with the customer's number.
#[test]
fn a_plan_is_made_and_judged() {
    let (input, output) = (file("line.txt", LINE), file("plan.json", ""));
    let done = solve("solomon", &input, &output);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let text = std::fs::read_to_string(&output).unwrap();
    let mut plan: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(plan["unserved"], serde_json::json!([]));
    assert_eq!((&plan["vehicles"], plan["distance"].as_f64()), (&Value::from(2), Some(80.0)));
    assert!(check(&input, &output).status.success());

    plan["routes"][0].as_array_mut().unwrap().clear();
    std::fs::write(&output, plan.to_string()).unwrap();
    let refused = check(&input, &output);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stdout).contains("is not served"));
}

/// What cannot be read is named with its line, and nothing is written.
#[test]
fn a_bad_instance_is_named_with_its_line() {
    let input = file("bad.txt", &LINE.replace("3 30 0 4", "3 30 x 4"));
    let output = std::env::temp_dir().join("sandan-vrp-never-written.json");
    let refused = solve("solomon", &input, &output);
    assert!(!refused.status.success() && !output.exists());
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(words.contains("line 10: y `x` is not a number"), "{words}");
}

/// VROOM's form in and out.
#[test]
fn vroom_is_answered_in_its_own_form() {
    let text = r#"{"vehicles": [{"id": 7, "start_index": 0, "end_index": 0, "capacity": [4]}],
        "jobs": [{"id": 5, "location_index": 1, "delivery": [2], "service": 30}],
        "matrices": {"car": {"durations": [[0, 10], [20, 0]]}}}"#;
    let (input, output) = (file("vroom.json", text), file("answer.json", ""));
    let done = solve("vroom", &input, &output);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let answer: Value = serde_json::from_slice(&std::fs::read(&output).unwrap()).unwrap();
    assert_eq!((&answer["code"], &answer["summary"]["cost"]), (&Value::from(0), &Value::from(30)));
    assert_eq!(answer["routes"][0]["steps"][1]["id"], 5);
}
