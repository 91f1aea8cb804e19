//! Several points at once: selection, groups, filled gaps, pages, files, and what stood at an instant.

use axum::http::Request;
use base::{Quality, Reading, Role, Scope};
use platform::Ctx;
use proptest::prelude::*;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::fill::{Cell, Fill, Grid, fill};
use super::group::{Across, Total};
use crate::ingress::tests::kit::{METER, NOW_MS, SENSOR, World, call, now};

const HOUR_MS: i64 = 3_600_000;

fn cell(start_ms: i64, value: f64) -> Cell {
    let value = Some(value);
    Cell { start_ms, value, quality: Quality::GOOD, points: 1, filled: false }
}

#[test]
fn a_gap_is_filled_as_asked_and_every_filled_value_says_so() {
    let grid = Grid { origin_ms: 0, step_ms: 10, from_ms: 3, until_ms: 55 };
    let measured = || vec![cell(10, 1.0), cell(40, 4.0)];
    for (how, expected) in [
        (Fill::None, vec![(10, Some(1.0)), (40, Some(4.0))]),
        (
            Fill::Null,
            vec![(0, None), (10, Some(1.0)), (20, None), (30, None), (40, Some(4.0)), (50, None)],
        ),
        (
            Fill::Previous,
            vec![
                (0, None),
                (10, Some(1.0)),
                (20, Some(1.0)),
                (30, Some(1.0)),
                (40, Some(4.0)),
                (50, Some(4.0)),
            ],
        ),
        (
            Fill::Linear,
            vec![
                (0, None),
                (10, Some(1.0)),
                (20, Some(2.0)),
                (30, Some(3.0)),
                (40, Some(4.0)),
                (50, None),
            ],
        ),
    ] {
        let cells = fill(measured(), grid, how);
        let found: Vec<_> = cells.iter().map(|cell| (cell.start_ms, cell.value)).collect();
        assert_eq!(found, expected, "{how:?}");
        assert!(cells.iter().all(|cell| cell.filled != [10, 40].contains(&cell.start_ms)));
    }
}

proptest! {
    #[test]
    fn filling_keeps_what_was_measured_and_leaves_no_gap(
        places in proptest::collection::btree_set(0_i64..40, 0..20),
        from in -50_i64..50,
        step in 1_i64..20,
        how in prop_oneof![Just(Fill::Null), Just(Fill::Previous), Just(Fill::Linear)],
    ) {
        let grid = Grid { origin_ms: -9, step_ms: step, from_ms: from, until_ms: from + 40 * step };
        let first = grid.first_ms();
        let measured: Vec<_> =
            places.iter().map(|n| cell(first + n * step, *n as f64)).collect();
        let cells = fill(measured.clone(), grid, how);
        prop_assert_eq!(i64::try_from(cells.len()).unwrap(), grid.buckets());
        prop_assert!(cells.windows(2).all(|two| two[1].start_ms - two[0].start_ms == step));
        let kept: Vec<_> = cells.iter().filter(|cell| !cell.filled).copied().collect();
        prop_assert_eq!(kept, measured);
    }
}

#[test]
fn the_points_of_a_group_become_one_figure() {
    for (across, expected) in [
        (Across::Sum, [4.0, 5.0]),
        (Across::Avg, [2.0, 5.0]),
        (Across::Min, [1.0, 5.0]),
        (Across::Max, [3.0, 5.0]),
    ] {
        let mut total = Total::default();
        total.add(&[cell(0, 1.0)], across);
        total.add(&[cell(0, 3.0), cell(10, 5.0)], across);
        let (cells, points) = total.finish(across);
        assert_eq!(points, 2);
        assert_eq!(cells.iter().map(|cell| cell.value.unwrap()).collect::<Vec<_>>(), expected);
        assert_eq!(cells.iter().map(|cell| cell.points).collect::<Vec<_>>(), [2, 1]);
    }
}

/// Two hours of the meter's two registers and the sensor; the second hour of the sensor is missing.
async fn filled(name: &str) -> World {
    let world = World::new(name).await;
    let mut readings = Vec::new();
    for n in 0..12 {
        let at_ms = NOW_MS - 3 * HOUR_MS + n * HOUR_MS / 4;
        for (device, key, value) in [(METER, "kwh", 1.0), (METER, "kvarh_lag", 2.0)] {
            let series = world.series(device, key);
            readings.push(Reading { series, at_ms, value, quality: Quality::GOOD });
        }
        if !(4..8).contains(&n) {
            let series = world.series(SENSOR, "pm25");
            readings.push(Reading { series, at_ms, value: n as f64, quality: Quality::GOOD });
        }
    }
    world.ingest.store().append(readings, now()).await.unwrap();
    world.ingest.store().flush_all().await.unwrap();
    world
}

