//! What is written as a file is read back as it was.

use std::fmt::Write;

use base::Instant;
use jiff::ToSpan;
use jiff::civil::{DateTime, date};
use proptest::prelude::*;

use crate::column_mapping::Mapping;
use crate::interval_import::parse;

const NOW: Instant = Instant::from_micros(1_795_564_800_000_000);
const QUARTER_MS: i64 = 900_000;

/// How a portal writes midnight.
#[derive(Debug, Clone, Copy)]
enum Midnight {
    TwentyFour,
    ZeroLast,
    ZeroFirst,
}

/// A file of 15-minute rows from `start` on; `None` leaves a row out.
fn render(start: DateTime, kwh: &[Option<f64>], midnight: Midnight, newest_first: bool) -> String {
    let mut rows = Vec::new();
    for (place, kwh) in kwh.iter().enumerate() {
        let end = start + (i64::try_from(place).unwrap() * 15 + 15).minutes();
        let Some(kwh) = kwh else { continue };
        let at_midnight = end.time() == jiff::civil::Time::midnight();
        let day_before = (end - 1.day()).date();
        let label = match midnight {
            Midnight::TwentyFour if at_midnight => format!("{day_before} 24:00"),
            Midnight::ZeroLast if at_midnight => format!("{day_before} 00:00"),
            _ => format!("{} {:02}:{:02}", end.date(), end.hour(), end.minute()),
        };
        rows.push(format!("{label},{kwh}\n"));
    }
    if newest_first {
        rows.reverse();
    }
    let mut file = "검침일,순방향 유효전력량(KWH)\n".to_owned();
    for row in rows {
        write!(file, "{row}").unwrap();
    }
    file
}

proptest! {
    #[test]
    fn a_rendered_series_is_read_back(
        days in 0..2_000_i64,
        kwh in proptest::collection::vec(0.0..1_000.0_f64, 100..500),
        midnight in prop_oneof![
            Just(Midnight::TwentyFour), Just(Midnight::ZeroLast), Just(Midnight::ZeroFirst)
        ],
        newest_first: bool,
        gap in proptest::option::of(10..90_usize),
    ) {
        let start = (date(2018, 1, 1) + days.days()).at(0, 0, 0, 0);
        let mut kwh: Vec<Option<f64>> = kwh.into_iter().map(Some).collect();
        if let Some(gap) = gap {
            kwh[gap] = None; // within the first day, away from midnight
        }
        let file = render(start, &kwh, midnight, newest_first);
        let parsed = parse(file.as_bytes(), &Mapping::kepco(), NOW).unwrap();
        let start_ms = start.in_tz("Asia/Seoul").unwrap().timestamp().as_millisecond();
        let expect: Vec<(i64, f64)> = kwh
            .iter()
            .enumerate()
            .filter_map(|(n, kwh)| Some((start_ms + i64::try_from(n).unwrap() * QUARTER_MS, (*kwh)?)))
            .collect();
        let read: Vec<(i64, f64)> =
            parsed.rows.iter().filter_map(|row| Some((row.at_ms, row.value(0)?))).collect();
        prop_assert_eq!(read, expect);
        prop_assert_eq!(parsed.gaps.len(), usize::from(gap.is_some()));
    }

    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes: Vec<u8>) {
        let _ = parse(&bytes, &Mapping::kepco(), NOW);
        let headed = [b"date,kwh\n".as_slice(), &bytes].concat();
        let _ = parse(&headed, &Mapping::kepco(), NOW);
        let zipped = [b"PK\x03\x04".as_slice(), &bytes].concat();
        let _ = parse(&zipped, &Mapping::kepco(), NOW);
    }
}
