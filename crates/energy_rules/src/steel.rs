//! The public steel-plant file (UCI 851, CC BY 4.0; PROVENANCE.md beside it), for tests.

use std::io::Read;
use std::path::PathBuf;

use jiff::civil::date;

use crate::load::Load;

/// The year 2018 of the plant; `None`, said aloud, when the shared data are not there.
pub(crate) fn steel() -> Option<Load> {
    let shared = std::env::var_os("SANDAN_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
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
    let mut load = Load::active(date(2018, 1, 1), Vec::with_capacity(35_040));
    // Row `i` covers the slot `i`: the midnight row stands last in its day, so the order is the
    // time.
    for line in text.lines().skip(1) {
        let mut fields = line.split(',').skip(1).map(milli);
        load.wh.push(fields.next().unwrap());
        load.lagging_varh.push(fields.next().unwrap());
        load.leading_varh.push(fields.next().unwrap());
    }
    assert_eq!(load.wh.len(), 35_040);
    Some(load)
}

/// A decimal with up to three digits, in thousandths.
fn milli(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    assert!(fraction.len() <= 3, "{text}");
    let whole: i64 = whole.parse().ok()?;
    Some(whole * 1_000 + format!("{fraction:0<3}").parse::<i64>().ok()?)
}
