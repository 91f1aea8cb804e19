//! Bodies that servers of device networks and public services send.

use std::collections::BTreeMap;

use connect::source::airkorea::{self, AirkoreaField};
use connect::source::kma::{self, KmaField, KmaPlace};
use connect::source::open_data::Read;
use connect::source::open_data::reply::{self, Item, Reply};
use connect::webhook::{Call, decode_chirpstack, decode_the_things_stack};

use super::Signature;

/// ChirpStack, as an uplink and as a status.
pub(super) fn chirpstack(input: &[u8]) -> u64 {
    let up = signature(decode_chirpstack("up", input));
    up.rotate_left(1) ^ signature(decode_chirpstack("status", input))
}

/// The Things Stack.
pub(super) fn the_things_stack(input: &[u8]) -> u64 {
    signature(decode_the_things_stack(input))
}

/// Air quality of AirKorea.
pub(super) fn open_data_air(input: &[u8]) -> u64 {
    let points: BTreeMap<_, _> =
        AirkoreaField::ALL.iter().map(|field| (*field, field.stem().to_owned())).collect();
    published(input, &|items| airkorea::decode::read(&points, items))
}

/// Weather of the Korea Meteorological Administration, of a cell and of a station.
pub(super) fn open_data_weather(input: &[u8]) -> u64 {
    let points: BTreeMap<_, _> =
        KmaField::ALL.iter().map(|field| (*field, format!("{field:?}"))).collect();
    let of = |place| published(input, &|items| kma::decode::read(place, &points, items));
    let grid = of(KmaPlace::Grid { nx: 1, ny: 1 });
    grid.rotate_left(1) ^ of(KmaPlace::Station { station: 1 })
}

fn published(input: &[u8], read: &dyn Fn(&[Item]) -> Read) -> u64 {
    match reply::decode(input) {
        Ok(Reply::Items(items)) => {
            assert!(items.len() <= reply::ITEMS_MAX, "an answer has a limit");
            let Read { told, unread } = read(&items);
            let good = told.iter().filter_map(|told| told.value.as_ref().ok());
            assert!(good.clone().all(|value| value.is_finite()), "values are finite");
            Signature::new(if unread.is_some() { "unread" } else { "items" })
                .count(items.len())
                .count(told.len())
                .count(good.count())
                .count(told.iter().filter(|told| told.doubtful).count())
                .value()
        }
        Ok(Reply::Nothing) => Signature::new("nothing").value(),
        Ok(Reply::Refused(refusal)) => Signature::new("refused").text(refusal.advice()).value(),
        Err(detail) => Signature::failed(&detail),
    }
}

fn signature(call: Result<Call, String>) -> u64 {
    match call {
        Ok(Call::Uplink(uplink)) => {
            assert!(uplink.values.iter().all(|(_, value)| value.is_finite()), "values are finite");
            Signature::new(if uplink.at.is_some() { "dated" } else { "undated" })
                .count(uplink.values.len())
                .count(uplink.ignored.len())
                .value()
        }
        Ok(Call::Other) => Signature::new("other").value(),
        Err(detail) => Signature::failed(&detail),
    }
}
