//! Reports from readings to JSON and to workbooks, which are opened again.

use std::io::Cursor;

use base::{Instant, Quality, Reading, Role, Scope};
use calamine::{Data, Range, Reader as _, Xlsx};
use platform::Ctx;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::electricity_contract::tests::World;

const START: &str = "2026-06-01T00:00:00+09:00";

/// A contract, and readings since June: 50 kWh a slot, 25 by night; one of 100 on June 10, and a
/// hole of four on July 2.
async fn plant(name: &str, days: i64) -> (World, Ctx, String) {
    let world = World::new(name).await;
    let manager = world.manager();
    let path = "/api/v1/electricity_contracts";
    let (_, made) = world.call(&manager, "POST", path, world.new_contract()).await;
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let start: Instant = START.parse().unwrap();
    let series = world.point("m-1", "kwh").1;
    let readings = (0..days * 96).filter(|slot| !(31 * 96 + 8..31 * 96 + 12).contains(slot));
    let readings = readings.map(|slot| {
        let value = match (slot / 96, slot % 96) {
            (9, 60) => 100.0,
            (_, 32..88) => 50.0,
            _ => 25.0,
        };
        let at_ms = start.as_millis() + slot * 900_000;
        Reading { series, at_ms, value, quality: Quality::GOOD }
    });
    let (readings, arrived) = (readings.collect(), world.platform.clock.now());
    world.telemetry.store().append(readings, arrived).await.unwrap();
    (world, manager, one)
}

async fn workbook(world: &World, ctx: &Ctx, uri: &str) -> Xlsx<Cursor<Vec<u8>>> {
    let (router, _) = world.energy.routes().split_for_parts();
    let mut request = axum::http::Request::get(uri).body(axum::body::Body::empty()).unwrap();
    request.extensions_mut().insert(ctx.clone());
    let response = router.oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    let kind = response.headers()["content-type"].to_str().unwrap();
    assert!(kind.contains("spreadsheetml"), "{kind}");
    let name = response.headers()["content-disposition"].to_str().unwrap();
    assert!(name.starts_with("attachment; filename=\"") && name.ends_with(".xlsx\""), "{name}");
    let bytes = axum::body::to_bytes(response.into_body(), 8 << 20).await.unwrap();
    calamine::open_workbook_from_rs(Cursor::new(bytes.to_vec())).unwrap()
}

/// The row that begins with some words.
fn row<'a>(sheet: &'a Range<Data>, words: &str) -> &'a [Data] {
    let begins = |row: &&[Data]| matches!(&row[0], Data::String(text) if text == words);
    sheet.rows().find(begins).unwrap_or_else(|| panic!("no row '{words}' in {sheet:?}"))
}

fn number(cell: &Data) -> f64 {
    let Data::Float(value) = cell else { panic!("{cell:?} is no number") };
    *value
}

#[track_caller]
fn same(cell: &Data, json: &Value) {
    let (found, expected) = (number(cell), json.as_f64().unwrap());
    assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
}

