//! What makes a good connection to AirKorea.

use super::super::open_data::rules::{check as check_service, check_points};
use super::super::rules::Wrong;
use super::AirkoreaConnection;

/// Every field that cannot work.
pub fn check(it: &AirkoreaConnection) -> Wrong {
    let mut wrong = check_service(&it.service);
    let length = it.station.trim().chars().count();
    if !(1..=40).contains(&length) || it.station.chars().any(char::is_control) {
        wrong.push(("/station".to_owned(), "give the name of a station, such as 팔복동"));
    }
    wrong.extend(check_points(&it.points));
    wrong
}