fn router(world: &World) -> axum::Router {
    let ingest = &world.ingest;
    super::many_routes(&world.platform, ingest.store().clone(), ingest.directory().clone()).into()
}

async fn get(world: &World, ctx: &Ctx, uri: &str) -> Value {
    let (status, answer) = call(router(world), ctx, "GET", uri, "").await;
    assert_eq!(status, 200, "{uri}: {answer}");
    answer
}

fn everybody(world: &World) -> Ctx {
    let complex = world.scope(METER).complex().unwrap();
    world.ctx(&[
        (Role::Operator, Scope::Complex(complex)),
        (Role::EnergyManager, world.scope(METER)),
    ])
}

fn values(series: &Value) -> Vec<Value> {
    series["items"].as_array().unwrap().iter().map(|item| item["value"].clone()).collect()
}

#[tokio::test]
async fn points_are_found_by_what_they_are_and_asked_together() {
    let world = filled("many-select").await;
    let ctx = everybody(&world);
    let range = "from=2026-11-24T21:00:00Z&to=2026-11-25T00:00:00Z&bucket=1h";
    let answer =
        get(&world, &ctx, &format!("/api/v1/readings?{range}&quantity=active_energy")).await;
    let series = answer["series"].as_array().unwrap();
    assert_eq!(series.len(), 2, "both meters measure it, one has values: {answer}");
    assert_eq!(values(&series[0]), [json!(4.0), json!(4.0), json!(4.0)]);
    let sensor = world.point(SENSOR, "pm25");
    let uri = format!("/api/v1/readings?{range}&points={}&fill=linear", sensor.id);
    let answer = get(&world, &ctx, &uri).await;
    assert_eq!(values(&answer["series"][0]), [json!(1.5), json!(5.5), json!(9.5)]);
    assert_eq!(answer["series"][0]["items"][1]["filled"], true);
    assert_eq!(answer["series"][0]["items"][0].get("filled"), None);
    let days = format!(
        "/api/v1/readings?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z&bucket=1d&points={}",
        world.point(METER, "kwh").id
    );
    let answer = get(&world, &ctx, &days).await;
    let first = &answer["series"][0]["items"][0];
    assert_eq!((&first["at"], &first["value"]), (&json!("2026-11-24T15:00:00Z"), &json!(12.0)));
}

#[tokio::test]
async fn a_tenants_points_are_summed_by_the_owner_at_the_time_for_those_who_may() {
    let world = filled("many-group").await;
    let uri = "/api/v1/readings?from=2026-11-24T21:00:00Z&to=2026-11-25T00:00:00Z&bucket=1h\
               &group=establishment";
    let answer = get(&world, &everybody(&world), uri).await;
    let Scope::Establishment { id, .. } = world.scope(METER) else { panic!("a tenant's meter") };
    let group = |answer: &Value, quantity: &str| {
        let all = answer["series"].as_array().unwrap();
        all.iter().find(|one| one["quantity"] == quantity).cloned()
    };
    let energy = group(&answer, "active_energy").unwrap();
    let tenant = answer["series"].as_array().unwrap().iter().find(|one| {
        one["quantity"] == "active_energy" && one["establishment_id"] == id.to_string()
    });
    assert_eq!(values(tenant.unwrap()), [json!(4.0), json!(4.0), json!(4.0)]);
    assert_eq!(energy["unit"], "kW.h");
    let complex = world.scope(METER).complex().unwrap();
    let operator = world.ctx(&[(Role::Operator, Scope::Complex(complex))]);
    let answer = get(&world, &operator, uri).await;
    let seen = answer["series"].as_array().unwrap();
    assert!(seen.iter().all(|one| one.get("establishment_id").is_none()), "{answer}");
    assert!(answer["hidden"].as_u64().unwrap() >= 3, "the tenant's points are counted only");
    let named = format!("/api/v1/readings?points={}", world.point(METER, "kwh").id);
    assert_eq!(call(router(&world), &operator, "GET", &named, "").await.0, 403);
}