#[tokio::test]
async fn the_workbook_of_a_month_holds_what_its_json_says() {
    let (world, manager, one) = plant("energy-report-month", 90).await;
    let uri = |ending: &str| format!("{one}/monthly_report{ending}?month=2026-07");
    let (status, report) = world.call(&manager, "GET", &uri(""), Value::Null).await;
    assert_eq!(status, 200, "{report}");
    assert_eq!(report["head"]["customer"], "한빛제지");
    assert_eq!(report["quality"]["missing_slots"], 4);
    assert_eq!(report["quality"]["longest_gap_from"], "2026-07-02T02:00:00");
    assert_eq!(report["comparisons"][0]["month"], "2026-06");
    assert!(report["comparisons"][0]["kwh_change_percent"].is_f64());
    assert_eq!(report["comparisons"][1]["kwh"], Value::Null, "2025 is not known");
    assert_eq!(report["comparisons"][0]["provisional"], true, "the winter before is not known");
    assert_eq!(report["comparisons"][1]["provisional"], Value::Null);
    assert_eq!(report["peaks"].as_array().unwrap().len(), 5);
    let remarks: Vec<_> = report["remarks"].as_array().unwrap().iter().collect();
    assert!(remarks.iter().any(|remark| remark["code"] == "not_compared"), "{remarks:?}");
    assert!(report["anomalies"].is_array(), "June is enough to learn from");
    let june = format!("{one}/monthly_report?month=2026-06");
    let (_, june) = world.call(&manager, "GET", &june, Value::Null).await;
    assert_eq!(june["anomalies"], Value::Null, "nothing is known before June");
    assert!(june["remarks"].to_string().contains("too_few_days"), "{}", june["remarks"]);

    let mut book = workbook(&world, &manager, &uri(".xlsx")).await;
    assert_eq!(book.sheet_names(), ["요약", "요금 내역", "일별 사용량", "15분 자료", "근거"]);
    let mut sheet = |name: &str| book.worksheet_range(name).unwrap();
    let (summary, bill, days, slots) =
        (sheet("요약"), sheet("요금 내역"), sheet("일별 사용량"), sheet("15분 자료"));
    assert!(summary.get((0, 0)).unwrap().to_string().contains("2026-07 월간"));
    same(&row(&summary, "청구금액")[1], &report["bill"]["total_won"]);
    same(&row(&summary, "전력량(kWh)")[1], &report["bill"]["kwh"]);
    same(&row(&summary, "요금적용전력(kW)")[1], &report["bill"]["demand"]["kw"]);
    same(&row(&summary, "온실가스(tCO2eq)")[1], &report["carbon"]["tco2e"]);
    same(&row(&summary, "전월")[2], &report["comparisons"][0]["kwh"]);
    assert_eq!(row(&summary, "전월")[8].to_string(), "잠정");
    same(&row(&summary, "경부하")[1], &report["bands"][0]["kwh"]);
    let lines = report["bill"]["lines"].as_array().unwrap();
    assert_eq!(bill.rows().count(), lines.len() + 1);
    for (row, line) in bill.rows().skip(1).zip(lines) {
        assert_eq!(row[0].to_string(), line["name_ko"].as_str().unwrap());
        same(&row[5], &line["won"]);
    }
    // A head, 31 days, a sum.
    assert_eq!(days.rows().count(), 33);
    same(&row(&days, "합계")[5], &report["bill"]["kwh"]);
    assert_eq!(slots.rows().count(), 31 * 96 + 1);
    assert_eq!(slots.get((96 + 8 + 1, 1)), Some(&Data::Empty), "a gap stays empty");
    let sum: f64 =
        slots.rows().skip(1).filter(|row| row[1] != Data::Empty).map(|row| number(&row[1])).sum();
    assert!((sum - report["bill"]["kwh"].as_f64().unwrap()).abs() < 1e-6);
    let first = slots.get((1, 0)).unwrap();
    assert!(matches!(first, Data::DateTime(at) if at.is_datetime()), "{first:?}");
    world.close().await;
}

