use axum::http::StatusCode;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::json;

use super::rules::overlap;
use crate::tests::House;

fn day(n: Option<i32>) -> Option<Date> {
    n.map(|n| date(2026, 1, 1).saturating_add(jiff::Span::new().days(n)))
}

proptest! {
    #[test]
    fn validities_overlap_exactly_when_they_share_a_day(
        a in (prop::option::of(0i32..9), prop::option::of(0i32..9)),
        b in (prop::option::of(0i32..9), prop::option::of(0i32..9)),
    ) {
        let ordered = |(from, until): (Option<i32>, Option<i32>)| {
            from.zip(until).is_none_or(|(from, until)| from < until)
        };
        prop_assume!(ordered(a) && ordered(b));
        let holds = |(from, until): (Option<i32>, Option<i32>), n: i32| {
            from.is_none_or(|from| from <= n) && until.is_none_or(|until| n < until)
        };
        let shared = (-2..12).any(|n| holds(a, n) && holds(b, n));
        prop_assert_eq!(overlap((day(a.0), day(a.1)), (day(b.0), day(b.1))), shared);
    }
}

#[tokio::test]
async fn one_code_names_one_thing_at_a_time() {
    let house = House::new().await;
    let code = |subject: &str, from: &str| {
        json!({"subject_kind": "complex", "subject_id": subject, "code_system": "bjd",
            "code": "4511310800", "valid_from": from})
    };
    let (jj1, jj2) = (house.complex("jj1").to_string(), house.complex("jj2").to_string());
    let (status, made) = house.admin().post("/external_codes", code(&jj1, "2020-01-01")).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let (status, problem) = house.admin().post("/external_codes", code(&jj2, "2024-01-18")).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(problem["detail"].as_str().unwrap().contains("end that code first"), "{problem}");
    let path = format!("/external_codes/{}", made["id"].as_str().unwrap());
    let end = json!({"version": 1, "valid_until": "2024-01-18"});
    assert_eq!(house.admin().patch(&path, end).await.0, StatusCode::OK);
    let (status, _) = house.admin().post("/external_codes", code(&jj2, "2024-01-18")).await;
    assert_eq!(status, StatusCode::CREATED);
    let list = format!("/external_codes?subject_kind=complex&subject_id={jj1}");
    assert_eq!(house.admin().items(&list).await[0]["valid_until"], "2024-01-18");
    let list = format!("/external_codes?subject_kind=complex&subject_id={jj2}");
    assert_eq!(house.engineer().get(&list).await.0, StatusCode::NOT_FOUND);
}
