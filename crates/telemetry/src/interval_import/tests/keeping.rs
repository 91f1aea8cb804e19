//! From an upload to readings: previews, commits, permissions.

use base::{Id, Quality, Role, Scope};
use bytes::Bytes;
use platform::Ctx;
use serde_json::{Value, json};

use super::steel::steel_file;
use crate::column_mapping::Mapping;
use crate::ingress::tests::kit::{METER, SENSOR, World, actor, call};
use crate::interval_import::api::remove_expired;
use crate::interval_import::{
    FlagCode, ImportError, IntervalFile, IntervalResult, PREVIEW_KEPT, import_file, preview_file,
    routes,
};

const FILE: &str = "검침일,순방향 유효전력량(KWH),지상 무효\n2026-01-31 23:45,1.5,0.1\n\
                    2026-01-31 24:00,-2.5,0.2\n2026-02-01 00:15,3.5,-\n";

async fn upload(world: &World, ctx: &Ctx, query: &str, file: &str) -> (u16, Value) {
    let router = routes(&world.platform, world.ingest.clone());
    let uri = format!("/api/v1/interval_imports?{query}");
    call(router, ctx, "POST", &uri, file.to_owned()).await
}

async fn commit(world: &World, ctx: &Ctx, id: &Value) -> (u16, Value) {
    let router = routes(&world.platform, world.ingest.clone());
    let uri = format!("/api/v1/interval_imports/{}/commit", id.as_str().unwrap());
    call(router, ctx, "POST", &uri, "").await
}

fn manager(world: &World) -> Ctx {
    world.ctx(&[(Role::EnergyManager, world.scope(METER))])
}

#[tokio::test]
async fn a_file_is_looked_at_then_kept_and_a_second_time_changes_nothing() {
    let world = World::new("import").await;
    let ctx = manager(&world);
    let query = format!("device={METER}&file_name=a.csv");
    let (status, preview) = upload(&world, &ctx, &query, FILE).await;
    assert_eq!(status, 200, "{preview}");
    assert_eq!((&preview["rows_total"], &preview["kwh_sum"]), (&json!(3), &json!(5.0)));
    assert_eq!(
        (&preview["peak_kw"], &preview["customer_number_warning"]),
        (&json!(14.0), &json!(false))
    );
    assert_eq!(preview["first"], "2026-01-31T14:30:00Z");
    assert_eq!(preview["sample"][0]["values"]["active_energy"], 1.5);
    assert!(world.values(METER, "kwh").await.is_empty(), "a preview keeps nothing");

    let (status, result) = commit(&world, &ctx, &preview["id"]).await;
    assert_eq!((status, &result), (200, &json!({"added": 5, "replaced": 0, "unchanged": 0})));
    let kept = world.readings(METER, "kwh").await;
    let values: Vec<_> = kept.iter().map(|reading| (reading.value, reading.quality)).collect();
    let negative = Quality::IMPORTED.with(Quality::OUT_OF_RANGE);
    let expect = [(1.5, Quality::IMPORTED), (-2.5, negative), (3.5, Quality::IMPORTED)];
    assert_eq!(values, expect);
    assert_eq!(world.values(METER, "kvarh_lag").await, [0.1, 0.2]);

    assert_eq!(commit(&world, &ctx, &preview["id"]).await, (200, result), "the same answer");
    let (_, again) = upload(&world, &ctx, &query, &FILE.replace("3.5", "4.5")).await;
    let (_, result) = commit(&world, &ctx, &again["id"]).await;
    assert_eq!(result, json!({"added": 0, "replaced": 1, "unchanged": 4}));
    assert_eq!(world.values(METER, "kwh").await, [1.5, -2.5, 4.5]);

    let router = routes(&world.platform, world.ingest.clone());
    let (_, list) = call(router, &ctx, "GET", "/api/v1/interval_imports", "").await;
    let row = &list["items"][1];
    assert_eq!((&row["state"], &row["added"]), (&json!("committed"), &json!(5)));
    assert_eq!((&row["file_name"], &row["actor"]["name"]), (&json!("a.csv"), &json!("시험")));
}

#[tokio::test]
async fn only_who_may_import_for_the_meter_sees_or_keeps_a_file() {
    let world = World::new("import-permission").await;
    let query = format!("device={METER}");
    let complex = Scope::Complex(world.scope(METER).complex().unwrap());
    let elsewhere = Scope::Complex(world.platform.clock.new_id());
    for grants in [[(Role::Operator, complex)], [(Role::EnergyManager, elsewhere)]] {
        let (status, problem) = upload(&world, &world.ctx(&grants), &query, FILE).await;
        assert_eq!(status, 404, "{problem}");
    }
    let (_, preview) = upload(&world, &manager(&world), &query, FILE).await;
    let stranger = world.ctx(&[(Role::EnergyManager, elsewhere)]);
    assert_eq!(commit(&world, &stranger, &preview["id"]).await.0, 404);
    let router = || routes(&world.platform, world.ingest.clone());
    let (_, list) = call(router(), &stranger, "GET", "/api/v1/interval_imports", "").await;
    assert_eq!(list["items"], json!([]));
    let office = world.ctx(&[(Role::EnergyOffice, complex)]);
    assert_eq!(commit(&world, &office, &preview["id"]).await.0, 200);
    let unknown: Id<IntervalFile> = world.platform.clock.new_id();
    assert_eq!(commit(&world, &office, &json!(unknown)).await.0, 404);
}

