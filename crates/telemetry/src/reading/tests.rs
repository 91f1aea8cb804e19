use axum::body::Body;
use axum::http::{Request, StatusCode};
use base::noun::{Complex, Establishment};
use base::{Action, Actor, Grant, Id, Instant, PointKind, Quality, Reading, Role, Scope, Series};
use platform::testing::{TEST_NOW, platform, temp_dir, test_clock};
use platform::{Ctx, Platform};
use proptest::prelude::*;
use registry::directory::{Directory, OwnerSpan, PointInfo};
use registry::point::PointClass;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::access::{Readable, Span, may_read, readable};
use super::api::parse_bucket;
use crate::{Options, Store};

const MINUTE_MS: i64 = 60_000;

fn id<T>(n: u8) -> Id<T> {
    Id::v7(Instant::from_micros(0), [n; 10])
}

fn point(class: PointClass, owners: &[(u8, i64, Option<i64>)]) -> PointInfo {
    let at = |ms: i64| Instant::from_micros(ms * 1_000);
    PointInfo {
        id: id(1),
        series: Series(1),
        device: id(1),
        complex: id(1),
        key: "kwh".into(),
        name: "유효전력량".into(),
        quantity: "active_energy".into(),
        unit: "kW.h".into(),
        kind: PointKind::Interval,
        interval_s: Some(900),
        expected_interval_s: 900,
        range: registry::directory::ValueRange::default(),
        class,
        position: None,
        checks: registry::directory::Checks::default(),
        replacements: Vec::new(),
        owners: owners
            .iter()
            .map(|(who, from, until)| OwnerSpan {
                establishment: id(*who),
                from: at(*from),
                until: until.map(at),
            })
            .collect(),
        demo: false,
    }
}

/// May read as the tenants `who`, as a role at each of these establishments allows.
fn as_tenants(who: &[u8]) -> impl Fn(Action, Scope) -> bool {
    let grants: Vec<Grant> = who
        .iter()
        .map(|n| Grant {
            role: Role::EnergyManager,
            scope: Scope::Establishment { id: id(*n), complex: id(1) },
        })
        .collect();
    move |action, scope| base::allows(&grants, action, scope)
}

fn span(from_ms: i64, until_ms: i64) -> Span {
    Span { from_ms, until_ms }
}

#[test]
fn a_successor_does_not_see_the_former_tenants_readings_nor_the_other_way_round() {
    let point = point(PointClass::Tenant, &[(7, 0, Some(100)), (8, 100, None)]);
    let asked = span(50, 150);
    let former = readable(&point, asked, as_tenants(&[7])).unwrap();
    assert_eq!(former, Readable { spans: vec![span(50, 100)], hidden: true });
    let successor = readable(&point, asked, as_tenants(&[8])).unwrap();
    assert_eq!(successor, Readable { spans: vec![span(100, 150)], hidden: true });
    let both = readable(&point, asked, as_tenants(&[7, 8])).unwrap();
    assert_eq!(both, Readable { spans: vec![asked], hidden: false });
    assert_eq!(readable(&point, asked, as_tenants(&[9])), None);
}

#[test]
fn the_time_between_two_owners_is_nobodys() {
    let point = point(PointClass::Tenant, &[(7, 0, Some(100)), (8, 200, None)]);
    let found = readable(&point, span(50, 250), as_tenants(&[7, 8])).unwrap();
    assert_eq!(found, Readable { spans: vec![span(50, 100), span(200, 250)], hidden: true });
    assert!(!may_read(&point, 150, as_tenants(&[7, 8])));
}

#[test]
fn the_operator_of_the_complex_reads_its_points_and_no_tenants() {
    let grants = [Grant { role: Role::Operator, scope: Scope::Complex(id(1)) }];
    let may = |action, scope| base::allows(&grants, action, scope);
    assert!(may_read(&point(PointClass::Complex, &[]), 5, may));
    assert!(!may_read(&point(PointClass::Tenant, &[(7, 0, None)]), 5, may));
}

proptest! {
    #[test]
    fn a_moment_is_readable_exactly_when_its_owner_may_be_read_for(
        borders in proptest::collection::btree_set(0_i64..60, 2..8),
        own in proptest::collection::vec(0_u8..4, 0..3),
        from in 0_i64..60,
        length in 1_i64..40,
    ) {
        let borders: Vec<i64> = borders.into_iter().collect();
        let owners: Vec<(u8, i64, Option<i64>)> = borders
            .windows(2)
            .enumerate()
            .map(|(n, pair)| (u8::try_from(n % 4).unwrap(), pair[0], Some(pair[1])))
            .collect();
        let point = point(PointClass::Tenant, &owners);
        let asked = span(from, from + length);
        let found = readable(&point, asked, as_tenants(&own)).map_or(vec![], |r| r.spans);
        for at in from..from + length {
            let owner = owners.iter().find(|(_, from, until)| *from <= at && Some(at) < *until);
            let expected = owner.is_some_and(|(who, ..)| own.contains(who));
            let shown = found.iter().any(|span| (span.from_ms..span.until_ms).contains(&at));
            prop_assert_eq!(shown, expected, "at {}", at);
        }
        prop_assert!(found.is_sorted_by(|a, b| a.until_ms < b.from_ms), "apart: {found:?}");
    }
}

