use base::{Quality, Reading, Series};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use proptest::prelude::*;

use bytes::Bytes;

use super::*;

fn year_of_meters() -> Vec<Reading> {
    let readings = |series: u32| {
        (0..2_880_i64).map(move |n| {
            // A daily wave with two decimals, as a meter sends it.
            let wave = 50.0 + 30.0 * (n as f64 / 96.0 * std::f64::consts::TAU).sin();
            Reading {
                series: Series(series),
                at_ms: 1_780_000_000_000 + n * 900_000,
                value: (wave * 100.0 + f64::from(series)).round() / 100.0,
                quality: Quality::GOOD,
            }
        })
    };
    (1..=50).flat_map(readings).collect()
}

#[test]
fn a_segment_has_the_documented_columns_and_no_zone() {
    let file = encode(&year_of_meters()[..10]).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr();
    let at = schema.column(1);
    assert_eq!(at.name(), "at");
    let logical = format!("{:?}", at.logical_type_ref());
    assert!(logical.contains("is_adjusted_to_u_t_c: false"), "{logical}");
    assert_eq!(schema.num_columns(), 4);
}

#[test]
fn meters_take_less_than_five_bytes_a_reading() {
    let readings = year_of_meters();
    let file = encode(&readings).unwrap();
    let bytes = file.len() as f64 / readings.len() as f64;
    assert!(bytes < 5.0, "{bytes} bytes a reading");
}

#[test]
fn a_file_that_is_no_segment_is_refused() {
    let error = decode(Bytes::from_static(b"PAR1 but not really")).unwrap_err();
    assert!(error.to_string().starts_with("a segment cannot be read:"), "{error}");
}

proptest! {
    #[test]
    fn what_was_written_is_read_bit_for_bit(
        map in proptest::collection::btree_map(
            (any::<u32>(), -9_000_000_000_000_i64..9_000_000_000_000),
            (any::<u64>(), any::<u16>()),
            1..200,
        ),
    ) {
        let readings: Vec<Reading> = map
            .iter()
            .map(|((series, at_ms), (bits, quality))| Reading {
                series: Series(*series),
                at_ms: *at_ms,
                value: f64::from_bits(*bits),
                quality: Quality(*quality),
            })
            .collect();
        let back = decode(encode(&readings).unwrap()).unwrap();
        let bits = |readings: &[Reading]| -> Vec<_> {
            readings.iter().map(|r| (r.series, r.at_ms, r.value.to_bits(), r.quality)).collect()
        };
        prop_assert_eq!(bits(&back), bits(&readings));
    }
}
