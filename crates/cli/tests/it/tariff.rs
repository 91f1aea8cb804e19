//! `sandan tariff bill`, run as a person runs it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn sandan(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sandan")).args(args).output().unwrap()
}

fn bill(input: &Path, more: &[&str]) -> Output {
    let mut args = vec!["tariff", "bill", "--option", "hv-a-2", "--contract-kw", "700", "--json"];
    args.extend(["--input", input.to_str().unwrap()]);
    args.extend(more);
    sandan(&args)
}

/// May 2026 with 50 kWh in every quarter of an hour, as KEPCO exports it.
fn may(name: &str) -> PathBuf {
    let mut text = String::from("검침일,순방향 유효전력량(KWH)\n");
    for day in 1..=31 {
        for quarter in 1..=96 {
            let (hour, minute) = (quarter / 4, quarter % 4 * 15);
            writeln!(text, "2026-05-{day:02} {hour:02}:{minute:02},50").unwrap();
        }
    }
    let path = std::env::temp_dir().join(format!("sandan-{name}-{}.csv", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_month_of_a_file_is_billed_line_by_line() {
    let input = may("tariff");
    let version = ["--tariff", "kepco-industrial-b-2026-04-16", "--billing-month", "2026-05"];
    let output = bill(&input, &version);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let lines = answer["lines"].as_array().unwrap();
    let won = |code: &str| lines.iter().find(|line| line["code"] == code).unwrap()["won"].as_i64();
    // 31 x 96 x 50 kWh; 4 x 50 kW, below the floor of 30 % of 700 kW: 210 kW at 8,320 won.
    assert_eq!(answer["kwh"], 148_800.0);
    assert_eq!(won("basic"), Some(210 * 8_320));
    assert_eq!(won("climate"), Some(148_800 * 9));
    let total = answer["total_won"].as_i64().unwrap();
    assert_eq!(won("total"), Some(total));
    assert!(lines.iter().all(|line| !line["source"].as_str().unwrap().is_empty()));
    std::fs::remove_file(input).unwrap();
}

#[test]
fn a_wrong_name_or_file_is_said_in_words() {
    let input = may("tariff-wrong");
    for (more, words) in [
        (["--tariff", "kepco-2026", "--billing-month", "2026-05"], "kepco-industrial-b-2026-04-16"),
        (["--tariff", "kepco-industrial-b-2026-04-16", "--billing-month", "2026-06"], "2026-06"),
        (["--tariff", "kepco-industrial-b-2026-04-16", "--billing-month", "6월"], "2026-07"),
    ] {
        let output = bill(&input, &more);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(words), "{said}");
    }
    std::fs::write(&input, "a,b\n1,2\n").unwrap();
    let version = ["--tariff", "kepco-industrial-b-2026-04-16", "--billing-month", "2026-05"];
    let output = bill(&input, &version);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("gives no load"));
    std::fs::remove_file(input).unwrap();
}

#[test]
fn the_steel_plants_july_comes_to_the_golden_won() {
    let Some(input) = crate::kit::shared("energy/steel_industry_2018_15min.csv.gz") else { return };
    let version = ["--tariff", "kepco-industrial-b-2026-04-16", "--billing-month", "2018-07"];
    let output = bill(&input, &[&version[..], &["--power-factor", "deemed"]].concat());
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["total_won"], 22_526_930);
}