#[tokio::test]
async fn raw_readings_come_by_pages_without_loss_or_repetition() {
    let world = filled("many-pages").await;
    let ctx = everybody(&world);
    let points = format!("{},{}", world.point(METER, "kwh").id, world.point(SENSOR, "pm25").id);
    let range = "from=2026-11-24T21:00:00Z&to=2026-11-25T00:00:00Z";
    let mut seen = Vec::new();
    let mut after = String::new();
    for _ in 0..20 {
        let uri = format!("/api/v1/readings?points={points}&{range}&limit=3{after}");
        let answer = get(&world, &ctx, &uri).await;
        for series in answer["series"].as_array().unwrap() {
            let items = series["items"].as_array().unwrap().iter();
            seen.extend(items.map(|item| (series["point_id"].clone(), item["at"].clone())));
        }
        let Some(next) = answer["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    let mut unique = seen.clone();
    unique.dedup();
    assert_eq!((seen.len(), unique.len()), (20, 20));
    let uri = format!("/api/v1/readings?points={points}&{range}&after=nonsense");
    let (status, problem) = call(router(&world), &ctx, "GET", &uri, "").await;
    assert_eq!((status, &problem["code"]), (422, &json!("page.invalid_cursor")));
}

#[tokio::test]
async fn what_needs_a_bucket_says_so() {
    let world = filled("many-bucket").await;
    let ctx = everybody(&world);
    for (query, word) in [
        ("fill=null", "filling gaps"),
        ("group=complex", "a group"),
        ("aggregate=max", "an aggregate"),
    ] {
        let uri = format!("/api/v1/readings?{query}");
        let (status, problem) = call(router(&world), &ctx, "GET", &uri, "").await;
        assert_eq!((status, &problem["fields"][0]["pointer"]), (422, &json!("/bucket")));
        assert!(problem["detail"].as_str().unwrap().contains(word), "{problem}");
    }
    let nobody = world.ctx(&[(Role::Ingest, Scope::System)]);
    assert_eq!(call(router(&world), &nobody, "GET", "/api/v1/readings", "").await.0, 403);
}

#[tokio::test]
async fn a_file_holds_every_reading_and_its_export_stands_in_the_ledger() {
    let world = filled("many-file").await;
    let ctx = everybody(&world);
    let file = async |uri: String| {
        let mut request = Request::get(uri).body(axum::body::Body::empty()).unwrap();
        request.extensions_mut().insert(ctx.clone());
        let response = router(&world).oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap()
    };
    let range = "from=2026-11-24T21:00:00Z&to=2026-11-25T00:00:00Z";
    let csv = file(format!("/api/v1/readings?{range}&format=csv&bom=true")).await;
    let text = String::from_utf8(csv.to_vec()).unwrap();
    let lines: Vec<_> = text.trim_end().split("\r\n").collect();
    assert!(lines[0].starts_with("\u{feff}point_id,device_key,point_key"), "{}", lines[0]);
    assert_eq!(lines.len(), 1 + 12 + 12 + 8);
    let first = lines.iter().find(|line| line.contains("air-001,pm25")).unwrap();
    assert!(first.contains("2026-11-24T21:00:00,2026-11-25T06:00:00,0.0,,false,1"), "{first}");
    let uri = format!("/api/v1/readings?{range}&bucket=1h&fill=null&quantity=pm25&format=arrow");
    let arrow = file(uri).await;
    let reader = arrow_ipc::reader::StreamReader::try_new(&*arrow, None).unwrap();
    assert_eq!(reader.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), 6, "two sensors");
    let mut tx = world.platform.db.read().await.unwrap();
    let exports = "SELECT * FROM audit_entry WHERE action = 'reading.export'";
    assert_eq!(tx.all(exports, Vec::new()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_stood_at_an_instant_is_the_newest_reading_before_it() {
    let world = filled("many-as-of").await;
    let ctx = everybody(&world);
    let point = world.point(SENSOR, "pm25").id;
    for (at, expected) in [
        ("2026-11-24T20:59:59Z", json!([])),
        ("2026-11-24T21:00:00Z", json!([0.0])),
        ("2026-11-24T22:59:59Z", json!([3.0])),
        ("2026-11-24T23:45:00Z", json!([11.0])),
        ("2026-12-20T00:00:00Z", json!([11.0])),
        ("2028-12-20T00:00:00Z", json!([])),
    ] {
        let uri = format!("/api/v1/points/as_of?points={point}&at={at}");
        let answer = get(&world, &ctx, &uri).await;
        let found: Vec<_> =
            answer["items"].as_array().unwrap().iter().map(|item| item["value"].clone()).collect();
        assert_eq!(json!(found), expected, "{at}");
    }
}
