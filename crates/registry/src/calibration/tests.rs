use axum::http::StatusCode;
use base::{Id, Instant};
use serde_json::{Value, json};

use crate::tests::House;

#[tokio::test]
async fn a_device_of_a_demanding_profile_is_calibrated_only_within_its_records() {
    let house = House::new().await;
    let profile = house.admin().items("/device_profiles?q=air").await[0].clone();
    let device = house.admin().items("/devices?q=air-001").await[0].clone();
    let id: Id<base::noun::Device> = device["id"].as_str().unwrap().parse().unwrap();
    let lacks = |at: &str| {
        let at: Instant = serde_json::from_value(json!(at)).unwrap();
        house.registry.directory().snapshot().lacks_calibration(id, at)
    };
    assert!(!lacks("2026-06-01T00:00:00Z"), "nobody asks for it");
    let path = format!("/device_profiles/{}", profile["id"].as_str().unwrap());
    let change = json!({"version": profile["version"], "calibration_days": 365});
    let (status, changed) = house.admin().patch(&path, change).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert!(lacks("2026-06-01T00:00:00Z"));

    let path = format!("/devices/{}/calibrations", device["id"].as_str().unwrap());
    let work = json!({"calibrated_at": "2026-01-01T00:00:00Z", "calibrated_by": "교정기관",
        "valid_until": "2026-07-01T00:00:00Z", "certificate_number": "C-1"});
    let (status, record) = house.engineer().post(&path, work.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{record}");
    for (at, expected) in [
        ("2025-12-31T23:59:59Z", true),
        ("2026-01-01T00:00:00Z", false),
        ("2026-06-30T23:59:59Z", false),
        ("2026-07-01T00:00:00Z", true),
    ] {
        assert_eq!(lacks(at), expected, "{at}");
    }
    let until = house.registry.directory().snapshot().device(id).unwrap().calibration_until;
    assert_eq!(json!(until), work["valid_until"]);

    let void = format!("/calibrations/{}/void", record["id"].as_str().unwrap());
    let (status, voided) = house.engineer().post(&void, Value::Null).await;
    assert!(status == StatusCode::OK && voided["voided_at"].is_string(), "{voided}");
    assert!(lacks("2026-06-01T00:00:00Z"));
    assert_eq!(house.engineer().items(&path).await.len(), 1);
}

#[tokio::test]
async fn a_record_of_the_future_or_without_length_is_refused() {
    let house = House::new().await;
    let device = house.admin().items("/devices?q=air-001").await[0].clone();
    let path = format!("/devices/{}/calibrations", device["id"].as_str().unwrap());
    for (from, until, pointer) in [
        ("2126-01-01T00:00:00Z", "2127-01-01T00:00:00Z", "/calibrated_at"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "/valid_until"),
        ("2026-01-01T00:00:00Z", "2046-01-01T00:00:00Z", "/valid_until"),
    ] {
        let work = json!({"calibrated_at": from, "valid_until": until, "calibrated_by": "a"});
        let (status, problem) = house.engineer().post(&path, work).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["fields"][0]["pointer"], pointer, "{problem}");
    }
}
