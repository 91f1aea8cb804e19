//! The shared data sets (`SANDAN_SHARED` names their folder) as golden tests and benches read them.
#![allow(dead_code, reason = "each test binary uses the part that it measures")]
#![allow(unreachable_pub, reason = "a module of test binaries")]
#![allow(clippy::unwrap_used, reason = "a shared file that is there and cannot be read is a fault")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::io::Read;
use std::path::PathBuf;

use energy_rules::load::Load;
use jiff::civil::date;

pub mod injected;
pub mod meters;

/// How a packed file begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The text of a file under `data/energy`, unpacked; `None`, and a line that says so, when it is
/// not here.
pub fn text(file: &str) -> Option<String> {
    let shared = std::env::var_os("SANDAN_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let Ok(bytes) = std::fs::read(shared.join("data/energy").join(file)) else {
        eprintln!("skipped: {file} is not here (SANDAN_SHARED names the folder of shared data)");
        return None;
    };
    let mut text = String::new();
    if bytes.starts_with(&GZIP) {
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    Some(text)
}

/// The steel plant's 2018 (UCI 851, CC BY 4.0), in file order.
pub fn steel() -> Option<Load> {
    let text = text("steel_industry_2018_15min.csv.gz")?;
    let kwh = text.lines().skip(1).map(|line| line.split(',').nth(1).unwrap());
    Some(load_2018(kwh))
}

/// The same with 50 injected anomalies.
pub fn steel_injected() -> Option<Load> {
    let text = text("reference/steel_injected_anomalies_series.csv.gz")?;
    Some(load_2018(text.lines()))
}

fn load_2018<'a>(kwh: impl Iterator<Item = &'a str>) -> Load {
    #[expect(clippy::cast_possible_truncation, reason = "a slot is a few hundred kWh")]
    let wh = kwh.map(|kwh| Some((kwh.parse::<f64>().unwrap() * 1000.0).round() as i64));
    Load::active(date(2018, 1, 1), wh.collect())
}

/// Hours since 1970-01-01 00:00 UTC and the value of each line of an opendsm sample; NaN lines left
/// out.
pub fn samples(file: &str) -> Option<Vec<(i64, f64)>> {
    let text = text(&format!("opendsm-samples/{file}"))?;
    let rows = text.lines().skip(1).map(|line| {
        let (at, value) = line.split_once(',').unwrap();
        let at: jiff::Timestamp = at.parse().unwrap();
        (at.as_second() / 3600, value.parse::<f64>().unwrap())
    });
    Some(rows.filter(|(_, value)| !value.is_nan()).collect())
}

/// Hours since 1970 of a UTC midnight.
pub fn utc_hour(year: i16, month: i8, day: i8) -> i64 {
    let days = date(1970, 1, 1).until(date(year, month, day)).unwrap().get_days();
    i64::from(days) * 24
}