#[test]
fn buckets_are_read_and_wrong_ones_refused_in_words() {
    for (text, ms) in [("60s", 60_000), ("15m", 900_000), ("1h", 3_600_000), ("1d", 86_400_000)] {
        assert_eq!(parse_bucket(text).unwrap(), ms);
    }
    for text in ["", "m", "0m", "-1h", "15", "1w", "32d", "9999999999999999d", "시"] {
        let problem = parse_bucket(text).unwrap_err();
        assert!(format!("{problem:?}").contains("such as 15m"), "{text}");
    }
}

struct Site {
    platform: Platform,
    store: Store,
    directory: Directory,
    complex: Id<Complex>,
    establishment: Id<Establishment>,
}

/// A complex with an air sensor (series of point `pm25`) and a tenant's meter, owned from TEST_NOW on.
async fn site() -> Site {
    let sets = [platform::MIGRATIONS, registry::MIGRATIONS, crate::MIGRATIONS];
    let platform = platform(&sets, test_clock()).await;
    let metric = |key: &str, quantity: &str, kind: &str, interval_s: Option<u32>| {
        json!({
            "key": key, "quantity": quantity, "kind": kind, "interval_s": interval_s,
            "expected_interval_s": 60
        })
    };
    let seed = json!({
        "demo": false,
        "complexes": [{"code": "jj1", "name": "가람산단", "name_en": "Garam", "kind": "general"}],
        "companies": [{"name": "한빛제지"}],
        "parcels": [], "buildings": [], "units": [], "organisations": [],
        "establishments": [{"complex": "jj1", "company": "한빛제지", "name": "한빛제지"}],
        "profiles": [
            {"code": "air", "name": "대기", "metrics": [metric("pm25", "pm25", "gauge", None)]},
            {"code": "meter", "name": "전력량계",
             "metrics": [metric("kwh", "active_energy", "interval", Some(900))]}
        ],
        "devices": [
            {"complex": "jj1", "key": "air-001", "name": "측정소", "kind": "sensor", "profile": "air"},
            {"complex": "jj1", "key": "meter-001", "name": "계량기", "kind": "meter",
             "profile": "meter", "establishment": "한빛제지", "owned_from": TEST_NOW.to_string()}
        ]
    });
    let seed = serde_json::from_value(seed).unwrap();
    registry::seed::apply(&platform, &Actor::system("test"), seed).await.unwrap();
    let directory = Directory::load(&platform).await.unwrap();
    let store = Store::open(platform.clone(), &temp_dir("reading"), Options::default()).await;
    let snapshot = directory.snapshot();
    let meter = snapshot.device_by_key("meter-001").unwrap();
    let (complex, establishment) = (meter.complex, meter.establishment.unwrap());
    Site { platform, store: store.unwrap(), directory, complex, establishment }
}

impl Site {
    fn point(&self, device: &str) -> PointInfo {
        let snapshot = self.directory.snapshot();
        let device = snapshot.device_by_key(device).unwrap().id;
        snapshot.points_of(device).next().unwrap().clone()
    }

    async fn keep(&self, device: &str, minutes: &[(i64, f64)]) {
        let series = self.point(device).series;
        let readings = minutes
            .iter()
            .map(|(minute, value)| Reading {
                series,
                at_ms: TEST_NOW.as_millis() + minute * MINUTE_MS,
                value: *value,
                quality: Quality::IMPORTED,
            })
            .collect();
        self.store.append(readings, TEST_NOW).await.unwrap();
    }

