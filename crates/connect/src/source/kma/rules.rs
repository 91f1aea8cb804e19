//! What makes a good connection to the weather services.

use super::super::open_data::rules::{check as check_service, check_points, word};
use super::super::rules::Wrong;
use super::{KmaConnection, KmaPlace};

/// Every field that cannot work.
pub fn check(it: &KmaConnection) -> Wrong {
    let mut wrong = check_service(&it.service);
    match it.place {
        KmaPlace::Grid { nx, ny } => {
            if !(1..=149).contains(&nx) {
                wrong.push(("/place/nx".to_owned(), "give a column of the grid, 1 to 149"));
            }
            if !(1..=253).contains(&ny) {
                wrong.push(("/place/ny".to_owned(), "give a row of the grid, 1 to 253"));
            }
        }
        KmaPlace::Station { station } => {
            if !(1..=999).contains(&station) {
                let detail = "give the number of a station, 1 to 999, such as 146";
                wrong.push(("/place/station".to_owned(), detail));
            }
        }
    }
    wrong.extend(check_points(&it.points));
    for field in it.points.keys().filter(|field| field.code(it.place).is_none()) {
        let at = format!("/points/{}", word(field));
        wrong.push((at, "this place does not have this field: see the list in docs/connect.md"));
    }
    wrong
}
