use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use base::{Actor, Grant, Instant, Quality, Role, Scope, Series};
use platform::Ctx;
use platform::testing::TEST_NOW;
use proptest::prelude::*;
use registry::directory::PointInfo;
use serde_json::Value;
use tower::ServiceExt;

use super::HealthState;
use super::rules::{Heard, health, missing_share};
use crate::LatestReading;
use crate::ingress::tests::kit::{METER, SENSOR, World};

fn latest(series: Series, arrived: Instant, value: f64) -> LatestReading {
    let at_ms = arrived.as_millis();
    LatestReading { series, at_ms, value, quality: Quality::GOOD, arrived }
}

#[tokio::test]
async fn a_device_is_live_silent_never_heard_of_or_unknown() {
    let world = World::new("health-states").await;
    let snapshot = world.ingest.directory().snapshot();
    let device = snapshot.device_by_key(SENSOR).unwrap();
    let points: Vec<&PointInfo> = snapshot.points_of(device.id).collect();
    let now = TEST_NOW + Duration::from_hours(48);
    let expected = u64::from(points[0].expected_interval_s.max(points[0].interval_s.unwrap_or(0)));
    let limit = (3 * expected).max(300);
    let first = points[0].series;
    for (age_s, points, state) in [
        (Some(limit), &points[..], HealthState::Live),
        (Some(limit + 1), &points[..1], HealthState::Silent),
        (None, &points[..], HealthState::Never),
        (None, &[][..], HealthState::Unknown),
    ] {
        let arrived = age_s.map(|age_s| now - Duration::from_secs(age_s));
        let find = |series| arrived.filter(|_| series == first).map(|at| latest(series, at, 1.0));
        let heard = Heard {
            latest: &find,
            received: None,
            rejects: 3,
            uncalibrated: false,
            presence: None,
        };
        let found = health(device, points, &heard, now);
        assert_eq!(found.state, state, "{age_s:?}");
        assert_eq!(found.age_s.map(i64::unsigned_abs), age_s);
        assert_eq!((found.rejects, found.missing_share), (3, None));
    }
    world.close().await;
}

#[tokio::test]
async fn what_is_missing_is_counted_since_the_point_was_registered() {
    let world = World::new("health-missing").await;
    let kwh = world.point(METER, "kwh");
    let every = u64::from(kwh.interval_s.unwrap());
    let share = |hours: u64, came: u64| {
        missing_share(&[&kwh], &|_| came, TEST_NOW + Duration::from_hours(hours))
    };
    assert_eq!(share(0, 0), None, "nothing is due yet");
    let due = 6 * 3_600 / every;
    assert_eq!(share(6, due), Some(0.0));
    assert_eq!(share(6, due / 2), Some(0.5));
    assert_eq!(share(6, due * 10), Some(0.0), "more than expected is not less than nothing");
    assert_eq!(share(1_000, 0), Some(1.0));
    world.close().await;
}

#[tokio::test]
async fn health_shows_gaps_and_refusals_and_no_values_of_a_tenant() {
    let world = World::new("health-api").await;
    let body =
        br#"[{"point":"kwh","at":"2026-11-24T23:45:00Z","value":1.0},{"point":"nope","value":1}]"#;
    let actor = Actor::system("test");
    world.ingest.message(METER, body, TEST_NOW, &actor).await.unwrap();
    world.ingest.rejects().flush().await;
    let routes = super::routes(&world.platform, &world.ingest);
    let (router, _) = routes.split_for_parts();
    let complex = world.ingest.directory().snapshot().complexes()[0].id;
    let grants = vec![Grant { role: Role::Operator, scope: Scope::Complex(complex) }];
    let ctx = Ctx::new(actor, grants, world.clock.clone(), "test".into());
    let router: Router = router.layer(axum::Extension(ctx));
    let uri = format!("/api/v1/device_health?complex={complex}");
    let request = Request::builder().uri(uri).body(Body::empty()).unwrap();
    let answer = router.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let list: Value = serde_json::from_slice(&bytes).unwrap();
    let meter = list["items"].as_array().unwrap().iter().find(|x| x["key"] == METER).unwrap();
    assert_eq!((&meter["state"], &meter["rejects"]), (&"live".into(), &1.into()), "{meter}");
    assert!(!meter.to_string().contains("value"), "{meter}");
    world.close().await;
}

proptest! {
    #[test]
    fn a_missing_share_is_between_nothing_and_all(hours in 0_u64..60, came in 0_u64..200_000) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let point = POINT.get_or_init(|| runtime.block_on(async {
            let world = World::new("health-share").await;
            let point = world.point(SENSOR, "pm25");
            world.close().await;
            point
        }));
        let now = TEST_NOW + Duration::from_hours(hours);
        let share = missing_share(&[point], &|_| came, now);
        prop_assert!(share.is_none_or(|share| (0.0..=1.0).contains(&share)), "{share:?}");
    }
}

static POINT: std::sync::OnceLock<PointInfo> = std::sync::OnceLock::new();
