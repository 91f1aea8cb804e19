//! Rows of AirKorea become values: pure, total.

use std::collections::BTreeMap;

use super::AirkoreaField;
use crate::source::open_data::reply::{Item, number, text};
use crate::source::open_data::{Read, Told, kst};

/// The values of the rows for these points.
pub fn read(points: &BTreeMap<AirkoreaField, String>, items: &[Item]) -> Read {
    let mut read = Read::default();
    for item in items {
        let hour = text(item, "dataTime");
        let Some(at) = kst::instant(&hour) else {
            let words = || format!("a row has the time '{hour}', which cannot be read");
            read.unread.get_or_insert_with(words);
            continue;
        };
        for (field, point) in points {
            let stem = field.stem();
            let raw = text(item, &format!("{stem}Value"));
            let flag = text(item, &format!("{stem}Flag"));
            let is_flagged = !flag.is_empty() && flag != "-";
            let value = number(&raw).ok_or_else(|| {
                let why = if is_flagged { flag } else { "no reason given".to_owned() };
                format!("no value ('{raw}'): {why}")
            });
            let doubtful = is_flagged && value.is_ok();
            read.told.push(Told { point: point.clone(), at, value, doubtful });
        }
    }
    read
}