#[tokio::test]
async fn products_take_what_they_are_given_and_the_rest_is_shown() {
    let (world, manager, one) = plant("energy-report-products", 90).await;
    let entries = format!("{one}/production_entries");
    for entry in [
        json!({ "month": "2026-06", "product": "백판지", "code": "4810", "tonnes": 100, "share_percent": 40 }),
        json!({ "month": "2026-06", "product": "골판지", "tonnes": 50.5, "share_percent": 20 }),
        json!({ "month": "2026-07", "product": "백판지", "code": "4810", "tonnes": 80 }),
    ] {
        let (status, made) = world.call(&manager, "POST", &entries, entry).await;
        assert_eq!(status, 201, "{made}");
    }
    let uri = |ending: &str| format!("{one}/product_report{ending}?from=2026-06&to=2026-07");
    let (status, report) = world.call(&manager, "GET", &uri(""), Value::Null).await;
    assert_eq!(status, 200, "{report}");
    let bills = format!("{one}/bills?from=2026-06&to=2026-07");
    let (_, bills) = world.call(&manager, "GET", &bills, Value::Null).await;
    let kwh = |place: usize| bills["items"][place]["kwh"].as_f64().unwrap();
    let items = report["items"].as_array().unwrap();
    let of = |name: &str| items.iter().find(|item| item["product"] == name).unwrap();
    let board = of("백판지");
    let near = |value: &Value, expected: f64| {
        let value = value.as_f64().unwrap();
        assert!((value - expected).abs() < 0.01, "{value} is not {expected}");
    };
    near(&board["kwh"], kwh(0) * 0.4 + kwh(1));
    near(&board["kwh_per_t"], (kwh(0) * 0.4 + kwh(1)) / 180.0);
    near(&board["kgco2e_per_t"], (kwh(0) * 0.4 + kwh(1)) / 180.0 * 0.4173);
    assert_eq!(board["bases"], json!(["share", "mass"]));
    assert_eq!(board["missing_slots"], 4, "of July");
    near(&report["unallocated_kwh"], kwh(0) * 0.4);
    near(&report["total_kwh"], kwh(0) + kwh(1));
    assert_eq!(report["factors"][0]["year"], 2026);
    assert!(report["remarks"].to_string().contains("미확인"));

    let mut book = workbook(&world, &manager, &uri(".xlsx")).await;
    let sheet = book.worksheet_range("제품별 원단위").unwrap();
    same(&row(&sheet, "백판지")[6], &board["kwh_per_t"]);
    same(&row(&sheet, "골판지")[8], &of("골판지")["kgco2e_per_t"]);
    same(&row(&sheet, "배분하지 않음 · unallocated")[5], &report["unallocated_kwh"]);
    assert_eq!(row(&sheet, "Product")[6].to_string(), "kWh per t");

    let uri = |ending: &str| format!("{one}/annual_report{ending}?year=2026");
    let (status, year) = world.call(&manager, "GET", &uri(""), Value::Null).await;
    assert_eq!(status, 200, "{year}");
    assert_eq!(year["months"].as_array().unwrap().len(), 12);
    assert_eq!((&year["months"][0]["kwh"], &year["is_complete"]), (&Value::Null, &json!(false)));
    assert_eq!(year["months"][5]["kwh"], bills["items"][0]["kwh"]);
    assert_eq!(year["months"][5]["provisional"], true, "the winter before is not known");
    assert_eq!(year["months"][0]["provisional"], false, "there is no bill of January");
    near(&year["carbon"]["toe"], year["kwh"].as_f64().unwrap() * 0.000_213);
    assert_eq!(year["products"], report["items"]);
    // What is to be said of the products is said of the year too, and nothing twice.
    let said = |code: &str| {
        year["remarks"].as_array().unwrap().iter().filter(|remark| remark["code"] == code).count()
    };
    assert_eq!(
        ["split_by_mass", "cbam_factor", "electricity_only", "grid_factor"].map(said),
        [1, 1, 1, 1],
        "{year}"
    );
    let mut book = workbook(&world, &manager, &uri(".xlsx")).await;
    let months = book.worksheet_range("월별").unwrap();
    same(&row(&months, "2026-06")[1], &year["months"][5]["kwh"]);
    assert_eq!(row(&months, "2026-06")[6].to_string(), "요금 잠정");
    same(&row(&months, "합계")[2], &year["carbon"]["toe"]);
    world.close().await;
}

#[tokio::test]
async fn nobody_else_reads_a_report_and_an_export_leaves_a_row_in_the_ledger() {
    let (world, manager, one) = plant("energy-report-privacy", 40).await;
    let Scope::Establishment { complex, .. } = world.tenant() else { panic!("a tenant") };
    let office = world.somebody(Role::EnergyOffice, Scope::Complex(complex));
    let reports = ["monthly_report", "product_report", "annual_report"];
    for report in reports.iter().flat_map(|name| [(*name).to_owned(), format!("{name}.xlsx")]) {
        let uri = format!("{one}/{report}");
        let (status, answer) = world.call(&office, "GET", &uri, Value::Null).await;
        assert_eq!((status, &answer["code"]), (404, &json!("electricity_contract.not_found")));
    }
    for (uri, status, words) in [
        ("monthly_report?month=2027-01", 422, "has not begun"),
        ("monthly_report?month=2026-01", 404, "no value in 2026-01"),
        ("annual_report?year=0", 422, "no year"),
        ("product_report?from=2026-07&to=2026-06", 422, "before"),
    ] {
        let (found, answer) =
            world.call(&manager, "GET", &format!("{one}/{uri}"), Value::Null).await;
        assert_eq!(found, status, "{uri}: {answer}");
        assert!(answer["detail"].as_str().unwrap().contains(words), "{answer}");
    }
    workbook(&world, &manager, &format!("{one}/monthly_report.xlsx?month=2026-06")).await;
    let mut tx = world.platform.db.read().await.unwrap();
    let rows = tx.all("SELECT action, detail FROM audit_entry", platform::args![]).await.unwrap();
    let exports: Vec<String> = rows
        .iter()
        .filter(|row| row.get::<String>("action").unwrap() == "report.export")
        .map(|row| row.get::<String>("detail").unwrap())
        .collect();
    assert_eq!(exports.len(), 1);
    assert!(exports[0].contains("monthly-report-2026-06"), "{exports:?}");
    drop(tx);
    world.close().await;
}

