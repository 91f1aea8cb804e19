//! Rows of the weather services become values: pure, total.

use std::collections::BTreeMap;

use super::{KmaField, KmaPlace};
use crate::source::open_data::reply::{Item, number, text};
use crate::source::open_data::{Read, Told, kst};

/// Numbers this far from zero mean "missing" in the grid (as public programs say; 미확인).
const MISSING_FROM: f64 = 900.0;

/// The values of the rows for these points.
pub fn read(place: KmaPlace, points: &BTreeMap<KmaField, String>, items: &[Item]) -> Read {
    let mut read = Read::default();
    for item in items {
        let hour = match place {
            KmaPlace::Grid { .. } => text(item, "baseDate") + " " + &text(item, "baseTime"),
            KmaPlace::Station { .. } => text(item, "tm"),
        };
        let Some(at) = kst::instant(&hour) else {
            let words = || format!("a row has the time '{hour}', which cannot be read");
            read.unread.get_or_insert_with(words);
            continue;
        };
        for (field, point) in points {
            let found = field.code(place).and_then(|code| match place {
                KmaPlace::Grid { .. } => of_grid(item, code),
                KmaPlace::Station { .. } => of_station(item, code),
            });
            if let Some((value, doubtful)) = found {
                read.told.push(Told { point: point.clone(), at, value, doubtful });
            }
        }
    }
    read
}

/// A row of the grid is one value of one category.
fn of_grid(item: &Item, code: &str) -> Option<(Result<f64, String>, bool)> {
    if text(item, "category") != code {
        return None;
    }
    let raw = text(item, "obsrValue");
    let value = number(&raw).filter(|value| value.abs() < MISSING_FROM);
    Some((value.ok_or_else(|| format!("missing ('{raw}')")), false))
}

/// A row of a station has all values; an empty one was not observed, such as rain without rain. The flags:
/// 1 is an error, 9 is missing (as public programs say; 미확인).
fn of_station(item: &Item, code: &str) -> Option<(Result<f64, String>, bool)> {
    let raw = text(item, code);
    let flag = text(item, &format!("{code}Qcflg"));
    if raw.is_empty() && flag != "9" {
        return None;
    }
    let value = number(&raw).filter(|_| flag != "9");
    let doubtful = flag == "1" && value.is_some();
    Some((value.ok_or_else(|| format!("missing ('{raw}', quality flag '{flag}')")), doubtful))
}
