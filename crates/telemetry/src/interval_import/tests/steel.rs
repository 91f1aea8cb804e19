//! The public steel-plant file (UCI 851, CC BY 4.0), when the shared data lie beside the project.

use std::io::Read;
use std::path::PathBuf;

use base::Instant;

use crate::column_mapping::Mapping;
use crate::interval_import::parse;

const NOW: Instant = Instant::from_micros(1_795_564_800_000_000);

/// The file, unpacked; `None` when the shared data are not there.
pub(in crate::interval_import) fn steel_file() -> Option<Vec<u8>> {
    let shared = std::env::var_os("SANDAN_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let file =
        std::fs::File::open(shared.join("data/energy/steel_industry_2018_15min.csv.gz")).ok()?;
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    Some(bytes)
}

#[test]
fn the_steel_file_is_read_to_the_last_digit() {
    let Some(bytes) = steel_file() else {
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: shared data not found");
        }
        return;
    };
    let parsed = parse(&bytes, &Mapping::steel(), NOW).unwrap();
    assert_eq!((parsed.rows.len(), parsed.rows_total), (35_040, 35_040));
    assert_eq!(parsed.flags, []);
    assert_eq!(parsed.gaps, []);
    assert_eq!(parsed.customer_number_line, None);

    let at = |text: &str| text.parse::<Instant>().unwrap().as_millis();
    assert_eq!(parsed.rows[0].at_ms, at("2018-01-01T00:00:00+09:00"));
    assert_eq!(parsed.rows[35_039].at_ms, at("2018-12-31T23:45:00+09:00"));
    for (n, row) in (0..).zip(&parsed.rows) {
        assert_eq!(row.at_ms, parsed.rows[0].at_ms + n * 900_000, "row {n}");
    }
    assert_eq!(parsed.rows[0].value(0), Some(3.17));
    assert_eq!(parsed.rows[95].value(0), Some(3.42), "the midnight row ends its day");

    // The year and the peaks as billed: year 959,640.31 kWh; 628.72 kW in November, 612.56 in January.
    assert!((parsed.sums[0].sum - 959_640.31).abs() < 0.005, "{}", parsed.sums[0].sum);
    let peak = parsed.peak.unwrap();
    assert!((peak.kw - 628.72).abs() < 0.005, "{}", peak.kw);
    assert!(
        (at("2018-11-01T00:00:00+09:00")..at("2018-12-01T00:00:00+09:00"))
            .contains(&peak.at.as_millis())
    );
}
