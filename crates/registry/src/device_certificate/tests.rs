use axum::http::StatusCode;
use base::Instant;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::rules;
use crate::tests::House;

/// Made once with `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 36500`.
const PEM: &str = include_str!("sample.pem");
/// Of the same file: `openssl x509 -fingerprint -sha256`.
const FINGERPRINT: &str = include_str!("sample.sha256");

#[test]
fn the_fingerprint_is_that_of_openssl() {
    let read = rules::read(PEM).unwrap();
    assert_eq!(read.fingerprint, FINGERPRINT.trim());
    assert!(read.subject.contains("CN=air-001"), "{}", read.subject);
    assert!(read.valid_from < read.valid_until);
}

#[test]
fn what_is_no_certificate_is_refused_in_words() {
    for (text, word) in [
        ("", "give one certificate in PEM"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be read"),
        ("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n", "private key"),
        (&PEM.repeat(2), "give one certificate"),
        (&PEM.repeat(40), "at most 16 KiB"),
    ] {
        let error = rules::read(text).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}

proptest! {
    #[test]
    fn any_bytes_between_the_marks_are_read_or_refused(body in "[A-Za-z0-9+/=\n]{0,400}") {
        let pem = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
        prop_assert!(rules::read(&pem).is_err());
    }
}

fn bytes(hex: &str) -> [u8; 32] {
    let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap();
    std::array::from_fn(byte)
}

#[tokio::test]
async fn a_device_is_known_by_its_certificate_until_that_is_revoked() {
    let house = House::new().await;
    let devices = house.admin().items("/devices").await;
    let id = |key: &str| -> Value {
        devices.iter().find(|device| device["key"] == key).unwrap()["id"].clone()
    };
    let path = |key: &str| format!("/devices/{}/certificates", id(key).as_str().unwrap());
    let (status, added) = house.engineer().post(&path("air-001"), json!({"pem": PEM})).await;
    assert_eq!(status, StatusCode::CREATED, "{added}");
    let print = bytes(FINGERPRINT.trim());
    let now = house.platform.clock.now();
    let snapshot = house.registry.directory().snapshot();
    assert_eq!(snapshot.check_certificate(&print, now).map(|x| &*x.key), Some("air-001"));
    assert!(snapshot.check_certificate(&print, Instant::from_micros(0)).is_none(), "not yet valid");
    assert!(snapshot.check_certificate(&[0; 32], now).is_none());

    let (status, problem) = house.engineer().post(&path("meter-001"), json!({"pem": PEM})).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("registry.taken")));
    let revoke = format!("/device_certificates/{}/revoke", added["id"].as_str().unwrap());
    let (status, revoked) = house.engineer().post(&revoke, Value::Null).await;
    assert!(status == StatusCode::OK && revoked["revoked_at"].is_string(), "{revoked}");
    let snapshot = house.registry.directory().snapshot();
    assert!(snapshot.check_certificate(&print, now).is_none());
    assert_eq!(house.engineer().items(&path("air-001")).await.len(), 1);
}
