//! Readings: on their way in, in the log, in the file of latest values, in segments.

use std::sync::LazyLock;

use base::{Id, Instant, PointKind, Series};
use bytes::Bytes;
use registry::directory::{Checks, PointInfo, ValueRange};
use registry::point::PointClass;
use telemetry::ingress::columns::{self, Known};
use telemetry::ingress::decode::{
    AHEAD_MAX_MS, EARLIEST_MS, POINT_KEY_BYTES_MAX, READINGS_PER_MESSAGE_MAX, decode,
};
use telemetry::ingress::sparkplug::payload;
use telemetry::ingress::sparkplug::session::Edges;
use telemetry::ingress::sparkplug::topic::Topic;
use telemetry::ingress::thingsboard;
use telemetry::log::frame::{self, Piece, frame_bytes, scan};
use telemetry::reject::RejectCode;
use telemetry::{latest, segment};

use super::{Signature, now};

/// The body of `POST /api/v1/readings` and of an MQTT message.
pub(super) fn json(input: &[u8]) -> u64 {
    let (good, rejects) = decode(input, now());
    for reading in &good {
        assert!(reading.value.is_finite(), "a value that is kept is finite");
        assert!(is_kept_time(reading.at_ms), "{} is outside of what is kept", reading.at_ms);
        assert!(reading.point.len() <= POINT_KEY_BYTES_MAX, "the key is longer than its limit");
    }
    assert!(good.len() <= READINGS_PER_MESSAGE_MAX, "a message has a limit");
    let quality = good.iter().fold(0, |all, reading| all | reading.quality.0);
    let signature = Signature::new("read").count(good.len()).count(usize::from(quality));
    rejects.iter().fold(signature, |s, reject| s.text(&reject.detail)).value()
}

/// A message of ThingsBoard's device API.
pub(super) fn thingsboard(input: &[u8]) -> u64 {
    let (good, rejects) = thingsboard::decode(input, now());
    for reading in &good {
        assert!(reading.value.is_finite() && is_kept_time(reading.at_ms));
    }
    let signature = Signature::new("read").count(good.len());
    rejects.iter().fold(signature, |s, reject| s.text(&reject.detail)).value()
}

/// Messages of an edge node of Sparkplug B, one after the other: each begins with its kind and its length.
pub(super) fn sparkplug(mut input: &[u8]) -> u64 {
    let mut edges = Edges::default();
    let mut signature = Signature::new("edge");
    while let [kind, length, rest @ ..] = input {
        let topic = SPARKPLUG_TOPICS[usize::from(*kind) % SPARKPLUG_TOPICS.len()];
        let (message, left) = rest.split_at(usize::from(*length).min(rest.len()));
        input = left;
        let topic = Topic::parse(topic).expect("the topics above are those of edge nodes");
        let Ok(payload) = payload::decode(message) else {
            signature = signature.text("unreadable");
            continue;
        };
        let taken = edges.take(&topic, &payload, now());
        for reading in &taken.readings {
            assert!(reading.value.is_finite() && is_kept_time(reading.at_ms));
            assert!(reading.point.len() <= POINT_KEY_BYTES_MAX, "the key is longer than its limit");
        }
        signature = signature.count(taken.readings.len()).count(usize::from(taken.rebirth));
        signature = taken.rejects.iter().fold(signature, |s, reject| s.text(&reject.detail));
    }
    signature.value()
}

const SPARKPLUG_TOPICS: &[&str] = &[
    "spBv1.0/g/NBIRTH/e",
    "spBv1.0/g/NDATA/e",
    "spBv1.0/g/NDEATH/e",
    "spBv1.0/g/DBIRTH/e/d",
    "spBv1.0/g/DDATA/e/d",
    "spBv1.0/g/DDEATH/e/d",
];

fn is_kept_time(at_ms: i64) -> bool {
    (EARLIEST_MS..=now().as_millis() + AHEAD_MAX_MS).contains(&at_ms)
}

