use axum::http::StatusCode;
use base::{Id, Instant};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::PointOwner;
use super::owner::hand_over;
use crate::tests::House;

async fn air(house: &House) -> Value {
    house.admin().items("/devices?q=air-001").await[0]["id"].clone()
}

#[tokio::test]
async fn a_point_is_registered_with_the_unit_of_its_quantity() {
    let house = House::new().await;
    let new = json!({"device_id": air(&house).await, "key": "no2", "quantity": "no2",
        "kind": "gauge", "expected_interval_s": 300});
    let (status, point) = house.engineer().post("/points", new).await;
    assert_eq!(status, StatusCode::CREATED, "{point}");
    assert_eq!((&point["unit"], &point["name"]), (&json!("[ppm]"), &json!("이산화질소")));
    assert_eq!((&point["decimals"], &point["owner"]), (&json!(3), &Value::Null));
}

#[tokio::test]
async fn a_bad_point_is_refused_with_every_bad_field() {
    let house = House::new().await;
    let device = air(&house).await;
    let base = json!({"device_id": device, "key": "x", "quantity": "no2", "kind": "gauge",
        "expected_interval_s": 60});
    for (field, value, words) in [
        ("quantity", json!("happiness"), "use one of active_energy"),
        ("unit", json!("kg"), "use [ppm]"),
        ("interval_s", json!(900), "nothing for other kinds"),
        ("expected_interval_s", json!(0), "1 to 2678400"),
        ("key", json!("NO 2"), "a letter or digit first"),
        ("kind", json!("state"), "unknown variant"),
    ] {
        let mut bad = base.clone();
        bad[field] = value;
        let (status, problem) = house.engineer().post("/points", bad).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {problem}");
        assert_eq!(problem["fields"][0]["pointer"], format!("/{field}"), "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(words), "{problem}");
    }
    let mut range = base;
    (range["range_min"], range["range_max"]) = (json!(5), json!(1));
    let (status, _) = house.engineer().post("/points", range).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_never_changes_of_a_point_cannot_be_given() {
    let house = House::new().await;
    let device = air(&house).await;
    let points =
        house.engineer().items(&format!("/points?device={}", device.as_str().unwrap())).await;
    let path = format!("/points/{}", points[0]["id"].as_str().unwrap());
    for field in ["kind", "quantity", "unit", "key", "series"] {
        let (status, _) = house.engineer().patch(&path, json!({"version": 1, field: "x"})).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
    }
    let change = json!({"version": 1, "range_max": 500, "range_min": null});
    let (status, point) = house.engineer().patch(&path, change).await;
    assert_eq!(status, StatusCode::OK, "{point}");
    assert_eq!((&point["range_max"], &point["range_min"]), (&json!(500.0), &Value::Null));
}

proptest! {
    /// Whatever is tried, in whatever order: accepted hand-overs never overlap.
    #[test]
    fn owners_never_overlap(tries in prop::collection::vec((0u8..4, 0i64..50), 0..30)) {
        let mut spans: Vec<PointOwner> = Vec::new();
        for (who, at) in tries {
            let at = Instant::from_micros(at);
            let to = (who > 0).then(|| Id::v7(Instant::from_micros(0), [who; 10]));
            let Ok(change) = hand_over(&spans, to, at) else { continue };
            if let (Some(end), Some(last)) = (change.end, spans.last_mut()) {
                last.until = Some(end);
            }
            spans.extend(change.begin);
        }
        for pair in spans.windows(2) {
            prop_assert!(pair[0].until.is_some_and(|until| until <= pair[1].from), "{:?}", spans);
        }
        for span in &spans {
            prop_assert!(span.until.is_none_or(|until| span.from < until), "{:?}", spans);
        }
    }
}
