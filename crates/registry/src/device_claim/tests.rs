use axum::http::StatusCode;
use base::{Instant, Role, Scope};
use platform::testing::test_clock;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::rules;
use crate::tests::House;

#[test]
fn a_code_is_read_as_people_type_it() {
    for (text, normal) in [
        ("7K3M-0QXA-9V2D-ZZ1B", Some("7K3M0QXA9V2DZZ1B")),
        (" 7k3m oqxa 9v2d zzlb ", Some("7K3M0QXA9V2DZZ1B")),
        ("7K3M-0QXA-9V2D-ZZ1", None),
        ("7K3M-0QXA-9V2D-ZZ1BB", None),
        ("7K3M-0QXA-9V2D-ZZ1U", None),
        ("공기공기공기공기", None),
        ("", None),
    ] {
        assert_eq!(rules::normal(text).as_deref(), normal, "{text}");
    }
}

#[test]
fn a_link_takes_an_address_of_a_console_and_nothing_else() {
    for (base, good) in [
        ("https://sandan.example.kr", true),
        ("http://127.0.0.1:8080/", true),
        ("http://[::1]:8080", true),
        ("javascript:alert(1)", false),
        ("https://", false),
        ("https://a b", false),
        ("https://a\"><script>", false),
    ] {
        assert_eq!(rules::link(Some(base), "X").is_ok(), good, "{base}");
    }
    assert_eq!(rules::link(Some("https://a.kr/"), "X").unwrap(), "https://a.kr/claim#X");
    assert_eq!(rules::link(None, "X").unwrap(), "X");
    assert!(rules::qr_svg("https://a.kr/claim#X").unwrap().contains("<svg"));
}

#[test]
fn a_new_code_is_its_own_normal_form_with_separators() {
    let clock = test_clock();
    let code = rules::new_code(clock.as_ref());
    assert_eq!(rules::normal(&code), Some(code.replace('-', "")));
    assert!(rules::expiry(Some(0), Instant::from_micros(0)).is_err());
    assert!(rules::expiry(Some(8_785), Instant::from_micros(0)).is_err());
}

proptest! {
    #[test]
    fn any_text_is_a_code_or_none_and_a_code_stays_one(text in ".{0,64}") {
        if let Some(code) = rules::normal(&text) {
            prop_assert_eq!(rules::normal(&code), Some(code));
        }
    }
}

async fn air(house: &House) -> Value {
    house.admin().items("/devices?q=air-001").await[0].clone()
}

#[tokio::test]
async fn a_code_gives_the_credential_once() {
    let house = House::new().await;
    let path = format!("/devices/{}/claim", air(&house).await["id"].as_str().unwrap());
    let operator = house.with(Role::Operator, Scope::Complex(house.complex("jj1")));
    assert_eq!(operator.post(&path, json!({})).await.0, StatusCode::FORBIDDEN);
    let body = json!({"expires_in_h": 24, "base_url": "https://sandan.example.kr"});
    let (status, issued) = house.engineer().post(&path, body).await;
    assert_eq!(status, StatusCode::CREATED, "{issued}");
    let code = issued["code"].as_str().unwrap();
    assert_eq!(issued["link"], format!("https://sandan.example.kr/claim#{code}"));
    assert!(issued["qr_svg"].as_str().unwrap().contains("<svg"));
    let (_, shown) = house.engineer().get(&path).await;
    assert!(shown["claimed_at"].is_null() && shown.get("code").is_none(), "{shown}");

    let nobody = house
        .with(Role::Ingest, Scope::Organisation(base::Id::v7(Instant::from_micros(0), [1; 10])));
    let typed = json!({"code": code.to_lowercase().replace('-', " ")});
    let (status, claimed) = nobody.post("/device_claims", typed.clone()).await;
    assert_eq!(status, StatusCode::OK, "{claimed}");
    assert_eq!(claimed["topic"], "sandan/v1/air-001/readings");
    let password = claimed["password"].as_str().unwrap();
    assert!(house.registry.directory().snapshot().check_credential("air-001", password));
    let (status, problem) = nobody.post("/device_claims", typed).await;
    let refused = (StatusCode::NOT_FOUND, &json!("device_claim.refused"));
    assert_eq!((status, &problem["code"]), refused);
    let (_, shown) = house.engineer().get(&path).await;
    assert!(shown["claimed_at"].is_string());
    let rows = "SELECT detail FROM audit_entry WHERE action LIKE 'device_claim.%'";
    let rows = house.platform.db.read().await.unwrap().all(rows, platform::args![]).await.unwrap();
    let ledger: String = rows.iter().map(|row| row.get::<String>("detail").unwrap()).collect();
    assert!(rows.len() == 2 && !ledger.contains(code), "{ledger}");
}

#[tokio::test]
async fn a_device_registered_ahead_is_planned_then_installed() {
    let house = House::new().await;
    let new = json!({"complex_id": house.complex("jj1"), "key": "air-9", "kind": "sensor",
        "name": "새 장치"});
    let (_, device) = house.engineer().post("/devices", new).await;
    assert_eq!(device["commissioning"], "in_service");
    let path = format!("/devices/{}", device["id"].as_str().unwrap());
    let (_, issued) = house.engineer().post(&format!("{path}/claim"), json!({})).await;
    assert_eq!(house.engineer().get(&path).await.1["commissioning"], "planned");
    let code = json!({"code": issued["code"]});
    assert_eq!(house.engineer().post("/device_claims", code).await.0, StatusCode::OK);
    assert_eq!(house.engineer().get(&path).await.1["commissioning"], "installed");
}

#[tokio::test]
async fn a_withdrawn_or_replaced_code_is_refused() {
    let house = House::new().await;
    let path = format!("/devices/{}/claim", air(&house).await["id"].as_str().unwrap());
    let (_, first) = house.engineer().post(&path, json!({})).await;
    let (_, second) = house.engineer().post(&path, json!({})).await;
    let use_it = |issued: &Value| json!({"code": issued["code"]});
    let engineer = house.engineer();
    assert_eq!(engineer.post("/device_claims", use_it(&first)).await.0, StatusCode::NOT_FOUND);
    let withdrawn = engineer.send("DELETE", &path, axum::body::Body::empty()).await.0;
    assert_eq!(withdrawn, StatusCode::NO_CONTENT);
    assert_eq!(engineer.post("/device_claims", use_it(&second)).await.0, StatusCode::NOT_FOUND);
    let again = engineer.send("DELETE", &path, axum::body::Body::empty()).await.0;
    assert_eq!(again, StatusCode::CONFLICT);
}
