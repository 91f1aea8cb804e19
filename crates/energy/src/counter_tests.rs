//! A register is billed, watched and told like the intervals that it counts.

use std::io::Read;

use base::{Instant, Quality, Reading, Series};
use energy_rules::demand::SLOT_MS;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::electricity_contract::tests::World;

const CONTRACTS: &str = "/api/v1/electricity_contracts";
/// Where the register begins again, kWh; the plant passes it every five weeks.
const TOP_CENTI: i64 = 10_000_000;
const BATCH: usize = 5_000;

/// What the public steel plant drew in each quarter of an hour of its year, hundredths of a kWh (UCI 851, CC BY 4.0);
/// `None`, said aloud, when the shared data are not there.
fn steel() -> Option<Vec<i64>> {
    let shared = std::env::var_os("SANDAN_SHARED").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        std::path::PathBuf::from,
    );
    let path = shared.join("data/energy/steel_industry_2018_15min.csv.gz");
    let Ok(file) = std::fs::File::open(path) else {
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: steel_industry_2018_15min.csv.gz is not here (SANDAN_SHARED)");
        }
        return None;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let column = |line: &str| {
        let kwh: f64 = line.split(',').nth(1).unwrap().parse().unwrap();
        #[expect(clippy::cast_possible_truncation, reason = "some hundred kWh at most")]
        let centi = (kwh * 100.0).round() as i64;
        centi
    };
    Some(text.lines().skip(1).map(column).collect())
}

fn reading(series: Series, at_ms: i64, centi: i64) -> Reading {
    #[expect(clippy::cast_precision_loss, reason = "a register shows seven digits")]
    let value = centi as f64 / 100.0;
    Reading { series, at_ms, value, quality: Quality::GOOD }
}

async fn append(world: &World, readings: &[Reading]) {
    let arrived = world.platform.clock.now();
    for batch in readings.chunks(BATCH) {
        world.telemetry.store().append(batch.to_vec(), arrived).await.unwrap();
    }
}

/// A contract on one of the points of the meter, and its address.
async fn contract(world: &World, key: &str) -> (Value, String) {
    let mut new = world.new_contract();
    new["terms"]["active_point_id"] = json!(world.point("m-1", key).0);
    new["terms"]["power_point_id"] = json!(world.point("m-1", "kw").0);
    let (status, made) = world.call(&world.manager(), "POST", CONTRACTS, new).await;
    assert_eq!(status, 201, "{made}");
    let uri = format!("{CONTRACTS}/{}", made["id"].as_str().unwrap());
    (made, uri)
}

#[tokio::test]
async fn the_steel_plant_as_a_register_is_billed_to_the_won_as_its_intervals_are() {
    let Some(steel) = steel() else { return };
    let world = World::new("energy-counter").await;
    let manager = world.manager();
    let start: Instant = "2026-04-16T00:00:00+09:00".parse().unwrap();
    let days = 214;
    let (kwh, register) = (world.point("m-1", "kwh").1, world.point("m-1", "register").1);
    let (mut intervals, mut numbers) = (Vec::new(), Vec::new());
    let mut shown = 1_234_567;
    let slots = steel.iter().take(days * 96).zip(0_i64..);
    for (centi, slot) in slots {
        let at_ms = start.as_millis() + slot * SLOT_MS;
        intervals.push(reading(kwh, at_ms, *centi));
        numbers.push(reading(register, at_ms, shown));
        shown = (shown + centi) % TOP_CENTI;
    }
    numbers.push(reading(register, start.as_millis() + 214 * 96 * SLOT_MS, shown));
    append(&world, &intervals).await;
    append(&world, &numbers).await;
    let rolled = numbers.windows(2).filter(|pair| pair[1].value < pair[0].value).count();
    assert!(rolled >= 3, "the register rolls over {rolled} times");
    let (by_intervals, by_register) =
        (contract(&world, "kwh").await.1, contract(&world, "register").await.1);
    let bills = async |one: &str| {
        let uri = format!("{one}/bills?from=2026-05&to=2026-10");
        let (status, found) = world.call(&manager, "GET", &uri, json!(null)).await;
        assert_eq!(status, 200, "{found}");
        found["items"].as_array().unwrap().clone()
    };
    let (intervals, register) = (bills(&by_intervals).await, bills(&by_register).await);
    assert_eq!(intervals.len(), 6);
    for (interval, register) in intervals.iter().zip(&register) {
        assert!(interval["total_won"].as_i64().unwrap() > 10_000_000, "{interval}");
        assert_eq!(interval, register, "to the won, line by line");
    }
    world.close().await;
}

#[tokio::test]
async fn a_number_that_is_missing_takes_both_its_quarters_and_no_more() {
    let world = World::new("energy-counter-gap").await;
    let series = world.point("m-1", "register").1;
    let start: Instant = "2026-06-01T00:00:00+09:00".parse().unwrap();
    let at = |edge: i64| start.as_millis() + edge * SLOT_MS;
    let numbers: Vec<_> = (0..=96)
        .filter(|edge| *edge != 40)
        .map(|edge| reading(series, at(edge), 1_000 + 25 * edge))
        .collect();
    append(&world, &numbers).await;
    let (made, _) = contract(&world, "register").await;
    let ctx = world.manager();
    let contract = world.energy.contract(&ctx, made["id"].as_str().unwrap().parse().unwrap());
    let terms = contract.await.unwrap().terms;
    let day = date(2026, 6, 1);
    let found = world.energy.load(&ctx, &terms, day, day).await.unwrap();
    let missing: Vec<_> = (0..96).filter(|slot| found.load.wh[*slot].is_none()).collect();
    assert_eq!((missing, found.off_grid, found.hidden), (vec![39, 40], 0, false));
    assert!(found.load.wh.iter().flatten().all(|wh| *wh == 250), "{:?}", found.load.wh);
    world.close().await;
}

#[tokio::test]
async fn a_register_moves_the_gauge_when_its_quarter_is_over() {
    let world = World::new("energy-counter-gauge").await;
    let (_, one) = contract(&world, "register").await;
    world.energy.reread().await.unwrap();
    let series = world.point("m-1", "register").1;
    // The clock of the test stands on a Wednesday, 09:00 in Korea, which counts in winter.
    let now_ms = world.platform.clock.now().as_millis();
    let numbers = [reading(series, now_ms, 5_000), reading(series, now_ms + SLOT_MS, 15_000)];
    world.energy.book().take(&numbers, now_ms + SLOT_MS);
    let (status, shown) =
        world.call(&world.manager(), "GET", &format!("{one}/gauge"), json!(null)).await;
    assert_eq!(status, 200, "{shown}");
    assert_eq!(shown["month_peak"]["kw"], json!(400.0), "100 kWh in a quarter: {shown}");
    // A person corrects the second number: what is stored then wins over what was seen live.
    let corrected =
        Reading { quality: Quality::CORRECTED, ..reading(series, now_ms + SLOT_MS, 10_000) };
    append(&world, &[numbers[0], corrected]).await;
    world.energy.book().take(&[corrected], now_ms + SLOT_MS);
    world.energy.reread().await.unwrap();
    let (_, shown) =
        world.call(&world.manager(), "GET", &format!("{one}/gauge"), json!(null)).await;
    assert_eq!(shown["month_peak"]["kw"], json!(200.0), "50 kWh in a quarter: {shown}");
    world.close().await;
}