#[tokio::test]
async fn a_preview_that_waited_a_day_is_gone() {
    let world = World::new("import-expiry").await;
    let query = format!("device={METER}&mapping=kepco");
    let (_, preview) = upload(&world, &manager(&world), &query, FILE).await;
    world.clock.advance(PREVIEW_KEPT);
    assert_eq!(remove_expired(&world.platform).await.unwrap(), 0);
    world.clock.advance(std::time::Duration::from_secs(1));
    let (status, problem) = commit(&world, &manager(&world), &preview["id"]).await;
    assert_eq!((status, &problem["code"]), (409, &json!("interval_import.expired")));
    assert_eq!(remove_expired(&world.platform).await.unwrap(), 1);
    assert_eq!(commit(&world, &manager(&world), &preview["id"]).await.0, 404);
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_refused_in_words() {
    let world = World::new("import-refusal").await;
    let all = world.ctx(&[(Role::Administrator, Scope::System)]);
    for (query, file, status, code, words) in [
        ("device=meter-999".to_owned(), FILE, 404, "not_found", "meter-999"),
        (
            format!("device={METER}&mapping=mine"),
            FILE,
            404,
            "interval_import.unknown_mapping",
            "kepco",
        ),
        (format!("device={METER}"), "a,b\n1,2\n", 422, "interval_import.no_columns", "검침일"),
        (format!("device={METER}"), "", 422, "interval_import.empty", "export it again"),
        (format!("device={SENSOR}"), FILE, 422, "interval_import.missing_point", "active_energy"),
    ] {
        let (got, problem) = upload(&world, &all, &query, file).await;
        assert_eq!((got, &problem["code"]), (status, &json!(code)), "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(words), "{problem}");
    }
}

#[tokio::test]
async fn what_a_meter_has_no_point_for_is_named_and_not_taken() {
    let world = World::new("import-partly").await;
    let file = Bytes::from_static(FILE.as_bytes());
    let prepared = preview_file(&world.ingest, "meter-002", &Mapping::kepco(), file).await.unwrap();
    let preview = prepared.preview();
    assert_eq!(preview.not_taken, ["reactive_energy_lagging"]);
    let codes: Vec<FlagCode> = preview.flags.iter().map(|flag| flag.code).collect();
    assert_eq!(codes, [FlagCode::Negative, FlagCode::MissingValue]);
    assert_eq!(prepared.plan.readings(&prepared.parsed).count(), 3);
    let half_hours = Mapping { interval_s: 1_800, ..Mapping::kepco() };
    let file = Bytes::from_static(FILE.as_bytes());
    let error = preview_file(&world.ingest, "meter-002", &half_hours, file).await.unwrap_err();
    assert!(matches!(error, ImportError::MissingPoint { interval_s: 1_800, .. }), "{error}");
}

#[tokio::test]
async fn a_device_has_only_so_many_files_waiting() {
    let world = World::new("import-waiting").await;
    let query = format!("device={METER}");
    for _ in 0..crate::interval_import::PREVIEWS_PER_DEVICE_MAX {
        assert_eq!(upload(&world, &manager(&world), &query, FILE).await.0, 200);
    }
    let (status, problem) = upload(&world, &manager(&world), &query, FILE).await;
    assert_eq!(status, 429, "{problem}");
}

#[tokio::test]
async fn the_steel_year_is_kept_whole_and_its_second_import_finds_everything_there() {
    let Some(bytes) = steel_file() else {
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: shared data not found");
        }
        return;
    };
    let world = World::new("import-steel").await;
    let bytes = Bytes::from(bytes);
    for (added, unchanged) in [(3 * 35_040, 0), (0, 3 * 35_040)] {
        let steel = Mapping::steel();
        let done = import_file(&world.ingest, METER, &steel, bytes.clone(), &actor()).await;
        let (preview, result) = done.unwrap();
        assert_eq!(result, IntervalResult { added, replaced: 0, unchanged });
        assert!((preview.kwh_sum.unwrap() - 959_640.31).abs() < 0.005);
    }
    let kept = world.values(METER, "kwh").await;
    assert_eq!(kept.len(), 35_040);
    assert!((kept.iter().sum::<f64>() - 959_640.31).abs() < 0.005);
}
