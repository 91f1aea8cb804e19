use axum::http::StatusCode;
use base::{Id, Instant, Role, Scope};
use platform::testing::{TEST_NOW, each_engine, platform_on, temp_dir, test_clock};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{KEPT_MAX, NOTED_MAX, Quarantine, SAMPLE_CHARS_MAX, store};
use crate::tests::House;

async fn noted(house: &House, keys: &[&str]) -> Vec<Value> {
    let quarantine = house.registry.quarantine();
    for key in keys {
        quarantine.note(house.complex("jj1"), key, br#"{"t":1}"#, "http", TEST_NOW);
    }
    quarantine.flush().await;
    house.engineer().items("/quarantined_devices?state=waiting").await
}

#[tokio::test]
async fn an_unknown_sender_waits_and_becomes_a_device() {
    let house = House::new().await;
    let waiting = noted(&house, &["new-001", "new-001", "Wrong Key"]).await;
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    let seen = &waiting[0];
    assert_eq!((&seen["key"], &seen["messages"]), (&json!("new-001"), &json!(2)));
    assert_eq!((&seen["sample"], &seen["protocol"]), (&json!(r#"{"t":1}"#), &json!("http")));

    let profile = house.admin().items("/device_profiles?q=air").await[0]["id"].clone();
    let path = format!("/quarantined_devices/{}", seen["id"].as_str().unwrap());
    let body = json!({"name": "새 측정기", "profile_id": profile});
    let operator = house.with(Role::Operator, Scope::Complex(house.complex("jj1")));
    let adopt = format!("{path}/adopt");
    assert_eq!(operator.post(&adopt, body.clone()).await.0, StatusCode::FORBIDDEN);
    assert!(operator.items("/quarantined_devices").await.is_empty(), "messages are not for all");
    let (status, device) = house.engineer().post(&adopt, body.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{device}");
    let snapshot = house.registry.directory().snapshot();
    let made = snapshot.device_by_key("new-001").unwrap();
    assert_eq!(snapshot.points_of(made.id).count(), 2);
    assert_eq!(house.engineer().post(&adopt, body).await.0, StatusCode::CONFLICT);
    let adopted = house.engineer().items("/quarantined_devices?state=adopted").await;
    assert_eq!(adopted[0]["device_id"], device["id"]);
}

#[tokio::test]
async fn a_refused_sender_is_counted_and_waits_no_more() {
    let house = House::new().await;
    let waiting = noted(&house, &["new-002"]).await;
    let path = format!("/quarantined_devices/{}/refuse", waiting[0]["id"].as_str().unwrap());
    assert_eq!(house.engineer().post(&path, Value::Null).await.0, StatusCode::OK);
    assert!(noted(&house, &["new-002"]).await.is_empty());
    let refused = house.engineer().items("/quarantined_devices?state=refused").await;
    assert_eq!(refused[0]["messages"], 2);
}

#[tokio::test]
async fn a_flood_of_keys_is_bounded_in_memory_and_in_the_table() {
    each_engine(&[platform::MIGRATIONS, crate::MIGRATIONS], async |db| {
        let platform = platform_on(db, &[], test_clock(), &temp_dir("quarantine")).await;
        let seed = crate::seed::tests::sample();
        crate::seed::apply(&platform, &base::Actor::system("test"), seed).await.unwrap();
        let quarantine = Quarantine::new(&platform);
        let registry = crate::Registry::load(&platform).await.unwrap();
        let complex = registry.directory().snapshot().complexes()[0].id;
        let rounds = usize::try_from(KEPT_MAX).unwrap() / NOTED_MAX + 1;
        for round in 0..rounds {
            for n in 0..NOTED_MAX + 50 {
                let key = format!("flood-{round}-{n}");
                quarantine.note(complex, &key, &[0xff; 10_000], "mqtt", TEST_NOW);
            }
            quarantine.flush().await;
        }
        // A complex that does not stand costs the others nothing.
        let none = Id::v7(Instant::from_micros(0), [9; 10]);
        quarantine.note(none, "stray-1", b"", "http", TEST_NOW);
        quarantine.flush().await;
        let reach = crate::access::Reach::of(&platform::Ctx::system(&platform.clock, "test"));
        let mut tx = platform.db.read().await.unwrap();
        let kept = store::list(&mut tx, &reach, None, None, None, 5_000).await.unwrap();
        assert_eq!(i64::try_from(kept.len()).unwrap(), KEPT_MAX);
        assert!(kept.iter().all(|x| x.sample.chars().count() <= SAMPLE_CHARS_MAX));
    })
    .await;
}

proptest! {
    #[test]
    fn a_sample_of_any_bytes_is_short_text(bytes in proptest::collection::vec(any::<u8>(), 0..4_000)) {
        let sample = super::note::sample(&bytes);
        prop_assert!(sample.chars().count() <= SAMPLE_CHARS_MAX);
        prop_assert!(!sample.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
    }
}