/// The body of `POST /api/v1/readings/columns`.
pub(super) fn columns(input: &[u8]) -> u64 {
    let known = |device: &str, _: &str| match device {
        "" => Known::Refused(RejectCode::UnknownDevice, "no such device".to_owned()),
        _ => Known::Point(&POINT),
    };
    match columns::decode(input, now(), known) {
        Ok(decoded) => {
            for reading in &decoded.readings {
                assert!(reading.value.is_finite() && is_kept_time(reading.at_ms));
            }
            let refused = decoded.refused.iter();
            let signature = Signature::new("read").count(decoded.readings.len());
            refused.fold(signature, |s, refusal| s.text(&refusal.reject.detail)).value()
        }
        Err(detail) => Signature::failed(&detail),
    }
}

static POINT: LazyLock<PointInfo> = LazyLock::new(|| PointInfo {
    id: Id::v7(now(), [1; 10]),
    series: Series(1),
    device: Id::v7(now(), [2; 10]),
    complex: Id::v7(now(), [3; 10]),
    key: "v".into(),
    name: "v".into(),
    quantity: "active_energy".into(),
    unit: "kW.h".into(),
    kind: PointKind::Interval,
    interval_s: Some(900),
    expected_interval_s: 900,
    range: ValueRange { min: Some(0.0), max: Some(1e6) },
    class: PointClass::Complex,
    position: None,
    checks: Checks::default(),
    replacements: Vec::new(),
    owners: Vec::new(),
    demo: false,
});

/// A file of the reading log: as it is, and with its checksums made right, so that what lies behind them
/// is reached.
pub(super) fn log_frames(input: &[u8]) -> u64 {
    let plain = scanned(input);
    let mended = scanned(&mended(input));
    plain.rotate_left(1) ^ mended
}

fn scanned(bytes: &[u8]) -> u64 {
    let (mut read, mut skipped, mut readings, mut pieces) = (0, 0, 0, 0);
    let mut last = 0;
    for piece in scan(bytes) {
        pieces += 1;
        match piece {
            Piece::Frame(frame) => {
                assert!(frame.batch > last, "batches only grow");
                last = frame.batch;
                readings += frame.readings.len();
                read += frame_bytes(frame.readings.len());
                let mut again = Vec::new();
                frame::encode(&mut again, frame.batch, frame.arrived, &frame.readings);
                assert_eq!(again.len(), frame_bytes(frame.readings.len()), "a frame is whole");
            }
            Piece::Skipped { offset, bytes } => {
                assert_eq!(offset, read + skipped, "pieces follow each other");
                skipped += bytes;
            }
        }
    }
    assert_eq!(read + skipped, bytes.len(), "every byte is accounted for");
    Signature::new("scan").count(pieces).count(readings).count(skipped).value()
}

fn mended(input: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    let mut at = 0;
    while let Some(len) = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>()) {
        let len = u32::from_le_bytes(*len) as usize;
        let Some(payload) = bytes.get(at + 8..).and_then(|rest| rest.get(..len)) else { break };
        let crc = crc32c::crc32c(payload);
        bytes[at + 4..at + 8].copy_from_slice(&crc.to_le_bytes());
        at += 8 + len;
    }
    bytes
}

/// `latest.bin`: as it is, and with its checksum made right.
pub(super) fn latest_file(input: &[u8]) -> u64 {
    let plain = latest::decode(input).map(|latest| latest.len());
    let mut mended = input.to_vec();
    mended.extend_from_slice(&crc32c::crc32c(input).to_le_bytes());
    let mended = latest::decode(&mended).map(|latest| latest.len());
    let known = |rows: Option<usize>| rows.map_or(0, |rows| rows + 1);
    Signature::new("latest").count(known(plain)).count(known(mended)).value()
}

/// A Parquet file that may be no segment.
pub(super) fn segment_file(input: &[u8]) -> u64 {
    match segment::decode(Bytes::copy_from_slice(input)) {
        Ok(readings) => Signature::new("read").count(readings.len()).value(),
        Err(error) => Signature::failed(&error),
    }
}

/// A time in a query or a body.
pub(super) fn instant(input: &[u8]) -> u64 {
    let Ok(text) = std::str::from_utf8(input) else { return 0 };
    match text.parse::<Instant>() {
        Ok(at) => {
            let again = at.to_string().parse::<Instant>();
            assert_eq!(again.ok(), Some(at), "what is written is read as the same time");
            Signature::new("read").count(text.len()).value()
        }
        Err(error) => Signature::failed(&error),
    }
}
