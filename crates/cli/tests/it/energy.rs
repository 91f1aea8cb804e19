//! `sandan energy`, run as a person runs it, on the public steel plant's year (UCI 851, CC BY 4.0).

use std::process::Command;

use serde_json::Value;

fn steel(args: &[&str]) -> Option<Value> {
    let input = crate::kit::shared("energy/steel_industry_2018_15min.csv.gz")?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_sandan"));
    command.arg("energy").args(args).args(["--json", "--input"]).arg(input);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn a_battery_of_the_whole_year_defends_one_target() {
    let battery = ["dispatch", "--tariff", "kepco-industrial-b-2026-04-16", "--option", "hv-a-2"];
    let size = ["--contract-kw", "700", "--capacity-kwh", "500", "--power-kw", "250"];
    let Some(plan) = steel(&[&battery[..], &size[..]].concat()) else { return };
    for (field, won) in [("won", 200_096_142.0), ("base_won", 228_232_514.0)] {
        let found = plan[field].as_f64().unwrap();
        assert!((found - won).abs() < 1.0, "{field}: {found}");
    }
    let billed = plan["billed_kw"].as_array().unwrap();
    assert!(billed.iter().all(|kw| (kw.as_f64().unwrap() - 404.3).abs() < 0.05), "{billed:?}");
}

#[test]
fn the_plant_is_told_that_it_would_fail_the_gate_of_demand_response() {
    let period = ["dr-baseline", "--from", "2018-03-02", "--to", "2018-12-31"];
    let Some(answer) = steel(&period) else { return };
    let methods = answer["methods"].as_array().unwrap();
    assert_eq!(methods.len(), 8);
    assert!(methods.iter().all(|method| method["verdict"] == "WouldFail"));
    let max = methods.iter().find(|m| m["method"] == "Max(4/5)" && m["adjustment"] == "None");
    let rrmse = max.unwrap()["rrmse"].as_f64().unwrap();
    assert!((rrmse - 0.415_623_687_0).abs() < 1e-9, "{rrmse}");
}

#[test]
fn the_day_after_the_file_is_forecast() {
    let Some(answer) = steel(&["forecast"]) else { return };
    assert_eq!(answer["day"], "2019-01-01");
    assert_eq!(answer["p50_kwh"].as_array().unwrap().len(), 96);
    assert!(answer["mae_model_kwh"].as_f64() < answer["mae_base_kwh"].as_f64());
}