#[tokio::test]
async fn a_site_with_two_contracts_has_one_report_with_a_page_each_and_a_sum() {
    let (world, manager, one) = plant("report-site", 150).await;
    let path = "/api/v1/electricity_contracts";
    let mut second = world.new_contract();
    second["terms"]["name"] = json!("별관 수전");
    let (status, made) = world.call(&manager, "POST", path, second).await;
    assert_eq!(status, 201, "{made}");
    let Scope::Establishment { id, complex } = world.tenant() else { panic!("a tenant") };
    let site =
        |span: &str| format!("/api/v1/complexes/{complex}/site_report?establishment={id}&{span}");
    let (status, found) = world.call(&manager, "GET", &site("month=2026-07"), json!(null)).await;
    assert_eq!(status, 200, "{found}");
    let (_, alone) = world
        .call(&manager, "GET", &format!("{one}/monthly_report?month=2026-07"), json!(null))
        .await;
    let contracts = found["contracts"].as_array().unwrap();
    assert_eq!(contracts.len(), 2);
    assert_eq!(contracts[0]["kwh"], alone["bill"]["kwh"]);
    let won = alone["bill"]["total_won"].as_i64().unwrap();
    assert_eq!(found["sum"]["total_won"], json!(2 * won), "{found}");
    let kwh = alone["bill"]["kwh"].as_f64().unwrap();
    assert!((found["sum"]["kwh"].as_f64().unwrap() - 2.0 * kwh).abs() < 1e-9, "{found}");
    assert_eq!(found["sum"]["is_complete"], json!(false), "July has a hole");
    let (status, year) = world.call(&manager, "GET", &site("year=2026"), json!(null)).await;
    assert_eq!(
        (status, &year["year"], &year["month"]),
        (200, &json!(2026), &json!(null)),
        "{year}"
    );
    assert_eq!(year["sum"]["is_large_by_electricity"], json!(null), "a year with gaps: {year}");

    let uri = |span: &str| site(span).replace("site_report?", "site_report.xlsx?");
    let mut book = workbook(&world, &manager, &uri("month=2026-07")).await;
    assert_eq!(book.sheet_names(), ["합계", "계약 1", "계약 2"]);
    let sum = book.worksheet_range("합계").unwrap();
    #[expect(clippy::cast_precision_loss, reason = "some million won")]
    let both = (2 * won) as f64;
    assert!((number(&row(&sum, "합계")[2]) - both).abs() < 0.5, "{sum:?}");
    let page = book.worksheet_range("계약 2").unwrap();
    assert!(page.rows().any(|row| row[0].to_string().contains("별관 수전")), "{page:?}");
    let book = workbook(&world, &manager, &uri("year=2026")).await;
    assert_eq!(book.sheet_names(), ["합계", "계약 1", "계약 2"]);

    let both = site("month=2026-07&year=2026");
    let (status, refused) = world.call(&manager, "GET", &both, json!(null)).await;
    assert_eq!((status, &refused["fields"][0]["pointer"]), (422, &json!("/year")));
    let office = world.somebody(Role::EnergyOffice, Scope::Complex(complex));
    let (status, hidden) = world.call(&office, "GET", &site("month=2026-07"), json!(null)).await;
    assert_eq!((status, &hidden["code"]), (404, &json!("site_report.no_contract")), "{hidden}");
    world.close().await;
}