    async fn get(&self, role: Role, scope: Scope, path: &str) -> (StatusCode, Value) {
        let actor = Actor::system("김관제");
        let clock = self.platform.clock.clone();
        let ctx = Ctx::new(actor, vec![Grant { role, scope }], clock, "test".into());
        let (router, _) =
            super::routes(self.store.clone(), self.directory.clone()).split_for_parts();
        let router: axum::Router = router.layer(axum::Extension(ctx));
        let request = Request::get(format!("/api/v1/points/{path}")).body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    fn tenant(&self) -> (Role, Scope) {
        let scope = Scope::Establishment { id: self.establishment, complex: self.complex };
        (Role::EnergyManager, scope)
    }
}

#[tokio::test]
async fn the_newest_values_show_what_is_the_readers_and_count_what_is_hidden() {
    let site = site().await;
    site.keep("air-001", &[(-2, 30.0), (-1, 31.0)]).await;
    site.keep("meter-001", &[(0, 4.5)]).await;
    let (status, body) = site.get(Role::Operator, Scope::Complex(site.complex), "latest").await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let expected = json!({
        "items": [{
            "point_id": site.point("air-001").id, "device_id": site.point("air-001").device,
            "at": "2026-11-24T23:59:00Z", "arrived_at": "2026-11-25T00:00:00Z",
            "value": 31.0, "hidden": false, "quality": ["imported"], "age_s": 60
        }, {
            "point_id": site.point("meter-001").id, "device_id": site.point("meter-001").device,
            "at": "2026-11-25T00:00:00Z", "arrived_at": "2026-11-25T00:00:00Z",
            "hidden": true, "quality": ["imported"], "age_s": 0
        }],
        "hidden": 1
    });
    assert_eq!(
        body, expected,
        "of a tenant's meter the operator sees that it lives, not its value"
    );
    let (role, scope) = site.tenant();
    let (_, body) = site.get(role, scope, "latest").await;
    assert_eq!((&body["items"][0]["value"], &body["hidden"]), (&json!(4.5), &json!(1)));
    let only = format!("latest?device={}", site.point("air-001").device);
    let (_, body) = site.get(role, scope, &only).await;
    assert_eq!(body, json!({"items": [], "hidden": 1}));
    let ids = format!("latest?ids={},{}", site.point("meter-001").id, id::<u8>(9));
    let (_, body) = site.get(role, scope, &ids).await;
    assert_eq!(body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_newest_reading_of_a_former_owner_is_hidden_from_the_present_one() {
    let site = site().await;
    site.keep("meter-001", &[(-15, 4.5)]).await;
    let (role, scope) = site.tenant();
    let (_, body) = site.get(role, scope, "latest").await;
    assert_eq!(body, json!({"items": [], "hidden": 1}));
}

#[tokio::test]
async fn history_comes_as_it_is_or_in_buckets() {
    let site = site().await;
    site.keep("air-001", &[(0, 30.0), (10, 40.0), (20, 50.0)]).await;
    let operator = (Role::Operator, Scope::Complex(site.complex));
    let path = format!(
        "{}/readings?from=2026-11-25T00:00:00Z&to=2026-11-25T01:00:00Z",
        site.point("air-001").id
    );
    let (status, body) = site.get(operator.0, operator.1, &path).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["items"].as_array().unwrap().len(), 3);
    assert_eq!((&body["truncated"], &body["hidden"]), (&json!(false), &json!(false)));
    let (_, body) = site.get(operator.0, operator.1, &format!("{path}&limit=2")).await;
    assert_eq!((body["items"].as_array().unwrap().len(), &body["truncated"]), (2, &json!(true)));
    let (_, body) = site.get(operator.0, operator.1, &format!("{path}&bucket=15m")).await;
    let expected = json!([
        {"at": "2026-11-25T00:00:00Z", "value": 35.0, "quality": ["imported"]},
        {"at": "2026-11-25T00:15:00Z", "value": 50.0, "quality": ["imported"]}
    ]);
    assert_eq!(body["items"], expected, "a gauge is averaged");
    let day = format!("{path}&bucket=1d&aggregate=max");
    let (_, body) = site.get(operator.0, operator.1, &day).await;
    assert_eq!(body["items"][0]["at"], "2026-11-24T15:00:00Z", "a day of Korea");
    assert_eq!(body["items"][0]["value"], 50.0);
}

#[tokio::test]
async fn a_tenants_history_is_cut_by_ownership_and_refused_to_others_in_words() {
    let site = site().await;
    site.keep("meter-001", &[(-15, 1.0), (0, 2.0), (15, 3.0)]).await;
    let path = format!(
        "{}/readings?from=2026-11-24T00:00:00Z&to=2026-11-26T00:00:00Z",
        site.point("meter-001").id
    );
    let (role, scope) = site.tenant();
    let (_, body) = site.get(role, scope, &format!("{path}&bucket=1h")).await;
    assert_eq!(body["items"][0]["value"], 5.0, "the sum of the own intervals: {body}");
    assert_eq!((body["items"].as_array().unwrap().len(), &body["hidden"]), (1, &json!(true)));
    for (role, scope) in [
        (Role::Operator, Scope::Complex(site.complex)),
        (Role::Administrator, Scope::System),
        (Role::EnergyManager, Scope::Establishment { id: id(9), complex: site.complex }),
    ] {
        let (status, body) = site.get(role, scope, &path).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{body}");
        let detail = body["detail"].as_str().unwrap();
        assert!(detail.contains("an administrator of that establishment can grant"), "{detail}");
    }
}

#[tokio::test]
async fn wrong_questions_are_refused_with_the_field() {
    let site = site().await;
    let operator = (Role::Operator, Scope::Complex(site.complex));
    let point = site.point("air-001").id;
    for (query, pointer) in [
        ("from=2026-11-25T00:00:00Z&to=2026-11-25T00:00:00Z", "/from"),
        ("bucket=fortnight", "/bucket"),
        ("aggregate=max", "/bucket"),
    ] {
        let (status, body) =
            site.get(operator.0, operator.1, &format!("{point}/readings?{query}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{query}: {body}");
        assert_eq!(body["fields"][0]["pointer"], pointer);
    }
    let unknown = format!("{}/readings", id::<u8>(9));
    assert_eq!(site.get(operator.0, operator.1, &unknown).await.0, StatusCode::NOT_FOUND);
}
